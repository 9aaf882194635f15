// SPDX-License-Identifier: LGPL-2.1-or-later
/* The three questions that explain any stuck device. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/judge/judge.h"

#define MAX_NOTES	6

/* The answers and their notes, before they become part of a report. */
struct asking {
	struct {
		enum vi_answer answer;
		bool inferred;
		char because[160];
	} to[VI_QUESTIONS];
	const char *unknown[MAX_NOTES];		/* not determined */
	size_t num_unknown;
	const char *next[MAX_NOTES];		/* what to try next */
	size_t num_next;
};

static void VI_PRINTF(4, 5) answer(struct asking *out, int question,
				   enum vi_answer a, const char *fmt, ...)
{
	va_list ap;

	out->to[question].answer = a;
	va_start(ap, fmt);
	vsnprintf(out->to[question].because,
		  sizeof(out->to[question].because), fmt, ap);
	va_end(ap);
}

static void note_unknown(struct asking *out, const char *what)
{
	if (out->num_unknown < MAX_NOTES)
		out->unknown[out->num_unknown++] = what;
}

static void note_next(struct asking *out, const char *what)
{
	if (out->num_next < MAX_NOTES)
		out->next[out->num_next++] = what;
}

/* Has the device seen everything? Then it wants to hear of the next buffer. */
static bool asks_for_next(const struct vi_decoded *ring)
{
	if (vi_lacks_event_idx(ring))
		return false;
	if (!ring->q->packed)
		return vi_has_event_idx(ring) &&
		       ring->avail_event == ring->avail;
	return (ring->device_flags & 3) == VRING_PACKED_EVENT_FLAG_DESC &&
	       ring->device_off_wrap == ring->avail;
}

/* By the device's own position, if the host reports it. */
static void answer_by_host(const struct vi_decoded *ring,
			   struct asking *out)
{
	uint16_t flight = ring->avail - ring->used;
	uint16_t taken = ring->q->host_avail - ring->used;

	if (taken == flight)
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "the device has taken every in-flight request");
	else if (taken < flight)
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "the device has taken %u of the %u %s in flight",
		       taken, flight, flight == 1 ? "buffer" : "buffers");
	else
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "the device is at index %u, the driver at %u",
		       ring->q->host_avail, ring->avail);
}

static void answer_by_event(const struct vi_decoded *ring,
			    struct asking *out)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t event = q->packed ? ring->device_off_wrap : ring->avail_event;
	char asked[VI_PLACE_SIZE], at[VI_PLACE_SIZE];

	if (asks_for_next(ring))
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "the device has re-armed notifications, so it has processed all earlier ones");
	else if (vi_kick_due(ring))
		answer(out, VI_ASK_SEEN, VI_ANSWER_NO,
		       "the device asked to be notified of buffer %s, and not again since; the driver is at %s",
		       vi_place(q->packed, event, asked),
		       vi_place(q->packed, ring->avail, at));
	else
		answer(out, VI_ASK_SEEN, VI_ANSWER_UNKNOWN,
		       "the ring does not show how many buffers the device has taken");
	out->to[VI_ASK_SEEN].inferred =
		out->to[VI_ASK_SEEN].answer != VI_ANSWER_UNKNOWN;
}

/* Packed: are the slots that the driver has not reached all zeros? */
static bool is_first_lap(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	size_t size = sizeof(struct vring_packed_desc);
	size_t from = VI_SLOT(ring->avail);

	return q->desc_bytes && ring->avail & VI_WRAP && from < q->size &&
	       vi_is_zero(q->desc_bytes + from * size, (q->size - from) * size);
}

/*
 * Has the device never completed a buffer? An index of 0 may have wrapped, but
 * completions leave entries behind.
 */
static bool never_completed(const struct vi_check_sample *s)
{
	const struct vi_raw_queue *q = s->q;

	if (vi_has_zero_page(s) ||
	    (s->ring->has_last && s->ring->last != s->ring->used))
		return false;
	if (q->packed)
		return s->ring->used == VI_WRAP && is_first_lap(s->ring);
	return !s->ring->used && q->device_bytes &&
	       vi_is_zero(q->device_bytes + 4, 8 * (size_t)q->size);
}

static void answer_none(const struct vi_decoded *ring, struct asking *out)
{
	if (ring->avail == ring->used) {
		answer(out, VI_ASK_SEEN, VI_ANSWER_NONE,
		       "the driver has not submitted any buffer yet");
		answer(out, VI_ASK_COMPLETED, VI_ANSWER_NONE, "%s",
		       out->to[VI_ASK_SEEN].because);
	}
	answer(out, VI_ASK_REAPED, VI_ANSWER_NONE,
	       "the device has not completed any buffer yet");
}

static void answer_seen(const struct vi_decoded *ring, struct asking *out)
{
	if (ring->avail == ring->used)
		answer(out, VI_ASK_SEEN, VI_ANSWER_YES,
		       "the device has completed every buffer, so it has seen every one");
	else if (!ring->q->packed && ring->q->have & VI_Q_HOST_AVAIL)
		answer_by_host(ring, out);
	else
		answer_by_event(ring, out);
	if (out->to[VI_ASK_SEEN].answer == VI_ANSWER_UNKNOWN)
		note_unknown(out, "how many buffers the device has taken: ask QEMU on the host (x-query-virtio-queue-status)");
}

static void answer_completed(const struct vi_decoded *ring,
			     struct asking *out)
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

