/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A minimal driver and device that share a queue like Linux and a faultless
 * device; the driver's state is kept as in Linux. For tests that need sound
 * rings in any state.
 */
#ifndef RING_SIM_H
#define RING_SIM_H

#include "ring_bytes.h"

#define SIM_MAX		64
#define SIM_WRAP	0x8000

struct sim_buffer {
	uint16_t id, slots, head;
	uint32_t in_len;
};

struct sim {
	uint64_t seed;
	struct vi_raw_queue q;
	bool indirect, event, in_order, fifo;
	bool notes;			/* the driver records its mappings */
	unsigned int max_chain;
	uint16_t avail, used;		/* as in struct vi_decoded */
	uint16_t device_avail;		/* the device has taken up to here */
	uint16_t free_head;
	/* In the device's order of completion. */
	struct sim_buffer held[SIM_MAX];
	unsigned int num_held;
	struct sim_buffer given[SIM_MAX];	/* not taken yet */
	unsigned int num_given;
	struct sim_buffer done[SIM_MAX];	/* not seen yet */
	unsigned int num_done;
	uint16_t next_slot;	/* in order: the next descriptor */
};

static uint32_t sim_random(struct sim *s, uint32_t below)
{
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 7;
	s->seed ^= s->seed << 17;
	return below ? (s->seed >> 20) % below : 0;
}

static bool sim_chance(struct sim *s, unsigned int percent)
{
	return sim_random(s, 100) < percent;
}

static void sim_feature(struct sim *s, unsigned int bit)
{
	vi_features_set(&s->q.features, bit);
}

static void sim_alloc(struct sim *s)
{
	struct vi_raw_queue *q = &s->q;
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);
	uint32_t i;

	q->desc_bytes = calloc(1, parts.desc);
	q->driver_bytes = calloc(1, parts.driver);
	q->device_bytes = calloc(1, parts.device);
	q->tokens = calloc(q->size, sizeof(*q->tokens));
	q->extra = calloc(q->size, sizeof(*q->extra));
	for (i = 0; i < q->size; i++)
		q->extra[i].next = i + 1 < q->size ? i + 1 : 0;
	if (!s->indirect)
		return;
	/* A table per head; those not in use are not shown. */
	q->tables = calloc(q->size, sizeof(*q->tables));
	q->num_tables = q->size;
	for (i = 0; i < q->size; i++) {
		q->tables[i].bytes = calloc(SIM_MAX, 16);
		q->tables[i].addr = 0x900000 + i * SIM_MAX * 16;
	}
}

static void sim_init(struct sim *s, uint64_t seed)
{
	struct vi_raw_queue *q = &s->q;
	bool large;

	memset(s, 0, sizeof(*s));
	s->seed = seed * 2654435761u + 88172645463325252ull;
	sim_random(s, 1);
	q->packed = sim_chance(s, 50);
	q->size = q->packed ? 1 + sim_random(s, SIM_MAX) :
			      1u << sim_random(s, 7);
	/* Occasionally rings of several pages, which take long to fill. */
	large = sim_chance(s, 1);
	if (large)
		q->size = 256u << sim_random(s, 5);
	q->have = VI_Q_SIZE | VI_Q_INDEX | VI_Q_ADDRESSES | VI_Q_READY |
		  VI_Q_FEATURES;
	q->ready = true;
	q->desc = 0x100000;
	q->driver = 0x200000;
	q->device = 0x300000;
	s->indirect = !large && sim_chance(s, 50);
	s->notes = sim_chance(s, 50);
	s->event = sim_chance(s, 50);
	s->in_order = sim_chance(s, 20);
	s->fifo = s->in_order || sim_chance(s, 30);
	s->max_chain = 1 + sim_random(s, 4);
	sim_feature(s, VIRTIO_F_VERSION_1);
	if (q->packed)
		sim_feature(s, VIRTIO_F_RING_PACKED);
	if (s->indirect)
		sim_feature(s, VIRTIO_RING_F_INDIRECT_DESC);
	if (s->event)
		sim_feature(s, VIRTIO_RING_F_EVENT_IDX);
	if (s->in_order)
		sim_feature(s, VIRTIO_F_IN_ORDER);
	q->num_free = q->size;
	s->avail = s->used = s->device_avail = q->last_used =
		q->packed ? SIM_WRAP : 0;
	sim_alloc(s);
	/* Occasionally split indices shortly before the wrap. */
	if (!q->packed && !large && sim_chance(s, 20)) {
		s->avail = s->used = q->last_used = 65535 - sim_random(s, 90);
		put(q->driver_bytes + 2, s->avail, 2);
		put(q->device_bytes + 2, s->used, 2);
	}
}

