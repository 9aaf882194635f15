// SPDX-License-Identifier: LGPL-2.1-or-later
/* One request that never ends in a queue that moves. */
#include "check/rules/rules.h"
#include "inspect/snapshot.h"

/* A request in flight, as looks followed it; NULL: another one by now. */
static const struct vi_followed *followed(const struct vi_check_queue *queue,
					  const struct vi_check_sample *s,
					  size_t flight)
{
	const struct vi_follow *f = queue->follow;
	uint32_t id = s->ring->in_flight[flight].id;
	const struct vi_followed *r;
	uint64_t token;

	if (f->size != s->q->size || id >= f->size)
		return NULL;
	r = &f->of[id];
	token = vi_has_tokens(s->q) ? s->q->tokens[id].data : 0;
	if (!r->since_ns || (token && r->token && token != r->token))
		return NULL;
	return r;
}

/* How long the device has had a request, and how many others it completed while
 * looks followed it. */
struct known {
	uint64_t age_ns, others;
};

static uint64_t started(const struct vi_raw_queue *q, uint32_t id)
{
	return vi_has_tokens(q) && id < q->size ? q->tokens[id].started_ns : 0;
}

/*
 * By its own start, as the kernel has it: the same in two samples means the
 * same request, however far the ring moved in between. 0: not known.
 */
static uint64_t proved_start(const struct vi_judge *j, uint32_t id)
{
	uint64_t ns = started(j->q, id);
	size_t i;

	for (i = 0; ns && i < j->queue->num_samples; i++) {
		const struct vi_check_sample *s = &j->queue->samples[i];

		if (s != j->sample && vi_is_consistent(s) &&
		    started(s->q, id) == ns)
			return ns;
	}
	return 0;
}

/*
 * Twice as many others as can be in flight: half of these at least were made
 * after it. A device may complete requests in any order (spec 1.4, 2.7.8), but
 * one that serves so many later ones first has forgotten this one.
 */
bool vi_is_lost(const struct vi_follow *f, const struct vi_followed *r)
{
	return r->since_ns && f->ns - r->since_ns >= VI_AGE_ERROR &&
	       f->done - r->done >= 2 * (uint64_t)f->size;
}

static bool lost_by_looks(const struct vi_follow *f,
			  const struct vi_followed *r, struct known *known)
{
	*known = (struct known) { f->ns - r->since_ns, f->done - r->done };
	return vi_is_lost(f, r);
}

/* The same by its start, with what was in flight beside it, as it need not have
 * been watched all the time: others completed at that rate before, too. */
static bool lost_by_start(const struct vi_judge *j, uint32_t id,
			  struct known *known)
{
	const struct vi_follow *f = j->queue->follow;
	uint64_t start = proved_start(j, id), watched = f->ns - f->first_ns;

	if (!start || start > f->first_ns || !watched)
		return false;
	*known = (struct known) { f->ns - start, f->done };
	return known->age_ns >= VI_AGE_ERROR &&
	       (double)f->done * (double)known->age_ns / (double)watched >=
	       2.0 * f->peak && f->done;
}

static void report(struct vi_judge *j, size_t flight,
		   const struct known *known)
{
	const struct vi_chain *c = &j->ring->in_flight[flight];
	uint64_t others = known->others, age = known->age_ns;
	const char *text = !c->num ? "its descriptors are overwritten" :
			   !j->sample->flights ? "not read" :
			   vi_flight_text(&j->sample->flights[flight]);

	if (!text) {
		j->no_memory = true;
		return;
	}
	vi_found(j, "the device has had the request of %s %u (%.150s) for %.1f s at least, and has completed at least %llu others meanwhile",
		 j->q->packed ? "buffer" : "descriptor", c->id, text,
		 (double)age / 1e9, (unsigned long long)others);
	vi_evidence(j, j->q->packed ? "id" : "head", c->id);
	vi_evidence(j, "age_ms", age / 1000000);
	vi_evidence(j, "completed_meanwhile", others);
	vi_evidence(j, "in_flight", j->ring->num_in_flight);
}

/* Why it is not known whether a request is lost, where one may be. */
static void doubt(struct vi_judge *j, const struct vi_followed *r,
		  uint64_t start)
{
	const struct vi_follow *f = j->queue->follow;

	/* A queue that stands still has diagnoses of its own, and a request
	 * that began a moment ago is not lost. */
	if ((f->done == r->done && r->seen_ns == r->since_ns) ||
	    (start && f->ns < start + VI_AGE_ERROR))
		return;
	if (r->seen_ns < r->since_ns)
		vi_undecided(j, "the ring laps between two looks",
			     "cannot tell whether a request was lost: the ring laps between two looks");
	else if (f->ns - r->since_ns >= VI_AGE_ERROR)
		vi_undecided(j, "too few requests completed while one stayed in flight",
			     "a request has been in flight for %.1f s; too few others were completed meanwhile to call it lost",
			     (double)(f->ns - r->since_ns) / 1e9);
}

/* Are there requests that have to end? */
static bool has_requests(const struct vi_check_queue *queue)
{
	return queue->have & VI_CQ_ROLE && queue->role != VI_QUEUE_PARKED;
}

/* In a queue where requests may wait, only some have to end. */
static bool must_end(const struct vi_check_queue *queue,
		     const struct vi_check_sample *s, size_t flight)
{
	return queue->role == VI_QUEUE_REQUEST ||
	       (s->flights &&
		vi_flight_waits(&s->flights[flight]) == VI_WAITS_NOT);
}

static bool may_be_lost(struct vi_judge *j)
{
	if (!has_requests(j->queue) || !vi_can_follow(j->q) ||
	    !vi_can_overtake(j->q))
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
	struct known known;
	size_t i;

	if (!may_be_lost(j))
		return;
	for (i = 0; i < j->ring->num_in_flight && !j->no_memory; i++) {
		uint32_t id = j->ring->in_flight[i].id;

		r = followed(j->queue, j->sample, i);
		if (!r || !must_end(j->queue, j->sample, i))
			continue;
		if (lost_by_start(j, id, &known) || lost_by_looks(f, r, &known))
			report(j, i, &known);
		else if (f->ns - r->seen_ns >= VI_AGE_WARNING)
			doubt(j, r, started(j->q, id));
	}
}

/* Was the request there in all looks, and followed from soon after the first, but
 * not for @limit ns yet? */
static bool is_suspect(const struct vi_follow *f, const struct vi_followed *r,
		       uint64_t limit)
{
	return r->seen_ns - f->first_ns < VI_AGE_WARNING / 4 &&
	       r->since_ns - f->first_ns <= 2 * VI_AGE_WARNING &&
	       f->ns - r->since_ns < limit;
}

bool vi_may_be_losing(const struct vi_check_queue *queue, uint64_t limit)
{
	const struct vi_check_sample *s = vi_last_sample(queue);
	const struct vi_follow *f = queue->follow;
	const struct vi_followed *r;
	size_t i;

	if (!s || !f || !f->of || !f->done || !has_requests(queue))
		return false;
	for (i = 0; i < s->ring->num_in_flight; i++) {
		r = followed(queue, s, i);
		if (r && is_suspect(f, r, limit) && must_end(queue, s, i))
			return true;
	}
	return false;
}
