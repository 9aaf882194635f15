/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a device gives out for a while and then replaces: looks, notes,
 * registers, reports. Each is in a batch of memory of its own. One that is
 * replaced is freed at once, unless a program was given some of it: then it
 * stays until the program says that it has let go of it (vi_release()), or
 * until the next scan. References to a batch keep it until the last of them is
 * gone, whatever else happens.
 */
#ifndef VI_INSPECT_HELD_H
#define VI_INSPECT_HELD_H

#include "inspect/device.h"

struct vi_batch {
	struct vi_pool pool;
	bool given;			/* a program may hold some of it */
	bool let_go;			/* only references keep it */
	size_t refs;
	struct vi_batch *next;		/* of those that were replaced */
};

/* NULL: out of memory, which is noted on @ctx. */
struct vi_batch *vi_batch_new(struct vi_ctx *ctx);
/* Once there are no references to it. */
void vi_batch_free(struct vi_batch *batch);
void vi_batch_put(struct vi_batch *batch);

/* A getter gives out something of @batch, which may be NULL. */
void vi_give(const struct vi_device *dev, struct vi_batch *batch);

/* It is replaced; NULL is fine. */
void vi_retire(struct vi_device *dev, struct vi_batch *batch);

/* Free all that @dev holds: it is about to go. */
void vi_device_end(struct vi_device *dev);

#endif
