// SPDX-License-Identifier: LGPL-2.1-or-later
/* How long memory lives that devices give out and replace. */
#include <errno.h>
#include <stdlib.h>

#include "inspect/held.h"
#include "inspect/snapshot.h"

struct vi_batch *vi_batch_new(struct vi_ctx *ctx)
{
	struct vi_batch *batch = calloc(1, sizeof(*batch));

	if (!batch) {
		vi_fault(ctx, NULL, -ENOMEM);
		return NULL;
	}
	batch->pool.ctx = ctx;
	return batch;
}

void vi_batch_free(struct vi_batch *batch)
{
	if (!batch)
		return;
	batch->let_go = true;
	if (batch->refs)
		return;
	vi_pool_free(&batch->pool);
	free(batch);
}

void vi_batch_put(struct vi_batch *batch)
{
	batch->refs--;
	if (batch->let_go)
		vi_batch_free(batch);
}

void vi_give(const struct vi_device *dev, struct vi_batch *batch)
{
	if (batch && !dev->ctx->reads_for_itself)
		batch->given = true;
}

void vi_retire(struct vi_device *dev, struct vi_batch *batch)
{
	if (!batch || !batch->given) {
		vi_batch_free(batch);
		return;
	}
	batch->next = dev->retired;
	dev->retired = batch;
}

static void free_retired(struct vi_device *dev)
{
	struct vi_batch *batch;

	while ((batch = dev->retired)) {
		dev->retired = batch->next;
		vi_batch_free(batch);
	}
}

static void take_back(struct vi_batch *batch)
{
	if (batch)
		batch->given = false;
}

static void release(struct vi_device *dev)
{
	size_t i;

	free_retired(dev);
	for (i = 0; i < dev->num_snaps; i++)
		take_back(dev->snaps[i]->batch);
	take_back(dev->notes_in);
	take_back(dev->registers_in);
	take_back(dev->report_in);
}

VI_EXPORT void vi_release(struct vi_ctx *ctx, struct vi_device *dev)
{
	struct vi_device *each = NULL;

	if (dev)
		release(dev);
	while (!dev && (each = vi_device_next(ctx, each)))
		release(each);
}

void vi_device_end(struct vi_device *dev)
{
	size_t i;

	free_retired(dev);
	for (i = 0; i < dev->num_snaps; i++)
		vi_snapshot_free(dev->snaps[i]);
	dev->num_snaps = 0;
	vi_batch_free(dev->notes_in);
	vi_batch_free(dev->registers_in);
	vi_batch_free(dev->report_in);
}
