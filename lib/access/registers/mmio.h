/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Read the registers of a virtio-mmio device (virtio spec 1.4, 4.2.2) by
 * address, through /dev/mem.
 *
 * Most can be read without a write. Registers of a queue and offered features
 * need a write to a select register first, which is done only on request.
 * Select registers are write-only, so their old values cannot be restored: they
 * are left at 0, as after a reset. Drivers write them before each use.
 */
#ifndef VI_ACCESS_REGISTERS_MMIO_H
#define VI_ACCESS_REGISTERS_MMIO_H

#include "access/registers/registers.h"

/*
 * Register access: 4 bytes, or 1, 2 or 4 in the configuration space. @write: 4
 * bytes; NULL: do not use select registers.
 */
struct vi_mmio_io {
	int (*read)(void *data, uint32_t at, unsigned int len,
		    uint32_t *value);
	int (*write)(void *data, uint32_t at, uint32_t value);
	void *data;
};

/*
 * Read the registers of the device at @base, which occupy @size bytes; 0:
 * unknown. @features: the negotiated ones, which imply fields of the
 * configuration space. @select: also read registers behind select registers.
 *
 * 0, or a negative errno with a message; -ENODEV: not a virtio device. For an
 * empty slot (4.2.2.1), returns 0 with device_id 0 and no further registers.
 * Free with vi_registers_free().
 */
int vi_mmio_registers_read(struct vi_ctx *ctx, uint64_t base, uint64_t size,
			   struct vi_features features, bool select,
			   struct vi_registers *regs);

/* The same through @io; @name: for messages. */
int vi_mmio_registers_decode(struct vi_ctx *ctx, const char *name,
			     const struct vi_mmio_io *io, uint64_t size,
			     struct vi_features features,
			     struct vi_registers *regs);

/*
 * Take a snapshot through registers, and keep these. With @select, adds the
 * queues, without rings, whose addresses virtio-mmio does not reveal.
 */
struct vi_snapshot;
int vi_mmio_snapshot(struct vi_device *dev, struct vi_snapshot *snap,
		     bool select);

/* Is it a virtio-mmio device with a known address? */
bool vi_is_mmio(struct vi_device *dev);

#endif
