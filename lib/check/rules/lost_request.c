// SPDX-License-Identifier: LGPL-2.1-or-later
/* One request that never ends in a queue that moves. */
#include "check/rules/judge.h"
#include "inspect/snapshot.h"

/* The request of the chain, as looks followed it; NULL: another one by now. */
static const struct vi_followed *followed(const struct vi_judge *j,
					  const struct vi_chain *c)
{
	const struct vi_follow *f = j->queue->follow;
	const struct vi_followed *r;
	uint64_t token;

	if (c->id >= f->size || c->id >= j->q->size || f->size != j->q->size)
		return NULL;
	r = &f->of[c->id];
	token = vi_has_tokens(j->q) ? j->q->tokens[c->id].data : 0;
	if (!r->since_ns || (token && r->token && token != r->token))
		return NULL;
	return r;
}

/*
 * Twice as many others as can be in flight: half of these at least were made
 * after it. A device may complete requests in any order (spec 1.4, 2.7.8), but
 * one that serves so many later ones first has forgotten this one.
 */
static bool was_overtaken(const struct vi_follow *f,
			  const struct vi_followed *r)
{
	return f->done - r->done >= 2 * (uint64_t)f->size;
}

static void report(struct vi_judge *j, size_t flight,
		   const struct vi_followed *r)
{
	const struct vi_follow *f = j->queue->follow;
	const struct vi_chain *c = &j->ring->in_flight[flight];
	uint64_t others = f->done - r->done, age = f->ns - r->since_ns;
	const char *text = !c->num ? "its descriptors are overwritten" :
			   !j->sample->flights ? "not read" :
			   vi_flight_text(&j->sample->flights[flight]);

	if (!text) {
		j->no_memory = true;
		return;
	}
	vi_found(j, "the device has had the request of %s %u (%.150s) for %.1f s at least, while it completed %llu others",
		 j->q->packed ? "buffer" : "descriptor", c->id, text,
		 (double)age / 1e9, (unsigned long long)others);
	vi_evidence(j, j->q->packed ? "id" : "head", c->id);
	vi_evidence(j, "age_ms", age / 1000000);
	vi_evidence(j, "completed_meanwhile", others);
	vi_evidence(j, "in_flight", j->ring->num_in_flight);
}

/* Why it is not known whether a request is lost, where one may be. */
static void doubt(struct vi_judge *j, const struct vi_followed *r)
{
	const struct vi_follow *f = j->queue->follow;

	/* A queue that stands still has diagnoses of its own. */
	if (f->done == r->done && r->seen_ns == r->since_ns)
		return;
	if (r->seen_ns < r->since_ns)
		vi_skip(j, "cannot tell whether a request was lost: the ring laps between two looks");
	else
		vi_skip(j, "cannot tell whether a request was lost: too few others were completed while it was watched");
}

static bool may_be_lost(struct vi_judge *j)
{
	if (!(j->queue->have & VI_CQ_ROLE) ||
	    j->queue->role != VI_QUEUE_REQUEST || !vi_can_follow(j->q))
		return false;
	if (vi_has_ended(j->in)) {
		vi_skip(j, "the device needs a reset or its driver gave up on it, so nothing can move");
		return false;
	}
	if (!j->queue->follow || !j->queue->follow->of)
		vi_skip(j, "needs the driver's own record of its requests, over time");
	return !j->skipped;
}

void vi_judge_request_lost(struct vi_judge *j)
{
	const struct vi_follow *f = j->queue->follow;
	const struct vi_followed *r;
	size_t i;

	if (!may_be_lost(j))
		return;
	for (i = 0; i < j->ring->num_in_flight && !j->no_memory; i++) {
		r = followed(j, &j->ring->in_flight[i]);
		if (!r)
			continue;
		if (f->ns - r->since_ns >= VI_AGE_ERROR && was_overtaken(f, r))
			report(j, i, r);
		else if (f->ns - r->seen_ns >= VI_AGE_WARNING)
			doubt(j, r);
	}
}

bool vi_may_be_losing(const struct vi_check_queue *queue, uint64_t limit)
{
	const struct vi_follow *f = queue->follow;
	uint32_t i;

	if (!f || !f->of || !(queue->have & VI_CQ_ROLE) ||
	    queue->role != VI_QUEUE_REQUEST || !f->done)
		return false;
	for (i = 0; i < f->size; i++) {
		const struct vi_followed *r = &f->of[i];

		/* In all looks, and followed from soon after the first. */
		if (r->since_ns && r->seen_ns - f->first_ns < VI_AGE_WARNING / 4 &&
		    r->since_ns - f->first_ns <= 2 * VI_AGE_WARNING &&
		    f->ns - r->since_ns < limit)
			return true;
	}
	return false;
}
