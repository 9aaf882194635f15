/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A device hands out snapshots, notes, registers and reports, and later
 * replaces them. Each lives in a batch of memory. A replaced batch is freed at
 * once, unless a program may hold parts of it; then it stays until vi_release()
 * or the next scan. References keep a batch in any case.
 */
#ifndef VI_INSPECT_HELD_H
#define VI_INSPECT_HELD_H

#include "inspect/device.h"

struct vi_batch {
	struct vi_pool pool;
	bool given;			/* a program may hold parts */
	bool let_go;			/* only references hold it */
	size_t refs;
	struct vi_batch *next;		/* in the device's retired list */
};

/* NULL: out of memory, as @ctx has noted. */
struct vi_batch *vi_batch_new(struct vi_ctx *ctx);
/* Free @batch, or leave that to its last reference. */
void vi_batch_free(struct vi_batch *batch);
void vi_batch_put(struct vi_batch *batch);

/* A getter hands out part of @batch, which may be NULL. */
void vi_give(const struct vi_device *dev, struct vi_batch *batch);

/* @batch was replaced; may be NULL. */
void vi_retire(struct vi_device *dev, struct vi_batch *batch);

/* Free all batches of @dev, which is about to be freed. */
void vi_device_end(struct vi_device *dev);

#endif
