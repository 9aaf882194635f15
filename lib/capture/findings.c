// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a check had found out when the capture was made. */
#include <errno.h>
#include <string.h>

#include "capture/json.h"
#include "inspect/findings.h"

static void read_evidence(struct vi_cap *c, const struct vi_cap_at *at,
			  struct vi_judged_finding *f)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	f->evidence = vi_cap_records(c, at, "evidence", sizeof(*f->evidence),
				     &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_judged_evidence *e = &f->evidence[f->num_evidence++];

		vi_cap_string(c, &entry, "name", &e->name);
		vi_cap_string(c, &entry, "value", &e->value);
	}
}

static void read_finding(struct vi_cap *c, const struct vi_cap_at *at,
			 struct vi_judged_finding *f)
{
	uint64_t queue;

	if (!vi_cap_string(c, at, "code", &f->code))
		vi_cap_bad(c, at, "code", "it is missing");
	if (!vi_cap_string(c, at, "severity", &f->severity) ||
	    (strcmp(f->severity, "error") && strcmp(f->severity, "warning") &&
	     strcmp(f->severity, "info")))
		vi_cap_bad(c, at, "severity",
			   "error, warning or info was expected");
	f->has_queue = vi_cap_number(c, at, "queue", UINT16_MAX, &queue);
	f->queue = f->has_queue ? queue : 0;
	vi_cap_string(c, at, "message", &f->message);
	vi_cap_string(c, at, "advice", &f->advice);
	read_evidence(c, at, f);
}

static void read_findings(struct vi_cap *c, const struct vi_cap_at *at,
			  struct vi_judged *j)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	j->findings = vi_cap_records(c, at, "findings", sizeof(*j->findings),
				     &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		read_finding(c, &entry, &j->findings[j->num_findings++]);
}

static void read_answer(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_judged_answer *a)
{
	struct {
		const char *name;
		const char **to;
	} answers[] = {
		{ "seen", &a->seen },
		{ "completed", &a->completed },
		{ "noticed", &a->noticed },
	};
	uint64_t queue;
	size_t i;

	if (vi_cap_number(c, at, "queue", UINT16_MAX, &queue))
		a->queue = queue;
	else
		vi_cap_bad(c, at, "queue", "it is missing");
	vi_cap_string(c, at, "name", &a->name);
	for (i = 0; i < ARRAY_SIZE(answers); i++)
		if (vi_cap_string(c, at, answers[i].name, answers[i].to) &&
		    strcmp(*answers[i].to, "yes") &&
		    strcmp(*answers[i].to, "no") &&
		    strcmp(*answers[i].to, "unknown"))
			vi_cap_bad(c, at, answers[i].name,
				   "yes, no or unknown was expected");
	vi_cap_strings(c, at, "text", &a->text);
}

static void read_answers(struct vi_cap *c, const struct vi_cap_at *at,
			 struct vi_judged *j)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	j->answers = vi_cap_records(c, at, "answers", sizeof(*j->answers),
				    &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		read_answer(c, &entry, &j->answers[j->num_answers++]);
}

bool vi_cap_judged(struct vi_cap *c, const struct vi_cap_at *at,
		   struct vi_device *dev)
{
	struct vi_cap_at array;
	struct vi_judged *j;
	uint64_t snaps;
	size_t count;

	if (!vi_cap_array(c, at, "findings", &array, &count))
		return !c->err;
	j = vi_cap_alloc(c, 1, sizeof(*j));
	if (!j)
		return false;
	read_findings(c, at, j);
	read_answers(c, at, j);
	vi_cap_strings(c, at, "unjudged", &j->unjudged);
	if (vi_cap_number(c, at, "looks", UINT32_MAX, &snaps))
		j->snaps = snaps;
	dev->judged = dev->recorded = j;
	return !c->err;
}
