// SPDX-License-Identifier: LGPL-2.1-or-later
/* Decode a split queue (virtio specification 1.4, section 2.7). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view/walk.h"

static uint16_t get16(const struct vi_raw_queue *q, const uint8_t *bytes,
		      size_t at)
{
	uint16_t v;

	memcpy(&v, bytes + at, sizeof(v));
	return vi_q16(q, v);
}

static bool add_head(struct vi_walker *w, struct vi_decoded *ring,
		     uint16_t head)
{
	struct vi_chain c = { 0 };

	return vi_walk_split(w, head, &c) && vi_ring_add(w, ring, &c);
}

/*
 * Does the ring still hold all history? Then no index has wrapped, and later
 * entries were never written.
 */
static bool is_fresh(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t i;

	if (ring->avail >= q->size || ring->used > ring->avail)
		return false;
	for (i = ring->avail; i < q->size; i++)
		if (vi_split_avail(q, i))
			return false;
	for (i = ring->used; i < q->size; i++) {
		struct vring_used_elem e = vi_split_used(q, i);

		if (e.id || e.len)
			return false;
	}
	return true;
}

/* Find the head @id among entries [@from, @to): its offset, or -1. */
static int32_t find_head(const struct vi_raw_queue *q, uint16_t from,
			 uint16_t to, uint32_t id)
{
	uint16_t n = to - from, i;

	for (i = 0; i < n; i++)
		if (vi_split_avail(q, from + i) == id)
			return i;
	return -1;
}

/*
 * With IN_ORDER, a used entry stands for all buffers up to the one it names
 * (spec 2.7.9), and the driver may be halfway through these; the entry at L is
 * stale then. Is that possible? Some earlier entry would name a buffer in [L,
 * U).
 */
static bool may_be_in_batch(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint64_t *wait = vi_bits_new(q->size);
	/* Entries never written are all zeros. */
	bool zeros = !ring->last && is_fresh(ring), found = !wait;
	uint16_t i;

	for (i = ring->last; wait && i != ring->used; i++)
		if (vi_split_avail(q, i) < q->size)
			vi_bit_set(wait, vi_split_avail(q, i));
	for (i = 1; !found && i <= q->size; i++) {
		struct vring_used_elem e = vi_split_used(q, ring->last - i);

		found = !(zeros && !e.id && !e.len) && e.id < q->size &&
			vi_bit(wait, e.id);
	}
	free(wait);
	return found;
}

/*
 * Where the batch ends that the driver is halfway through, from L: its last
 * entry; -1: it is not. *@lost: it may be, but where that ends is not known.
 */
static int32_t rest_of_batch(const struct vi_decoded *ring, bool *lost)
{
	const struct vi_raw_queue *q = ring->q;
	int32_t last;

	*lost = false;
	if (!(q->have & VI_Q_BATCH)) {
		*lost = may_be_in_batch(ring);
		return -1;
	}
	if (!q->in_batch)
		return -1;
	last = find_head(q, ring->last, ring->used, q->batch_last);
	*lost = last < 0;
	return last;
}

/*
 * With IN_ORDER, [L, U) are the heads made available there. A batch's entry is
 * at its start; it names, and belongs to, its last buffer.
 */
static bool find_unreaped_in_order(struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t n = ring->used - ring->last, i;
	uint32_t len = q->batch_len;
	bool lost;
	int32_t end = rest_of_batch(ring, &lost);

	for (i = 0; i < n; i++) {
		uint16_t at = ring->last + i;
		struct vring_used_elem e = vi_split_used(q, at);
		struct vi_used used = {
			.id = vi_split_avail(q, at), .skipped = true,
			.at = at & (q->size - 1),
		};

		if (i == end + 1 && !lost) {
			int32_t on = find_head(q, at, ring->used, e.id);

			lost = on < 0;
			end = i + (lost ? 0 : on);
			len = e.len;
			used.id = lost ? e.id : used.id;
		}
		if (i == end) {
			used.len = len;
			used.skipped = false;
		}
		if (!vi_decoded_add_unreaped(ring, used))
			return false;
	}
	return true;
}

