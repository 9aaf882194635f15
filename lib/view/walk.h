/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building chains: internal to the decoder. */
#ifndef VI_VIEW_WALK_H
#define VI_VIEW_WALK_H

#include <stdlib.h>

#include "view/decode.h"

/*
 * State shared by all walks through a queue. @steps: how many are left; where
 * chains share descriptors or loop, following each to its end would take time
 * quadratic in the queue's size. @walked: by table, the first chain that
 * consists of that table.
 */
struct vi_walker {
	const struct vi_raw_queue *q;
	size_t steps;
	const struct vi_table **by_addr;	/* sorted; NULL: no tables */
	struct vi_chain *walked;
	size_t next_table;	/* after the last one found */
	struct vi_arena descs, anomalies;
};

/* False when out of memory; call vi_walker_fini() in either case. */
bool vi_walker_init(struct vi_walker *w, const struct vi_raw_queue *q);
void vi_walker_fini(struct vi_walker *w);

static inline void vi_chain_count(struct vi_chain *c, const struct vi_desc *d)
{
	if (d->flags & VRING_DESC_F_WRITE)
		c->in_len += d->len;
	else
		c->out_len += d->len;
}

/*
 * How many descriptors all walks through a queue may visit. Chains of a valid
 * ring visit each once; those of an invalid one may share some. This limits
 * memory and output by the amount of data read.
 */
size_t vi_walk_steps(const struct vi_raw_queue *q);

/* Append a descriptor; false when out of memory. */
static inline bool vi_chain_add(struct vi_walker *w, struct vi_chain *c,
				const struct vi_desc *d)
{
	struct vi_desc *desc = vi_arena_more(&w->descs, c->desc, c->num,
					     sizeof(*desc));

	if (!desc)
		return false;
	c->desc = desc;
	desc[c->num++] = *d;
	vi_chain_count(c, d);
	return true;
}

bool vi_chain_note(struct vi_walker *w, struct vi_chain *c, enum vi_walk what,
		   bool in_table, uint32_t at, uint64_t value);

static inline bool vi_chain_note_again(struct vi_walker *w, struct vi_chain *c,
				       const struct vi_anomaly *a)
{
	return vi_chain_note(w, c, a->what, a->in_table, a->at, a->value);
}

/*
 * Follow the chain from @head; @c must be zeroed. False when out of memory. The
 * chain's arrays are valid until the next walk, unless vi_ring_add() keeps
 * them.
 */
bool vi_walk_split(struct vi_walker *w, uint16_t head, struct vi_chain *c);

/* Read the list at slot @pos, of at most @most slots. */
bool vi_walk_packed(struct vi_walker *w, uint16_t pos, uint32_t most,
		    struct vi_chain *c);

/*
 * Cut a looping chain before its first repeated descriptor. Descriptors from
 * index @from on have indices below @limit. False when out of memory.
 */
bool vi_chain_cut(struct vi_chain *c, size_t from, uint32_t limit);

/* Record anomalies in the order of a chain's descriptors. */
bool vi_chain_order(struct vi_walker *w, struct vi_chain *c, bool packed);

int vi_decode_split(const struct vi_raw_queue *q, struct vi_decoded *ring);
int vi_decode_packed(const struct vi_raw_queue *q, struct vi_decoded *ring);

/* Reserve @n chains in flight; append a chain. False when out of memory. */
bool vi_ring_reserve(struct vi_decoded *ring, size_t n);
bool vi_ring_add(struct vi_walker *w, struct vi_decoded *ring,
		 const struct vi_chain *c);

/*
 * Finish: move the walker's arenas to the ring, and link chains that share a
 * table. False when out of memory.
 */
bool vi_ring_take(struct vi_decoded *ring, struct vi_walker *w);

bool vi_decoded_add_unreaped(struct vi_decoded *ring, struct vi_used used);

/* Bit sets. */
static inline uint64_t *vi_bits_new(uint32_t count)
{
	return calloc((count + 63) / 64 + 1, sizeof(uint64_t));
}

static inline bool vi_bit(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static inline void vi_bit_set(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}

#endif
