/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The registers of a virtio-mmio device (virtio spec 1.4, 4.2.2), by address,
 * through /dev/mem.
 *
 * Most of them can be read without a write. What belongs to one queue, and
 * which features are offered, they show only after a write to a select
 * register: not done unless asked for. Those registers cannot be read, so what
 * was in them cannot be put back: they are left at 0, as after a reset.
 * Drivers write them each time anew.
 */
#ifndef VI_ACCESS_REGISTERS_MMIO_H
#define VI_ACCESS_REGISTERS_MMIO_H

#include "access/registers/registers.h"

/*
 * How they are reached: 4 bytes, or 1, 2 or 4 of the configuration space.
 * @write: of 4 bytes; NULL: nothing is selected.
 */
struct vi_mmio_io {
	int (*read)(void *data, uint32_t at, unsigned int len,
		    uint32_t *value);
	int (*write)(void *data, uint32_t at, uint32_t value);
	void *data;
};

/*
 * Read those of the device at @base, with @size bytes of registers; 0: not
 * known. @features: those negotiated, for the fields of its configuration
 * space that go with them. With @select, what has to be selected, too.
 *
 * 0, or a negative errno with a message: -ENODEV: it is no virtio device. An
 * empty slot (4.2.2.1) is no error: device_id is 0 then, and nothing behind it
 * was read. Ends with vi_registers_free().
 */
int vi_mmio_registers_read(struct vi_ctx *ctx, uint64_t base, uint64_t size,
			   struct vi_features features, bool select,
			   struct vi_registers *regs);

/* The same by whatever @io is; messages name @name. */
int vi_mmio_registers_decode(struct vi_ctx *ctx, const char *name,
			     const struct vi_mmio_io *io, uint64_t size,
			     struct vi_features features,
			     struct vi_registers *regs);

/*
 * Look at a device by them: they are kept, and with @select its queues are
 * added, without their rings, which virtio-mmio does not tell of.
 */
struct vi_snapshot;
int vi_mmio_snapshot(struct vi_device *dev, struct vi_snapshot *snap,
		     bool select);

/* Is it a virtio-mmio device whose address is known? */
bool vi_is_mmio(struct vi_device *dev);

#endif
