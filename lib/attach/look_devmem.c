// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /dev/mem as a way to look at queues. It has the memory of rings, and of
 * virtio-mmio registers those that can be read without a write; where a ring
 * lies is not among them (spec 1.4, 4.2.2).
 */
#include <errno.h>

#include "attach/look.h"
#include "mem/devmem.h"

static int devmem_open(struct vi_ctx *ctx, void **state)
{
	struct vi_devmem devmem;
	int err;

	(void)state;
	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a recorded tree has no memory: use a capture");
	err = vi_devmem_open(ctx, &devmem);
	if (err)
		return err;
	vi_devmem_close(&devmem);
	return vi_fail(ctx, -ENOTSUP,
		       "/dev/mem has the memory, but without a write to the device nothing in it says where a ring lies; use the kernel's structures, the registers, or a ring by address");
}

const struct vi_look_way vi_devmem_way = {
	.name = "devmem",
	.open = devmem_open,
};