static void answer_reaped(const struct vi_decoded *ring, struct asking *out)
{
	char used[VI_PLACE_SIZE], last[VI_PLACE_SIZE];
	bool packed = ring->q->packed;
	uint32_t n = vi_unseen_count(ring);

	if (!ring->has_last) {
		answer(out, VI_ASK_REAPED, VI_ANSWER_UNKNOWN,
		       "the driver's position is unknown");
		note_unknown(out, "which completions the driver has seen: its private state was not read (use --attach=kernel)");
		return;
	}
	vi_place(packed, ring->used, used);
	vi_place(packed, ring->last, last);
	if (n)
		answer(out, VI_ASK_REAPED, VI_ANSWER_NO,
		       "%u %s for the driver (used %s, the driver is at %s)",
		       n, packed ? "descriptors are pending" : n == 1 ?
		       "completion is pending" : "completions are pending", used, last);
	else
		answer(out, VI_ASK_REAPED, VI_ANSWER_YES,
		       "the driver has seen all completions up to %s", last);
}

static void note_limits(const struct vi_check *in,
			const struct vi_check_queue *queue,
			const struct vi_check_sample *s, struct asking *out)
{
	if (queue->num_samples < VI_STILL_LOOKS)
		note_unknown(out, "whether the queue moves: it was not watched long enough");
	if (!s->ring->exact)
		note_unknown(out, "which buffers are in flight: the list was inferred from the ring");
	if (!s->has_interrupts || !(queue->have & VI_CQ_VECTOR_OWN) ||
	    !queue->vector_own)
		note_unknown(out, "whether the queue's own interrupt arrived");
	if (!(in->have & VI_C_STATUS))
		note_unknown(out, "the device's status");
}

static void answer_nothing(struct asking *out, const char *because)
{
	int i;

	for (i = 0; i < VI_QUESTIONS; i++)
		answer(out, i, VI_ANSWER_UNKNOWN, "%s", because);
}

static void ask(const struct vi_check *in, const struct vi_check_queue *queue,
		struct asking *out)
{
	const struct vi_check_sample *s = vi_last_sample(queue);

	if (!s || !s->ring->has_avail || !s->ring->has_used ||
	    s->ring->inferred_positions) {
		answer_nothing(out, "the positions of driver and device are unknown");
		note_next(out, "read the driver's private state as well (--attach=kernel, as root)");
		return;
	}
	if (vi_has_bad_index(s->ring)) {
		answer_nothing(out, "one of the indices is wrong, so their differences mean nothing");
		return;
	}
	answer_seen(s->ring, out);
	answer_completed(s->ring, out);
	if (never_completed(s))
		answer_none(s->ring, out);
	else
		answer_reaped(s->ring, out);
	note_limits(in, queue, s, out);
}

/* Add the advice of findings, without duplicates. */
static void add_advice(const struct vi_finding *f, size_t count,
		       struct asking *out)
{
	size_t i;

	for (; count--; f++) {
		for (i = 0; i < out->num_next; i++)
			if (out->next[i] == f->advice)
				break;
		if (f->advice && i == out->num_next)
			note_next(out, f->advice);
	}
}

/* --- For the report --- */

static int add_line(struct vi_pool *pool, struct vi_answers *a,
		    const char *before, const char *text)
{
	char line[512];

	snprintf(line, sizeof(line), "%s%s", before, text);
	return vi_strings_add(pool, &a->text, vi_pool_strdup(pool, line));
}

static int add_text(struct vi_pool *pool, const struct asking *from,
		    struct vi_answers *to)
{
	static const char *const fields[VI_QUESTIONS] = {
		[VI_ASK_SEEN] = "seen", [VI_ASK_COMPLETED] = "completed",
		[VI_ASK_REAPED] = "reaped",
	};
	size_t i;
	int err = 0;

	for (i = 0; i < VI_QUESTIONS && !err; i++) {
		to->to[i] = from->to[i].answer;
		if (from->to[i].inferred)
			err = vi_strings_add(pool, &to->inferred, fields[i]);
		/* If no answer is known, all have one reason. */
		if (!err && *from->to[i].because &&
		    (!i || strcmp(from->to[i].because,
				  from->to[i - 1].because)))
			err = add_line(pool, to, "", from->to[i].because);
	}
	for (i = 0; i < from->num_unknown && !err; i++)
		err = add_line(pool, to, "unknown: ", from->unknown[i]);
	for (i = 0; i < from->num_next && !err; i++)
		err = add_line(pool, to, "try: ", from->next[i]);
	return err;
}

static int set_name(struct vi_pool *pool, const struct vi_check_queue *queue,
		    struct vi_answers *to)
{
	const struct vi_raw_queue *q = queue->num_samples ?
		queue->samples[queue->num_samples - 1].q : NULL;

	if (!q || !vi_has(q, VI_Q_NAME))
		return 0;
	to->name = vi_pool_strdup(pool, q->name);
	return to->name ? 0 : -ENOMEM;
}

int vi_answer(const struct vi_check *in, const struct vi_check_queue *queue,
	      const struct vi_finding *findings, size_t count,
	      struct vi_pool *pool, struct vi_answers *out)
{
	struct asking asked = { 0 };
	int err;

	ask(in, queue, &asked);
	add_advice(findings, count, &asked);
	out->queue = queue->index;
	err = set_name(pool, queue, out);
	return err ? err : add_text(pool, &asked, out);
}
