/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device's registers: the device's view, next to the kernel's structures. */
#ifndef VI_INSPECT_REGISTERS_H
#define VI_INSPECT_REGISTERS_H

#include "devtype/config_read.h"
#include "inspect/device.h"

/* "No vector" (spec 4.1.5.1.2). */
#define VI_NO_VECTOR	0xffff

/*
 * @desc, @driver, @device: 0 if the device does not make them readable, which
 *          says nothing about the ring; @has_addresses: none is 0.
 * @max_size: of virtio-mmio, which does not report the size, the vector and so
 *          on; 0: a PCI device.
 * @unknown: what a capture leaves out.
 */
#define VI_QREG_SIZE		1
#define VI_QREG_ENABLED		2
#define VI_QREG_NOTIFY_OFF	4
#define VI_QREG_INDEX		8

struct vi_queue_registers {
	unsigned int unknown;		/* VI_QREG_ */
	uint16_t index;
	uint16_t size;
	uint32_t max_size;
	bool enabled;
	uint16_t msix_vector;
	uint16_t notify_off;
	bool has_addresses;
	uint64_t desc, driver, device;
};

/*
 * @offered_bits, @accepted_bits: how many feature bits were read; later ones
 *          are unknown.
 * @version: of virtio-mmio, which also has @device_id and @vendor_id, but
 *          neither @num_queues nor @accepted; 0: a PCI device.
 * @config: device configuration space, decoded by the offered features, or the
 *          negotiated ones if those are unknown.
 * @queues: those that could be selected, in order; @num_queues is the expected
 *          number.
 */
struct vi_registers {
	uint32_t version, device_id, vendor_id;
	uint8_t status;
	uint16_t config_msix_vector;
	uint16_t num_queues;
	struct vi_features offered, accepted;
	unsigned int offered_bits, accepted_bits;
	struct vi_config_bytes config;
	struct vi_queue_registers *queues;
	size_t count;
	uint32_t absent;		/* from a capture; see record/schema.h */
};

#endif
