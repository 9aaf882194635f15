// SPDX-License-Identifier: LGPL-2.1-or-later
/* How long a device is watched before it is judged. */
#include "check/check.h"
#include "check/rules/rules.h"

static bool is_suspicious(const struct vi_check *in,
			  const struct vi_check_queue *queue, uint64_t *need)
{
	const struct vi_check_sample *s = vi_last_sample(queue);

	*need = 0;
	if (!s)
		return in->live && queue->num_samples < 2;
	if (s->ring->has_last && s->ring->has_used &&
	    s->ring->last != s->ring->used)
		*need = VI_AGE_WARNING;
	if (vi_has_requests(s->ring) && queue->have & VI_CQ_ROLE &&
	    queue->role != VI_QUEUE_PARKED)
		*need = VI_AGE_ERROR;
	if (vi_is_full(s->ring) && !*need)
		*need = VI_AGE_WARNING;
	return *need;
}

/* Two samples at least; more of a suspicious queue that stands still. */
static bool wants_more(const struct vi_check *in,
		       const struct vi_check_queue *queue)
{
	uint64_t limit = in->watch_ns ? in->watch_ns : VI_AGE_ERROR, need;
	size_t n = queue->num_samples;
	struct vi_still still;

	if (!n || vi_has_ended(in))
		return false;
	if (queue->samples[n - 1].time_ns - queue->samples[0].time_ns >= limit
	    && n >= VI_STILL_LOOKS)
		return false;
	if (vi_consistent_count(queue) < 2)
		return n < 2 * VI_STILL_LOOKS;
	if (!is_suspicious(in, queue, &need) || !vi_still(queue, &still))
		return false;
	return still.snaps < VI_STILL_LOOKS ||
	       still.age_ns < (need < limit ? need : limit);
}

bool vi_check_wants_more(const struct vi_check *in)
{
	size_t i;

	if (in->live && vi_may_be_starting(in))
		return true;
	for (i = 0; in->live && i < in->num_queues; i++)
		if (wants_more(in, &in->queues[i]))
			return true;
	return false;
}

bool vi_check_may_be_losing(const struct vi_check *in)
{
	uint64_t limit = in->watch_ns ? in->watch_ns : VI_AGE_ERROR;
	size_t i;

	if (!in->live || vi_has_ended(in))
		return false;
	for (i = 0; i < in->num_queues; i++)
		if (vi_may_be_losing(&in->queues[i], limit))
			return true;
	return false;
}
