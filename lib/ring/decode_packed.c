// SPDX-License-Identifier: GPL-2.0-or-later
/* What a packed queue means (virtio specification 1.4, section 2.8). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/walk.h"

#define F_AVAIL		(1 << VRING_PACKED_DESC_F_AVAIL)
#define F_USED		(1 << VRING_PACKED_DESC_F_USED)
#define WRAP		0x8000
#define SLOT(pos)	((pos) & 0x7fff)

struct vring_packed_desc vi_packed_desc(const struct vi_queue *q, uint32_t i)
{
	struct vring_packed_desc d;

	memcpy(&d, q->desc_bytes + (size_t)i * sizeof(d), sizeof(d));
	d.addr = vi_le64(d.addr);
	d.len = vi_le32(d.len);
	d.id = vi_le16(d.id);
	d.flags = vi_le16(d.flags);
	return d;
}

uint16_t vi_packed_step(const struct vi_queue *q, uint16_t pos, uint32_t n)
{
	uint32_t at = SLOT(pos) + n % q->size;

	/* A whole lap changes nothing but the counter. */
	if (n / q->size % 2)
		pos ^= WRAP;
	if (at < q->size)
		return at | (pos & WRAP);
	return (at - q->size) | ((pos & WRAP) ^ WRAP);
}

bool vi_packed_is_avail(uint16_t flags, uint16_t pos)
{
	return (flags & (F_AVAIL | F_USED)) == (pos & WRAP ? F_AVAIL : F_USED);
}

bool vi_packed_is_used(uint16_t flags, uint16_t pos)
{
	return (flags & (F_AVAIL | F_USED)) ==
	       (pos & WRAP ? F_AVAIL | F_USED : 0);
}

uint32_t vi_packed_distance(const struct vi_queue *q, uint16_t from,
			    uint16_t to)
{
	uint32_t a = SLOT(from), b = SLOT(to);

	if ((from & WRAP) != (to & WRAP))
		return q->size + b - a;
	return b >= a ? b - a : 2 * q->size + b - a;
}

/* How many slots the buffer took that was completed with @id. */
static uint32_t slots_of(const struct vi_queue *q, uint16_t id)
{
	if (!(q->have & VI_Q_TOKENS) || id >= q->size ||
	    !q->tokens[id].num || q->tokens[id].num > q->size)
		return 1;
	return q->tokens[id].num;
}

/* From L over used entries to U. */
static bool find_unseen(struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	uint32_t passed = 0;
	uint16_t pos = ring->last;

	while (passed < q->size) {
		struct vring_packed_desc d = vi_packed_desc(q, SLOT(pos));
		uint32_t n;

		if (!vi_packed_is_used(d.flags, pos))
			break;
		if (!vi_ring_add_unseen(ring, (struct vi_used) {
				.id = d.id, .len = d.len, .at = SLOT(pos) }))
			return false;
		n = slots_of(q, d.id);
		passed += n;
		pos = vi_packed_step(q, pos, n);
	}
	ring->used = pos;
	ring->has_used = true;
	ring->knows_unseen = true;
	return true;
}

/* Was the buffer of this id completed, though the driver has not seen it? */
static bool is_unseen(const struct vi_ring *ring, uint16_t id)
{
	size_t i;

	for (i = 0; i < ring->num_unseen; i++)
		if (ring->unseen[i].id == id)
			return true;
	return false;
}

static bool is_outstanding(const struct vi_ring *ring, uint16_t id)
{
	const struct vi_queue *q = ring->q;

	if (!(q->have & VI_Q_TOKENS))
		return true;
	return id < q->size && q->tokens[id].present && !is_unseen(ring, id);
}

/* Did the list lose its head to a used entry? The driver knows its length. */
static bool lost_head(const struct vi_queue *q, const struct vi_chain *c)
{
	return q->have & VI_Q_TOKENS && c->id < q->size &&
	       q->tokens[c->id].num > c->slots;
}

/* Lists from U to A: what the device has not finished, in the ring's order. */
static bool lists_in_ring(struct vi_ring *ring, uint64_t *found)
{
	const struct vi_queue *q = ring->q;
	uint32_t left = vi_packed_distance(q, ring->used, ring->avail);
	uint16_t pos = ring->used;

	if (left > q->size)
		return true;
	while (left) {
		struct vi_chain c = { 0 };
		uint32_t n;

		if (!vi_packed_is_avail(vi_packed_desc(q, SLOT(pos)).flags,
					pos)) {
			pos = vi_packed_step(q, pos, 1);
			left--;
			continue;
		}
		if (!vi_walk_packed(q, pos, left, &c)) {
			vi_chain_free(&c);
			return false;
		}
		n = c.slots ? c.slots : 1;
		pos = vi_packed_step(q, pos, n);
		left -= n;
		if (!is_outstanding(ring, c.id)) {
			vi_chain_free(&c);
			continue;
		}
		if (lost_head(q, &c) &&
		    !vi_chain_note(&c, VI_WALK_HEAD_GONE, false, c.head, 0)) {
			vi_chain_free(&c);
			return false;
		}
		if (c.id < q->size)
			found[c.id / 64] |= (uint64_t)1 << (c.id % 64);
		if (!vi_ring_add(ring, &c))
			return false;
	}
	return true;
}

