/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtio-mmio slots of a device tree. */
#ifndef VI_ACCESS_FDT_TREE_H
#define VI_ACCESS_FDT_TREE_H

#include "inspect/device.h"

/* More than there is room for in any memory map that is not made up. */
#define VI_FDT_MAX_SLOTS	65536

struct vi_slots {
	struct vi_pool pool;		/* that all of them is in */
	struct vi_slot *slots;
	size_t count;
	size_t room;
};

/*
 * All slots of the tree in @blob, which was checked with vi_fdt_check() and
 * is called @path in messages. What makes no sense of it is left out, with a
 * warning each. 0 or a negative errno; the pool is the caller's to free.
 */
int vi_fdt_slots(struct vi_ctx *ctx, const char *path, const void *blob,
		 size_t len, struct vi_slots *slots);

#endif
