// SPDX-License-Identifier: LGPL-2.1-or-later
/* Requests over time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "ring/endian.h"
#include "view/decode.h"
#include "view/follow.h"

/* --- A look --- */

int vi_heads_reserve(struct vi_heads *h)
{
	if (!h->present)
		h->present = calloc(VIRTQUEUE_MAX_SIZE, sizeof(*h->present));
	if (!h->token)
		h->token = calloc(VIRTQUEUE_MAX_SIZE, sizeof(*h->token));
	if (!h->ring)
		h->ring = calloc(VIRTQUEUE_MAX_SIZE, sizeof(*h->ring));
	return h->present && h->token && h->ring ? 0 : -ENOMEM;
}

void vi_heads_free(struct vi_heads *h)
{
	free(h->present);
	free(h->token);
	free(h->ring);
	*h = (struct vi_heads) { 0 };
}

/* Packed: the id of the used entry at @pos, if there is one. */
static bool is_used_entry(const struct vi_raw_queue *q,
			  const struct vi_heads *h, uint16_t pos, uint16_t *id)
{
	uint32_t entry = h->ring[VI_SLOT(pos)];

	*id = (uint16_t)entry;
	return *id < q->size && vi_packed_is_used(entry >> 16, pos);
}

static void drop_used(const struct vi_raw_queue *q, struct vi_heads *h)
{
	uint32_t n = vi_packed_distance(q, h->last, h->end), i;
	uint16_t pos = h->last, id;

	for (i = 0; i < n && i < q->size; i++) {
		if (is_used_entry(q, h, pos, &id))
			h->present[id] = false;
		pos = vi_packed_step(q, pos, 1);
	}
}

/* Is the slot at @pos the last one of a buffer's list? Then *@id is valid. */
static bool ends_list(const struct vi_heads *h, uint16_t pos, uint16_t *id)
{
	uint32_t entry = h->ring[VI_SLOT(pos)];

	*id = (uint16_t)entry;
	return vi_packed_is_avail(entry >> 16, pos) &&
	       !(entry >> 16 & VRING_DESC_F_NEXT);
}

/* How many slots from @pos on the list of buffer @id ends; 0: nowhere among
 * those that are available. */
static uint32_t slots_until(const struct vi_raw_queue *q,
			    const struct vi_heads *h, uint16_t pos,
			    uint32_t most, uint32_t id)
{
	uint32_t i;
	uint16_t last;

	for (i = 0; i < most; i++) {
		if (!vi_packed_is_avail(h->ring[VI_SLOT(pos)] >> 16, pos))
			break;
		if (ends_list(h, pos, &last) && last == id)
			return i + 1;
		pos = vi_packed_step(q, pos, 1);
	}
	return 0;
}

/*
 * With IN_ORDER, what is in flight lies between the device's position and the
 * driver's. A used entry stands for all buffers up to the one it names; the
 * rest of its batch looks as if it were in flight (spec 1.4, 2.8.9).
 */
static void keep_packed_flight(const struct vi_raw_queue *q,
			       struct vi_heads *h)
{
	uint32_t all = vi_packed_distance(q, h->last, h->end), i = 0;

	memset(h->present, 0, q->size * sizeof(*h->present));
	if (all > q->size)
		return;
	if (h->batch != VI_NO_BATCH)
		i = slots_until(q, h, h->last, all, h->batch);
	while (i < all) {
		uint16_t pos = vi_packed_step(q, h->last, i++), id;

		if (is_used_entry(q, h, pos, &id))
			i += slots_until(q, h, vi_packed_step(q, pos, 1),
					 all - i, id);
		else if (ends_list(h, pos, &id) && id < q->size)
			h->present[id] = true;
	}
}

/* In a split ring as well (2.7.9), whose device's position is plain. */
static void keep_split_flight(const struct vi_raw_queue *q, struct vi_heads *h)
{
	uint16_t n = h->end - h->last, i;

	memset(h->present, 0, q->size * sizeof(*h->present));
	for (i = 0; n <= q->size && i < n; i++) {
		uint32_t head = h->ring[(uint16_t)(h->last + i) &
					(q->size - 1)];

		if (head < q->size)
			h->present[head] = true;
	}
}

