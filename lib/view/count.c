// SPDX-License-Identifier: LGPL-2.1-or-later
/* Totals from positions that wrap. */
#include "view/count.h"

/* The place of a packed ring's position in its round: the wrap counter starts
 * at 1. */
static uint32_t place(const struct vi_raw_queue *q, uint16_t pos)
{
	return VI_SLOT(pos) + (pos & VI_WRAP ? 0 : q->size);
}

uint32_t vi_steps(const struct vi_raw_queue *q, uint16_t from, uint16_t to)
{
	uint32_t a, b;

	if (!q->packed)
		return (uint16_t)(to - from);
	a = place(q, from);
	b = place(q, to);
	return b >= a ? b - a : b + vi_round(q) - a;
}

uint32_t vi_counter_move(struct vi_counter *c, const struct vi_raw_queue *q,
			 uint16_t pos, uint64_t ns, double rate)
{
	double likely;
	uint32_t n;

	if (!c->known) {
		c->known = true;
		c->at = pos;
		return 0;
	}
	n = vi_steps(q, c->at, pos);
	likely = rate * ((double)ns / 1e9);
	if (likely < n)
		likely = n;
	if (likely * 2 > vi_round(q))
		c->lower = c->lower_now = true;
	c->at = pos;
	c->total += n;
	return n;
}

void vi_counter_rebase(struct vi_counter *c, uint16_t pos)
{
	c->lower |= c->known;
	c->lower_now |= c->known;
	c->known = true;
	c->at = pos;
}

uint64_t vi_counter_mark(struct vi_counter *c)
{
	uint64_t n = c->total - c->mark;

	c->mark = c->total;
	c->lower_now = false;
	return n;
}
