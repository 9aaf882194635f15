/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Totals from positions that wrap. Nothing is read here.
 *
 * The index of a split ring wraps after 65,536 buffers, the position in a
 * packed ring after two laps, 2 n descriptors. Two reads tell how far the
 * position moved, except for whole rounds, and nothing makes a reader read
 * often enough. The count is exact only if, at the highest recent rate, the
 * time between the reads was too short for half a round. Otherwise it is a
 * lower bound, and so is every total that includes it.
 */
#ifndef VI_VIEW_COUNT_H
#define VI_VIEW_COUNT_H

#include "view/raw.h"

/*
 * @lower:     the total is a lower bound.
 * @lower_now: so is what was added since vi_counter_mark().
 */
struct vi_counter {
	bool known, lower, lower_now;
	uint16_t at;
	uint64_t total, mark;
};

/* The number of positions in a round. */
static inline uint32_t vi_round(const struct vi_raw_queue *q)
{
	return q->packed ? 2 * q->size : 0x10000;
}

/* Is @pos a valid position? A packed ring has no slots beyond its size. */
static inline bool vi_position_ok(const struct vi_raw_queue *q, uint16_t pos)
{
	return !q->packed || (uint32_t)VI_SLOT(pos) < q->size;
}

/* Steps from @from to @to, less than a round. Both must be valid. */
uint32_t vi_steps(const struct vi_raw_queue *q, uint16_t from, uint16_t to);

/*
 * Note that the position is @pos now, @ns after the last call. @rate: the
 * highest recent rate, per second. Returns how many steps it moved at least.
 */
uint32_t vi_counter_move(struct vi_counter *c, const struct vi_raw_queue *q,
			 uint16_t pos, uint64_t ns, double rate);

/* Continue at @pos, in a ring that was set up again; what it did until then is
 * unknown. */
void vi_counter_rebase(struct vi_counter *c, uint16_t pos);

/* What was added since the last mark. Sets a new mark. */
uint64_t vi_counter_mark(struct vi_counter *c);

#endif