/* Outstanding, and no longer in the ring: only its id is known. */
static bool ids_not_in_ring(struct vi_ring *ring, const uint64_t *found)
{
	const struct vi_queue *q = ring->q;
	uint32_t id;

	for (id = 0; id < q->size; id++) {
		struct vi_chain c = { .id = id };

		if (!is_outstanding(ring, id) ||
		    found[id / 64] >> (id % 64) & 1)
			continue;
		c.slots = q->tokens[id].num;
		if (!vi_chain_note(&c, VI_WALK_HEAD_GONE, false, 0, 0) ||
		    !vi_ring_add(ring, &c))
			return false;
	}
	return true;
}

static bool find_flight(struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	uint64_t *found = calloc((q->size + 63) / 64, sizeof(*found));
	bool ok = found;

	ring->known = true;
	ring->exact = q->have & VI_Q_TOKENS;
	ok = ok && lists_in_ring(ring, found);
	if (ok && q->have & VI_Q_TOKENS)
		ok = ids_not_in_ring(ring, found);
	free(found);
	return ok;
}

/* Is the position's slot, with the buffers added since, the one waited for? */
static bool passes(const struct vi_queue *q, uint16_t flags,
		   uint16_t off_wrap, uint16_t pos)
{
	uint16_t event = SLOT(off_wrap), to;

	if ((flags & 3) != VRING_PACKED_EVENT_FLAG_DESC ||
	    !vi_queue_has_feature(q, VIRTIO_RING_F_EVENT_IDX))
		return (flags & 3) != VRING_PACKED_EVENT_FLAG_DISABLE;
	to = SLOT(pos) + 1;
	if ((pos & WRAP) != (off_wrap & WRAP))
		event -= q->size;
	return vring_need_event(event, to, to - 1);
}

/*
 * Without the driver's state: the lap changes where the ring's own bits do.
 * Used entries come first, then available ones; a guess, and called one.
 */
static void infer_positions(struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	uint16_t first = vi_packed_desc(q, 0).flags, pos;
	uint32_t i;

	ring->inferred_positions = true;
	/* Slot 0 is of this lap; what is not, is of the lap before. */
	pos = first & F_AVAIL ? WRAP : 0;
	for (i = 0; i < q->size; i++) {
		uint16_t flags = vi_packed_desc(q, i).flags;

		if (!vi_packed_is_used(flags, pos | i))
			break;
	}
	ring->used = vi_packed_step(q, pos, i);
	for (; i < q->size; i++) {
		uint16_t flags = vi_packed_desc(q, i).flags;

		if (!vi_packed_is_avail(flags, pos | i))
			break;
	}
	ring->avail = vi_packed_step(q, pos, i);
	ring->has_avail = true;
	ring->has_used = true;
}

int vi_decode_packed(const struct vi_queue *q, struct vi_ring *ring)
{
	uint16_t off_wrap[2], flags[2];

	memcpy(&off_wrap[0], q->driver_bytes, 2);
	memcpy(&flags[0], q->driver_bytes + 2, 2);
	memcpy(&off_wrap[1], q->device_bytes, 2);
	memcpy(&flags[1], q->device_bytes + 2, 2);
	ring->driver_off_wrap = vi_le16(off_wrap[0]);
	ring->driver_flags = vi_le16(flags[0]);
	ring->device_off_wrap = vi_le16(off_wrap[1]);
	ring->device_flags = vi_le16(flags[1]);

	if (q->have & VI_Q_AVAIL_SHADOW && SLOT(q->avail_shadow) < q->size) {
		ring->avail = q->avail_shadow;
		ring->has_avail = true;
	}
	if (ring->has_last && SLOT(ring->last) >= q->size)
		ring->has_last = false;
	if (ring->has_last) {
		if (!find_unseen(ring))
			return -ENOMEM;
	}
	if (!ring->has_avail || !ring->has_used)
		infer_positions(ring);
	if (!find_flight(ring))
		return -ENOMEM;
	ring->would_kick = passes(q, ring->device_flags,
				  ring->device_off_wrap, ring->avail);
	ring->would_interrupt = passes(q, ring->driver_flags,
				       ring->driver_off_wrap, ring->used);
	return 0;
}
