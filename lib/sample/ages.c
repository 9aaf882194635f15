// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The ages of requests. A head that is in flight in two samples, and was not
 * made available again in between, is the same request. The ring holds the last
 * n heads that were made available. If there were more, nothing tells whether a
 * head was reused, and all heads count as new: an age is never too high. It is
 * too low by up to the interval between two samples, or by more, as a lower
 * bound, if the head may have been in flight before that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "sample/sample.h"

static bool has_room(struct vi_sampler *s)
{
	if (!s->heads.present)
		s->heads.present = calloc(VIRTQUEUE_MAX_SIZE, sizeof(bool));
	if (!s->heads.ring)
		s->heads.ring = calloc(VIRTQUEUE_MAX_SIZE, sizeof(uint16_t));
	if (!s->ages)
		s->ages = calloc(VIRTQUEUE_MAX_SIZE, sizeof(double));
	return s->heads.present && s->heads.ring && s->ages;
}

/* Let the heads that were made available since the last sample start again.
 * False: any head may be older than it seems. */
static bool forget_reused(struct vi_sampler *s, struct vi_sampled_queue *q)
{
	struct vi_ages *a = &q->ages;
	uint32_t size = q->watch.q.size;
	uint16_t n = s->heads.avail - a->avail, i;

	if (!a->has_avail || q->submitted.total - a->total > size || n > size ||
	    q->submitted.lower_now) {
		memset(a->since, 0, size * sizeof(*a->since));
		/* If none was in flight a sample ago, all are new. */
		return !a->has_avail;
	}
	for (i = 0; i < n; i++) {
		uint16_t head = s->heads.ring[(uint16_t)(a->avail + i) &
					      (size - 1)];

		if (head < size)
			a->since[head] = 0;
	}
	return true;
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

static bool has_arrays(struct vi_ages *a, uint32_t size)
{
	if (!a->since)
		a->since = calloc(size, sizeof(*a->since));
	if (!a->vague)
		a->vague = calloc(size, sizeof(*a->vague));
	return a->since && a->vague;
}

static int update_ages(struct vi_sampler *s, struct vi_sampled_queue *q)
{
	struct vi_ages *a = &q->ages;
	uint32_t size = q->watch.q.size, i;
	bool fresh, unknown = false;
	size_t n = 0;

	if (!has_arrays(a, size))
		return -ENOMEM;
	fresh = forget_reused(s, q) && s->sample_ns &&
		a->known_ns == s->sample_ns;
	for (i = 0; i < size; i++) {
		if (!s->heads.present[i]) {
			a->since[i] = 0;
			continue;
		}
		if (!a->since[i]) {
			a->since[i] = s->now;
			a->vague[i] = !fresh;
			unknown |= !fresh;
		}
		q->age_lower_bound |= a->vague[i];
		s->ages[n++] = (double)(s->now - a->since[i]) / 1e6;
	}
	a->avail = s->heads.avail;
	a->total = q->submitted.total;
	a->has_avail = true;
	a->known_ns = s->now;
	set_percentiles(q, s->ages, n, unknown);
	return 0;
}

/* Age means nothing in receive queues and other parked queues. */
static bool has_ages(const struct vi_sampled *d,
		     const struct vi_sampled_queue *q)
{
	const struct vi_raw_queue *shape = &q->watch.q;

	return q->fresh && !d->stale && d->access->heads && !shape->packed &&
	       q->in_flight_ok && q->in_flight && !vi_track_is_parked(q) &&
	       shape->size && shape->size <= VIRTQUEUE_MAX_SIZE &&
	       !(shape->size & (shape->size - 1));
}

static void read_heads(struct vi_sampler *s, struct vi_sampled *d,
		       struct vi_sampled_queue *q)
{
	int err = has_room(s) ? 0 : -ENOMEM;

	if (!err)
		err = d->access->heads(s->ctx, &q->watch, &s->heads);
	if (!err)
		err = update_ages(s, q);
	/* The ring may be going away; the next read will tell. */
	if (err != -EFAULT)
		vi_fault(s->ctx, err == -ENOMEM ? NULL : d->name, err);
}

static void sample_queue(struct vi_sampler *s, struct vi_sampled *d,
			 struct vi_sampled_queue *q)
{
	uint64_t began;

	q->age_p50_ms = q->age_p99_ms = q->oldest_ms = NAN;
	q->age_lower_bound = false;
	if (!has_ages(d, q)) {
		q->ages.has_avail = false;
		q->ages.known_ns = q->fresh && !d->stale && q->in_flight_ok &&
				   !q->in_flight ? s->now : 0;
		return;
	}
	if (s->allowance <= 0)
		return;
	began = vi_interim_begin(s);
	read_heads(s, d, q);
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
