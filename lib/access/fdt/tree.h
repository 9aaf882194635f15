/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtio-mmio slots of a device tree. */
#ifndef VI_ACCESS_FDT_TREE_H
#define VI_ACCESS_FDT_TREE_H

#include "inspect/device.h"

/* More than any real memory map has room for. */
#define VI_FDT_MAX_SLOTS	65536

struct vi_slots {
	struct vi_pool pool;		/* owns slots and their strings */
	struct vi_slot *slots;
	size_t count;
};

/*
 * Find all slots in the tree @blob, which must have passed vi_fdt_check().
 * @path: for messages. Skips invalid nodes with a warning each. 0 or a negative
 * errno; the caller frees the pool.
 */
int vi_fdt_slots(struct vi_ctx *ctx, const char *path, const void *blob,
		 size_t len, struct vi_slots *slots);

#endif
