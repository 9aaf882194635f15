// SPDX-License-Identifier: LGPL-2.1-or-later
/* Decode a packed queue (virtio specification 1.4, section 2.8). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view/walk.h"

#define F_AVAIL		(1 << VRING_PACKED_DESC_F_AVAIL)

/* How many slots did the completed buffer @id take? 1 if unknown. */
static uint32_t slots_of(const struct vi_raw_queue *q, uint16_t id)
{
	if (!(q->have & VI_Q_TOKENS) || id >= q->size ||
	    !q->tokens[id].num || q->tokens[id].num > q->size)
		return 1;
	return q->tokens[id].num;
}

/* Were the driver's tokens read? */
static bool has_tokens(const struct vi_raw_queue *q)
{
	return q->have & VI_Q_TOKENS && q->tokens;
}

static bool in_order(const struct vi_raw_queue *q)
{
	return vi_features_test(q->features, VIRTIO_F_IN_ORDER);
}

static bool may_be_in_order(const struct vi_raw_queue *q)
{
	return !vi_queue_lacks(q, VIRTIO_F_IN_ORDER);
}

/* How many slots from @pos on the list of buffer @id ends; 0: nowhere. */
static uint32_t slots_until(const struct vi_raw_queue *q, uint16_t pos,
			    uint32_t most, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < most; i++) {
		struct vring_packed_desc d = vi_packed_desc(q, VI_SLOT(pos));

		if (!vi_packed_is_avail(d.flags, pos))
			break;
		if (d.id == id && !(d.flags & VRING_DESC_F_NEXT))
			return i + 1;
		pos = vi_packed_step(q, pos, 1);
	}
	return 0;
}

/*
 * With IN_ORDER, a used entry stands for all buffers up to the one it names
 * (spec 2.8.9), up to the last slot of that buffer's list. It overwrote only
 * the first slot of the batch.
 */
static uint32_t slots_of_batch(const struct vi_raw_queue *q, uint16_t pos,
			       uint32_t most, uint16_t id)
{
	uint32_t rest = slots_until(q, vi_packed_step(q, pos, 1), most - 1, id);

	return rest ? rest + 1 : slots_of(q, id);
}

/* The rest of the batch that the driver is halfway through: *@passed slots.
 * False: out of memory. */
static bool add_rest_of_batch(struct vi_decoded *ring, uint32_t most,
			      uint32_t *passed)
{
	const struct vi_raw_queue *q = ring->q;

	if (!in_order(q) || !(q->have & VI_Q_BATCH) || !q->in_batch)
		return true;
	*passed = slots_until(q, ring->last, most, q->batch_last);
	return !*passed || vi_decoded_add_unreaped(ring, (struct vi_used) {
			.id = q->batch_last, .len = q->batch_len,
			.at = VI_SLOT(ring->last), .slots = *passed });
}

/* Follow used entries from L to U. */
static bool find_unreaped(struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t most = q->size, passed = 0;
	uint16_t pos = ring->last;

	if (ring->has_avail &&
	    vi_packed_distance(q, ring->last, ring->avail) < most)
		most = vi_packed_distance(q, ring->last, ring->avail);
	if (!add_rest_of_batch(ring, most, &passed))
		return false;
	pos = vi_packed_step(q, pos, passed);
	while (passed < q->size) {
		struct vring_packed_desc d = vi_packed_desc(q, VI_SLOT(pos));
		uint32_t n = slots_of(q, d.id);

		if (!vi_packed_is_used(d.flags, pos))
			break;
		if (in_order(q) && passed < most)
			n = slots_of_batch(q, pos, most - passed, d.id);
		if (!vi_decoded_add_unreaped(ring, (struct vi_used) {
				.id = d.id, .len = d.len, .at = VI_SLOT(pos),
				.slots = n }))
			return false;
		passed += n;
		pos = vi_packed_step(q, pos, n);
	}
	ring->used = pos;
	ring->has_used = true;
	ring->knows_unreaped = true;
	return true;
}