/*
 * Without the features, a used entry stands for one buffer or for several. It is
 * one either way if each, from entry @from on, is next in order.
 */
static bool may_be_batches(const struct vi_decoded *ring, uint16_t from)
{
	const struct vi_raw_queue *q = ring->q;

	if (q->have & VI_Q_FEATURES)
		return false;
	for (; from != ring->used; from++)
		if (vi_split_used(q, from).id != vi_split_avail(q, from))
			return true;
	return false;
}

/* Collect [L, U) if L is known and plausible. */
static bool find_unreaped(struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t n = ring->used - ring->last, i;

	if (!ring->has_last || n > q->size ||
	    may_be_batches(ring, ring->last))
		return true;
	ring->knows_unreaped = true;
	if (vi_features_test(q->features, VIRTIO_F_IN_ORDER))
		return find_unreaped_in_order(ring);
	for (i = 0; i < n; i++) {
		uint16_t at = ring->last + i;
		struct vring_used_elem e = vi_split_used(q, at);
		struct vi_used used = {
			.id = e.id, .len = e.len, .at = at & (q->size - 1),
		};

		if (!vi_decoded_add_unreaped(ring, used))
			return false;
	}
	return true;
}

/* Mark buffers in [L, U). */
static void mark_unreaped(const struct vi_decoded *ring, uint64_t *bits)
{
	size_t i;

	for (i = 0; i < ring->num_unreaped; i++)
		if (ring->unreaped[i].id < ring->q->size)
			vi_bit_set(bits, ring->unreaped[i].id);
}

/*
 * List heads that have a token and are not in @skip, newest first, from the
 * available ring's newest entry back: only the latest entry of a head counts.
 * Adds the heads to @skip.
 */
static uint32_t sort_heads(const struct vi_decoded *ring, uint64_t *skip,
			   uint32_t count, uint16_t *order)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t i, n = 0;

	for (i = 1; n < count && i <= q->size; i++) {
		uint16_t head = vi_split_avail(q, ring->avail - i);

		if (head >= q->size || !q->tokens[head].present ||
		    vi_bit(skip, head))
			continue;
		vi_bit_set(skip, head);
		order[n++] = head;
	}
	return n;
}

static bool add_heads(struct vi_walker *w, struct vi_decoded *ring,
		      uint64_t *skip, uint32_t count)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t *order = malloc(count * sizeof(*order));
	bool ok = order && vi_ring_reserve(ring, count);
	uint32_t i, n = ok ? sort_heads(ring, skip, count, order) : 0;

	/* In flight, but no longer in the available ring. */
	for (i = 0; ok && n < count && i < q->size; i++)
		if (q->tokens[i].present && !vi_bit(skip, i))
			ok = add_head(w, ring, i);
	while (ok && n)
		ok = add_head(w, ring, order[--n]);
	free(order);
	return ok;
}

/*
 * With the driver's state, heads in flight are those with a token, except
 * completed ones; oldest first.
 */
static bool flight_by_tokens(struct vi_walker *w, struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint64_t *skip = vi_bits_new(q->size);
	uint32_t i, count = 0;
	bool ok = skip;

	if (ok)
		mark_unreaped(ring, skip);
	for (i = 0; ok && i < q->size; i++)
		count += q->tokens[i].present && !vi_bit(skip, i);
	if (count)
		ok = add_heads(w, ring, skip, count);
	free(skip);
	/* Those of a batch may be among them. */
	ring->exact = !ring->has_last || !may_be_batches(ring, ring->last);
	ring->known = true;
	return ok;
}

/* Do the last @n heads before U repeat with period @step? */
static bool repeats(const struct vi_decoded *ring, uint32_t n, uint32_t step)
{
	uint32_t i;

	for (i = 1; i + step <= n; i++)
		if (vi_split_avail(ring->q, ring->used - i) !=
		    vi_split_avail(ring->q, ring->used - i - step))
			return false;
	return true;
}

