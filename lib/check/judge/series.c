// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the samples of a queue say together: whether it moves. */
#include "check/judge/judge.h"

const struct vi_check_sample *vi_last_sample(const struct vi_check_queue *queue)
{
	size_t i = queue->num_samples;

	while (i--) {
		const struct vi_check_sample *s = &queue->samples[i];

		if (vi_is_consistent(s) && s->ring->readable &&
		    vi_is_ready(s->q) && !vi_has_zero_page(s))
			return s;
	}
	return NULL;
}

/* Same ring, same indices? */
static bool is_same(const struct vi_decoded *a, const struct vi_decoded *b)
{
	return a->readable && b->readable && a->q->size == b->q->size &&
	       a->q->packed == b->q->packed && a->q->desc == b->q->desc &&
	       a->q->desc_va == b->q->desc_va &&
	       a->has_avail == b->has_avail && a->has_used == b->has_used &&
	       a->avail == b->avail && a->used == b->used &&
	       a->has_last == b->has_last && a->last == b->last;
}

bool vi_still(const struct vi_check_queue *queue, struct vi_still *still)
{
	size_t i = queue->num_samples;

	*still = (struct vi_still) { .last = vi_last_sample(queue) };
	if (!still->last)
		return false;
	while (i--) {
		const struct vi_check_sample *s = &queue->samples[i];

		if (s > still->last)
			continue;
		/* A torn sample was moving. */
		if (!vi_is_consistent(s) ||
		    !is_same(s->ring, still->last->ring))
			break;
		still->first = s;
		still->snaps++;
	}
	if (still->last != &queue->samples[queue->num_samples - 1])
		still->snaps = 0;
	if (still->first && still->last->time_ns > still->first->time_ns)
		still->age_ns = still->last->time_ns - still->first->time_ns;
	return still->snaps > 1;
}

bool vi_moves(const struct vi_check_queue *queue)
{
	struct vi_still still;

	vi_still(queue, &still);
	return still.snaps < queue->num_samples;
}

bool vi_stands(struct vi_judge *j, struct vi_still *still)
{
	if (vi_has_ended(j->in)) {
		vi_skip(j, "the device needs a reset or its driver gave up on it, so nothing can move");
		return false;
	}
	if (vi_still(j->queue, still) && still->snaps >= VI_STILL_LOOKS &&
	    still->age_ns >= VI_AGE_WARNING)
		return true;
	if (!vi_moves(j->queue))
		vi_skip(j, VI_NEEDS_TIME);
	return false;
}
