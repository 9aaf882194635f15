// SPDX-License-Identifier: GPL-2.0-or-later
/* What a split queue means (virtio specification 1.4, section 2.7). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/walk.h"

static uint16_t get16(const struct vi_queue *q, const uint8_t *bytes,
		      size_t at)
{
	uint16_t v;

	memcpy(&v, bytes + at, sizeof(v));
	return vi_q16(q, v);
}

struct vring_desc vi_split_desc(const struct vi_queue *q, uint32_t i)
{
	struct vring_desc d;

	memcpy(&d, q->desc_bytes + (size_t)i * sizeof(d), sizeof(d));
	d.addr = vi_q64(q, d.addr);
	d.len = vi_q32(q, d.len);
	d.flags = vi_q16(q, d.flags);
	d.next = vi_q16(q, d.next);
	return d;
}

uint16_t vi_split_avail(const struct vi_queue *q, uint16_t idx)
{
	return get16(q, q->driver_bytes, 4 + 2 * (size_t)(idx & (q->size - 1)));
}

struct vring_used_elem vi_split_used(const struct vi_queue *q, uint16_t idx)
{
	struct vring_used_elem e;

	memcpy(&e, q->device_bytes + 4 +
	       sizeof(e) * (size_t)(idx & (q->size - 1)), sizeof(e));
	e.id = vi_q32(q, e.id);
	e.len = vi_q32(q, e.len);
	return e;
}

/* A bit for each descriptor. */
struct set {
	uint64_t *bits;
};

static bool set_init(struct set *s, uint32_t size)
{
	s->bits = calloc((size + 63) / 64, sizeof(*s->bits));
	return s->bits;
}

static bool set_has(const struct set *s, uint32_t i)
{
	return s->bits[i / 64] >> (i % 64) & 1;
}

static void set_put(struct set *s, uint32_t i)
{
	s->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool add_head(struct vi_ring *ring, uint16_t head)
{
	struct vi_chain c = { 0 };

	if (!vi_walk_split(ring->q, head, &c)) {
		vi_chain_free(&c);
		return false;
	}
	return vi_ring_add(ring, &c);
}

/* [L, U), where L is known and not absurd. */
static bool find_unseen(struct vi_ring *ring)
{
	uint16_t n = ring->used - ring->last, i;

	if (!ring->has_last || n > ring->q->size)
		return true;
	ring->knows_unseen = true;
	for (i = 0; i < n; i++) {
		uint16_t at = ring->last + i;
		struct vring_used_elem e = vi_split_used(ring->q, at);
		struct vi_used used = {
			.id = e.id, .len = e.len,
			.at = at & (ring->q->size - 1),
		};

		if (!vi_ring_add_unseen(ring, used))
			return false;
	}
	return true;
}

/*
 * With the driver's state: the heads that it keeps a token for, without those
 * that are completed. The oldest first: the available ring is read from its
 * newest entry back, as the last time that a head was offered counts.
 */
static bool flight_by_tokens(struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	uint16_t *order = calloc(q->size, sizeof(*order));
	struct set skip = { NULL };
	uint32_t i, n = 0;
	bool ok = order && set_init(&skip, q->size);

	for (i = 0; ok && i < ring->num_unseen; i++)
		if (ring->unseen[i].id < q->size)
			set_put(&skip, ring->unseen[i].id);
	for (i = 1; ok && i <= q->size; i++) {
		uint16_t head = vi_split_avail(q, ring->avail - i);

		if (head >= q->size || !q->tokens[head].present ||
		    set_has(&skip, head))
			continue;
		set_put(&skip, head);
		order[n++] = head;
	}
	/* Not in the ring any more, and still outstanding. */
	for (i = 0; ok && i < q->size; i++)
		if (q->tokens[i].present && !set_has(&skip, i))
			ok = add_head(ring, i);
	while (ok && n)
		ok = add_head(ring, order[--n]);
	free(order);
	free(skip.bits);
	ring->exact = true;
	ring->known = true;
	return ok;
}

/* Did the device so far finish first what came first? At least half a ring
 * of history must say so. */
static bool is_fifo(const struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	uint16_t flight = ring->avail - ring->used, i;
	uint32_t history = q->size - flight;

	if (history < q->size / 2 || !history)
		return false;
	for (i = 1; i <= history; i++) {
		uint16_t at = ring->used - i;

		if (vi_split_used(q, at).id != vi_split_avail(q, at))
			return false;
	}
	/* A ring that was never used is all zeros, and proves nothing. */
	return vi_split_used(q, ring->used - 1).id ||
	       vi_split_used(q, ring->used - 2).id;
}

/* Without it: what was offered since the device's index. */
static bool flight_by_indices(struct vi_ring *ring)
{
	uint16_t n = ring->avail - ring->used, i;

	if (n > ring->q->size)
		return true;
	ring->known = true;
	ring->exact = !n || is_fifo(ring) ||
		      vi_queue_has_feature(ring->q, VIRTIO_F_IN_ORDER);
	for (i = 0; i < n; i++)
		if (!add_head(ring, vi_split_avail(ring->q, ring->used + i)))
			return false;
	return true;
}

static void decide_events(struct vi_ring *ring)
{
	if (vi_queue_has_feature(ring->q, VIRTIO_RING_F_EVENT_IDX)) {
		ring->would_kick = vring_need_event(ring->avail_event,
			ring->avail + 1, ring->avail);
		ring->would_interrupt = vring_need_event(ring->used_event,
			ring->used + 1, ring->used);
		return;
	}
	ring->would_kick = !(ring->used_flags & VRING_USED_F_NO_NOTIFY);
	ring->would_interrupt =
		!(ring->avail_flags & VRING_AVAIL_F_NO_INTERRUPT);
}

int vi_decode_split(const struct vi_queue *q, struct vi_ring *ring)
{
	struct vi_ring_parts parts = vi_ring_parts(false, q->size);

	if (q->size & (q->size - 1)) {
		ring->readable = false;
		return 0;
	}
	ring->avail_flags = get16(q, q->driver_bytes, 0);
	ring->avail_idx = get16(q, q->driver_bytes, 2);
	ring->used_event = get16(q, q->driver_bytes, parts.driver - 2);
	ring->used_flags = get16(q, q->device_bytes, 0);
	ring->used_idx = get16(q, q->device_bytes, 2);
	ring->avail_event = get16(q, q->device_bytes, parts.device - 2);
	ring->avail = ring->avail_idx;
	ring->used = ring->used_idx;
	ring->has_avail = true;
	ring->has_used = true;
	decide_events(ring);
	if (!find_unseen(ring))
		return -ENOMEM;
	if (!(q->have & VI_Q_TOKENS ? flight_by_tokens(ring) :
				      flight_by_indices(ring)))
		return -ENOMEM;
	return 0;
}
