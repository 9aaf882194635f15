/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building chains, between the files of the decoder. */
#ifndef VI_VIEW_WALK_H
#define VI_VIEW_WALK_H

#include <stdlib.h>

#include "view/decode.h"

/*
 * What the walks through one queue share. @steps: how many are left; where
 * chains share descriptors or loop, following each to its end would take the
 * square of the queue's size.
 * @walked: by table, the first chain that is that table and nothing else.
 */
struct vi_walker {
	const struct vi_raw_queue *q;
	size_t steps;
	const struct vi_table **by_addr;	/* sorted; NULL: there is none */
	struct vi_chain *walked;
	size_t next_table;	/* behind the one that was found last */
	struct vi_arena descs, anomalies;
};

/* False when out of memory; end with vi_walker_fini() nevertheless. */
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
 * How many descriptors walks through a queue may meet. Chains of a sound ring
 * have each but once; those of an unsound one may share some. It is this that
 * bounds what is kept and told of a queue by what was read of it.
 */
size_t vi_walk_steps(const struct vi_raw_queue *q);

/* Append; false when out of memory. */
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
 * Follow the chain from @head; c is zeroed. False when out of memory. What the
 * chain has is there until the next walk, unless a ring takes it.
 */
bool vi_walk_split(struct vi_walker *w, uint16_t head, struct vi_chain *c);

/* Read the list at slot @pos, of at most @most slots. */
bool vi_walk_packed(struct vi_walker *w, uint16_t pos, uint32_t most,
		    struct vi_chain *c);

/* Cut a chain that came back to one of its own descriptors, of which those
 * from @from on lie below @limit; false when out of memory. */
bool vi_chain_cut(struct vi_chain *c, size_t from, uint32_t limit);

/* Note what depends on the order of a chain's descriptors. */
bool vi_chain_order(struct vi_walker *w, struct vi_chain *c, bool packed);

int vi_decode_split(const struct vi_raw_queue *q, struct vi_decoded *ring);
int vi_decode_packed(const struct vi_raw_queue *q, struct vi_decoded *ring);

/* Make room for @n chains in flight, and append one. False when out of memory. */
bool vi_ring_reserve(struct vi_decoded *ring, size_t n);
bool vi_ring_add(struct vi_walker *w, struct vi_decoded *ring,
		 const struct vi_chain *c);

/*
 * At the end: what the walker's chains have is the ring's, and those that are
 * the same table know of each other. False when out of memory.
 */
bool vi_ring_take(struct vi_decoded *ring, struct vi_walker *w);

bool vi_decoded_add_unreaped(struct vi_decoded *ring, struct vi_used used);

/* A bit for each descriptor. */
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