static void sim_free(struct sim *s)
{
	vi_raw_queue_free(&s->q);
}

/* --- The driver --- */

static uint16_t sim_bits(uint16_t pos, bool used)
{
	bool wrap = pos & SIM_WRAP;

	return used ? (wrap ? 0x8080 : 0) : (wrap ? 0x0080 : 0x8000);
}

/* Piece @i of @n, of which the first @out are readable. */
static uint16_t sim_piece_flags(unsigned int i, unsigned int n,
				unsigned int out)
{
	return (i + 1 < n ? VRING_DESC_F_NEXT : 0) |
	       (i >= out ? VRING_DESC_F_WRITE : 0);
}

static uint64_t sim_addr(struct sim *s)
{
	return 0x10000000 + 4096ull * sim_random(s, 1u << 20);
}

static uint32_t sim_len(struct sim *s)
{
	return 1 + sim_random(s, 4096);
}

static void sim_fill_table(struct sim *s, uint16_t id, unsigned int n,
			   unsigned int out, struct sim_buffer *b)
{
	struct vi_table *t = &s->q.tables[id];
	unsigned int i;

	t->len = t->have = 16 * n;
	for (i = 0; i < n; i++) {
		uint16_t flags = sim_piece_flags(i, n, out);
		uint32_t len = sim_len(s);

		if (i >= out)
			b->in_len += len;
		if (s->q.packed)
			put_desc(t->bytes + 16 * i, sim_addr(s), len, 0,
				 flags & VRING_DESC_F_WRITE);
		else
			put_desc(t->bytes + 16 * i, sim_addr(s), len, flags,
				 i + 1);
	}
}

/* Take @n free descriptors (split) or ids (packed); returns the last. */
static uint16_t sim_take(struct sim *s, unsigned int n)
{
	uint16_t at = s->free_head, last = at;

	while (n--) {
		last = at;
		at = s->q.extra[at].next;
	}
	s->free_head = at;
	return last;
}

static void sim_add_split(struct sim *s, unsigned int n, unsigned int out,
			  bool table, struct sim_buffer *b)
{
	struct vi_raw_queue *q = &s->q;
	uint16_t at = s->free_head;
	unsigned int i;

	b->id = b->head = at;
	if (table) {
		sim_fill_table(s, at, n, out, b);
		put_desc(q->desc_bytes + 16 * at, q->tables[at].addr, 16 * n,
			 VRING_DESC_F_INDIRECT, 0);
	}
	for (i = 0; !table && i < n; i++) {
		uint16_t next = q->extra[at].next;
		uint32_t len = sim_len(s);

		if (i >= out)
			b->in_len += len;
		put_desc(q->desc_bytes + 16 * at, sim_addr(s), len,
			 sim_piece_flags(i, n, out), next);
		at = next;
	}
	sim_take(s, b->slots);
	put(q->driver_bytes + 4 + 2 * (s->avail & (q->size - 1)), b->id, 2);
	s->avail++;
	put(q->driver_bytes + 2, s->avail, 2);
}

/* As Linux does if it maps DMA. */
static void sim_note(struct sim *s, uint16_t at, uint64_t addr, uint32_t len,
		     uint16_t flags)
{
	struct vi_extra *e = &s->q.extra[at];

	if (!s->notes)
		return;
	e->addr = addr;
	e->len = len;
	e->flags = flags;
}