/* The position one slot back. */
static uint16_t step_back(const struct vi_raw_queue *q, uint16_t pos)
{
	if (VI_SLOT(pos))
		return pos - 1;
	return (q->size - 1) | ((pos & VI_WRAP) ^ VI_WRAP);
}

/* Does a buffer with this id occupy a slot in [L, A)? */
static bool waits_for(const struct vi_decoded *ring, uint16_t id)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t pos = ring->last;
	uint32_t i;

	for (i = 0; pos != ring->avail && i < q->size; i++) {
		if (vi_packed_desc(q, VI_SLOT(pos)).id == id)
			return true;
		pos = vi_packed_step(q, pos, 1);
	}
	return false;
}

/*
 * With IN_ORDER, the driver may be halfway through a batch, whose rest looks in
 * the ring like buffers still in flight. Is that possible here? The entry
 * before L would then name one of those buffers, or the driver has overwritten
 * it.
 */
static bool may_be_in_batch(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t left = vi_packed_distance(q, ring->last, ring->avail);
	uint16_t pos = ring->last;

	if (!left)
		return false;
	for (left = left < q->size ? q->size - left : 0; left; left--) {
		struct vring_packed_desc d;

		pos = step_back(q, pos);
		d = vi_packed_desc(q, VI_SLOT(pos));
		if (!d.flags && !d.addr)
			return false;	/* never written */
		if (vi_packed_is_used(d.flags, pos))
			return waits_for(ring, d.id);
	}
	return true;
}

/* Is the driver halfway through a batch whose end is not in the ring? */
static bool lost_batch(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;

	return q->in_batch && (!ring->num_unreaped ||
			       ring->unreaped[0].id != q->batch_last);
}

/* State of the search for buffers in flight. */
struct flight {
	struct vi_decoded *ring;
	struct vi_walker w;
	uint64_t *unreaped, *found;	/* bits by id */
	size_t *last;	/* by id: its latest list */
};

static bool is_outstanding(const struct flight *f, uint16_t id)
{
	const struct vi_raw_queue *q = f->ring->q;

	if (!has_tokens(q) || in_order(q) || id >= q->size)
		return true;
	return q->tokens[id].present && !vi_bit(f->unreaped, id);
}

/* Did a used entry overwrite the list's head? The driver knows its length. */
static bool lost_head(const struct vi_raw_queue *q, const struct vi_chain *c)
{
	return has_tokens(q) && c->id < q->size &&
	       q->tokens[c->id].num > c->slots;
}

/*
 * Keep only the latest list of each id. A buffer that completed out of order
 * and was submitted again leaves a stale list behind.
 */
static void drop_older(struct flight *f)
{
	struct vi_decoded *ring = f->ring;
	size_t i, kept = 0;

	for (i = 0; i < ring->num_in_flight; i++) {
		struct vi_chain *c = &ring->in_flight[i];

		if (c->id >= ring->q->size || f->last[c->id] == i)
			ring->in_flight[kept++] = *c;
	}
	ring->num_in_flight = kept;
}

static bool add_list(struct flight *f, struct vi_chain *c)
{
	const struct vi_raw_queue *q = f->ring->q;

	if (!is_outstanding(f, c->id))
		return true;
	/* Only the list at the used position can have lost its head. */
	if (lost_head(q, c) && c->head == VI_SLOT(f->ring->used) &&
	    !vi_chain_note(&f->w, c, VI_WALK_HEAD_GONE, false, c->head, 0))
		return false;
	if (c->id < q->size) {
		vi_bit_set(f->found, c->id);
		f->last[c->id] = f->ring->num_in_flight;
	}
	return vi_ring_add(&f->w, f->ring, c);
}

