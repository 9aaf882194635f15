// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the engine has found, as records of the device. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/run.h"
#include "inspect/findings.h"

static int set_text(struct vi_pool *pool, const char *from, const char **to)
{
	*to = from ? vi_pool_strdup(pool, from) : NULL;
	return from && !*to ? -ENOMEM : 0;
}

static int add_evidence(struct vi_pool *pool, const struct vi_evidence *from,
			struct vi_judged_evidence *to)
{
	char text[32];

	if (from->packed)
		vi_place(true, from->number, text);
	else if (from->type == VI_BOOL)
		snprintf(text, sizeof(text), "%s", from->number ? "true" :
			 "false");
	else
		snprintf(text, sizeof(text), from->type == VI_HEX ?
			 "0x%" PRIx64 : "%" PRIu64, from->number);
	to->name = from->name;
	return set_text(pool, text, &to->value);
}

static int set_finding(struct vi_pool *pool, struct vi_device *dev,
		       const struct vi_finding *from,
		       struct vi_judged_finding *to)
{
	char text[320];
	size_t i;
	int err;

	to->code = from->rule->code;
	to->severity = vi_severity_name(from->severity);
	to->has_queue = from->queue >= 0;
	to->queue = to->has_queue ? from->queue : 0;
	to->advice = from->rule->advice;
	snprintf(text, sizeof(text), from->times > 1 ? "%s (and %u more)" :
		 "%s", from->message, from->times - 1);
	err = set_text(pool, text, &to->message);
	to->evidence = vi_pool_alloc(pool, (from->num_evidence +
					    VI_MAX_COUNTS) *
				     sizeof(*to->evidence));
	if (!to->evidence)
		return -ENOMEM;
	for (i = 0; i < from->num_evidence && !err; i++)
		err = add_evidence(pool, &from->evidence[i],
				   &to->evidence[to->num_evidence++]);
	if (!err && from->rule->counts && to->has_queue)
		err = vi_add_counts(pool, dev, to->queue, to->evidence,
				    &to->num_evidence);
	return err;
}

/*
 * A capture holds one look, so that what only several can show must come from
 * the check that was made then.
 */
static bool takes_time(const struct vi_judged_finding *f)
{
	const struct vi_rule *rule = vi_rule_find(f->code);

	return !rule || rule->scope == VI_SCOPE_SERIES ||
	       rule->scope == VI_SCOPE_DEVICE;
}

/* By code and queue. */
static int by_what(const void *a, const void *b)
{
	const struct vi_judged_finding *x = a, *y = b;
	int cmp = strcmp(x->code, y->code);

	if (cmp || x->has_queue != y->has_queue)
		return cmp ? cmp : x->has_queue - y->has_queue;
	return x->queue < y->queue ? -1 : x->queue > y->queue;
}

/* What was found then, and needs time; a copy of it to be searched. */
static int keep_recorded(const struct vi_judged *was, struct vi_judged *j,
			 struct vi_judged_finding **sorted)
{
	size_t i;

	for (i = 0; was && i < was->num_findings; i++)
		if (takes_time(&was->findings[i]))
			j->findings[j->num_findings++] = was->findings[i];
	*sorted = calloc(j->num_findings + 1, sizeof(**sorted));
	if (!*sorted)
		return -ENOMEM;
	memcpy(*sorted, j->findings, j->num_findings * sizeof(**sorted));
	qsort(*sorted, j->num_findings, sizeof(**sorted), by_what);
	return 0;
}

static int set_findings(struct vi_pool *pool, struct vi_device *dev,
			const struct vi_report *report, struct vi_judged *j)
{
	const struct vi_judged *was = dev->recorded;
	size_t room = report->num_findings + (was ? was->num_findings : 0);
	struct vi_judged_finding *sorted;
	size_t i, num_sorted;
	int err;

	j->findings = vi_pool_alloc(pool, (room + 1) * sizeof(*j->findings));
	if (!j->findings)
		return -ENOMEM;
	err = keep_recorded(was, j, &sorted);
	num_sorted = j->num_findings;
	for (i = 0; i < report->num_findings && !err; i++) {
		struct vi_judged_finding f = { 0 };

		err = set_finding(pool, dev, &report->findings[i], &f);
		if (!err && !bsearch(&f, sorted, num_sorted, sizeof(*sorted),
				     by_what))
			j->findings[j->num_findings++] = f;
	}
	free(sorted);
	return err;
}

