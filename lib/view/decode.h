/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a queue that was read means: indices, events, what is in flight, what
 * is completed and not yet seen. Split and packed in one model. Works on the
 * private copies of struct vi_raw_queue alone; every walk is bounded by the size
 * of what it walks.
 */
#ifndef VI_VIEW_DECODE_H
#define VI_VIEW_DECODE_H

#include <string.h>

#include "core/arena.h"
#include "ring/endian.h"
#include "view/raw.h"

/* Fields of a split ring, into this machine's byte order. */
static inline uint16_t vi_q16(const struct vi_raw_queue *q, uint16_t v)
{
	return q->swap ? __builtin_bswap16(v) : v;
}

static inline uint32_t vi_q32(const struct vi_raw_queue *q, uint32_t v)
{
	return q->swap ? __builtin_bswap32(v) : v;
}

static inline uint64_t vi_q64(const struct vi_raw_queue *q, uint64_t v)
{
	return q->swap ? __builtin_bswap64(v) : v;
}

/* Why a walk along a chain stopped, or what it passed on the way. */
enum vi_walk {
	VI_WALK_HEAD,		/* a head outside of the table; value: it */
	VI_WALK_NEXT,		/* next outside of the table; value: it */
	VI_WALK_LOOP,		/* back to where it was; value: where */
	VI_WALK_ORDER,		/* readable after writable */
	VI_WALK_IND_FEATURE,	/* INDIRECT was not negotiated */
	VI_WALK_IND_NEXT,	/* INDIRECT with NEXT */
	VI_WALK_IND_MIX,	/* packed: INDIRECT within a list */
	VI_WALK_IND_LATE,	/* split: INDIRECT after direct ones (legal) */
	VI_WALK_IND_LEN,	/* a table of 0 or of no multiple of 16 bytes */
	VI_WALK_IND_HUGE,	/* more than 65,536 entries; value: how many */
	VI_WALK_IND_RANGE,	/* next outside of the table; value: it */
	VI_WALK_IND_DIVERGE,	/* next is not the entry that follows */
	VI_WALK_IND_LONG,	/* longer than the queue; value: how long */
	VI_WALK_IND_UNREAD,	/* the table could not be read; value: errno */
	VI_WALK_NESTED,		/* INDIRECT within a table */
	VI_WALK_TORN,		/* packed: head available, the rest not */
	VI_WALK_HEAD_GONE,	/* packed: overwritten by a used entry (legal) */
	VI_WALK_CUT,		/* not followed: chains share too much */
};

struct vi_anomaly {
	enum vi_walk what;
	bool in_table;
	uint32_t at;		/* descriptor, or entry of the table */
	uint64_t value;
};

/* A descriptor that a walk met. */
struct vi_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;		/* packed: id */
	uint32_t at;		/* its place, in the ring or in the table */
	bool in_table;
	bool packed;		/* of such a ring */
};

/*
 * Descriptors and anomalies are in the arenas of the walker or the ring. What
 * is odd in a table that several chains have is noted with the first of them;
 * @met has it for all.
 */
struct vi_chain {
	uint16_t head;		/* split: descriptor; packed: slot */
	uint16_t id;		/* as the used entry will name it */
	uint32_t slots;		/* descriptors of the ring that it takes */
	uint32_t num, num_anomalies;
	const struct vi_desc *desc;
	struct vi_anomaly *anomaly;
	uint32_t met;			/* a bit for each enum vi_walk */
	uint32_t twin;			/* one more than the place in flight of
					   the first one with the very same
					   descriptors; 0: there is none */
	bool kept;			/* desc is not for the next walk */
	bool indirect;			/* part of it is in a table: */
	uint32_t table_len;
	uint64_t table_addr;
	const struct vi_table *table;	/* the queue's copy, or NULL */
	uint64_t out_len, in_len;
};

/* An entry of the used ring. */
struct vi_used {
	uint32_t id, len;
	uint16_t at;		/* entry (split), slot (packed) */
	uint32_t slots;		/* packed: that the used position moves by */
	bool skipped;		/* in order: no entry of its own was written */
};

struct vi_decoded {
	const struct vi_raw_queue *q;
	bool readable;		/* all three parts are there */

	/* Split. */
	uint16_t avail_flags, avail_idx, used_event;
	uint16_t used_flags, used_idx, avail_event;
	/* Packed. */
	uint16_t driver_off_wrap, driver_flags;
	uint16_t device_off_wrap, device_flags;

