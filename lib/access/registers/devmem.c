// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * /dev/mem as an access method. It has the memory of rings and the virtio-mmio
 * registers that need no write to select; ring addresses are not among these
 * (spec 1.4, 4.2.2).
 */
#include <errno.h>

#include "access/registers/mmio.h"
#include "inspect/snapshot.h"
#include "mem/devmem.h"

static struct vi_device *first_mmio(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		if (vi_is_local(dev) && dev->name && vi_is_mmio(dev))
			return dev;
	return NULL;
}

/* For other devices, there is memory, but nothing that locates rings in it. */
static int only_memory(struct vi_ctx *ctx)
{
	struct vi_devmem devmem;
	int err;

	err = vi_devmem_open(ctx, &devmem);
	if (err)
		return err;
	vi_devmem_close(&devmem);
	return vi_fail(ctx, -ENOTSUP,
		       "/dev/mem does not reveal ring addresses unless a register is written; use --attach=kernel, --attach=registers, or --ring");
}

/* Registers are accessible for all virtio-mmio devices or for none. */
static int devmem_begin(struct vi_ctx *ctx, void *kept, void **state)
{
	struct vi_device *dev;
	struct vi_devmem_map map;
	int err;

	(void)kept;
	(void)state;
	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a --sysroot tree contains no memory; use a capture (--read)");
	dev = first_mmio(ctx);
	if (!dev)
		return only_memory(ctx);
	err = vi_devmem_map(ctx, dev->mmio_base, 0x100, &map);
	if (!err)
		vi_devmem_unmap(&map);
	return err;
}

static int devmem_snapshot(void *state, struct vi_device *dev,
			   struct vi_snapshot *snap)
{
	(void)state;
	return vi_is_mmio(dev) ? vi_mmio_snapshot(dev, snap, false) :
				 only_memory(dev->ctx);
}

const struct vi_access vi_devmem_access = {
	.name = "devmem",
	.flags = VI_ACCESS_LIVE,
	.begin = devmem_begin,
	.snapshot = devmem_snapshot,
};
