// SPDX-License-Identifier: LGPL-2.1-or-later
/* Running the rules. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/rules/rules.h"
#include "core/sorted.h"

/* --- Judging --- */

/*
 * What all rules share for one device.
 *
 * @scratch: emptied after each rule.
 */
struct run {
	const struct vi_check *in;
	struct vi_all_parts parts;
	struct vi_pool *pool, *scratch;
	struct vi_report *out;
};

/* All functions below return 0 or -ENOMEM. */
static int report_finding(const struct run *run, const struct vi_judge *j)
{
	struct vi_report *out = run->out;
	struct vi_finding *grown = vi_pool_more(run->pool, out->findings,
						out->num_findings,
						sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	out->findings = grown;
	return vi_keep_finding(run->pool, j, &grown[out->num_findings++]);
}

/* Each rule and reason once, for any number of queues. */
static int report_unjudged(const struct run *run, const struct vi_rule *rule,
			   const char *reason)
{
	char text[320];

	snprintf(text, sizeof(text), "%s: %s", rule ? rule->code :
		 "contents of rings", reason);
	return vi_strings_intern(run->pool, &run->out->unjudged, text) ? 0 :
	       -ENOMEM;
}

/* Each reason once for a queue, or for the device: several rules may give the
 * same. */
static int report_undecided(const struct run *run,
			    const struct vi_check_queue *queue,
			    const char *what)
{
	char text[320];

	if (queue)
		snprintf(text, sizeof(text), "queue %u%s%s: %s", queue->index,
			 queue->name ? " " : "", queue->name ? queue->name : "",
			 what);
	else
		snprintf(text, sizeof(text), "%s", what);
	return vi_strings_intern(run->pool, &run->out->undecided, text) ? 0 :
	       -ENOMEM;
}

static bool applies(const struct vi_rule *rule, enum vi_scope scope,
		    const struct vi_raw_queue *q)
{
	if (rule->scope != scope)
		return false;
	return !q || rule->layouts & (q->packed ? VI_PACKED : VI_SPLIT);
}

static struct vi_judge begin(const struct run *run,
			     const struct vi_rule *rule,
			     const struct vi_check_queue *queue,
			     const struct vi_check_sample *sample)
{
	struct vi_judge j = {
		.in = run->in, .parts = &run->parts, .rule = rule,
		.scratch = run->scratch,
		.queue = queue, .sample = sample,
		.q = sample ? sample->q : NULL,
		.ring = sample ? sample->ring : NULL,
	};

	j.found.rule = rule;
	j.found.severity = rule->severity;
	j.found.queue = queue ? queue->index : -1;
	j.found.samples = 1;
	return j;
}

/* Call the rule, unless it would only judge what follows from a bad index. */
static void judge_by(const struct vi_rule *rule,
		     void (*judge)(struct vi_judge *j), struct vi_judge *j)
{
	if (rule->by_index && j->ring && vi_has_bad_index(j->ring))
		vi_skip(j, "one of the indices is wrong, which is reported itself");
	else
		judge(j);
}

/* Judge one sample; report the finding, or why the rule could not be judged. */
static int judge_once(const struct run *run, const struct vi_rule *rule,
		      const struct vi_check_queue *queue,
		      const struct vi_check_sample *sample)
{
	struct vi_judge j = begin(run, rule, queue, sample);

	judge_by(rule, rule->judge, &j);
	if (j.no_memory)
		return -ENOMEM;
	if (j.found.times && report_finding(run, &j))
		return -ENOMEM;
	if ((!j.found.times || j.found.severity < VI_WARNING) && *j.undecided &&
	    report_undecided(run, queue, j.undecided))
		return -ENOMEM;
	return j.skipped ? report_unjudged(run, rule, j.skipped) : 0;
}

/* Judge by all rules of a scope. */
static int judge_scope(const struct run *run, enum vi_scope scope,
		       const struct vi_check_queue *queue,
		       const struct vi_check_sample *sample)
{
	const struct vi_rule *rule;
	size_t i;
	int err = 0;

	for (i = 0; !err && (rule = vi_rule_at(i)); i++) {
		if (applies(rule, scope, sample ? sample->q : NULL))
			err = judge_once(run, rule, queue, sample);
		vi_pool_free(run->scratch);
	}
	return err;
}

/* Such a queue works, or does nothing. */
static const char changing[] = "the queue changed during every read";
static const char not_enabled[] = "the queue is not enabled";
static const char left_behind[] =
	"no driver is bound: firmware may have left the ring behind";

/* Why the ring of this sample cannot be judged; NULL: it can. */
static const char *unusable(const struct vi_check_sample *s)
{
	if (s->q->gone)
		return "the queue was modified or freed while it was read";
	if (s->q->torn)
		return changing;
	if (vi_is_ready(s->q) && vi_has(s->q, VI_Q_SIZE) &&
	    !vi_is_size(s->q->packed, s->q->size))
		return "no queue can have this size";
	if (s->q->order_unknown)
		return "the byte order of the ring is unknown";
	if (!s->ring->readable)
		return "part of the ring's memory could not be read";
	if (!vi_is_ready(s->q))
		return not_enabled;
	if (vi_has_zero_page(s))
		return "part of the ring was read as zeros";
	return NULL;
}

/*
 * Judge a rule over the usable samples. On a live ring a fault must show in all
 * of them, because no snapshot is taken at one instant.
 */
static int judge_samples(const struct run *run, const struct vi_rule *rule,
			 const struct vi_check_queue *queue,
			 const bool *usable)
{
	struct vi_judge last = { 0 };
	const char *skipped = NULL;
	size_t i, snaps = 0, shows = 0, skips = 0;

	for (i = 0; i < queue->num_samples; i++) {
		struct vi_judge j = begin(run, rule, queue, &queue->samples[i]);

		if (!usable[i] || !applies(rule, rule->scope, j.q))
			continue;
		snaps++;
		judge_by(rule, rule->also ? rule->also : rule->judge, &j);
		if (j.no_memory)
			return -ENOMEM;
		if (j.found.times) {
			shows++;
			last = j;
		} else if (j.skipped) {
			skips++;
			skipped = j.skipped;
		}
	}
	last.found.samples = shows;
	if (shows && (!run->in->live || (shows == snaps && shows > 1)))
		return report_finding(run, &last);
	if (shows == 1 && snaps == 1)
		return report_unjudged(run, rule,
				       "based on a single snapshot of a ring in use");
	if (skips && skips == snaps)
		return report_unjudged(run, rule, skipped);
	return 0;
}

/* Find the samples that can be judged. Returns why there are none, or NULL. */
static const char *find_usable(const struct run *run,
			       const struct vi_check_queue *queue,
			       bool *usable)
{
	const char *why = "the queue was not read";
	bool any = false;
	size_t i;

	if (vi_is_left_behind(run->in))
		return left_behind;
	for (i = 0; i < queue->num_samples; i++) {
		const char *bad = unusable(&queue->samples[i]);

		usable[i] = !bad;
		any |= !bad;
		why = bad ? bad : why;
	}
	return any ? NULL : why;
}

/* Judge the ring's content, or report why it cannot be judged. */
static int judge_ring(const struct run *run,
		      const struct vi_check_queue *queue)
{
	bool *usable = calloc(queue->num_samples + 1, sizeof(*usable));
	const struct vi_rule *rule;
	const char *why;
	size_t i;
	int err = 0;

	if (!usable)
		return -ENOMEM;
	why = find_usable(run, queue, usable);
	if (why)
		err = report_unjudged(run, NULL, why);
	if (why && why != changing && why != not_enabled &&
	    why != left_behind && !err)
		err = report_undecided(run, queue, why);
	for (i = 0; !why && !err && (rule = vi_rule_at(i)); i++) {
		if (rule->scope == VI_SCOPE_SAMPLE || rule->also)
			err = judge_samples(run, rule, queue, usable);
		vi_pool_free(run->scratch);
	}
	free(usable);
	return err;
}

static int judge_queue(const struct run *run,
		       const struct vi_check_queue *queue)
{
	const struct vi_check_sample *last;
	int err;

	if (!queue->num_samples)
		return judge_ring(run, queue);
	last = &queue->samples[queue->num_samples - 1];
	err = judge_scope(run, VI_SCOPE_READ, queue, last);
	if (!err && !last->q->gone)
		err = judge_scope(run, VI_SCOPE_LAYOUT, queue, last);
	if (!err)
		err = judge_ring(run, queue);
	/* Some of these rules do not need a usable ring; the others check. */
	if (vi_last_sample(queue))
		last = vi_last_sample(queue);
	if (!err && !vi_is_left_behind(run->in))
		err = judge_scope(run, VI_SCOPE_SERIES, queue, last);
	return err;
}

/* --- What follows from the findings --- */

/* By severity, then by queue, then in the order of the table. */
static int by_weight(const void *a, const void *b)
{
	const struct vi_finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->queue != y->queue)
		return x->queue < y->queue ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* By queue first, to find those of one queue for its answers. */
static int by_queue(const void *a, const void *b)
{
	const struct vi_finding *x = a, *y = b;

	if (x->queue != y->queue)
		return x->queue < y->queue ? -1 : 1;
	return by_weight(a, b);
}

/* The first finding of a queue, or the end; needs the order by_queue(). */
static size_t first_of(const struct vi_report *out, int32_t queue)
{
	size_t i;

	vi_bisect(i, out->num_findings, out->findings[i].queue < queue);
	return i;
}

/* Did a device that stopped working leave requests in the queue? */
static bool is_left_with_work(const struct vi_check *in,
			      const struct vi_check_queue *queue)
{
	const struct vi_check_sample *s = vi_last_sample(queue);

	return vi_has_ended(in) && s && s->ring->has_avail &&
	       s->ring->has_used && (s->ring->avail != s->ring->used ||
				     vi_unseen_count(s->ring));
}

static bool is_suspicious(const struct vi_report *out, uint16_t index)
{
	size_t i;

	for (i = first_of(out, index);
	     i < out->num_findings && out->findings[i].queue == index; i++)
		if (out->findings[i].severity > VI_INFO ||
		    out->findings[i].rule->scope == VI_SCOPE_SERIES)
			return true;
	return false;
}

static int answer_all(const struct run *run)
{
	const struct vi_check *in = run->in;
	struct vi_report *out = run->out;
	struct vi_answers *grown;
	size_t i, first;
	int err = 0;

	for (i = 0; i < in->num_queues && !err; i++) {
		const struct vi_check_queue *queue = &in->queues[i];

		if (!is_suspicious(out, queue->index) &&
		    !is_left_with_work(in, queue))
			continue;
		grown = vi_pool_more(run->pool, out->answers, out->num_answers,
				     sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		out->answers = grown;
		first = first_of(out, queue->index);
		/* Without any findings, there is no array. */
		err = vi_answer(in, queue, first ? &out->findings[first] :
						   out->findings,
				first_of(out, queue->index + 1) - first,
				run->pool, &grown[out->num_answers++]);
	}
	return err;
}

int vi_check_run(const struct vi_check *in, struct vi_pool *pool,
		 struct vi_report *out)
{
	struct vi_pool scratch = { NULL };
	struct run run = {
		.in = in, .pool = pool, .scratch = &scratch, .out = out,
	};
	size_t i;
	int err;

	memset(out, 0, sizeof(*out));
	err = vi_all_parts(in, &run.parts) ? 0 : -ENOMEM;
	if (!err)
		err = judge_scope(&run, VI_SCOPE_DEVICE, NULL, NULL);
	for (i = 0; !err && i < in->num_queues; i++)
		err = judge_queue(&run, &in->queues[i]);
	vi_all_parts_free(&run.parts);
	vi_sort(out->findings, out->num_findings, by_queue);
	if (!err)
		err = answer_all(&run);
	vi_sort(out->findings, out->num_findings, by_weight);
	return err;
}
