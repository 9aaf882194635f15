// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings as text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vqdump/vqdump.h"

size_t vq_count_findings(struct rec dev, const char *severity)
{
	struct recs findings;
	size_t i, n = 0;

	rec_records(dev, "findings", &findings);
	for (i = 0; i < findings.v.count; i++)
		n += rec_says(recs_at(&findings, i), "severity", severity);
	return n;
}

struct vq_index vq_findings(struct text *t, struct rec dev)
{
	struct vq_index x = { 0 };
	struct recs list;

	rec_records(dev, "findings", &list);
	if (!vq_index_make(&x, &list, vq_key_queue))
		t->failed = true;
	return x;
}

/*
 * Remarks are for verbose output only, except diagnoses: that a request may wait
 * does not mean that all is well.
 */
static bool is_shown(struct rec f, bool remarks)
{
	const char *code = rec_string(f, "code");

	return remarks || !rec_says(f, "severity", "info") ||
	       (code && !strncmp(code, "D_", 2));
}

bool vq_has_findings(const struct vq_index *findings, uint64_t queue,
		     bool remarks)
{
	struct rec f;
	size_t pos = 0;

	while (vq_index_next(findings, queue, &pos, &f))
		if (is_shown(f, remarks))
			return true;
	return false;
}

/* A capture may claim any severity; map unknown ones to info. */
static const char *severity_of(struct rec finding)
{
	static const char *const known[] = { "error", "warning" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (rec_says(finding, "severity", known[i]))
			return known[i];
	return "info";
}

static enum term_style style_of(const char *severity)
{
	if (!strcmp(severity, "error"))
		return TERM_ERROR;
	return !strcmp(severity, "warning") ? TERM_WARNING : TERM_PLAIN;
}

/*
 * Evidence in words. Other evidence is its name and its value.
 *
 * @not: for a value that is false.
 */
static const struct phrase {
	const char *name;
	const char *before, *after;
	const char *not;
	bool ms;			/* show as seconds */
} phrases[] = {
	{ .name = "age_ms", .before = "for ", .after = " s",
	  .ms = true },
	{ .name = "in_flight", .before = "", .after = " in flight" },
	{ .name = "oldest", .before = "the oldest is descriptor ",
	  .after = "" },
	{ .name = "other_queues_move", .before = "the other queues move",
	  .not = "the other queues do not move" },
	{ .name = "completed_meanwhile", .before = "",
	  .after = " completed meanwhile" },
	{ .name = "unseen", .before = "",
	  .after = " not taken by the driver" },
	{ .name = "event", .before = "the event index is ", .after = "" },
	{ .name = "num_added", .before = "",
	  .after = " added since the last kick" },
	{ .name = "taken", .before = "the device has taken ", .after = "" },
	{ .name = "seen_by_device", .before = "the device has seen ",
	  .after = "" },
	{ .name = "no_kick_for", .before = "no kick for ",
	  .after = " more" },
	{ .name = "num_free", .before = "", .after = " descriptors free" },
	{ .name = "irq_count", .before = "", .after = " interrupts so far" },
	{ .name = "masked", .before = "the vector is masked",
	  .not = "the vector is not masked" },
	{ .name = "feature", .before = "feature bit ", .after = "" },
	{ .name = "register", .before = "the register says ", .after = "" },
};

static const struct phrase *find_phrase(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(phrases); i++)
		if (!strcmp(name, phrases[i].name))
			return &phrases[i];
	return NULL;
}

static void add_named(struct text *t, const struct vi_named *n)
{
	const struct phrase *p = find_phrase(n->name);
	const struct vi_value *v = &n->value;

	if (p && v->type == VI_BOOL && p->not) {
		text_add(t, v->boolean ? p->before : p->not);
	} else if (p && p->ms && v->type == VI_UINT) {
		text_addf(t, "%s%.1f%s", p->before, (double)v->number / 1000,
			  p->after);
	} else if (p && !p->not && !p->ms && v->type != VI_BOOL) {
		text_add(t, p->before);
		text_add_value(t, v);
		text_add(t, p->after);
	} else {
		text_add_value(t, &(struct vi_value) {
			.type = VI_VALUES, .values = n, .count = 1 });
	}
}

static void add_evidence(const struct vq_options *o, struct text *t,
			 struct rec finding, unsigned int indent)
{
	struct text line = { 0 };
	struct vi_value evidence;
	size_t i;
	char *s;

	if (!rec_get(finding, "evidence", &evidence) || !evidence.count)
		return;
	for (i = 0; i < evidence.count; i++) {
		text_add(&line, i ? ", " : "");
		add_named(&line, &evidence.values[i]);
	}
	s = text_take(&line);
	if (s)
		vq_add_remark(o, t, indent, "seen:  ", s);
	else
		t->failed = true;
	free(s);
}

/* The message is about the first occurrence, and counts the others. */
static void add_others(const struct vq_options *o, struct text *t,
		       struct rec f, unsigned int indent)
{
	struct vi_value v;
	size_t i;

	if (!rec_get(f, "others", &v))
		return;
	for (i = 0; i < v.count; i++)
		vq_add_remark(o, t, indent, "also:  ", v.list[i]);
}

static void add_finding(const struct vq_options *o, struct text *t,
			struct rec f, unsigned int indent, bool evidence)
{
	const char *severity = severity_of(f);
	const char *advice = rec_string(f, "advice");
	struct text line = { 0 };
	char *s;

	text_addf(&line, "%s: %s", rec_or_dash(f, "code"),
		  rec_or_dash(f, "message"));
	s = text_take(&line);
	if (!s) {
		t->failed = true;
		return;
	}
	text_addf(t, "%*s", indent, "");
	term_add(&o->term, t, style_of(severity), severity);
	text_add(t, " ");
	text_add_wrapped(t, s, indent + strlen(severity) + 1, o->term.width);
	text_add(t, "\n");
	free(s);
	if (o->verbose)
		add_others(o, t, f, indent + 2);
	if (evidence)
		add_evidence(o, t, f, indent + 2);
	if (evidence && advice)
		vq_add_remark(o, t, indent + 2, "try:   ", advice);
}

void vq_add_findings(const struct vq_options *o, struct text *t,
		     const struct vq_index *findings, uint64_t queue,
		     unsigned int indent, bool evidence)
{
	struct rec f;
	size_t pos = 0;

	while (vq_index_next(findings, queue, &pos, &f))
		if (is_shown(f, evidence))
			add_finding(o, t, f, indent, evidence);
}
