/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a virtio-mmio device (virtio spec 1.4, 4.2.2), by address,
 * through /dev/mem. Never written: what they show of one queue, or of one half
 * of the features, they show only after a write, and so is not read.
 */
#ifndef VI_ATTACH_MMIO_REGISTERS_H
#define VI_ATTACH_MMIO_REGISTERS_H

#include "core/ctx.h"
#include "device/config_read.h"

/* @device_id 0: an empty slot (4.2.2.1); nothing behind it was read then. */
struct vi_mmio_registers {
	uint32_t version;
	uint32_t device_id;
	uint32_t vendor_id;
	uint32_t status;
	struct vi_config_bytes config;
};

/*
 * Read those of the device at @base, with @size bytes of registers; 0: not
 * known. @features: those negotiated, for the fields of its configuration
 * space that go with them.
 *
 * 0, or a negative errno with a message: -ENODEV: it is no virtio device.
 */
int vi_mmio_registers_read(struct vi_ctx *ctx, uint64_t base, uint64_t size,
			   struct vi_features features,
			   struct vi_mmio_registers *regs);

/*
 * The same, by whatever reads 4 bytes, or 1, 2 or 4 of the configuration
 * space; messages name @name.
 */
int vi_mmio_registers_decode(struct vi_ctx *ctx, const char *name,
			     int (*read)(void *data, uint32_t at,
					 unsigned int len, uint32_t *value),
			     void *data, uint64_t size,
			     struct vi_features features,
			     struct vi_mmio_registers *regs);

#endif