	/*
	 * A, U and L of the rules: free-running (split), or the slot with the
	 * wrap counter in bit 15 (packed).
	 */
	bool has_avail, has_used, has_last;
	uint16_t avail, used, last;
	bool inferred_positions;	/* packed: from the ring's own bits */

	/* Outstanding, the oldest first as far as that can be known. */
	struct vi_chain *in_flight;
	size_t num_in_flight, room_in_flight;
	struct vi_arena descs, anomalies;	/* of its chains */
	size_t num_cut;		/* of its chains: VI_WALK_CUT */
	bool exact;		/* all of them and no others; else inferred */
	bool fresh;		/* the ring's first lap, whole in the ring */
	bool known;		/* something can be said at all */

	/* Completed, and not yet seen by the driver: [L, U). */
	struct vi_used *unreaped;
	size_t num_unreaped;
	bool knows_unreaped;

	/* What would happen to one more buffer, now. */
	bool would_kick, would_interrupt;
};

/*
 * How many of a chain's descriptors are its own to look at: those of a table
 * that several chains have are the first one's.
 */
static inline uint32_t vi_chain_own(const struct vi_chain *c)
{
	return c->twin ? 0 : c->num;
}

/* Did a walk meet that in it? */
static inline bool vi_chain_has(const struct vi_chain *c, enum vi_walk what)
{
	return c->met >> what & 1;
}

/* 0 or -ENOMEM; end with vi_decoded_free(). @q must outlive it. */
int vi_decode(const struct vi_raw_queue *q, struct vi_decoded *ring);
void vi_decoded_free(struct vi_decoded *ring);

/* Entries of the ring in this machine's byte order; @i is below the size. */
static inline struct vring_desc vi_split_desc(const struct vi_raw_queue *q,
					      uint32_t i)
{
	struct vring_desc d;

	memcpy(&d, q->desc_bytes + (size_t)i * sizeof(d), sizeof(d));
	d.addr = vi_q64(q, d.addr);
	d.len = vi_q32(q, d.len);
	d.flags = vi_q16(q, d.flags);
	d.next = vi_q16(q, d.next);
	return d;
}

/* Of the available and the used ring, for an index that runs freely. */
static inline uint16_t vi_split_avail(const struct vi_raw_queue *q,
				      uint16_t idx)
{
	uint16_t head;

	memcpy(&head, q->driver_bytes + 4 +
	       sizeof(head) * (size_t)(idx & (q->size - 1)), sizeof(head));
	return vi_q16(q, head);
}

static inline struct vring_used_elem vi_split_used(const struct vi_raw_queue *q,
						   uint16_t idx)
{
	struct vring_used_elem e;

	memcpy(&e, q->device_bytes + 4 +
	       sizeof(e) * (size_t)(idx & (q->size - 1)), sizeof(e));
	e.id = vi_q32(q, e.id);
	e.len = vi_q32(q, e.len);
	return e;
}

static inline struct vring_packed_desc
vi_packed_desc(const struct vi_raw_queue *q, uint32_t i)
{
	struct vring_packed_desc d;

	memcpy(&d, q->desc_bytes + (size_t)i * sizeof(d), sizeof(d));
	d.addr = vi_le64(d.addr);
	d.len = vi_le32(d.len);
	d.id = vi_le16(d.id);
	d.flags = vi_le16(d.flags);
	return d;
}

/* Packed positions: one step, and whether a slot is available or used there. */
uint16_t vi_packed_step(const struct vi_raw_queue *q, uint16_t pos, uint32_t n);
bool vi_packed_is_avail(uint16_t flags, uint16_t pos);
bool vi_packed_is_used(uint16_t flags, uint16_t pos);

/*
 * Would one more buffer, at @pos, be told of? By the event structure of the side
 * that waits.
 */
bool vi_packed_passes(const struct vi_raw_queue *q, uint16_t flags,
		      uint16_t off_wrap, uint16_t pos);

/* Of a position: how many slots from @from to @to, less than two laps. */
uint32_t vi_packed_distance(const struct vi_raw_queue *q, uint16_t from,
			    uint16_t to);

static inline bool vi_raw_queue_has_feature(const struct vi_raw_queue *q,
					unsigned int bit)
{
	return bit < VIRTIO_FEATURES_BITS &&
	       (q->features.w[bit / 64] >> (bit % 64) & 1);
}

#endif
