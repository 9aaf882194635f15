// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads between two samples: for positions that go round, and for means. What
 * they may cost is a share of the time that goes by: it is put aside, at most
 * for a second, and what they take is taken from it.
 */
#include "core/compiler.h"
#include "sample/sample.h"

/* --- What they may cost --- */

void vi_interim_grow(struct vi_sampler *s, uint64_t now)
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

uint64_t vi_interim_begin(const struct vi_sampler *s)
{
	return s->hooks->cpu();
}

void vi_interim_end(struct vi_sampler *s, uint64_t began, size_t reads)
{
	uint64_t now = s->hooks->cpu();
	double spent = now > began ? (double)(now - began) : 0;

	s->allowance -= spent;
	if (!reads)
		return;
	/* Of several; one that was interrupted says little. */
	s->read_cost += (spent / (double)reads - s->read_cost) / 8;
}

/* --- Reads --- */

/*
 * Queues are looked at several times a round: those that move, as the highest
 * rate of late asks for, before all others; then all of them, also in case that
 * they become as fast as many are, which matters where a round is short, and for
 * how full they are; never more often than the last number, nor more seldom than
 * the one before it.
 */
#define PER_ROUND	4
#define USUAL_RATE	20000.0
#define SLOW_NS		(50 * NS / 1000)
#define FAST_NS		(NS / 1000)

static uint64_t round_part(const struct vi_sampled_queue *q, double rate)
{
	double ns = (double)vi_round(&q->watch.q) / PER_ROUND / rate * 1e9;

	if (ns < FAST_NS)
		return FAST_NS;
	return ns < SLOW_NS ? (uint64_t)ns : SLOW_NS;
}

/* @must: no oftener than it needs at its own rate. */
static uint64_t wanted(const struct vi_sampled_queue *q, bool must)
{
	return round_part(q, must || q->top_rate > USUAL_RATE ? q->top_rate :
								USUAL_RATE);
}

/*
 * Those that are due; *@next: when the first of the others is. @must: those
 * that move, and so may go round unseen, and no others.
 */
static size_t read_due(struct vi_sampler *s, bool must, uint64_t now,
		       uint64_t *next)
{
	size_t i, k, n = 0;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		for (k = 0; k < d->count; k++) {
			struct vi_sampled_queue *q = d->queues[k];
			uint64_t every;

			if (!q->watched || !q->was_read || d->stale ||
			    (must && !(q->top_rate > 0)))
				continue;
			every = wanted(q, must);
			if (now - q->read_ns >= every) {
				vi_track_read(s, d, q, false);
				n++;
			}
			if (q->read_ns + every < *next)
				*next = q->read_ns + every;
		}
	}
	return n;
}

/* When there will be enough for what one round of reads takes. */
static uint64_t affordable(const struct vi_sampler *s, uint64_t now)
{
	double lack = s->read_cost - s->allowance;

	if (lack <= 0)
		return now;
	return now + (uint64_t)(lack / s->max_cpu);
}

VI_EXPORT double vi_sampler_interim(struct vi_sampler *s)
{
	uint64_t now = s->hooks->clock(), next = now + SLOW_NS, can, began;
	size_t n;

	s->now = now;
	vi_interim_grow(s, now);
	if (s->allowance > 0) {
		/* To be called costs the caller something, too. */
		began = s->returned_cpu ? s->returned_cpu : vi_interim_begin(s);
		n = read_due(s, true, now, &next);
		/* Means and peaks come after what must not be lost. */
		if (s->allowance > s->max_cpu * (double)NS / 4)
			n += read_due(s, false, now, &next);
		vi_interim_end(s, began, n);
	}
	can = affordable(s, now);
	if (next < can)
		next = can;
	vi_stall_watch(s, &next);
	if (next < now + FAST_NS)
		next = now + FAST_NS;
	s->returned_cpu = vi_interim_begin(s);
	return (double)(next - now) / 1e9;
}
