/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The meaning of a queue that was read: indices, events, buffers in flight, and
 * completions that the driver has not taken. One model for split and packed
 * rings. Works only on the private copies in struct vi_raw_queue; the size of
 * what is walked bounds each walk.
 */
#ifndef VI_VIEW_DECODE_H
#define VI_VIEW_DECODE_H

#include <string.h>

#include "core/arena.h"
#include "ring/endian.h"
#include "spec/features.h"
#include "view/raw.h"

/* Convert split ring fields to this machine's byte order. */
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

/* Is it known that a feature was not negotiated? */
static inline bool vi_queue_lacks(const struct vi_raw_queue *q,
				  unsigned int bit)
{
	return q->have & VI_Q_FEATURES && !vi_features_test(q->features, bit);
}

/* Why a walk along a chain stopped, or what it found on the way. */
enum vi_walk {
	VI_WALK_HEAD,		/* head outside the table; value: head */
	VI_WALK_NEXT,		/* next outside the table; value: next */
	VI_WALK_LOOP,		/* a descriptor repeats; value: its index */
	VI_WALK_ORDER,		/* readable after writable */
	VI_WALK_IND_FEATURE,	/* INDIRECT was not negotiated */
	VI_WALK_IND_NEXT,	/* INDIRECT with NEXT */
	VI_WALK_IND_MIX,	/* packed: INDIRECT within a list */
	VI_WALK_IND_LATE,	/* split: INDIRECT after direct ones (legal) */
	VI_WALK_IND_LEN,	/* table size 0 or no multiple of 16 bytes */
	VI_WALK_IND_HUGE,	/* over 65,536 entries; value: their number */
	VI_WALK_IND_RANGE,	/* next outside the table; value: next */
	VI_WALK_IND_DIVERGE,	/* next is not the following entry */
	VI_WALK_IND_LONG,	/* longer than the queue; value: length */
	VI_WALK_IND_UNREAD,	/* the table could not be read; value: errno */
	VI_WALK_NESTED,		/* INDIRECT within a table */
	VI_WALK_TORN,		/* packed: head available, rest not */
	VI_WALK_HEAD_GONE,	/* packed: a used entry overwrote it (legal) */
	VI_WALK_CUT,		/* not followed: chains overlap too much */
};

struct vi_anomaly {
	enum vi_walk what;
	bool in_table;
	uint32_t at;		/* index in the ring or the table */
	uint64_t value;
};

/* A descriptor visited by a walk. */
struct vi_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;		/* packed: id */
	uint32_t at;		/* index in the ring or the table */
	bool in_table;
	bool packed;		/* from a packed ring */
};

/*
 * The arenas of the walker or ring own descriptors and anomalies. If several
 * chains share a table, the first lists the table's anomalies; @met is set in
 * all of them.
 */
struct vi_chain {
	uint16_t head;		/* split: descriptor; packed: slot */
	uint16_t id;		/* as in the used entry */
	uint32_t slots;		/* ring descriptors that it occupies */
	uint32_t num, num_anomalies;
	const struct vi_desc *desc;
	struct vi_anomaly *anomaly;
	uint32_t met;			/* bit mask by enum vi_walk */
	uint32_t twin;			/* 1 + index in in_flight of the first
					 * chain with the same descriptors; 0:
					 * none */
	bool kept;			/* desc is final, in the arena */
	bool indirect;			/* has a table: */
	uint32_t table_len;
	uint64_t table_addr;
	const struct vi_table *table;	/* the queue's copy, or NULL */
	uint64_t out_len, in_len;
};

/* An entry of the used ring. */
struct vi_used {
	uint32_t id, len;
	uint16_t at;		/* split: entry; packed: slot */
	uint32_t slots;		/* packed: slots by which U advances */
	bool skipped;		/* in order: without an entry of its own */
};

struct vi_decoded {
	const struct vi_raw_queue *q;
	bool readable;		/* all three parts were read, and can be
				 * decoded */

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
	bool inferred_positions;	/* packed: guessed from the flags */
	bool knows_driver;		/* packed: A and L were read */

	/* Oldest first, as far as known. */
	struct vi_chain *in_flight;
	size_t num_in_flight, room_in_flight;
	struct vi_arena descs, anomalies;	/* of in_flight */
	size_t num_cut;		/* chains with VI_WALK_CUT */
	bool exact;		/* in_flight is certain; else inferred */
	bool fresh;		/* not wrapped: the ring holds all history */
	bool known;		/* in_flight could be determined */

	/* Completed, but not yet taken by the driver: [L, U). */
	struct vi_used *unreaped;
	size_t num_unreaped;
	bool knows_unreaped;

	/* Would one more buffer now cause a notification? */
	bool knows_events, would_kick, would_interrupt;
};

/*
 * How many descriptors of a chain to examine: those of a shared table count for
 * the first chain only.
 */
static inline uint32_t vi_chain_own(const struct vi_chain *c)
{
	return c->twin ? 0 : c->num;
}

/* Did a walk of this chain find @what? */
static inline bool vi_chain_has(const struct vi_chain *c, enum vi_walk what)
{
	return c->met >> what & 1;
}

/* 0 or -ENOMEM; free with vi_decoded_free(). @q must outlive @ring. */
int vi_decode(const struct vi_raw_queue *q, struct vi_decoded *ring);
void vi_decoded_free(struct vi_decoded *ring);

/* Descriptor @i, below the size, in this machine's byte order. */
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

/* Ring entries by free-running index. */
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

/* Packed positions: advance by @n slots; is a slot available or used there? */
uint16_t vi_packed_step(const struct vi_raw_queue *q, uint16_t pos, uint32_t n);
bool vi_packed_is_avail(uint16_t flags, uint16_t pos);
bool vi_packed_is_used(uint16_t flags, uint16_t pos);

/*
 * Would one more buffer at @pos cause a notification? @flags and @off_wrap:
 * event structure of the side that waits.
 */
bool vi_packed_passes(const struct vi_raw_queue *q, uint16_t flags,
		      uint16_t off_wrap, uint16_t pos);

/* Number of slots from position @from to @to, less than two laps. */
uint32_t vi_packed_distance(const struct vi_raw_queue *q, uint16_t from,
			    uint16_t to);

#endif
