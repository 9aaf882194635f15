// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How long a request has been in flight: since the driver got it, where the
 * kernel keeps that, or at least since the first snapshot that shows it. Two
 * snapshots show the same request if head, id and first buffer agree, and the
 * ring does not show that it completed in between.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect/snapshot.h"
#include "view/walk.h"

static bool same_start(const struct vi_chain *a, const struct vi_chain *b)
{
	if (a->id != b->id || a->head != b->head || !a->num != !b->num)
		return false;
	return !a->num || (a->desc[0].addr == b->desc[0].addr &&
			   a->desc[0].len == b->desc[0].len);
}

/* A packed ring: since @last, where the driver's position was. Its used entries
 * stay until the driver comes round. */
static bool packed_since(const struct vi_decoded *ring, uint16_t last,
			 uint64_t *bits)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t n = vi_packed_distance(q, last, ring->avail), i;

	if (n > q->size)
		return false;
	for (i = 0; i < n; i++) {
		struct vring_packed_desc d = vi_packed_desc(q, VI_SLOT(last));

		if (vi_packed_is_used(d.flags, last) && d.id < q->size)
			vi_bit_set(bits, d.id);
		last = vi_packed_step(q, last, 1);
	}
	return true;
}

/* Mark what the ring completed since @was; false: too much to know. */
static bool completed_since(const struct vi_decoded *ring,
			    const struct vi_decoded *was, uint64_t *bits)
{
	uint16_t used = was->used, n = ring->used - used, i;

	if (ring->q->packed)
		return !was->has_last || !ring->has_avail ||
		       packed_since(ring, was->last, bits);
	if (n > ring->q->size)
		return false;
	for (i = 0; i < n; i++) {
		uint32_t id = vi_split_used(ring->q, used + i).id;

		if (id < ring->q->size)
			vi_bit_set(bits, id);
	}
	return true;
}

/* For each id, the index in @was->flights plus one; 0: none. */
static uint32_t *index_flights(const struct vi_queue *was)
{
	uint32_t *by_id = calloc(was->q->size, sizeof(*by_id));
	size_t i;

	for (i = 0; by_id && i < was->ring->num_in_flight; i++) {
		uint32_t id = was->ring->in_flight[i].id;

		if (id < was->q->size)
			by_id[id] = i + 1;
	}
	return by_id;
}

static void compare(struct vi_queue *now, const struct vi_queue *was)
{
	uint64_t *gone = vi_bits_new(now->q->size);
	uint32_t *by_id = index_flights(was);
	size_t i;

	if (!gone || !by_id || !completed_since(now->ring, was->ring, gone))
		goto out;
	for (i = 0; i < now->ring->num_in_flight; i++) {
		struct vi_flight *f = &now->flights[i];
		uint32_t id = f->chain->id;
		const struct vi_flight *old;

		if (id >= now->q->size || !by_id[id] || vi_bit(gone, id))
			continue;
		old = &was->flights[by_id[id] - 1];
		if (same_start(f->chain, old->chain))
			f->since_ns = old->since_ns;
	}
out:
	free(gone);
	free(by_id);
}

/* Where the kernel says when requests began. */
static void use_starts(struct vi_queue *view)
{
	const struct vi_raw_queue *q = view->q;
	size_t i;

	for (i = 0; q->have & VI_Q_TOKENS && q->tokens &&
		    i < view->ring->num_in_flight; i++) {
		struct vi_flight *f = &view->flights[i];
		uint64_t ns = f->chain->id < q->size ?
			      q->tokens[f->chain->id].started_ns : 0;

		if (ns && ns < f->since_ns)
			f->since_ns = ns;
	}
}

static const struct vi_queue *same_queue(const struct vi_snapshot *before,
					      const struct vi_queue *now)
{
	const struct vi_queue *was =
		before ? vi_snapshot_queue(before, now->q->index) : NULL;

	return was && was->q->size == now->q->size &&
	       was->q->desc == now->q->desc &&
	       was->q->packed == now->q->packed &&
	       was->ring->readable && now->ring->readable ? was : NULL;
}

void vi_set_ages(struct vi_snapshot *snap, const struct vi_snapshot *before)
{
	size_t i, k;

	for (i = 0; i < snap->count; i++) {
		struct vi_queue *view = &snap->views[i];
		const struct vi_queue *was = same_queue(before, view);

		if (was)
			compare(view, was);
		use_starts(view);
		for (k = 0; k < view->ring->num_in_flight; k++) {
			struct vi_header *h =
				(struct vi_header *)view->flights[k].header;

			if (!h)
				continue;
			h->has_age = true;
			h->age_ns = snap->mono_ns - view->flights[k].since_ns;
		}
	}
}
