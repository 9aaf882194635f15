// SPDX-License-Identifier: LGPL-2.1-or-later
/* A queue over time: what each read adds, and what a sample says about it. */
#include <errno.h>
#include <string.h>

#include "sample/sample.h"

/* The time in which the highest rate fades. */
#define TOP_RATE_FADES	(10 * NS)
/* Clocks and reads are too inexact for rates over a shorter time. */
#define LEAST_NS	UINT64_C(1000)

bool vi_track_is_parked(const struct vi_sampled_queue *q)
{
	return q->kind && q->kind->role == VI_QUEUE_PARKED;
}

/* The device's position in a packed ring is not read, so completions that the
 * driver has not taken count as in flight. */
static bool count_flight(const struct vi_sampled_queue *q,
			 const struct vi_counters *r, uint32_t *n)
{
	const struct vi_raw_queue *shape = &q->watch.q;
	uint32_t side = shape->packed ? VI_CTR_LAST : VI_CTR_USED;

	if (!(r->have & VI_CTR_AVAIL) || !(r->have & side))
		return false;
	*n = vi_steps(shape, shape->packed ? r->last : r->used, r->avail);
	/* A correct driver has no more in flight than fit. */
	return *n <= shape->size;
}

static bool count_unreaped(const struct vi_sampled_queue *q,
			 const struct vi_counters *r, uint32_t *n)
{
	int16_t ahead;

	if (!(r->have & VI_CTR_USED) || !(r->have & VI_CTR_LAST))
		return false;
	/* The driver's index was read last, and may be ahead of the
	 * device's. */
	ahead = r->used - r->last;
	*n = ahead > 0 ? ahead : 0;
	return *n <= q->watch.q.size;
}

/*
 * The memory of a queue that is going away may hold anything, and a sum that
 * took it for positions would stay wrong. The three of a split ring are at most
 * its size apart, or a little more, as they are not read at one instant.
 */
static uint32_t impossible(const struct vi_raw_queue *q,
			   const struct vi_counters *r)
{
	int32_t most = 2 * q->size;
	int16_t ahead = r->used - r->last;

	if (q->packed || !(r->have & VI_CTR_LAST))
		return 0;
	if (r->have & VI_CTR_AVAIL && (uint16_t)(r->avail - r->last) > most)
		return VI_CTR_AVAIL | VI_CTR_LAST | VI_CTR_USED |
		       VI_CTR_NUM_FREE;
	if (r->have & VI_CTR_USED && (ahead > most || ahead < -most))
		return VI_CTR_USED;
	return 0;
}

/* Ignore positions that are invalid. */
static struct vi_counters checked(const struct vi_sampled_queue *q,
				  const struct vi_counters *r)
{
	struct vi_counters ok = *r;

	ok.have &= ~impossible(&q->watch.q, r);

	if (!vi_position_ok(&q->watch.q, ok.avail))
		ok.have &= ~VI_CTR_AVAIL;
	if (!vi_position_ok(&q->watch.q, ok.last))
		ok.have &= ~VI_CTR_LAST;
	if (ok.num_free > q->watch.q.size)
		ok.have &= ~VI_CTR_NUM_FREE;
	return ok;
}

static void move(struct vi_sampled_queue *q, const struct vi_counters *r,
		 uint64_t ns)
{
	const struct vi_raw_queue *shape = &q->watch.q;
	uint32_t most = 0, n;
	double keep;

	/* The older a rate is, the less it counts. */
	keep = (double)TOP_RATE_FADES / (double)(TOP_RATE_FADES + ns);
	q->top_rate *= keep;
	if (r->have & VI_CTR_AVAIL)
		most = vi_counter_move(&q->submitted, shape, r->avail, ns,
				       q->top_rate);
	if (r->have & VI_CTR_USED) {
		n = vi_counter_move(&q->completed, shape, r->used, ns,
				    q->top_rate);
		most = n > most ? n : most;
	}
	if (r->have & VI_CTR_LAST)
		vi_counter_move(&q->reaped, shape, r->last, ns, q->top_rate);
	if (ns >= NS / 1000 && most * 1e9 / (double)ns > q->top_rate)
		q->top_rate = most * 1e9 / (double)ns;
}

/* Between two reads, assume the average of both. */
static void sum_up(struct vi_sampled_queue *q, const struct vi_counters *r,
		   uint32_t in_flight, bool ok, uint64_t ns)
{
	struct vi_sums *sums = &q->sums;
	unsigned int full;

	if (ok && in_flight > sums->peak)
		sums->peak = in_flight;
	if (ok && q->in_flight_ok) {
		sums->flight += (in_flight + (double)q->in_flight) / 2 *
				(double)ns;
		sums->flight_ns += ns;
	}
	if (q->read.have & r->have & VI_CTR_NUM_FREE) {
		full = !q->read.num_free + !r->num_free;
		sums->full_ns += ns / 2 * full;
		sums->free_ns += ns;
	}
}

