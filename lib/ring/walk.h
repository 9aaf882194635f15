/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building chains, between the files of the decoder. */
#ifndef VI_RING_WALK_H
#define VI_RING_WALK_H

#include "ring/decode.h"

/* Append; false when out of memory. */
bool vi_chain_add(struct vi_chain *c, const struct vi_desc *d);
bool vi_chain_note(struct vi_chain *c, enum vi_walk what, bool in_table,
		   uint32_t at, uint64_t value);

/* The table that was read for @addr and @len, or NULL. */
const struct vi_table *vi_find_table(const struct vi_queue *q, uint64_t addr,
				     uint32_t len);

/* Follow the chain from @head; c is zeroed. False when out of memory. */
bool vi_walk_split(const struct vi_queue *q, uint16_t head,
		   struct vi_chain *c);

/* Read the list at slot @pos, of at most @most slots. */
bool vi_walk_packed(const struct vi_queue *q, uint16_t pos, uint32_t most,
		    struct vi_chain *c);

/* Add the descriptors of an indirect table; @d is the one that points to it. */
bool vi_walk_table(const struct vi_queue *q, const struct vi_desc *d,
		   struct vi_chain *c);

void vi_chain_free(struct vi_chain *c);

int vi_decode_split(const struct vi_queue *q, struct vi_ring *ring);
int vi_decode_packed(const struct vi_queue *q, struct vi_ring *ring);

/* Append a chain to those in flight; it is the ring's from then on, or freed
 * when out of memory. */
bool vi_ring_add(struct vi_ring *ring, struct vi_chain *c);
bool vi_ring_add_unseen(struct vi_ring *ring, struct vi_used used);

#endif