/* Collect lists in [U, A), not completed by the device, in ring order. */
static bool lists_in_ring(struct flight *f)
{
	struct vi_decoded *ring = f->ring;
	const struct vi_raw_queue *q = ring->q;
	uint32_t left = vi_packed_distance(q, ring->used, ring->avail);
	uint16_t pos = ring->used;

	if (left > q->size)
		return true;
	while (left) {
		struct vi_chain c = { 0 };
		uint32_t n = 1;

		if (vi_packed_is_avail(vi_packed_desc(q, VI_SLOT(pos)).flags,
				       pos)) {
			if (!vi_walk_packed(&f->w, pos, left, &c))
				return false;
			n = c.slots ? c.slots : 1;
			if (!add_list(f, &c))
				return false;
		}
		pos = vi_packed_step(q, pos, n);
		left -= n;
	}
	return true;
}

/* In flight but no longer in the ring: only the id is known. */
static bool ids_not_in_ring(struct flight *f)
{
	const struct vi_raw_queue *q = f->ring->q;
	uint32_t id;

	for (id = 0; id < q->size; id++) {
		struct vi_chain c = { .id = id };

		if (!is_outstanding(f, id) || vi_bit(f->found, id))
			continue;
		c.slots = q->tokens[id].num;
		if (!vi_chain_note(&f->w, &c, VI_WALK_HEAD_GONE, false, 0,
				   0) ||
		    !vi_ring_add(&f->w, f->ring, &c))
			return false;
	}
	return true;
}

/*
 * Do lists in [U, A) occupy more slots than the driver's tokens account for?
 * Without tokens: true if the ring cannot contain stale lists.
 */
static bool more_than_tokens(const struct flight *f)
{
	const struct vi_decoded *ring = f->ring;
	const struct vi_raw_queue *q = ring->q;
	uint32_t slots = 0, id;

	if (!has_tokens(q))
		return ring->fresh || in_order(q);
	for (id = 0; id < q->size; id++)
		if (q->tokens[id].present && !vi_bit(f->unreaped, id))
			slots += q->tokens[id].num;
	return slots < vi_packed_distance(q, ring->used, ring->avail);
}

/* Has each id in [L, U) a token? */
static bool knows_all_unreaped(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	size_t i;

	for (i = 0; i < ring->num_unreaped; i++)
		if (ring->unreaped[i].id >= q->size ||
		    !q->tokens[ring->unreaped[i].id].present)
			return false;
	return true;
}

static bool find_flight(struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	struct flight f = {
		.ring = ring,
		.unreaped = vi_bits_new(q->size), .found = vi_bits_new(q->size),
		.last = calloc(q->size, sizeof(*f.last)),
	};
	bool ok = vi_walker_init(&f.w, q) && f.unreaped && f.found && f.last;
	size_t i;

	ring->known = true;
	ring->exact = ring->fresh ||
		      (has_tokens(q) && !ring->inferred_positions &&
		       knows_all_unreaped(ring));
	for (i = 0; ok && i < ring->num_unreaped; i++)
		if (ring->unreaped[i].id < q->size)
			vi_bit_set(f.unreaped, ring->unreaped[i].id);
	ok = ok && lists_in_ring(&f);
	/* Otherwise an id in two lists is in flight twice. */
	if (ok && ring->num_in_flight && !more_than_tokens(&f))
		drop_older(&f);
	if (ok && has_tokens(q) && !in_order(q))
		ok = ids_not_in_ring(&f);
	ok &= vi_ring_take(ring, &f.w);
	vi_walker_fini(&f.w);
	free(f.unreaped);
	free(f.found);
	free(f.last);
	return ok;
}

/* Flags that ask for one position say that event indices were negotiated: they
 * are valid only then (spec 2.8.10). */
bool vi_packed_passes(const struct vi_raw_queue *q, uint16_t flags,
		      uint16_t off_wrap, uint16_t pos)
{
	uint16_t event = VI_SLOT(off_wrap), to;

	if ((flags & 3) != VRING_PACKED_EVENT_FLAG_DESC ||
	    vi_queue_lacks(q, VIRTIO_RING_F_EVENT_IDX))
		return (flags & 3) != VRING_PACKED_EVENT_FLAG_DISABLE;
	to = VI_SLOT(pos) + 1;
	if ((pos & VI_WRAP) != (off_wrap & VI_WRAP))
		event -= q->size;
	return vring_need_event(event, to, to - 1);
}

