// SPDX-License-Identifier: GPL-2.0-or-later
/* --check: what is wrong, and by which evidence. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/device.h"
#include "vqdump/vqdump.h"

static void add_name(const struct vq_options *o, struct text *t,
		     struct rec dev)
{
	struct text label = { 0 };
	char *s;

	tool_add_label(&label, dev);
	s = text_take(&label);
	term_add(&o->term, t, TERM_BOLD, s ? s : "-");
	free(s);
	if (rec_string(dev, "address") && rec_string(dev, "name")) {
		text_add(t, " ");
		text_add_escaped(t, rec_string(dev, "address"));
	}
	text_add(t, ": ");
}

/* More than there are rules. */
#define MAX_UNJUDGED	512

static size_t count_of(struct rec dev, const char *list)
{
	struct vi_value v;

	return rec_get(dev, list, &v) ? v.count : 0;
}

static size_t count_read(struct rec dev)
{
	struct recs queues;
	size_t i, n = 0;

	rec_records(dev, "queues", &queues);
	for (i = 0; i < queues.v.count; i++)
		n += vq_has_ring(recs_at(&queues, i));
	return n;
}

/*
 * If a virtio driver uses the device but no queue could be read, nothing is
 * known. Functions that the virtio bus does not have are not ours to check.
 */
static bool is_undecided(struct rec dev)
{
	return count_of(dev, "undecided") ||
	       (!count_read(dev) && rec_string(dev, "name") &&
		rec_string(dev, "driver"));
}

bool vq_any_undecided(const struct tool_devices *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (is_undecided(rec_device(d->list[i])))
			return true;
	return false;
}

/* Longer reasons start a line of their own. */
#define SHORT	50

/* The kernel's modules that would take a device without a driver. */
static void add_modules(struct text *t, struct rec dev)
{
	struct vi_value v;
	size_t i;

	if (!rec_get(dev, "modules", &v) || !v.count)
		return;
	text_add(t, v.count == 1 ? " (module " : " (modules ");
	for (i = 0; i < v.count; i++) {
		text_add(t, i ? ", " : "");
		text_add_escaped(t, v.list[i]);
	}
	text_add(t, " would take it)");
}

/* The device had no queues to check. Say why, if that is known. */
static void add_unchecked(const struct vq_options *o, struct text *t,
			  struct rec dev)
{
	struct vi_value v;
	size_t i;

	text_add(t, "not checked");
	if (rec_get(dev, "attach_notes", &v) && v.count == 1 &&
	    strlen(v.list[0]) < SHORT) {
		text_add(t, ": ");
		text_add_escaped(t, v.list[0]);
		text_add(t, "\n");
		return;
	}
	if (rec_get(dev, "attach_notes", &v) && v.count) {
		text_add(t, "\n");
		for (i = 0; i < v.count; i++)
			vq_add_remark(o, t, 2, "", v.list[i]);
		return;
	}
	text_add(t, ": ");
	if (!rec_string(dev, "driver")) {
		text_add(t, "no driver is bound, so there are no queues");
		add_modules(t, dev);
	} else {
		text_add(t, "cannot read its queues");
	}
	text_add(t, "\n");
}

/* "Healthy" only if nothing was left open. */
static void add_sound(const struct vq_options *o, struct text *t,
		      struct rec dev, size_t num_queues, size_t num_read)
{
	size_t unjudged = count_of(dev, "unjudged");
	size_t notes = vq_count_findings(dev, "info");

	if (count_of(dev, "undecided"))
		term_add(&o->term, t, TERM_WARNING, "undecided");
	else
		term_add(&o->term, t, TERM_GOOD, "healthy");
	text_add(t, " (");
	text_add_count(t, num_queues, "queue");
	if (num_read < num_queues)
		text_addf(t, ", %zu not read", num_queues - num_read);
	if (notes) {
		text_add(t, ", ");
		text_add_count(t, notes, "remark");
	}
	if (unjudged) {
		text_add(t, "; ");
		text_add_count(t, unjudged, "rule");
		text_add(t, " not judged");
	}
	text_add(t, ")\n");
}

/* What could not be told of queues in which nothing wrong was seen. */
static void add_undecided(const struct vq_options *o, struct text *t,
			  struct rec dev, bool sound)
{
	uint64_t looks = 0;
	struct vi_value v;
	size_t i;

	if (!rec_get(dev, "undecided", &v) || !v.count)
		return;
	rec_number(dev, "looks", &looks);
	text_addf(t, "  %s%s:\n", !sound ? "undecided" :
		  looks == 1 ? "nothing wrong in one look" :
		  "nothing wrong", sound ? ", but" : "");
	for (i = 0; i < v.count && i < MAX_UNJUDGED; i++)
		vq_add_remark(o, t, 4, "- ", v.list[i]);
}

static void add_verdict(const struct vq_options *o, struct text *t,
			size_t errors, size_t warnings)
{
	struct text s = { 0 };
	char *words;

	if (errors)
		text_add_count(&s, errors, "error");
	if (errors && warnings)
		text_add(&s, ", ");
	if (warnings)
		text_add_count(&s, warnings, "warning");
	words = text_take(&s);
	term_add(&o->term, t, errors ? TERM_ERROR : TERM_WARNING,
		 words ? words : "-");
	text_add(t, "\n");
	free(words);
}

