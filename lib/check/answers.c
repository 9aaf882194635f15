// SPDX-License-Identifier: GPL-2.0-or-later
/* The three questions that decide every stuck device. */
#include <stdarg.h>
#include <stdio.h>

#include "check/judge.h"

const char *const vi_questions[VI_QUESTIONS] = {
	[VI_ASK_SEEN] = "Did the device see the requests?",
	[VI_ASK_COMPLETED] = "Did the device complete them?",
	[VI_ASK_REAPED] = "Did the driver see the completions?",
};

static void VI_PRINTF(4, 5) answer(struct vi_answers *out, int question,
				   enum vi_answer a, const char *fmt, ...)
{
	va_list ap;

	out->to[question].answer = a;
	va_start(ap, fmt);
	vsnprintf(out->to[question].because,
		  sizeof(out->to[question].because), fmt, ap);
	va_end(ap);
}

static void note_unknown(struct vi_answers *out, const char *what)
{
	if (out->num_unknown < VI_MAX_NOTES)
		out->unknown[out->num_unknown++] = what;
}

static void note_next(struct vi_answers *out, const char *what)
{
	if (out->num_next < VI_MAX_NOTES)
		out->next[out->num_next++] = what;
}

/* Did the device say how far it looked? It asks for the next one. */
static bool asks_for_next(const struct vi_ring *ring)
{
	if (!vi_queue_has_feature(ring->q, VIRTIO_RING_F_EVENT_IDX))
		return false;
	if (!ring->q->packed)
		return ring->avail_event == ring->avail;
	return (ring->device_flags & 3) == VRING_PACKED_EVENT_FLAG_DESC &&
	       ring->device_off_wrap == ring->avail;
}

static void answer_seen(const struct vi_ring *ring, struct vi_answers *out)
{
	const struct vi_queue *q = ring->q;

	if (ring->avail == ring->used)
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "all that was made available is completed");
	else if (!q->packed && q->have & VI_Q_HOST_AVAIL)
		answer(out, VI_ASK_SEEN, q->host_avail == ring->avail ?
		       VI_ANSWER_YES : VI_ANSWER_NO,
		       "the host has taken up to %u of %u", q->host_avail,
		       ring->avail);
	else if (asks_for_next(ring))
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "it asks to be told of what follows %u", ring->avail);
	else if (vi_kick_due(ring))
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "it asked to be told of %u; the driver is at %u",
		       q->packed ? ring->device_off_wrap : ring->avail_event,
		       ring->avail);
	else
		answer(out, VI_ASK_SEEN, VI_ANSWER_UNKNOWN,
		       "the ring does not say how far the device has looked");
	if (out->to[VI_ASK_SEEN].answer == VI_ANSWER_UNKNOWN)
		note_unknown(out, "how far the device has looked: the host knows (x-query-virtio-queue-status)");
}

static void answer_completed(const struct vi_ring *ring,
			     struct vi_answers *out)
{
	uint32_t n = vi_flight_count(ring);

	if (n)
		answer(out, VI_ASK_COMPLETED, VI_ANSWER_NO,
		       "%u %s are in flight (avail %u, used %u)", n,
		       ring->q->packed ? "descriptors" : "buffers",
		       ring->avail, ring->used);
	else
		answer(out, VI_ASK_COMPLETED, VI_ANSWER_YES,
		       "all up to %u are completed", ring->used);
}

static void answer_reaped(const struct vi_ring *ring, struct vi_answers *out)
{
	uint32_t n = vi_unseen_count(ring);

	if (!ring->has_last) {
		answer(out, VI_ASK_REAPED, VI_ANSWER_UNKNOWN,
		       "the driver's own position is not known");
		note_unknown(out, "what the driver has seen: its own state was not read (--attach=kernel reads it)");
		return;
	}
	if (n)
		answer(out, VI_ASK_REAPED, VI_ANSWER_NO,
		       "%u wait for it (used %u, seen %u)", n, ring->used,
		       ring->last);
	else
		answer(out, VI_ASK_REAPED, VI_ANSWER_YES,
		       "it has seen all up to %u", ring->last);
}

static void note_limits(const struct vi_check *in,
			const struct vi_check_queue *queue,
			const struct vi_sample *s, struct vi_answers *out)
{
	if (queue->num_samples < VI_STILL_LOOKS)
		note_unknown(out, "whether the queue moves: it was not watched for long enough");
	if (!s->ring->exact)
		note_unknown(out, "which buffers are in flight: the list was inferred from the ring");
	if (!s->has_interrupts || !(queue->have & VI_CQ_VECTOR_OWN) ||
	    !queue->vector_own)
		note_unknown(out, "whether the queue's own interrupt came");
	if (!(in->have & VI_C_STATUS))
		note_unknown(out, "the device's status");
}

void vi_answer(const struct vi_check *in, const struct vi_check_queue *queue,
	       struct vi_answers *out)
{
	const struct vi_sample *s = vi_last_sample(queue);
	int i;

	out->queue = queue->index;
	if (!s || !s->ring->has_avail || !s->ring->has_used ||
	    s->ring->inferred_positions) {
		for (i = 0; i < VI_QUESTIONS; i++)
			answer(out, i, VI_ANSWER_UNKNOWN,
			       "the positions of driver and device are not known");
		note_next(out, "read the queue with the driver's own state (--attach=kernel, as root)");
		return;
	}
	answer_seen(s->ring, out);
	answer_completed(s->ring, out);
	answer_reaped(s->ring, out);
	note_limits(in, queue, s, out);
}