/*
 * Has the ring not wrapped yet? Then slots beyond the available ones of the
 * first lap are still zero, and no slot is used.
 */
static bool is_fresh(const struct vi_raw_queue *q, uint16_t *avail)
{
	static const struct vring_packed_desc zero;
	uint32_t i, n;

	for (n = 0; n < q->size; n++)
		if (!vi_packed_is_avail(vi_packed_desc(q, n).flags, VI_WRAP | n))
			break;
	if (n == q->size)
		return false;
	for (i = n; i < q->size; i++) {
		struct vring_packed_desc d = vi_packed_desc(q, i);

		if (memcmp(&d, &zero, sizeof(d)))
			return false;
	}
	*avail = n | VI_WRAP;
	return true;
}

/*
 * Where the driver writes next: it fills each slot in each lap, so that is the
 * first slot that shows the lap before. AVAIL is the lap's wrap counter in
 * slots that are available and in used ones (spec 2.8.1).
 */
static uint16_t find_avail(const struct vi_raw_queue *q)
{
	uint16_t first = vi_packed_desc(q, 0).flags & F_AVAIL;
	uint32_t i;

	for (i = 1; i < q->size; i++)
		if ((vi_packed_desc(q, i).flags & F_AVAIL) != first)
			break;
	return vi_packed_step(q, first ? VI_WRAP : 0, i);
}

/*
 * The device has written all used entries before its position: it is behind
 * the last one, if that stands for one slot.
 */
static uint16_t find_used(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t pos = ring->avail, before;
	uint32_t i;

	for (i = 0; i < q->size; i++, pos = before) {
		before = step_back(q, pos);
		if (vi_packed_is_used(vi_packed_desc(q, VI_SLOT(before)).flags,
				      before))
			break;
	}
	return pos;
}

/* Guess positions that are not known from descriptor flags. */
static void infer_positions(struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;

	if (!ring->has_avail && !ring->has_used && is_fresh(q, &ring->avail)) {
		ring->fresh = true;
		ring->used = VI_WRAP;
	} else {
		ring->inferred_positions = true;
		if (!ring->has_avail)
			ring->avail = find_avail(q);
		if (!ring->has_used)
			ring->used = find_used(ring);
	}
	ring->has_avail = true;
	ring->has_used = true;
}

int vi_decode_packed(const struct vi_raw_queue *q, struct vi_decoded *ring)
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

	if (q->have & VI_Q_AVAIL_SHADOW && VI_SLOT(q->avail_shadow) < q->size) {
		ring->avail = q->avail_shadow;
		ring->has_avail = true;
	}
	if (ring->has_last && VI_SLOT(ring->last) >= q->size)
		ring->has_last = false;
	if (ring->has_last && !find_unreaped(ring))
		return -ENOMEM;
	if (ring->has_last && ring->has_avail && may_be_in_order(q) &&
	    (q->have & VI_Q_BATCH ? lost_batch(ring) : may_be_in_batch(ring))) {
		ring->inferred_positions = true;
		ring->knows_unreaped = false;
	}
	ring->knows_driver = ring->has_last && ring->has_avail;
	/* U is further if the last used entry stands for several slots, or for
	 * several buffers. */
	if (ring->num_unreaped && !in_order(q) &&
	    (!has_tokens(q) || may_be_in_order(q))) {
		ring->inferred_positions = true;
		ring->knows_unreaped = false;
	}
	if (!ring->has_avail || !ring->has_used)
		infer_positions(ring);
	if (!find_flight(ring))
		return -ENOMEM;
	ring->knows_events = true;
	ring->would_kick = vi_packed_passes(q, ring->device_flags,
					    ring->device_off_wrap,
					    ring->avail);
	ring->would_interrupt = vi_packed_passes(q, ring->driver_flags,
						 ring->driver_off_wrap,
						 ring->used);
	return 0;
}