/* Since when a side that has work to do has not moved; 0: it has moved. */
static uint64_t stalled(uint64_t since, bool has_work, bool moved, uint64_t now)
{
	if (!has_work || moved)
		return 0;
	return since ? since : now;
}

static void watch_sides(struct vi_sampled_queue *q,
			const struct vi_counters *r, uint32_t in_flight,
			bool ok, uint64_t before)
{
	const struct vi_counters *was = &q->read;
	uint32_t unreaped = 0;
	bool known = count_unreaped(q, r, &unreaped);
	bool reaped = was->last != r->last;
	bool work = ok && in_flight && q->in_flight_ok && q->in_flight;

	if (!q->watch.q.packed) {
		q->device_stalled = stalled(q->device_stalled, work,
					    was->used != r->used, before);
		q->driver_stalled = stalled(q->driver_stalled,
					    known && unreaped, reaped, before);
		return;
	}
	q->device_stalled = stalled(q->device_stalled, work, reaped, before);
	if (r->have & VI_CTR_PENDING)
		q->driver_stalled = stalled(q->driver_stalled, r->pending,
					    reaped, before);
	else if (reaped)
		q->driver_stalled = 0;
}

/* Of two times that may be unknown, 0. */
static uint64_t earlier(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return a | b;
	return a < b ? a : b;
}

uint64_t vi_track_stalled(const struct vi_sampled_queue *q)
{
	uint64_t device = vi_track_is_parked(q) ? 0 : q->device_stalled;

	return earlier(earlier(device, q->driver_stalled), q->lost_ns);
}

static void track_read(struct vi_sampled_queue *q,
		       const struct vi_counters *raw, uint64_t now)
{
	struct vi_counters r = checked(q, raw);
	uint64_t ns = q->was_read && now > q->read_ns ? now - q->read_ns : 0;
	uint32_t in_flight = 0;
	bool ok = count_flight(q, &r, &in_flight);

	move(q, &r, ns);
	if (q->was_read)
		watch_sides(q, &r, in_flight, ok, q->read_ns);
	sum_up(q, &r, in_flight, ok, ns);
	if (!vi_track_stalled(q)) {
		q->stalled = q->doubtful = false;
		q->snaps = 0;
		*q->code = *q->reason = '\0';
	}
	/* Not all reads include these: keep the last values. */
	if (q->was_read && !(r.have & (VI_CTR_KICK | VI_CTR_INTERRUPT))) {
		r.wants_kick = q->read.wants_kick;
		r.wants_interrupt = q->read.wants_interrupt;
		r.have |= q->read.have & (VI_CTR_KICK | VI_CTR_INTERRUPT);
	}
	q->read = r;
	q->fresh = true;
	q->read_ns = now;
	q->was_read = true;
	q->in_flight = in_flight;
	q->in_flight_ok = ok;
}

void vi_track_rebase(struct vi_sampled_queue *q)
{
	vi_counter_rebase(&q->submitted, 0);
	vi_counter_rebase(&q->completed, 0);
	vi_counter_rebase(&q->reaped, 0);
	q->submitted.known = q->completed.known = q->reaped.known = false;
	q->was_read = q->in_flight_ok = false;
	q->read.have = 0;
	q->device_stalled = q->driver_stalled = 0;
	vi_follow_end(&q->follow);
	q->num_lost = 0;
	q->lost_ns = 0;
	q->lengths = (struct vi_lengths) { 0 };
}

void vi_track_read(struct vi_sampler *s, struct vi_sampled *d,
		   struct vi_sampled_queue *q, bool all)
{
	struct vi_counters r = { 0 };
	int err;

	if (!q->watched)
		return;
	err = d->access->poll(s->ctx, &q->watch, all, &r);
	q->err = err;
	if (!err)
		track_read(q, &r, s->hooks->clock());
	else if (err == -ESTALE)
		d->stale = true;
}

bool vi_track_is_unread(const struct vi_sampled_queue *q)
{
	return q->watched && !q->fresh;
}

/* Is it known whether it is stalled? */
static bool is_judged(const struct vi_sampled_queue *q)
{
	return q->watched && q->fresh && !q->doubtful;
}

/* --- At the end of a sample --- */

static void show_totals(struct vi_sampled_queue *q, struct vi_rate *out)
{
	/* For a packed ring, count what the driver has taken back. */
	const struct vi_counter *done = q->watch.q.packed ? &q->reaped :
							  &q->completed;

	/* Becomes known together with the rates. */
	out->rate_lower_bound = q->submitted.lower_now || done->lower_now;
	if (!q->submitted.known || !done->known)
		return;
	VI_SET_RATE(out, submitted, q->submitted.total);
	VI_SET_RATE(out, completed, done->total);
	if (q->submitted.lower || done->lower)
		VI_SET_RATE(out, lower_bound, true);
}

