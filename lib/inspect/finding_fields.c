// SPDX-License-Identifier: LGPL-2.1-or-later
/* Findings and answers as records: one row a field. */
#include <errno.h>

#include "inspect/findings.h"

#define STRING(type, function, member)					\
static int get_##function(const void *object, struct vi_value *v)	\
{									\
	v->string = ((const struct type *)object)->member;		\
	return v->string ? 0 : -ENODATA;				\
}

STRING(vi_judged_evidence, evidence_name, name)
STRING(vi_judged_evidence, evidence_value, value)

static const struct vi_field evidence_fields[] = {
	{ "name", VI_STRING, "what was looked at", get_evidence_name, NULL },
	{ "value", VI_STRING, "what was there", get_evidence_value, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema evidence_schema = { evidence_fields };

STRING(vi_judged_finding, code, code)
STRING(vi_judged_finding, severity, severity)
STRING(vi_judged_finding, message, message)
STRING(vi_judged_finding, advice, advice)

static int get_finding_queue(const void *object, struct vi_value *v)
{
	const struct vi_judged_finding *f = object;

	v->number = f->queue;
	return f->has_queue ? 0 : -ENODATA;
}

static int get_evidence(const void *object, struct vi_value *v)
{
	const struct vi_judged_finding *f = object;

	v->records = f->evidence;
	v->count = f->num_evidence;
	v->stride = sizeof(*f->evidence);
	return 0;
}

static const struct vi_field finding_fields[] = {
	{ "code", VI_STRING, "rule that is broken, or diagnosis", get_code, NULL },
	{ "severity", VI_STRING, "error, warning or info", get_severity, NULL },
	{ "queue", VI_UINT, "queue that it is about", get_finding_queue, NULL },
	{ "message", VI_STRING, "what is wrong", get_message, NULL },
	{ "advice", VI_STRING, "what to try next", get_advice, NULL },
	{ "evidence", VI_RECORDS, "what shows it", get_evidence, &evidence_schema },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_judged_finding_schema = { finding_fields };

STRING(vi_judged_answer, answer_name, name)
STRING(vi_judged_answer, seen, seen)
STRING(vi_judged_answer, completed, completed)
STRING(vi_judged_answer, noticed, noticed)

static int get_answer_queue(const void *object, struct vi_value *v)
{
	v->number = ((const struct vi_judged_answer *)object)->queue;
	return 0;
}

static int get_text(const void *object, struct vi_value *v)
{
	const struct vi_judged_answer *a = object;

	v->list = a->text.v;
	v->count = a->text.count;
	return 0;
}

static const struct vi_field answer_fields[] = {
	{ "queue", VI_UINT, "queue that it is about", get_answer_queue, NULL },
	{ "name", VI_STRING, "the driver's name of it", get_answer_name, NULL },
	{ "seen", VI_STRING, "did the device see the requests: yes, no, unknown", get_seen, NULL },
	{ "completed", VI_STRING, "did it complete them", get_completed, NULL },
	{ "noticed", VI_STRING, "did the driver see the completions", get_noticed, NULL },
	{ "text", VI_LIST, "why, what could not be known, what to try next", get_text, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_judged_answer_schema = { answer_fields };
