// SPDX-License-Identifier: LGPL-2.1-or-later
/* Snapshots of the queues of devices: taking, keeping and handing out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/sorted.h"
#include "inspect/snapshot.h"

/* --- One snapshot --- */

static struct vi_snapshot *new_snapshot(struct vi_ctx *ctx)
{
	struct vi_batch *batch = vi_batch_new(ctx);
	struct vi_snapshot *snap;

	if (!batch)
		return NULL;
	snap = vi_pool_alloc(&batch->pool, sizeof(*snap));
	if (!snap) {
		vi_batch_free(batch);
		return NULL;
	}
	snap->batch = batch;
	snap->pool = &batch->pool;
	return snap;
}

static void end_snapshot(void *data)
{
	struct vi_snapshot *snap = data;
	size_t i;

	for (i = 0; snap->rings && i < snap->count; i++)
		vi_decoded_free(&snap->rings[i]);
	for (i = 0; i < snap->count; i++)
		vi_raw_queue_free(&snap->queues[i]);
	free(snap->queues);
	free(snap->rings);
	free(snap->views);
}

struct vi_snapshot *vi_snapshot_new(struct vi_device *dev, const char *attach)
{
	struct vi_snapshot *snap = new_snapshot(dev->ctx);

	if (!snap)
		return NULL;
	snap->dev = dev;
	snap->attach = attach;
	snap->mono_ns = vi_mono_ns();
	/* On failure it frees the still empty snapshot at once. */
	if (vi_pool_defer(snap->pool, end_snapshot, snap)) {
		vi_batch_free(snap->batch);
		return NULL;
	}
	return snap;
}

void vi_snapshot_free(struct vi_snapshot *snap)
{
	if (snap)
		vi_batch_free(snap->batch);
}

struct vi_raw_queue *vi_snapshot_add(struct vi_snapshot *snap)
{
	struct vi_raw_queue *q;

	if (!vi_grow(&snap->queues, snap->count, sizeof(*q)))
		return NULL;
	q = &snap->queues[snap->count++];
	memset(q, 0, sizeof(*q));
	return q;
}

static int by_index(const void *p, const void *q)
{
	const struct vi_raw_queue *a = p, *b = q;

	return a->index < b->index ? -1 : a->index > b->index;
}

struct vi_queue *vi_snapshot_queue(const struct vi_snapshot *snap,
				    uint16_t index)
{
	size_t i;

	vi_bisect(i, snap->count, snap->queues[i].index < index);
	return i < snap->count && snap->queues[i].index == index ?
	       &snap->views[i] : NULL;
}

/* Are all queues of the type alike, so that the index does not matter? */
static bool are_alike(const struct vi_queue_kind *kinds)
{
	const struct vi_queue_kind *kind;

	for (kind = kinds; kind && kind->name; kind++)
		if (kind->role != kinds->role ||
		    kind->request != kinds->request)
			return false;
	return true;
}

/*
 * The number of queues that were set up; 0: unknown. A driver may use fewer pairs
 * of them, which then is the number that sysfs shows (spec 1.4, 5.1.5, and
 * "ethtool -L"); there are at least as many as were read.
 */
static unsigned int count_queues(const struct vi_queue *view,
				 const struct vi_device_type *type)
{
	const struct vi_snapshot *snap = view->snap;
	unsigned int read = snap->queues[snap->count - 1].index + 1, count, step;

	if (vi_load(view->dev, VI_FACT_NUM_QUEUES))
		return 0;
	count = view->dev->num_queues;
	step = type->queues ? type->queues->step : 0;
	if (read <= count || !step)
		return count;
	return count + (read - count + step - 1) / step * step;
}

static void find_kind(struct vi_queue *view)
{
	struct vi_device *dev = view->dev;
	const struct vi_device_type *type = vi_device_type(dev);

	if (!type)
		return;
	if (view->q->index_assumed && !are_alike(type->queues))
		return;
	view->kind = vi_queue_of(type, view->q, count_queues(view, type),
				 &view->number);
	if (view->q->have & VI_Q_NAME)
		view->kind = vi_queue_named(type, view->q->name, view->kind,
					    &view->number);
}

static int make_view(struct vi_snapshot *snap, size_t i)
{
	struct vi_queue *view = &snap->views[i];
	struct vi_raw_queue *q = &snap->queues[i];
	struct vi_decoded *ring = &snap->rings[i];
	size_t k;

	view->dev = snap->dev;
	view->snap = snap;
	view->q = q;
	view->ring = ring;
	if (vi_decode(q, ring))
		return -ENOMEM;
	find_kind(view);
	view->flights = vi_pool_alloc(snap->pool, ring->num_in_flight *
				      sizeof(*view->flights));
	view->unreaped = vi_pool_alloc(snap->pool, ring->num_unreaped *
				     sizeof(*view->unreaped));
	if (!view->flights || !view->unreaped)
		return -ENOMEM;
	for (k = 0; k < ring->num_in_flight; k++) {
		view->flights[k].view = view;
		view->flights[k].chain = &ring->in_flight[k];
		view->flights[k].since_ns = snap->mono_ns;
	}
	for (k = 0; k < ring->num_unreaped; k++) {
		view->unreaped[k].view = view;
		view->unreaped[k].used = &ring->unreaped[k];
	}
	return 0;
}