static int add_line(struct vi_pool *pool, struct vi_strings *list,
		    const char *before, const char *text)
{
	char line[512];

	snprintf(line, sizeof(line), "%s%s", before, text);
	return vi_strings_add(pool, list, vi_pool_strdup(pool, line));
}

static const char *queue_name(const struct vi_device *dev, uint16_t index)
{
	const struct vi_snapshot *snap = vi_last_snapshot(dev);
	const struct vi_queue *view = snap ? vi_snapshot_queue(snap, index) :
						  NULL;

	return view && view->q->have & VI_Q_NAME ? view->q->name : NULL;
}

static int set_answer(struct vi_pool *pool, struct vi_device *dev,
		      const struct vi_answers *from,
		      struct vi_judged_answer *to)
{
	const char **answers[VI_QUESTIONS] = {
		&to->seen, &to->completed, &to->noticed,
	};
	size_t i;
	int err;

	to->queue = from->queue;
	err = set_text(pool, queue_name(dev, from->queue), &to->name);
	for (i = 0; i < VI_QUESTIONS && !err; i++) {
		*answers[i] = vi_answer_name(from->to[i].answer);
		/* Where nothing is known, it is for one reason. */
		if (*from->to[i].because &&
		    (!i || strcmp(from->to[i].because,
				  from->to[i - 1].because)))
			err = add_line(pool, &to->text, "",
				       from->to[i].because);
	}
	for (i = 0; i < from->num_unknown && !err; i++)
		err = add_line(pool, &to->text, "not known: ",
			       from->unknown[i]);
	for (i = 0; i < from->num_next && !err; i++)
		err = add_line(pool, &to->text, "try: ", from->next[i]);
	return err;
}

static int set_answers(struct vi_pool *pool, struct vi_device *dev,
		       const struct vi_report *report, struct vi_judged *j)
{
	size_t i;
	int err = 0;

	/* Those of a capture saw more than it holds. */
	if (dev->recorded) {
		j->answers = dev->recorded->answers;
		j->num_answers = dev->recorded->num_answers;
		return 0;
	}
	j->answers = vi_pool_alloc(pool, (report->num_answers + 1) *
				   sizeof(*j->answers));
	if (!j->answers)
		return -ENOMEM;
	for (i = 0; i < report->num_answers && !err; i++)
		err = set_answer(pool, dev, &report->answers[i],
				 &j->answers[j->num_answers++]);
	return err;
}

/* Each rule and reason once, whatever the number of queues. */
static int set_unjudged(struct vi_pool *pool, struct vi_device *dev,
			const struct vi_report *report, struct vi_judged *j)
{
	char text[320];
	size_t i, k;
	int err = 0;

	if (dev->recorded) {
		j->unjudged = dev->recorded->unjudged;
		return 0;
	}
	for (i = 0; i < report->num_unjudged && !err; i++) {
		const struct vi_unjudged *u = &report->unjudged[i];

		snprintf(text, sizeof(text), "%s: %s", u->rule ?
			 u->rule->code : "what is in rings", u->reason);
		for (k = 0; k < j->unjudged.count; k++)
			if (!strcmp(j->unjudged.v[k], text))
				break;
		if (k == j->unjudged.count)
			err = add_line(pool, &j->unjudged, "", text);
	}
	return err;
}

static int fill(struct vi_pool *pool, struct vi_device *dev,
		const struct vi_report *report, struct vi_judged **out)
{
	struct vi_judged *j = vi_pool_alloc(pool, sizeof(*j));
	int err;

	if (!j)
		return -ENOMEM;
	j->snaps = dev->recorded ? dev->recorded->snaps : dev->num_snaps;
	err = set_findings(pool, dev, report, j);
	if (!err)
		err = set_answers(pool, dev, report, j);
	if (!err)
		err = set_unjudged(pool, dev, report, j);
	*out = j;
	return err;
}

int vi_check_output(struct vi_device *dev, const struct vi_report *report)
{
	struct vi_batch *batch = vi_batch_new(dev->ctx);
	struct vi_judged *j;
	int err = batch ? fill(&batch->pool, dev, report, &j) : -ENOMEM;

	if (err) {
		vi_batch_free(batch);
		return err;
	}
	vi_retire(dev, dev->judged_in);
	dev->judged_in = batch;
	dev->judged = j;
	return 0;
}
