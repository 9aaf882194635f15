// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a check had found out when the capture was made. */
#include <errno.h>
#include <string.h>

#include "capture/json.h"
#include "inspect/findings.h"

static bool read_severity(struct vi_cap *c, const struct vi_cap_at *at,
			  struct vi_finding *f)
{
	const char *name;
	int i;

	if (vi_cap_string(c, at, "severity", &name)) {
		for (i = VI_INFO; i <= VI_ERROR; i++) {
			f->severity = i;
			if (!strcmp(vi_severity_name(i), name))
				return true;
		}
	}
	return vi_cap_bad(c, at, "severity",
			  "error, warning or info was expected");
}

static void read_finding(struct vi_cap *c, const struct vi_cap_at *at,
			 struct vi_finding *f)
{
	uint64_t queue;

	f->queue = -1;
	if (!vi_cap_string(c, at, "code", &f->code))
		vi_cap_bad(c, at, "code", "it is missing");
	read_severity(c, at, f);
	if (vi_cap_number(c, at, "queue", UINT16_MAX, &queue))
		f->queue = queue;
	vi_cap_string(c, at, "message", &f->message);
	vi_cap_string(c, at, "advice", &f->advice);
	vi_cap_values(c, at, "evidence", &f->evidence, &f->num_evidence);
}

static void read_findings(struct vi_cap *c, const struct vi_cap_at *at,
			  struct vi_report *r)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	r->findings = vi_cap_records(c, at, "findings", sizeof(*r->findings),
				     &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		read_finding(c, &entry, &r->findings[r->num_findings++]);
}

static void read_to(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, enum vi_answer *to)
{
	const char *text;
	int i;

	if (!vi_cap_string(c, at, name, &text))
		return;
	for (i = VI_ANSWER_UNKNOWN; i <= VI_ANSWER_NO; i++)
		if (!strcmp(vi_answer_name(i), text))
			*to = i;
	if (*to == VI_ANSWER_MISSING)
		vi_cap_bad(c, at, name, "yes, no or unknown was expected");
}

static void read_answer(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_answers *a)
{
	uint64_t queue;

	if (vi_cap_number(c, at, "queue", UINT16_MAX, &queue))
		a->queue = queue;
	else
		vi_cap_bad(c, at, "queue", "it is missing");
	vi_cap_string(c, at, "name", &a->name);
	read_to(c, at, "seen", &a->to[VI_ASK_SEEN]);
	read_to(c, at, "completed", &a->to[VI_ASK_COMPLETED]);
	read_to(c, at, c->schema == 1 ? "noticed" : "reaped",
		&a->to[VI_ASK_REAPED]);
	vi_cap_strings(c, at, "text", &a->text);
}

static void read_answers(struct vi_cap *c, const struct vi_cap_at *at,
			 struct vi_report *r)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	r->answers = vi_cap_records(c, at, "answers", sizeof(*r->answers),
				    &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		read_answer(c, &entry, &r->answers[r->num_answers++]);
}

bool vi_cap_report(struct vi_cap *c, const struct vi_cap_at *at,
		   struct vi_device *dev)
{
	struct vi_cap_at array;
	struct vi_report *r;
	uint64_t snaps;
	size_t count;

	if (!vi_cap_array(c, at, "findings", &array, &count))
		return !c->err;
	r = vi_cap_alloc(c, 1, sizeof(*r));
	if (!r)
		return false;
	read_findings(c, at, r);
	read_answers(c, at, r);
	vi_cap_strings(c, at, "unjudged", &r->unjudged);
	if (vi_cap_number(c, at, "looks", UINT32_MAX, &snaps))
		r->snaps = snaps;
	r->dev = dev;
	dev->report = dev->recorded = r;
	return !c->err;
}