static void show_rates(struct vi_sampled_queue *q, struct vi_rate *out,
		       uint64_t ns)
{
	bool counted = VI_RATE_IS_KNOWN(out, submitted);
	uint64_t submitted = vi_counter_mark(&q->submitted);
	uint64_t completed = vi_counter_mark(&q->completed);
	uint64_t reaped = vi_counter_mark(&q->reaped);
	struct vi_sampled_irq *irq = &q->irq;
	uint64_t irqs = irq->since - irq->mark;
	uint64_t done = q->watch.q.packed ? reaped : completed;

	irq->mark = irq->since;
	if (ns < LEAST_NS)
		return;
	if (counted) {
		out->submitted_per_s = submitted * 1e9 / (double)ns;
		out->completed_per_s = done * 1e9 / (double)ns;
		if (out->rate_lower_bound)
			VI_SET_RATE(out, rate_lower_bound, true);
	}
	if (irq->has_since)
		out->interrupts_per_s = irqs * 1e9 / (double)ns;
	if (irq->has_since && irq->own && irqs && counted &&
	    !out->rate_lower_bound)
		out->completions_per_interrupt = (double)done / (double)irqs;
}

/*
 * Little's law: the mean number in flight is the rate times the latency. In
 * parked queues this would be the time until something happens; and if no
 * buffer was ever seen in flight, it says nothing. Requests that never end are
 * none of those that complete.
 */
static void show_latency(const struct vi_sampled_queue *q,
			 struct vi_rate *out)
{
	double mean = out->in_flight_mean - q->num_lost;

	if (vi_track_is_parked(q) || out->rate_lower_bound ||
	    !(mean > 0) || !(out->completed_per_s > 0))
		return;
	out->latency_us = mean / out->completed_per_s * 1e6;
}

static void show_fill(struct vi_sampled_queue *q, struct vi_rate *out)
{
	const struct vi_sums *sums = &q->sums;
	uint32_t size = q->watch.q.size, unreaped;

	if (q->was_read && q->in_flight_ok) {
		VI_SET_RATE(out, in_flight, q->in_flight);
		VI_SET_RATE(out, in_flight_peak, sums->peak);
	}
	if (q->was_read && count_unreaped(q, &q->read, &unreaped))
		VI_SET_RATE(out, unreaped, unreaped);
	if (q->read.have & VI_CTR_KICK)
		VI_SET_RATE(out, wants_kick, q->read.wants_kick);
	if (q->read.have & VI_CTR_INTERRUPT)
		VI_SET_RATE(out, wants_interrupt, q->read.wants_interrupt);
	if (sums->flight_ns)
		out->in_flight_mean = sums->flight / (double)sums->flight_ns;
	if (q->read.have & VI_CTR_NUM_FREE && size)
		out->occupancy = (size - q->read.num_free) * 100.0 / size;
	if (sums->free_ns)
		out->full_percent = (double)sums->full_ns * 100 /
				    (double)sums->free_ns;
	q->sums = (struct vi_sums) { .peak = q->in_flight_ok ? q->in_flight :
							       0 };
}

/* While the device stands still, a request in flight is at least that old. */
static void show_ages(const struct vi_sampled_queue *q, struct vi_rate *out)
{
	double stood = q->device_stalled && q->read_ns > q->device_stalled ?
		       (double)(q->read_ns - q->device_stalled) / 1e6 : 0;

	out->age_p50_ms = q->age_p50_ms;
	out->age_p99_ms = q->age_p99_ms;
	out->oldest_ms = q->oldest_ms;
	if (stood > 0 && !(out->oldest_ms > stood))
		out->oldest_ms = stood;
	/* Without ages, it may be older than that. */
	if ((q->age_lower_bound || isnan(q->oldest_ms)) &&
	    !isnan(out->oldest_ms))
		VI_SET_RATE(out, age_lower_bound, true);
}

/* Copy the diagnosis, as interim reads may change it before the next sample. */
static void show_stall(struct vi_sampled_queue *q, struct vi_rate *out)
{
	if (is_judged(q))
		VI_SET_RATE(out, stalled, q->stalled);
	if (!q->stalled)
		return;
	memcpy(q->shown_code, q->code, sizeof(q->code));
	memcpy(q->shown_reason, q->reason, sizeof(q->reason));
	out->code = q->shown_code;
	out->reason = q->shown_reason;
}

void vi_track_show(struct vi_sampled_queue *q, uint64_t now,
		   struct vi_rate *out)
{
	uint64_t at = q->watched && q->was_read ? q->read_ns : now;
	uint64_t ns = q->sample_ns && at > q->sample_ns ? at - q->sample_ns : 0;

	/* The next read covers all the time since the last one. */
	if (vi_track_is_unread(q))
		return;
	show_totals(q, out);
	show_rates(q, out, ns);
	show_fill(q, out);
	show_latency(q, out);
	show_ages(q, out);
	vi_lengths_show(q, now, out);
	show_stall(q, out);
	q->sample_ns = at;
}
