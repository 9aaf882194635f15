// SPDX-License-Identifier: LGPL-2.1-or-later
/* Looks at the queues of devices: making them, keeping them, giving them out. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "inspect/snapshot.h"

static uint64_t mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* --- One look --- */

static struct vi_look *new_look(struct vi_ctx *ctx)
{
	struct vi_batch *batch = vi_batch_new(ctx);
	struct vi_look *look;

	if (!batch)
		return NULL;
	look = vi_pool_alloc(&batch->pool, sizeof(*look));
	if (!look) {
		vi_batch_free(batch);
		return NULL;
	}
	look->batch = batch;
	look->pool = &batch->pool;
	return look;
}

static void end_look(void *data)
{
	struct vi_look *look = data;
	size_t i;

	for (i = 0; look->rings && i < look->count; i++)
		vi_ring_free(&look->rings[i]);
	for (i = 0; i < look->count; i++)
		vi_queue_free(&look->queues[i]);
	free(look->queues);
	free(look->rings);
	free(look->views);
}

struct vi_look *vi_look_new(struct vi_device *dev, const char *way)
{
	struct vi_look *look = new_look(dev->ctx);

	if (!look)
		return NULL;
	look->dev = dev;
	look->way = way;
	look->mono_ns = mono_ns();
	/* Called at once, on an empty look, where it fails. */
	if (vi_pool_defer(look->pool, end_look, look)) {
		vi_batch_free(look->batch);
		return NULL;
	}
	return look;
}

void vi_look_free(struct vi_look *look)
{
	if (look)
		vi_batch_free(look->batch);
}

struct vi_queue *vi_look_add(struct vi_look *look)
{
	struct vi_queue *grown;
	size_t room;

	if (look->count == look->room) {
		room = look->room ? look->room * 2 : 4;
		grown = reallocarray(look->queues, room, sizeof(*grown));
		if (!grown)
			return NULL;
		look->queues = grown;
		look->room = room;
	}
	grown = &look->queues[look->count++];
	memset(grown, 0, sizeof(*grown));
	return grown;
}

static int by_index(const void *p, const void *q)
{
	const struct vi_queue *a = p, *b = q;

	return a->index < b->index ? -1 : a->index > b->index;
}