static void sim_add_packed(struct sim *s, unsigned int n, unsigned int out,
			   bool table, struct sim_buffer *b)
{
	struct vi_raw_queue *q = &s->q;
	uint16_t id = s->free_head;
	unsigned int i;

	b->id = s->free_head;
	b->head = s->avail;
	if (table)
		sim_fill_table(s, b->id, n, out, b);
	for (i = 0; i < b->slots; i++) {
		uint8_t *at = q->desc_bytes + 16 * (s->avail & 0x7fff);
		uint16_t flags = table ? VRING_DESC_F_INDIRECT :
					 sim_piece_flags(i, n, out);
		uint64_t addr = table ? q->tables[b->id].addr : sim_addr(s);
		uint32_t len = table ? 16 * n : sim_len(s);

		if (!table && i >= out)
			b->in_len += len;
		put_desc(at, addr, len, b->id,
			 sim_bits(s->avail, false) | flags);
		sim_note(s, id, addr, len, flags);
		id = q->extra[id].next;
		s->avail = vi_packed_step(q, s->avail, 1);
	}
	q->tokens[b->id].last = sim_take(s, b->slots);
}

static void sim_add(struct sim *s)
{
	struct vi_raw_queue *q = &s->q;
	unsigned int n = 1 + sim_random(s, s->max_chain), out;
	struct sim_buffer b = { 0 };
	bool table = s->indirect && sim_chance(s, 60);

	if (s->num_given + s->num_held + s->num_done == SIM_MAX)
		return;
	n = n < q->size ? n : q->size;
	out = sim_random(s, n + 1);
	b.slots = table ? 1 : n;
	if (q->num_free < b.slots)
		return;
	if (q->packed)
		sim_add_packed(s, n, out, table, &b);
	else
		sim_add_split(s, n, out, table, &b);
	q->num_free -= b.slots;
	q->tokens[b.id].present = true;
	q->tokens[b.id].num = b.slots;
	q->num_added++;
	s->given[s->num_given++] = b;
}

static void sim_reap(struct sim *s)
{
	struct vi_raw_queue *q = &s->q;
	struct sim_buffer b;
	uint16_t last;

	if (!s->num_done)
		return;
	b = s->done[0];
	memmove(s->done, s->done + 1, --s->num_done * sizeof(b));
	q->tokens[b.id].present = false;
	q->num_free += b.slots;
	last = q->tokens[b.id].last;
	if (!q->packed) {
		unsigned int i;

		for (i = 1, last = b.id; i < b.slots; i++)
			last = q->extra[last].next;
		/* With in-order, descriptors are used in sequence. */
		q->last_used++;
	} else {
		q->last_used = vi_packed_step(q, q->last_used, b.slots);
	}
	if (!s->in_order) {
		q->extra[last].next = s->free_head;
		s->free_head = b.id;
	}
}

/* Set the driver's event; callbacks may be off. */
static void sim_driver_event(struct sim *s)
{
	struct vi_raw_queue *q = &s->q;
	bool on = sim_chance(s, 70);

	q->event_triggered = !on && sim_chance(s, 30);
	if (q->packed) {
		uint16_t flags = !on ? 1 : s->event ? 2 : 0;

		q->flags_shadow = flags;
		if (on)
			put(q->driver_bytes, q->last_used, 2);
		if (!q->event_triggered)
			put(q->driver_bytes + 2, flags, 2);
		return;
	}
	q->flags_shadow = !on;
	if (s->event)
		put(q->driver_bytes + 4 + 2 * q->size, on ? q->last_used : 0,
		    2);
	else if (!q->event_triggered)
		put(q->driver_bytes, !on, 2);
}

/* --- The device --- */

static void sim_take_some(struct sim *s)
{
	while (s->num_given && s->num_held < SIM_MAX && sim_chance(s, 80)) {
		s->held[s->num_held++] = s->given[0];
		memmove(s->given, s->given + 1,
			--s->num_given * sizeof(s->given[0]));
	}
}

