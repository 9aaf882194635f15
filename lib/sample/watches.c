// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which queues a device has, and whether they are the same as before. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sorted.h"
#include "sample/sample.h"

void vi_sampled_queue_free(struct vi_sampled_queue *q)
{
	if (!q)
		return;
	vi_follow_end(&q->follow);
	free(q);
}

struct vi_sampled_queue *vi_sampled_queue_new(struct vi_sampled *d)
{
	struct vi_sampled_queue *q = calloc(1, sizeof(*q));

	if (!q || !vi_grow(&d->queues, d->count, sizeof(*d->queues))) {
		free(q);
		return NULL;
	}
	q->age_p50_ms = q->age_p99_ms = q->oldest_ms = NAN;
	d->queues[d->count++] = q;
	return q;
}

static void find_kind(struct vi_sampled *d, struct vi_sampled_queue *q)
{
	const struct vi_device_type *type = vi_device_type(d->dev);
	const char *name = q->watch.q.name;

	q->kind = NULL;
	if (!type)
		return;
	if (q->has_index)
		q->kind = vi_queue_of(type, &q->watch.q,
				      vi_load(d->dev, VI_FACT_NUM_QUEUES) ? 0 :
				      d->dev->num_queues, &q->number);
	if (*name)
		q->kind = vi_queue_named(type, name, q->kind, &q->number);
}

/* Derive the index from the name, unless queues before it may be missing. */
static void find_index(struct vi_sampled *d, struct vi_sampled_queue *q)
{
	const struct vi_device_type *type = vi_device_type(d->dev);
	const struct vi_queue_kind *kind = q->kind;
	uint64_t index;

	if (q->has_index || type->closes_gaps || kind->at == VI_QUEUE_LAST ||
	    q->number < kind->from)
		return;
	index = kind->at + (uint64_t)kind->step * (q->number - kind->from);
	if (index > UINT16_MAX)
		return;
	q->watch.q.index = index;
	q->has_index = true;
}

void vi_sampled_queue_name(struct vi_sampled *d, struct vi_sampled_queue *q)
{
	const char *number;

	find_kind(d, q);
	*q->spec_name = '\0';
	if (!q->kind)
		return;
	find_index(d, q);
	number = strstr(q->kind->name, "%u");
	if (number)
		snprintf(q->spec_name, sizeof(q->spec_name), "%.*s%u%s",
			 (int)(number - q->kind->name), q->kind->name,
			 q->number, number + 2);
	else
		snprintf(q->spec_name, sizeof(q->spec_name), "%s",
			 q->kind->name);
}

static struct vi_sampled_queue *find_queue(const struct vi_sampled *d,
					   uint16_t index)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->queues[i]->has_index &&
		    d->queues[i]->watch.q.index == index)
			return d->queues[i];
	return NULL;
}

static bool same_place(const struct vi_watch *a, const struct vi_watch *b)
{
	return a->addr == b->addr && a->data == b->data &&
	       a->q.size == b->q.size && a->q.packed == b->q.packed &&
	       a->q.desc == b->q.desc && a->q.desc_va == b->q.desc_va;
}

/* A ring that was set up again starts at 0: totals go on, as lower bounds. */
static int take(struct vi_sampled *d, const struct vi_watch *watch)
{
	struct vi_sampled_queue *q = find_queue(d, watch->q.index);

	if (!q)
		q = vi_sampled_queue_new(d);
	if (!q)
		return -ENOMEM;
	if (q->watched && !same_place(&q->watch, watch)) {
		vi_track_rebase(q);
		vi_follow_end(&q->follow);
	}
	q->watch = *watch;
	q->watched = q->has_index = true;
	q->met = true;
	vi_sampled_queue_name(d, q);
	return 0;
}

static int by_index(const void *p, const void *q)
{
	const struct vi_sampled_queue *const *a = p, *const *b = q;

	if ((*a)->has_index != (*b)->has_index)
		return (*a)->has_index ? -1 : 1;
	if (!(*a)->has_index)
		return vi_natural_cmp((*a)->watch.q.name, (*b)->watch.q.name);
	return (int)(*a)->watch.q.index - (int)(*b)->watch.q.index;
}

static void drop_unmet(struct vi_sampled *d)
{
	size_t i, kept = 0;

	for (i = 0; i < d->count; i++) {
		if (d->queues[i]->met)
			d->queues[kept++] = d->queues[i];
		else
			vi_sampled_queue_free(d->queues[i]);
	}
	d->count = kept;
	vi_sort(d->queues, d->count, by_index);
}

static int find_of_device(struct vi_sampled *d, void *state)
{
	struct vi_watches watches = { 0 };
	size_t i;
	int err = d->access->watch(vi_access_state(d->dev, state),
				   d->dev, &watches);

	for (i = 0; i < d->count; i++)
		d->queues[i]->met = false;
	for (i = 0; i < watches.count && !err; i++)
		err = take(d, &watches.watch[i]);
	if (!err)
		drop_unmet(d);
	d->stale = false;
	vi_watches_free(&watches);
	return err;
}

/* Find the queues of all devices that use @access, opening it at most once. */
static int find_of_access(struct vi_sampler *s, const struct vi_access *access,
			  bool only_stale)
{
	void *state = NULL;
	bool begun = false;
	size_t i;
	int err = 0, first = 0;

	for (i = 0; i < s->count && err != -ENOMEM; i++) {
		struct vi_sampled *d = s->devices[i];

		if (d->access != access || (only_stale && !d->stale))
			continue;
		if (!begun)
			err = vi_access_begin(s->ctx, access, &state);
		begun |= !err;
		if (begun)
			err = find_of_device(d, state);
		/* After an error, try again. */
		d->stale = err;
		first = first ? first : err;
	}
	if (begun)
		vi_access_end(access, state);
	return err == -ENOMEM ? err : first;
}

static bool met_before(const struct vi_sampler *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s->devices[i]->access == s->devices[n]->access)
			return true;
	return false;
}

int vi_watches_find(struct vi_sampler *s, bool only_stale)
{
	size_t i;
	int err, first = 0;

	for (i = 0; i < s->count; i++) {
		if (!s->devices[i]->access || met_before(s, i))
			continue;
		err = find_of_access(s, s->devices[i]->access, only_stale);
		if (err == -ENOMEM)
			return vi_fail(s->ctx, err, "out of memory");
		first = first ? first : err;
	}
	return first;
}