static bool in_order(const struct vi_raw_queue *q)
{
	return vi_features_test(q->features, VIRTIO_F_IN_ORDER);
}

void vi_heads_drop_unreaped(const struct vi_raw_queue *q, struct vi_heads *h)
{
	if (!vi_position_ok(q, h->last) || !vi_position_ok(q, h->end))
		return;
	if (in_order(q) && q->packed)
		keep_packed_flight(q, h);
	else if (in_order(q))
		keep_split_flight(q, h);
	else if (q->packed)
		drop_used(q, h);
}

/* --- What looks prove together --- */

bool vi_can_follow(const struct vi_raw_queue *q)
{
	return q->size && q->size <= VIRTQUEUE_MAX_SIZE &&
	       q->have & VI_Q_FEATURES &&
	       (q->packed || !(q->size & (q->size - 1)));
}

bool vi_can_overtake(const struct vi_raw_queue *q)
{
	return vi_queue_lacks(q, VIRTIO_F_IN_ORDER);
}

/* The time in which the highest rate fades. */
#define RATE_FADES	(10 * VI_NS)

/* Did the ring move so little that it still shows all that happened? */
static bool is_unbroken(struct vi_follow *f, const struct vi_raw_queue *q,
			const struct vi_heads *h, uint64_t ns)
{
	bool known = f->made.known;
	uint32_t n;

	f->rate *= (double)RATE_FADES / (double)(RATE_FADES + ns);
	f->made.lower_now = false;
	n = vi_counter_move(&f->made, q, h->avail, ns, f->rate);
	if (known && ns && n * 1e9 / (double)ns > f->rate)
		f->rate = n * 1e9 / (double)ns;
	return known && !f->made.lower_now &&
	       vi_steps(q, f->from, h->end) <= q->size;
}

static void forget(struct vi_followed *r)
{
	*r = (struct vi_followed) { 0 };
}

/* Split: a head that was made available again is another request (spec 1.4,
 * 2.7.6). */
static void forget_reused(struct vi_follow *f, const struct vi_raw_queue *q,
			  const struct vi_heads *h)
{
	uint16_t n = h->end - f->from, i;

	for (i = 0; i < n; i++) {
		uint32_t head = h->ring[(uint16_t)(f->from + i) &
					(q->size - 1)];

		if (head < q->size)
			forget(&f->of[head]);
	}
}

/*
 * Packed: so is an id that a used entry names (2.8.6). A used entry stays until
 * the driver comes round to its slot, while an available one may be gone, as
 * the device writes used entries over those of other buffers.
 */
static void forget_used(struct vi_follow *f, const struct vi_raw_queue *q,
			const struct vi_heads *h)
{
	uint32_t n = vi_steps(q, f->from, h->end), i;
	uint32_t taken = vi_steps(q, f->from, h->last);
	uint16_t pos = f->from, id;

	for (i = 0; i < n; i++) {
		if (is_used_entry(q, h, pos, &id)) {
			forget(&f->of[id]);
			f->done += i < taken;
		}
		pos = vi_packed_step(q, pos, 1);
	}
}

/*
 * Packed with IN_ORDER, where a used entry does not name all: an id whose list
 * lies beyond the driver's former position is in use again.
 */
static void forget_newer(struct vi_follow *f, const struct vi_raw_queue *q,
			 const struct vi_heads *h)
{
	uint32_t n = vi_steps(q, f->from, h->end), i;
	uint16_t pos = f->from;

	for (i = 0; i < n; i++) {
		uint16_t id = (uint16_t)h->ring[VI_SLOT(pos)];

		if (id < q->size)
			forget(&f->of[id]);
		pos = vi_packed_step(q, pos, 1);
	}
}

static void forget_others(struct vi_follow *f, const struct vi_raw_queue *q,
			  const struct vi_heads *h)
{
	if (!q->packed)
		forget_reused(f, q, h);
	else if (in_order(q))
		forget_newer(f, q, h);
	else
		forget_used(f, q, h);
}

