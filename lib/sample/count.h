/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Totals out of positions that wrap. Nothing is read here.
 *
 * A split ring's index goes round after 65,536 buffers, a packed ring's position
 * after two laps, 2 n descriptors. What went by between two reads is known up
 * to whole rounds, and how often somebody reads does not depend on the device:
 * so the number is taken for exact only when, at the highest rate seen of late,
 * the time between the reads was too short for half a round. Otherwise it is a
 * lower bound, and so is every total that it is part of.
 */
#ifndef VI_SAMPLE_COUNT_H
#define VI_SAMPLE_COUNT_H

#include "view/raw.h"

/*
 * @lower:     the total may be more.
 * @lower_now: so may what was added since vi_counter_mark().
 */
struct vi_counter {
	bool known, lower, lower_now;
	uint16_t at;
	uint64_t total, mark;
};

/* How many positions there are. */
static inline uint32_t vi_round(const struct vi_raw_queue *q)
{
	return q->packed ? 2 * q->size : 0x10000;
}

/* Can the queue be there? A packed ring's slots end where the ring does. */
static inline bool vi_position_ok(const struct vi_raw_queue *q, uint16_t pos)
{
	return !q->packed || (uint32_t)(pos & 0x7fff) < q->size;
}

/* Steps from @from to @to, less than a round. Both can be. */
uint32_t vi_steps(const struct vi_raw_queue *q, uint16_t from, uint16_t to);

/*
 * It is at @pos now, @ns after it was looked at before. @rate: the highest of
 * late, a second. How many steps that are at least.
 */
uint32_t vi_counter_move(struct vi_counter *c, const struct vi_raw_queue *q,
			 uint16_t pos, uint64_t ns, double rate);

/* Positions begin anew at @pos; what went by before it is not known. */
void vi_counter_rebase(struct vi_counter *c, uint16_t pos);

/* What was added since the last mark, and a new one. */
uint64_t vi_counter_mark(struct vi_counter *c);

#endif
