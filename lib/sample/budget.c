// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What extra reads may cost: a share of the time that goes by is put aside, at
 * most for a second, and what they take is taken from it.
 */
#include "sample/sample.h"

void vi_budget_grow(struct vi_sampler *s, uint64_t now)
{
	double most = s->max_cpu * (double)NS;
	double more = 0;

	if (now > s->allowed_ns)
		more = s->max_cpu * (double)(now - s->allowed_ns);
	s->allowance += more;
	if (s->allowance > most)
		s->allowance = most;
	s->length_allowance += more / VI_LENGTH_SHARE;
	if (s->length_allowance > most / VI_LENGTH_SHARE)
		s->length_allowance = most / VI_LENGTH_SHARE;
	s->allowed_ns = now;
}

uint64_t vi_budget_begin(const struct vi_sampler *s)
{
	return s->hooks->cpu();
}

void vi_budget_end(struct vi_sampler *s, uint64_t began, size_t reads)
{
	uint64_t now = s->hooks->cpu();
	double spent = now > began ? (double)(now - began) : 0;

	s->allowance -= spent;
	if (!reads)
		return;
	/* Of several; one that was interrupted says little. */
	s->read_cost += (spent / (double)reads - s->read_cost) / 8;
}