/* The driver's token differs: another request. */
static bool is_other(const struct vi_followed *r, uint64_t token)
{
	return r->token && token && r->token != token;
}

static void follow_one(const struct vi_follow *f, struct vi_followed *r,
		       uint64_t token, uint64_t now, bool unbroken, bool recent)
{
	if (is_other(r, token))
		forget(r);
	if (!r->seen_ns)
		r->seen_ns = now;
	if (!r->since_ns || !unbroken) {
		r->since_ns = now;
		r->done = f->done;
		r->vague = !unbroken || !recent;
	}
	r->token = token;
}

static bool has_room(struct vi_follow *f, uint32_t size)
{
	if (f->of && f->size == size)
		return true;
	vi_follow_end(f);
	f->of = calloc(size, sizeof(*f->of));
	f->size = size;
	return f->of;
}

static bool are_valid(const struct vi_raw_queue *q, const struct vi_heads *h)
{
	return vi_position_ok(q, h->last) && vi_position_ok(q, h->avail) &&
	       vi_position_ok(q, h->end);
}

/* Let those start again that are not the requests of the last look. */
static bool tell_apart(struct vi_follow *f, const struct vi_raw_queue *q,
		       const struct vi_heads *h, uint64_t now)
{
	uint64_t ns = now > f->ns ? now - f->ns : 0;
	bool unbroken = is_unbroken(f, q, h, ns);

	if (!q->packed)
		f->done += vi_counter_move(&f->completed, q, h->last, ns,
					   f->rate);
	if (f->empty)
		return true;
	if (unbroken)
		forget_others(f, q, h);
	return unbroken;
}

int vi_follow_look(struct vi_follow *f, const struct vi_raw_queue *q,
		   const struct vi_heads *h, uint64_t now, bool recent)
{
	uint32_t i, count = 0;
	bool unbroken;

	if (!has_room(f, q->size))
		return -ENOMEM;
	if (!are_valid(q, h)) {
		vi_follow_break(f);
		return 0;
	}
	unbroken = tell_apart(f, q, h, now);
	f->seen_ns = 0;
	for (i = 0; i < q->size; i++) {
		if (!h->present[i]) {
			forget(&f->of[i]);
			continue;
		}
		count++;
		follow_one(f, &f->of[i], h->token[i], now, unbroken, recent);
		if (!f->seen_ns || f->of[i].seen_ns < f->seen_ns)
			f->seen_ns = f->of[i].seen_ns;
	}
	f->peak = count > f->peak ? count : f->peak;
	f->from = q->packed && !in_order(q) ? h->last : h->avail;
	f->first_ns = f->first_ns ? f->first_ns : now;
	f->ns = now;
	f->empty = !count;
	return 0;
}

void vi_follow_nothing(struct vi_follow *f, uint64_t now)
{
	if (f->of)
		memset(f->of, 0, f->size * sizeof(*f->of));
	vi_follow_break(f);
	f->ns = now;
	f->seen_ns = 0;
	f->empty = true;
}

void vi_follow_break(struct vi_follow *f)
{
	f->made.known = f->completed.known = false;
	f->empty = false;
}

/* Looks are at least FAST_NS apart, since closer ones cost too much, and at
 * most SLOW_NS, since a queue may become faster. */
#define FAST_NS		(VI_NS / 1000)
#define SLOW_NS		(VI_NS / 20)

uint64_t vi_follow_pause(const struct vi_follow *f,
			 const struct vi_raw_queue *q)
{
	double ns = (double)SLOW_NS;

	/* Often enough to see a quarter of the ring at a time. */
	if (f->rate > 0)
		ns = q->size / 4.0 / f->rate * 1e9;
	else if (f->ns == f->first_ns)
		return FAST_NS;
	if (ns < (double)FAST_NS)
		return FAST_NS;
	return ns < (double)SLOW_NS ? (uint64_t)ns : SLOW_NS;
}

void vi_follow_end(struct vi_follow *f)
{
	free(f->of);
	*f = (struct vi_follow) { 0 };
}