int vi_snapshot_finish(struct vi_snapshot *snap, const struct vi_access *access,
		   void *state)
{
	size_t i;
	int err = 0;

	vi_sort(snap->queues, snap->count, by_index);
	snap->rings = calloc(snap->count + 1, sizeof(*snap->rings));
	snap->views = calloc(snap->count + 1, sizeof(*snap->views));
	if (!snap->rings || !snap->views)
		return -ENOMEM;
	for (i = 0; i < snap->count && !err; i++)
		err = make_view(snap, i);
	if (!err && access)
		err = vi_read_headers(snap, access, state);
	for (i = 0; i < snap->count && !err; i++) {
		err = vi_join_headers(&snap->views[i]);
		if (!err)
			vi_join_contents(&snap->views[i]);
	}
	return err;
}

/* --- Copies --- */

static void forget_contents(void *data)
{
	struct vi_snapshot *copy = data;
	size_t i;

	for (i = 0; i < copy->count; i++)
		vi_raw_queue_forget_contents(&copy->queues[i]);
}

/* A separate view of the same ring. */
static int copy_view(struct vi_snapshot *copy, const struct vi_snapshot *snap,
		     size_t i)
{
	const struct vi_queue *from = &snap->views[i];
	struct vi_queue *to = &copy->views[i];
	size_t k;

	*to = *from;
	memset(&to->texts, 0, sizeof(to->texts));
	to->snap = copy;
	to->q = &copy->queues[i];
	to->flights = vi_pool_alloc(copy->pool, from->ring->num_in_flight *
				    sizeof(*to->flights));
	to->unreaped = vi_pool_alloc(copy->pool, from->ring->num_unreaped *
				   sizeof(*to->unreaped));
	if (!to->flights || !to->unreaped)
		return -ENOMEM;
	for (k = 0; k < from->ring->num_in_flight; k++)
		to->flights[k] = (struct vi_flight) {
			.view = to, .chain = from->flights[k].chain,
			.header = from->flights[k].header,
			.since_ns = from->flights[k].since_ns,
		};
	for (k = 0; k < from->ring->num_unreaped; k++) {
		to->unreaped[k] = from->unreaped[k];
		to->unreaped[k].view = to;
		to->unreaped[k].request = NULL;
	}
	return 0;
}

struct vi_snapshot *vi_snapshot_copy(const struct vi_snapshot *snap, bool share)
{
	struct vi_snapshot *copy = new_snapshot(snap->dev->ctx);
	struct vi_batch *batch = copy ? copy->batch : NULL;
	size_t i;
	int err;

	if (!copy)
		return NULL;
	*copy = *snap;
	copy->batch = batch;
	copy->pool = &batch->pool;
	copy->queues = vi_pool_alloc(copy->pool, snap->count *
				     sizeof(*copy->queues));
	copy->views = vi_pool_alloc(copy->pool, snap->count *
				    sizeof(*copy->views));
	err = copy->queues && copy->views ? 0 : -ENOMEM;
	for (i = 0; i < snap->count && !err; i++) {
		copy->queues[i] = snap->queues[i];
		if (!share) {
			copy->queues[i].contents = NULL;
			copy->queues[i].num_contents = 0;
		}
		err = copy_view(copy, snap, i);
	}
	if (!err && !share)
		err = vi_pool_defer(copy->pool, forget_contents, copy);
	if (err) {
		vi_snapshot_free(copy);
		return NULL;
	}
	return copy;
}

/* --- The snapshots of a device --- */

void vi_snapshot_keep(struct vi_snapshot *snap)
{
	struct vi_device *dev = snap->dev;

	if (dev->num_snaps == VI_MAX_SNAPSHOTS) {
		vi_retire(dev, dev->snaps[0]->batch);
		memmove(&dev->snaps[0], &dev->snaps[1],
			(VI_MAX_SNAPSHOTS - 1) * sizeof(dev->snaps[0]));
		dev->num_snaps--;
	}
	dev->snaps[dev->num_snaps++] = snap;
}

void vi_snapshots_drop_sampled(struct vi_device *dev)
{
	size_t i, kept = 0;

	for (i = 0; i < dev->num_snaps; i++) {
		if (dev->snaps[i]->sampled)
			vi_retire(dev, dev->snaps[i]->batch);
		else
			dev->snaps[kept++] = dev->snaps[i];
	}
	dev->num_snaps = kept;
}

const struct vi_snapshot *vi_last_snapshot(const struct vi_device *dev)
{
	return dev->num_snaps ? dev->snaps[dev->num_snaps - 1] : NULL;
}

VI_EXPORT size_t vi_snapshots(const struct vi_device *dev)
{
	return dev->num_snaps;
}

VI_EXPORT struct vi_snapshot *vi_snapshot_at(struct vi_device *dev, size_t i)
{
	return i < dev->num_snaps ? vi_snapshot_ref(dev->snaps[i]) : NULL;
}

VI_EXPORT struct vi_snapshot *vi_snapshot_ref(struct vi_snapshot *snap)
{
	vi_device_ref(snap->dev);
	snap->batch->refs++;
	return snap;
}

VI_EXPORT void vi_snapshot_unref(struct vi_snapshot *snap)
{
	struct vi_device *dev = snap ? snap->dev : NULL;

	if (snap)
		vi_batch_put(snap->batch);
	vi_device_unref(dev);
}

VI_EXPORT struct vi_device *vi_snapshot_device(const struct vi_snapshot *snap)
{
	return snap->dev;
}
