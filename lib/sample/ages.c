// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The ages of requests, which looks at their heads follow: see view/follow.h.
 * An age is never too high. It is too low by up to the interval between two
 * looks, or by more, as a lower bound, if the request may have been in flight
 * before that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/rules/rules.h"
#include "core/ctx.h"
#include "sample/sample.h"

static bool has_room(struct vi_sampler *s)
{
	if (!s->ages)
		s->ages = calloc(VIRTQUEUE_MAX_SIZE, sizeof(double));
	return s->ages && !vi_heads_reserve(&s->heads);
}

static int by_number(const void *p, const void *q)
{
	const double *a = p, *b = q;

	return *a < *b ? -1 : *a > *b;
}

/* @unknown: nothing is known about the age of some requests. */
static void set_percentiles(struct vi_sampled_queue *q, double *ages, size_t n,
			    bool unknown)
{
	if (!n)
		return;
	qsort(ages, n, sizeof(*ages), by_number);
	q->age_p50_ms = ages[(n - 1) / 2];
	q->age_p99_ms = ages[(n - 1) * 99 / 100];
	q->oldest_ms = ages[n - 1];
	/* A lower bound of 0 says nothing. */
	if (unknown && !(q->age_p50_ms > 0))
		q->age_p50_ms = NAN;
	if (unknown && !(q->age_p99_ms > 0))
		q->age_p99_ms = NAN;
	if (unknown && !(q->oldest_ms > 0))
		q->oldest_ms = NAN;
}

/* See vi_is_lost(). Whether one waits by its nature, a snapshot will tell. */
static void find_lost(struct vi_sampled_queue *q, uint64_t now)
{
	const struct vi_follow *f = &q->follow;
	uint32_t i;

	q->num_lost = 0;
	for (i = 0; i < f->size; i++)
		q->num_lost += vi_is_lost(f, &f->of[i]);
	if (!q->num_lost)
		q->lost_ns = 0;
	else if (!q->lost_ns)
		q->lost_ns = now;
}

static int follow(struct vi_sampler *s, struct vi_sampled_queue *q)
{
	struct vi_follow *f = &q->follow;
	bool recent = s->sample_ns && f->ns >= s->sample_ns;
	int err;

	/* Reads between looks know better how far the ring moved, but for
	 * whole rounds. */
	if (q->submitted.lower_now ||
	    q->submitted.total - q->followed_total > q->watch.q.size)
		vi_follow_break(f);
	q->followed_total = q->submitted.total;
	err = vi_follow_look(f, &q->watch.q, &s->heads, s->now, recent);
	if (!err && vi_can_overtake(&q->watch.q))
		find_lost(q, s->now);
	return err;
}

static void show_ages(struct vi_sampler *s, struct vi_sampled_queue *q)
{
	const struct vi_follow *f = &q->follow;
	bool unknown = false;
	size_t n = 0, i;

	for (i = 0; i < f->size; i++) {
		const struct vi_followed *r = &f->of[i];

		if (!r->since_ns)
			continue;
		unknown |= r->vague && r->since_ns == s->now;
		q->age_lower_bound |= r->vague;
		s->ages[n++] = (double)(s->now - r->since_ns) / 1e6;
	}
	set_percentiles(q, s->ages, n, unknown);
}

/* Age means nothing in receive queues and other parked queues. */
static bool has_ages(const struct vi_sampled *d,
		     const struct vi_sampled_queue *q)
{
	const struct vi_raw_queue *shape = &q->watch.q;

	return q->fresh && !d->stale && d->access->heads &&
	       q->in_flight_ok && q->in_flight && !vi_track_is_parked(q) &&
	       vi_can_follow(shape);
}

/* 0, or a negative errno that was noted. */
static int read_heads(struct vi_sampler *s, struct vi_sampled *d,
		      struct vi_sampled_queue *q)
{
	int err = has_room(s) ? 0 : -ENOMEM;

	if (!err)
		err = d->access->heads(s->ctx, &q->watch, &s->heads);
	if (!err)
		err = follow(s, q);
	/* The ring may be going away; the next read will tell. */
	if (err != -EFAULT)
		vi_fault(s->ctx, err == -ENOMEM ? NULL : d->name, err);
	return err;
}

static void sample_queue(struct vi_sampler *s, struct vi_sampled *d,
			 struct vi_sampled_queue *q)
{
	uint64_t began;

	q->age_p50_ms = q->age_p99_ms = q->oldest_ms = NAN;
	q->age_lower_bound = false;
	if (!has_ages(d, q)) {
		if (q->fresh && !d->stale && q->in_flight_ok && !q->in_flight)
			vi_follow_nothing(&q->follow, s->now);
		else
			vi_follow_break(&q->follow);
		q->num_lost = 0;
		q->lost_ns = 0;
		return;
	}
	if (s->allowance <= 0)
		return;
	began = vi_interim_begin(s);
	if (!read_heads(s, d, q))
		show_ages(s, q);
	vi_interim_end(s, began, 0);
}

/* Begin with another device each time: the budget may not suffice for all. */
void vi_sample_ages(struct vi_sampler *s)
{
	size_t i, k;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[(s->next_age + i) % s->count];

		for (k = 0; k < d->count; k++)
			sample_queue(s, d, d->queues[k]);
	}
	s->next_age++;
}

/* A request that was there for this long may be old, or another one. */
#define OLD_NS		(NS / 2)

/*
 * Most requests end soon, and samples show that. Where one may have stayed from
 * sample to sample, look as often as the queue's rate asks for, to know whether
 * it is the same.
 */
void vi_ages_interim(struct vi_sampler *s, uint64_t *next)
{
	size_t i, k;

	for (i = 0; i < s->count; i++) {
		struct vi_sampled *d = s->devices[i];

		for (k = 0; k < d->count; k++) {
			struct vi_sampled_queue *q = d->queues[k];
			struct vi_follow *f = &q->follow;
			uint64_t pause;

			if (!f->seen_ns || s->now - f->seen_ns < OLD_NS ||
			    !has_ages(d, q))
				continue;
			pause = vi_follow_pause(f, &q->watch.q);
			if (s->now - f->ns >= pause && read_heads(s, d, q))
				vi_follow_break(f);
			if (s->now + pause < *next)
				*next = s->now + pause;
		}
	}
}