static bool is_inferred(struct rec answer, const char *field)
{
	struct vi_value v;
	size_t i;

	if (!rec_get(answer, "inferred", &v))
		return false;
	for (i = 0; i < v.count; i++)
		if (!strcmp(v.list[i], field))
			return true;
	return false;
}

static void add_answer(const struct vq_options *o, struct text *t,
		       struct rec answer, const char *field,
		       const char *question)
{
	text_addf(t, "    %-40s ", question);
	if (rec_says(answer, field, "no"))
		term_add(&o->term, t, TERM_ERROR, "no");
	else if (rec_says(answer, field, "yes"))
		term_add(&o->term, t, TERM_GOOD, "yes");
	else if (rec_says(answer, field, "none"))
		text_add(t, "there were none");
	else
		text_add(t, "unknown");
	text_add(t, is_inferred(answer, field) ? " (inferred)\n" : "\n");
}

/* Three questions explain any stuck queue. */
static void add_answers(const struct vq_options *o, struct text *t,
			struct rec answer, bool has_advice)
{
	struct vi_value v;
	size_t i;

	add_answer(o, t, answer, "seen",
		   "Did the device see the requests?");
	add_answer(o, t, answer, "completed",
		   "Did the device complete them?");
	add_answer(o, t, answer, "reaped",
		   "Did the driver see the completions?");
	if (!rec_get(answer, "text", &v))
		return;
	for (i = 0; i < v.count; i++) {
		/* The findings of this queue give advice already. */
		if (has_advice && !strncmp(v.list[i], "try: ", 5))
			continue;
		vq_add_remark(o, t, 4, "- ", v.list[i]);
	}
}

static void add_queue(const struct vq_options *o, struct text *t,
		      const struct vq_index *findings,
		      const struct vq_index *answers, struct rec queue,
		      bool details)
{
	bool suspicious, faulty;
	struct rec answer;
	uint64_t index;
	size_t pos = 0;

	if (!rec_number(queue, "index", &index))
		return;
	suspicious = vq_index_next(answers, index, &pos, &answer);
	faulty = vq_has_findings(findings, index, details);
	if (!faulty && !(suspicious && details))
		return;
	text_addf(t, "  queue %" PRIu64 " ", index);
	vq_add_queue_name(t, queue);
	text_add(t, "\n");
	if (suspicious && details)
		add_answers(o, t, answer, faulty);
	vq_add_findings(o, t, findings, index, 4, details);
}

/* The part of "CODE: reason" after the code. */
static const char *reason_of(const char *s)
{
	const char *colon = strstr(s, ": ");

	return colon ? colon : s;
}

/* List the codes with the reason of entry @i, if @i is the first of them. */
static bool add_codes(struct text *t, const struct vi_value *v, size_t i)
{
	const char *reason = reason_of(v->list[i]);
	size_t j;

	for (j = 0; j < i; j++)
		if (!strcmp(reason_of(v->list[j]), reason))
			return false;
	for (; j < v->count; j++) {
		const char *s = v->list[j];

		if (!strcmp(reason_of(s), reason) && reason_of(s) != s)
			text_addf(t, "%s%.*s", j == i ? "" : ", ",
				  (int)(reason_of(s) - s), s);
	}
	text_add(t, reason);
	return true;
}

static void add_unjudged(const struct vq_options *o, struct text *t,
			 struct rec dev)
{
	struct vi_value v;
	size_t i;

	if (!rec_get(dev, "unjudged", &v) || !v.count)
		return;
	text_add(t, "  could not be judged:\n");
	for (i = 0; i < v.count && i < MAX_UNJUDGED; i++) {
		struct text line = { 0 };
		bool first = add_codes(&line, &v, i);
		char *s = text_take(&line);

		if (first)
			vq_add_remark(o, t, 4, "- ", s ? s : "-");
		free(s);
	}
}

/* Findings about the device, then about each queue. */
static void add_queues(const struct vq_options *o, struct text *t,
		       struct rec dev, const struct recs *queues, bool details)
{
	struct vq_index findings = vq_findings(t, dev), answers;
	struct recs list;
	size_t i;

	rec_records(dev, "answers", &list);
	if (!vq_index_make(&answers, &list, vq_key_queue))
		t->failed = true;
	vq_add_findings(o, t, &findings, VQ_NO_KEY, 2, details);
	for (i = 0; i < queues->v.count; i++)
		if (vq_wanted(o, recs_at(queues, i)))
			add_queue(o, t, &findings, &answers,
				  recs_at(queues, i), details);
	vq_index_free(&findings);
	vq_index_free(&answers);
}

void vq_add_check(const struct vq_options *o, struct text *t,
		  struct vi_device *device)
{
	struct rec dev = rec_device(device);
	size_t errors = vq_count_findings(dev, "error");
	size_t warnings = vq_count_findings(dev, "warning");
	bool healthy = !errors && !warnings, details;
	size_t num_read = count_read(dev);
	struct recs queues;

	add_name(o, t, dev);
	rec_records(dev, "queues", &queues);
	if (!healthy)
		add_verdict(o, t, errors, warnings);
	else if (num_read)
		add_sound(o, t, dev, queues.v.count, num_read);
	else
		add_unchecked(o, t, dev);
	add_undecided(o, t, dev, healthy && num_read);
	details = !healthy || o->verbose;
	add_queues(o, t, dev, &queues, details);
	if (details)
		add_unjudged(o, t, dev);
}