struct vi_queue_view *vi_look_queue(const struct vi_look *look,
				    uint16_t index)
{
	size_t low = 0, high = look->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (look->queues[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low < look->count && look->queues[low].index == index ?
	       &look->views[low] : NULL;
}

/* What the device's type calls the queue: by its driver's name for it, as
 * absent queues shift the numbers, or else by its index. */
static void find_kind(struct vi_queue_view *view)
{
	struct vi_device *dev = view->dev;
	const struct vi_device_type *type = vi_device_type(dev);
	const struct vi_queue_kind *kind;
	const char *digits;

	if (!type)
		return;
	view->kind = vi_queue_at(type, view->q->features,
				 vi_know(dev, VI_FACT_NUM_QUEUES) ? 0 :
				 dev->num_queues, view->q->index,
				 &view->number);
	if (!(view->q->have & VI_Q_NAME))
		return;
	kind = vi_queue_by_linux_name(type, view->q->name);
	if (!kind)
		return;
	digits = kind->linux_name ? strstr(kind->linux_name, "%u") : NULL;
	view->kind = kind;
	view->number = kind->from;
	if (digits)
		view->number += strtoul(view->q->name +
					(digits - kind->linux_name), NULL, 10);
}

static int make_view(struct vi_look *look, size_t i)
{
	struct vi_queue_view *view = &look->views[i];
	struct vi_queue *q = &look->queues[i];
	struct vi_ring *ring = &look->rings[i];
	size_t k;

	view->dev = look->dev;
	view->look = look;
	view->q = q;
	view->ring = ring;
	if (vi_ring_decode(q, ring))
		return -ENOMEM;
	find_kind(view);
	view->flights = vi_pool_alloc(look->pool, ring->num_in_flight *
				      sizeof(*view->flights));
	view->unseen = vi_pool_alloc(look->pool, ring->num_unseen *
				     sizeof(*view->unseen));
	if (!view->flights || !view->unseen)
		return -ENOMEM;
	for (k = 0; k < ring->num_in_flight; k++) {
		view->flights[k].view = view;
		view->flights[k].chain = &ring->in_flight[k];
		view->flights[k].since_ns = look->mono_ns;
	}
	for (k = 0; k < ring->num_unseen; k++) {
		view->unseen[k].view = view;
		view->unseen[k].used = &ring->unseen[k];
	}
	return 0;
}

int vi_look_finish(struct vi_look *look, const struct vi_look_way *way,
		   void *state)
{
	size_t i;
	int err = 0;

	if (look->count > 1)
		qsort(look->queues, look->count, sizeof(*look->queues),
		      by_index);
	look->rings = calloc(look->count + 1, sizeof(*look->rings));
	look->views = calloc(look->count + 1, sizeof(*look->views));
	if (!look->rings || !look->views)
		return -ENOMEM;
	for (i = 0; i < look->count && !err; i++)
		err = make_view(look, i);
	if (!err && way)
		err = vi_read_headers(look, way, state);
	for (i = 0; i < look->count && !err; i++) {
		err = vi_join_headers(&look->views[i]);
		if (!err)
			vi_join_contents(&look->views[i]);
	}
	return err;
}

/* --- A look's copy --- */

static void forget_contents(void *data)
{
	struct vi_look *copy = data;
	size_t i;

	for (i = 0; i < copy->count; i++)
		vi_queue_forget_contents(&copy->queues[i]);
}

/* A view of its own on the same ring. */
static int copy_view(struct vi_look *copy, const struct vi_look *look, size_t i)
{
	const struct vi_queue_view *from = &look->views[i];
	struct vi_queue_view *to = &copy->views[i];
	size_t k;

	*to = *from;
	memset(&to->texts, 0, sizeof(to->texts));
	to->look = copy;
	to->q = &copy->queues[i];
	to->flights = vi_pool_alloc(copy->pool, from->ring->num_in_flight *
				    sizeof(*to->flights));
	to->unseen = vi_pool_alloc(copy->pool, from->ring->num_unseen *
				   sizeof(*to->unseen));
	if (!to->flights || !to->unseen)
		return -ENOMEM;
	for (k = 0; k < from->ring->num_in_flight; k++)
		to->flights[k] = (struct vi_flight) {
			.view = to, .chain = from->flights[k].chain,
			.header = from->flights[k].header,
			.since_ns = from->flights[k].since_ns,
		};
	for (k = 0; k < from->ring->num_unseen; k++) {
		to->unseen[k] = from->unseen[k];
		to->unseen[k].view = to;
		to->unseen[k].request = NULL;
	}
	return 0;
}

struct vi_look *vi_look_copy(const struct vi_look *look, bool share)
{
	struct vi_look *copy = new_look(look->dev->ctx);
	struct vi_batch *batch = copy ? copy->batch : NULL;
	size_t i;
	int err;

	if (!copy)
		return NULL;
	*copy = *look;
	copy->batch = batch;
	copy->pool = &batch->pool;
	copy->queues = vi_pool_alloc(copy->pool, look->count *
				     sizeof(*copy->queues));
	copy->views = vi_pool_alloc(copy->pool, look->count *
				    sizeof(*copy->views));
	err = copy->queues && copy->views ? 0 : -ENOMEM;
	for (i = 0; i < look->count && !err; i++) {
		copy->queues[i] = look->queues[i];
		if (!share) {
			copy->queues[i].contents = NULL;
			copy->queues[i].num_contents = 0;
		}
		err = copy_view(copy, look, i);
	}
	if (!err && !share)
		err = vi_pool_defer(copy->pool, forget_contents, copy);
	if (err) {
		vi_look_free(copy);
		return NULL;
	}
	return copy;
}

/* --- The looks of a device --- */

void vi_look_keep(struct vi_look *look)
{
	struct vi_device *dev = look->dev;

	if (dev->num_looks == VI_MAX_LOOKS) {
		vi_retire(dev, dev->looks[0]->batch);
		memmove(&dev->looks[0], &dev->looks[1],
			(VI_MAX_LOOKS - 1) * sizeof(dev->looks[0]));
		dev->num_looks--;
	}
	dev->looks[dev->num_looks++] = look;
}

const struct vi_look *vi_last_look(const struct vi_device *dev)
{
	return dev->num_looks ? dev->looks[dev->num_looks - 1] : NULL;
}

VI_EXPORT size_t vi_looks(const struct vi_device *dev)
{
	return dev->num_looks;
}

VI_EXPORT int vi_queues_at(struct vi_device *dev, size_t i,
			   struct vi_value *queues)
{
	memset(queues, 0, sizeof(*queues));
	queues->type = VI_RECORDS;
	if (i >= dev->num_looks)
		return -ENODATA;
	if (dev->looks[i]->count)
		vi_give(dev, dev->looks[i]->batch);
	queues->records = dev->looks[i]->views;
	queues->count = dev->looks[i]->count;
	queues->stride = sizeof(*dev->looks[i]->views);
	return 0;
}

/* --- What could not be told --- */

void vi_look_drop_notes(struct vi_device *dev)
{
	vi_retire(dev, dev->notes_in);
	dev->notes_in = NULL;
	dev->look_notes = (struct vi_strings) { NULL, 0, 0 };
}

int vi_look_note(struct vi_device *dev, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!dev->notes_in)
		dev->notes_in = vi_batch_new(dev->ctx);
	if (!dev->notes_in)
		return -ENOMEM;
	return vi_strings_intern(&dev->notes_in->pool, &dev->look_notes,
				 text) ? 0 : -ENOMEM;
}
