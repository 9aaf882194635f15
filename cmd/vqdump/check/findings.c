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

bool vq_has_findings(const struct vq_index *findings, uint64_t queue)
{
	struct rec r;
	size_t pos = 0;

	return vq_index_next(findings, queue, &pos, &r);
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

static void add_evidence(const struct vq_options *o, struct text *t,
			 struct rec finding, unsigned int indent)
{
	struct text line = { 0 };
	struct vi_value evidence;
	char *s;

	if (!rec_get(finding, "evidence", &evidence) || !evidence.count)
		return;
	text_add_value(&line, &evidence);
	s = text_take(&line);
	if (s)
		vq_add_remark(o, t, indent, "seen:  ", s);
	else
		t->failed = true;
	free(s);
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
		/* Remarks are for verbose output only. */
		if (evidence || !rec_says(f, "severity", "info"))
			add_finding(o, t, f, indent, evidence);
}