/* A shorter history may match by chance. */
#define FIFO_LEAST	8
/* Longest period of repeating heads to check for. */
#define FIFO_STEPS	64

/*
 * Has the device completed in FIFO order so far? At least half a ring of
 * history must show it. Repeating heads prove nothing: they would look the same
 * behind a buffer that the device keeps for long. (An unused ring, or one
 * request at a time, is such a case.)
 */
static bool is_fifo(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t flight = ring->avail - ring->used;
	uint32_t history = q->size - flight, i;

	if (history < q->size / 2 || history < FIFO_LEAST)
		return false;
	for (i = 1; i <= history; i++) {
		uint16_t at = ring->used - i;

		if (vi_split_used(q, at).id != vi_split_avail(q, at))
			return false;
	}
	for (i = 1; i <= history / 2 && i <= FIFO_STEPS; i++)
		if (repeats(ring, history, i))
			return false;
	return true;
}

/*
 * Is every descriptor the head of a buffer in flight? A full ring has as many
 * buffers as descriptors, one each; the ring must list each head once.
 */
static bool is_full(const struct vi_decoded *ring, bool *no_memory)
{
	const struct vi_raw_queue *q = ring->q;
	uint64_t *met;
	uint32_t i = 0;

	if ((uint16_t)(ring->avail - ring->used) != q->size)
		return false;
	met = vi_bits_new(q->size);
	*no_memory = !met;
	for (; met && i < q->size; i++) {
		uint16_t head = vi_split_avail(q, i);

		if (head >= q->size || vi_bit(met, head))
			break;
		vi_bit_set(met, head);
	}
	free(met);
	return i == q->size;
}

/*
 * In flight is what was made available minus what completed: each completion
 * cancels the oldest entry of its head.
 */
static bool flight_by_history(struct vi_walker *w, struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t *done = calloc(q->size, sizeof(*done));
	bool ok = done;
	uint32_t i;

	for (i = 0; ok && i < ring->used; i++) {
		uint32_t id = vi_split_used(q, i).id;

		if (id < q->size)
			done[id]++;
	}
	for (i = 0; ok && i < ring->avail; i++) {
		uint16_t head = vi_split_avail(q, i);

		if (head < q->size && done[head])
			done[head]--;
		else
			ok = add_head(w, ring, head);
	}
	free(done);
	return ok;
}

/* Without tokens: buffers made available since the device's index. */
static bool flight_by_indices(struct vi_walker *w, struct vi_decoded *ring)
{
	uint16_t n = ring->avail - ring->used, i;
	bool no_memory = false;

	if (n > ring->q->size)
		return true;
	ring->known = true;
	if (vi_features_test(ring->q->features, VIRTIO_F_IN_ORDER) || !n) {
		ring->exact = true;
	} else if (is_fresh(ring) && !may_be_batches(ring, 0)) {
		ring->fresh = true;
		ring->exact = true;
		return flight_by_history(w, ring);
	} else {
		ring->exact = is_full(ring, &no_memory) || is_fifo(ring);
	}
	if (no_memory || !vi_ring_reserve(ring, n))
		return false;
	for (i = 0; i < n; i++)
		if (!add_head(w, ring, vi_split_avail(ring->q, ring->used + i)))
			return false;
	return true;
}

static bool find_flight(struct vi_decoded *ring)
{
	struct vi_walker w;
	bool ok = vi_walker_init(&w, ring->q);

	if (ok)
		ok = ring->q->have & VI_Q_TOKENS && ring->q->tokens ?
		     flight_by_tokens(&w, ring) : flight_by_indices(&w, ring);
	ok &= vi_ring_take(ring, &w);
	vi_walker_fini(&w);
	return ok;
}

static void decide_events(struct vi_decoded *ring)
{
	ring->knows_events = ring->q->have & VI_Q_FEATURES;
	if (vi_features_test(ring->q->features, VIRTIO_RING_F_EVENT_IDX)) {
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

int vi_decode_split(const struct vi_raw_queue *q, struct vi_decoded *ring)
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
	return find_unreaped(ring) && find_flight(ring) ? 0 : -ENOMEM;
}
