// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The lengths of requests: now and then, read the whole ring of a queue that
 * moves, with its indirect tables, and measure the requests in flight: the
 * bytes that the device reads and writes. They stand for all others, so the
 * result is an estimate, in which slow requests weigh more because they are
 * seen more often.
 */
#include <errno.h>
#include <string.h>

#include "core/ctx.h"
#include "sample/sample.h"
#include "view/decode.h"

/*
 * The interval between two looks at a queue, a little less than a second
 * because samples are not exactly on time; and after a look that found no
 * request, as none was in flight or the ring changed meanwhile.
 */
#define EACH_NS		(NS * 9 / 10)
#define AGAIN_NS	(NS / 5)
/* Older looks say nothing about the present. */
#define GOOD_NS		(5 * NS)

/* Buffers in parked queues are room, not requests. */
static bool is_wanted(const struct vi_sampler *s, const struct vi_row *row)
{
	const struct vi_sampled_queue *q = row->queue;

	/* Check this first: most queues are idle most of the time. */
	return q->submitted.total != q->submitted.mark && q->fresh &&
	       row->dev->access && row->dev->access->ring && !row->dev->stale &&
	       q->in_flight_ok && q->in_flight && !vi_track_is_parked(q) &&
	       s->now - q->lengths.looked_ns >= (q->lengths.missed ? AGAIN_NS :
						 EACH_NS);
}

/* Was the whole chain read? An indirect table late in it is no reason to
 * doubt. */
static bool is_whole(const struct vi_chain *c)
{
	uint32_t i;

	for (i = 0; i < c->num_anomalies; i++)
		if (c->anomaly[i].what != VI_WALK_IND_LATE)
			return false;
	return c->num;
}

/* Do not measure a torn ring, or requests that are a guess. */
static int measure(const struct vi_raw_queue *whole,
		   struct vi_length_look *look)
{
	struct vi_decoded ring;
	size_t i;
	int err;

	if (whole->torn || whole->gone)
		return 0;
	err = vi_decode(whole, &ring);
	if (err)
		return err;
	for (i = 0; ring.known && ring.exact && i < ring.num_in_flight; i++) {
		const struct vi_chain *c = &ring.in_flight[i];

		if (!is_whole(c))
			continue;
		look->bytes += (double)c->out_len + (double)c->in_len;
		look->slots += c->slots;
		look->requests++;
	}
	vi_decoded_free(&ring);
	return 0;
}

static void add_look(struct vi_lengths *l, const struct vi_length_look *look)
{
	l->look[l->next] = *look;
	l->next = (l->next + 1) % VI_LENGTH_LOOKS;
}

static void read_queue(struct vi_sampler *s, struct vi_sampled *d,
		       struct vi_sampled_queue *q)
{
	struct vi_length_look look = { .at_ns = s->now };
	uint64_t began = vi_interim_begin(s);
	double had = s->allowance;
	struct vi_raw_queue whole;
	int err = d->access->ring(s->ctx, &q->watch, &whole);

	if (!err) {
		err = measure(&whole, &look);
		vi_raw_queue_free(&whole);
	}
	if (err == -ENOMEM)
		vi_fault(s->ctx, NULL, err);
	q->lengths.looked_ns = s->now;
	q->lengths.missed = !look.requests;
	if (look.requests)
		add_look(&q->lengths, &look);
	if (err == -ESTALE) {
		q->lengths = (struct vi_lengths) { 0 };
		d->stale = true;
	}
	vi_interim_end(s, began, 0);
	s->length_allowance -= had - s->allowance;
}

/* Go on where the budget ended the last time. */
void vi_sample_lengths(struct vi_sampler *s)
{
	size_t i, at;

	for (i = 0; i < s->num_rows; i++) {
		at = (s->next_length + i) % s->num_rows;
		if (!is_wanted(s, &s->rows[at]))
			continue;
		if (s->allowance <= 0 || s->length_allowance <= 0) {
			s->next_length = at;
			return;
		}
		read_queue(s, (struct vi_sampled *)s->rows[at].dev,
			   (struct vi_sampled_queue *)s->rows[at].queue);
	}
}

static bool is_good(const struct vi_length_look *look, uint64_t now)
{
	return look->requests && now - look->at_ns <= GOOD_NS;
}

/* Add up the recent looks; false: there are none. */
static bool sum_up(const struct vi_lengths *l, uint64_t now,
		   struct vi_length_look *sum)
{
	size_t i;

	/* If the newest is too old, all are. */
	if (!is_good(&l->look[(l->next + VI_LENGTH_LOOKS - 1) %
			      VI_LENGTH_LOOKS], now))
		return false;
	for (i = 0; i < VI_LENGTH_LOOKS; i++) {
		if (!is_good(&l->look[i], now))
			continue;
		sum->bytes += l->look[i].bytes;
		sum->requests += l->look[i].requests;
		sum->slots += l->look[i].slots;
	}
	return true;
}

/*
 * Packed rings count descriptors, so divide the bytes by these: by the slots
 * that requests take in the ring, without those of indirect tables.
 */
void vi_lengths_show(const struct vi_sampled_queue *q, uint64_t now,
		     struct vi_rate *out)
{
	struct vi_length_look sum = { 0 };
	uint64_t counted;

	if (!sum_up(&q->lengths, now, &sum))
		return;
	counted = q->watch.q.packed ? sum.slots : sum.requests;
	out->request_bytes = sum.bytes / (double)sum.requests;
	if (counted)
		out->bytes_per_s = out->submitted_per_s * sum.bytes /
				   (double)counted;
}