/* A used entry for @b, which covers @slots (split: @count) with in-order. */
static void sim_push(struct sim *s, const struct sim_buffer *b,
		     unsigned int count, unsigned int slots)
{
	struct vi_raw_queue *q = &s->q;
	uint32_t len = b->in_len ? sim_random(s, b->in_len + 1) : 0;

	if (!q->packed) {
		uint8_t *at = q->device_bytes + 4 +
			      8 * (s->used & (q->size - 1));

		put(at, b->id, 4);
		put(at + 4, len, 4);
		s->used += count;
		put(q->device_bytes + 2, s->used, 2);
		return;
	}
	/* The address stays as the driver wrote it. */
	put(q->desc_bytes + 16 * (s->used & 0x7fff) + 8, len, 4);
	put(q->desc_bytes + 16 * (s->used & 0x7fff) + 12, b->id, 2);
	put(q->desc_bytes + 16 * (s->used & 0x7fff) + 14,
	    sim_bits(s->used, true) | (len ? VRING_DESC_F_WRITE : 0), 2);
	s->used = vi_packed_step(q, s->used, slots);
}

static void sim_complete(struct sim *s)
{
	unsigned int pick = 0, count = 1, slots = 0, i;
	struct sim_buffer b;

	if (!s->num_held)
		return;
	if (s->in_order)
		count = 1 + sim_random(s, s->num_held);
	else if (!s->fifo)
		pick = sim_random(s, s->num_held);
	for (i = pick; i < pick + count; i++) {
		b = s->held[i];
		slots += b.slots;
		s->done[s->num_done++] = b;
	}
	memmove(s->held + pick, s->held + pick + count,
		(s->num_held - pick - count) * sizeof(b));
	s->num_held -= count;
	sim_push(s, &b, count, slots);
}

static void sim_device_event(struct sim *s)
{
	struct vi_raw_queue *q = &s->q;
	bool on = sim_chance(s, 70);

	if (q->packed) {
		put(q->device_bytes, s->used, 2);
		put(q->device_bytes + 2, !on ? 1 : s->event ? 2 : 0, 2);
	} else if (s->event) {
		put(q->device_bytes + 4 + 8 * q->size, s->used, 2);
	} else {
		put(q->device_bytes, !on, 2);
	}
}

static void sim_step(struct sim *s)
{
	switch (sim_random(s, 12)) {
	case 0: case 1: case 2: case 3:
		sim_add(s);
		break;
	case 4: case 5:
		sim_take_some(s);
		break;
	case 6: case 7: case 8:
		sim_complete(s);
		break;
	case 9:
		sim_driver_event(s);
		break;
	case 10:
		sim_device_event(s);
		break;
	default:
		sim_reap(s);
		break;
	}
}

/* What an inspector sees, with or without the driver's state. */
/* What is known of the driver: all, its positions, one of them, or nothing. */
enum sim_known {
	SIM_NOTHING, SIM_ALL, SIM_POSITIONS, SIM_LAST_USED, SIM_NEXT_AVAIL,
	SIM_KNOWN,
};

static void sim_show(struct sim *s, enum sim_known known)
{
	static const uint32_t positions[SIM_KNOWN] = {
		[SIM_POSITIONS] = VI_Q_LAST_USED | VI_Q_AVAIL_SHADOW,
		[SIM_LAST_USED] = VI_Q_LAST_USED,
		[SIM_NEXT_AVAIL] = VI_Q_AVAIL_SHADOW,
	};
	struct vi_raw_queue *q = &s->q;
	uint32_t bits = VI_Q_LAST_USED | VI_Q_NUM_FREE | VI_Q_FREE_HEAD |
			VI_Q_NUM_ADDED | VI_Q_AVAIL_SHADOW | VI_Q_TOKENS |
			VI_Q_FLAGS_SHADOW | VI_Q_EXTRA | VI_Q_EVENT_TRIGGERED;

	q->have = known == SIM_ALL ? q->have | bits :
		  (q->have & ~bits) | positions[known];
	q->avail_shadow = s->avail;
	q->free_head = s->free_head;
}

#endif
