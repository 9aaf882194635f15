// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads between two samples, for positions that wrap and for means. They may
 * take a share of the time that passes: an allowance grows with time, up to
 * that of a second, and reads use it up.
 */
#include "core/compiler.h"
#include "sample/sample.h"

/* --- The allowance --- */

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
	/* An average: a single read may have been interrupted. */
	s->read_cost += (spent / (double)reads - s->read_cost) / 8;
}

/* --- Reads --- */

/*
 * Read each queue PER_ROUND times a round: first the queues that move, as
 * often as their highest recent rate requires; then all queues, for how full
 * they are, and because they may become as fast as USUAL_RATE, which matters
 * if a round is short. The interval is between FAST_NS and SLOW_NS.
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

/* @must: only as often as its own rate requires. */
static uint64_t wanted(const struct vi_sampled_queue *q, bool must)
{
	return round_part(q, must || q->top_rate > USUAL_RATE ? q->top_rate :
								USUAL_RATE);
}

/*
 * Read the queues that are due; *@next becomes when the next one is. @must:
 * only those that move, and so may wrap unnoticed.
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

/* When the allowance will suffice for a round of reads. */
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
		/* Include what the caller spent since the last call. */
		began = s->returned_cpu ? s->returned_cpu : vi_interim_begin(s);
		n = read_due(s, true, now, &next);
		/* Means and peaks are less important than wraps. */
		if (s->allowance > s->max_cpu * (double)NS / 4) {
			n += read_due(s, false, now, &next);
			vi_ages_interim(s, &next);
		}
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
