// SPDX-License-Identifier: LGPL-2.1-or-later
/* The three questions that decide every stuck device. */
#include <stdarg.h>
#include <stdio.h>

#include "check/check.h"
#include "check/rules/judge.h"

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
static bool asks_for_next(const struct vi_decoded *ring)
{
	if (!vi_raw_queue_has_feature(ring->q, VIRTIO_RING_F_EVENT_IDX))
		return false;
	if (!ring->q->packed)
		return ring->avail_event == ring->avail;
	return (ring->device_flags & 3) == VRING_PACKED_EVENT_FLAG_DESC &&
	       ring->device_off_wrap == ring->avail;
}

/* What the device's own position says, where the host tells it. */
static void answer_by_host(const struct vi_decoded *ring,
			   struct vi_answers *out)
{
	uint16_t flight = ring->avail - ring->used;
	uint16_t taken = ring->q->host_avail - ring->used;

	if (taken == flight)
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "the device has taken all that is in flight");
	else if (taken < flight)
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "the device has taken %u of the %u buffers in flight",
		       taken, flight);
	else
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "the device is at index %u, and the driver at %u",
		       ring->q->host_avail, ring->avail);
}

static void answer_by_event(const struct vi_decoded *ring,
			    struct vi_answers *out)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t event = q->packed ? ring->device_off_wrap : ring->avail_event;
	char asked[VI_PLACE_SIZE], at[VI_PLACE_SIZE];

	if (asks_for_next(ring))
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "the device asks to be told of the next buffer, so it has seen those before");
	else if (vi_kick_due(ring))
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "the device asked to be told of buffer %s; the driver is at %s",
		       vi_place(q->packed, event, asked),
		       vi_place(q->packed, ring->avail, at));
	else
		answer(out, VI_ASK_SEEN, VI_ANSWER_UNKNOWN,
		       "the ring does not say how far the device has looked");
}

static void answer_seen(const struct vi_decoded *ring, struct vi_answers *out)
{
	if (ring->avail == ring->used)
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "the device has completed all that it was given, so it has seen it");
	else if (!ring->q->packed && ring->q->have & VI_Q_HOST_AVAIL)
		answer_by_host(ring, out);
	else
		answer_by_event(ring, out);
	if (out->to[VI_ASK_SEEN].answer == VI_ANSWER_UNKNOWN)
		note_unknown(out, "how far the device has looked: the host knows (x-query-virtio-queue-status)");
}

static void answer_completed(const struct vi_decoded *ring,
			     struct vi_answers *out)
{
	char avail[VI_PLACE_SIZE], used[VI_PLACE_SIZE];
	bool packed = ring->q->packed;
	uint32_t n = vi_flight_count(ring);

	if (n)
		answer(out, VI_ASK_COMPLETED, VI_ANSWER_NO,
		       "%u %s%s %s in flight (avail %s, used %s)", n,
		       packed ? "descriptor" : "buffer", n == 1 ? "" : "s",
		       n == 1 ? "is" : "are",
		       vi_place(packed, ring->avail, avail),
		       vi_place(packed, ring->used, used));
	else
		answer(out, VI_ASK_COMPLETED, VI_ANSWER_YES,
		       "nothing is in flight (avail and used are %s)",
		       vi_place(packed, ring->used, used));
}

static void answer_reaped(const struct vi_decoded *ring, struct vi_answers *out)
{
	char used[VI_PLACE_SIZE], last[VI_PLACE_SIZE];
	bool packed = ring->q->packed;
	uint32_t n = vi_unseen_count(ring);

	if (!ring->has_last) {
		answer(out, VI_ASK_REAPED, VI_ANSWER_UNKNOWN,
		       "how far the driver has looked is not known");
		note_unknown(out, "what the driver has seen: its own state was not read (--attach=kernel reads it)");
		return;
	}
	vi_place(packed, ring->used, used);
	vi_place(packed, ring->last, last);
	if (n)
		answer(out, VI_ASK_REAPED, VI_ANSWER_NO,
		       "%u %s for the driver (used %s, the driver is at %s)",
		       n, packed ? "descriptors wait" : n == 1 ?
		       "completion waits" : "completions wait", used, last);
	else
		answer(out, VI_ASK_REAPED, VI_ANSWER_YES,
		       "the driver has seen all completions, up to %s", last);
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
