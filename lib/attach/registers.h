/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the registers of a device say, while its driver goes on using it: a
 * witness beside the kernel's own structures.
 *
 * On PCI they are read through the window in configuration space, which means
 * writing to the device (see pci_window.h): only where the user asked for it.
 */
#ifndef VI_ATTACH_REGISTERS_H
#define VI_ATTACH_REGISTERS_H

#include "attach/device.h"
#include "devtype/config_read.h"
#include "mem/mem.h"
#include "view/queue.h"

/* MSI-X vector of none (spec 4.1.5.1.2). */
#define VI_NO_VECTOR	0xffff

/*
 * @desc, @driver, @device: 0 where the device does not let them be read, which
 *          says nothing about the ring; @has_addresses: none of them is 0.
 * @max_size: of virtio-mmio, which does not tell the size, the vector and so
 *          on; 0: it is a PCI device.
 * @unknown: what a capture leaves out.
 */
#define VI_QREG_SIZE		1
#define VI_QREG_ENABLED		2
#define VI_QREG_NOTIFY_OFF	4

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
 * @offered_bits, @accepted_bits: how many feature bits were read; those past
 *          them are not known.
 * @version: of virtio-mmio, which has @device_id and @vendor_id as well, but
 *          no @num_queues and no @accepted; 0: it is a PCI device.
 * @config: device configuration space, by the features offered, or where they
 *          are not known those that were negotiated.
 * @queues: those that could be selected, in order. @num_queues says how many
 *          there should be.
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
};

/*
 * Read all of them. 0, or a negative errno with a message that names what is
 * in the way: lockdown, privilege, a device without a window that works.
 * Select registers are as they were when it returns, and the window is aimed
 * at nothing; otherwise that is an error, and *@regs is empty.
 */
int vi_registers_read(struct vi_ctx *ctx, struct vi_device *dev,
		      struct vi_registers *regs);
void vi_registers_free(struct vi_registers *regs);

/* The same by other means than libpci; for tests. */
struct vi_window_io;
int vi_registers_read_io(struct vi_ctx *ctx, struct vi_device *dev,
			 const struct vi_window_io *io,
			 struct vi_registers *regs);

/*
 * Queue @index as the registers have it, with its ring out of physical memory.
 * @phys: NULL where addresses are not physical ones; then there are no copies
 * of memory. Freed with vi_queue_free().
 *
 * 0, also without copies of memory (q->memory_err says why); -ENOENT: it is
 * not there, or not set up; -ENODATA with a message: it is, but where its ring
 * lies cannot be read here. -ENOMEM.
 */
int vi_registers_queue(struct vi_ctx *ctx, struct vi_device *dev,
		       const struct vi_registers *regs, unsigned int index,
		       struct vi_mem *phys, struct vi_queue *q);

#endif
