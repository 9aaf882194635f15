// SPDX-License-Identifier: LGPL-2.1-or-later
/* Findings and answers as records: one row a field. */
#include <errno.h>

#include "core/compiler.h"
#include "inspect/findings.h"

const char *vi_severity_name(enum vi_severity severity)
{
	static const char *const names[] = { "info", "warning", "error" };

	return (unsigned int)severity < ARRAY_SIZE(names) ? names[severity] :
	       "?";
}

const char *vi_answer_name(enum vi_answer answer)
{
	static const char *const names[] = { NULL, "unknown", "yes", "no" };

	return (unsigned int)answer < ARRAY_SIZE(names) ? names[answer] : NULL;
}

#define STRING(function, type, expr)					\
static int get_##function(const void *object, struct vi_value *v)	\
{									\
	const struct type *o = object;					\
									\
	v->string = (expr);						\
	return v->string ? 0 : -ENODATA;				\
}

/* --- Findings --- */

STRING(code, vi_finding, o->code)
STRING(severity, vi_finding, vi_severity_name(o->severity))
STRING(message, vi_finding, o->message)
STRING(advice, vi_finding, o->advice)

static int get_finding_queue(const void *object, struct vi_value *v)
{
	const struct vi_finding *f = object;

	v->number = f->queue;
	return f->queue >= 0 ? 0 : -ENODATA;
}

static int get_evidence(const void *object, struct vi_value *v)
{
	const struct vi_finding *f = object;

	v->values = f->evidence;
	v->count = f->num_evidence;
	return 0;
}

static const struct vi_field finding_fields[] = {
	{ "code", VI_STRING, "rule that is broken, or diagnosis", get_code, NULL },
	{ "severity", VI_STRING, "error, warning or info", get_severity, NULL },
	{ "queue", VI_UINT, "queue that it is about", get_finding_queue, NULL },
	{ "message", VI_STRING, "what is wrong", get_message, NULL },
	{ "advice", VI_STRING, "what to try next", get_advice, NULL },
	{ "evidence", VI_VALUES, "what shows it", get_evidence, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_finding_schema = { finding_fields };

/* --- Answers --- */

STRING(answers_name, vi_answers, o->name)
STRING(seen, vi_answers, vi_answer_name(o->to[VI_ASK_SEEN]))
STRING(completed, vi_answers, vi_answer_name(o->to[VI_ASK_COMPLETED]))
STRING(reaped, vi_answers, vi_answer_name(o->to[VI_ASK_REAPED]))

static int get_answers_queue(const void *object, struct vi_value *v)
{
	v->number = ((const struct vi_answers *)object)->queue;
	return 0;
}

static int get_text(const void *object, struct vi_value *v)
{
	const struct vi_answers *a = object;

	v->list = a->text.v;
	v->count = a->text.count;
	return 0;
}

static const struct vi_field answers_fields[] = {
	{ "queue", VI_UINT, "queue that it is about", get_answers_queue, NULL },
	{ "name", VI_STRING, "the driver's name of it", get_answers_name, NULL },
	{ "seen", VI_STRING, "did the device see the requests: yes, no, unknown", get_seen, NULL },
	{ "completed", VI_STRING, "did it complete them", get_completed, NULL },
	{ "reaped", VI_STRING, "did the driver see the completions", get_reaped, NULL },
	{ "text", VI_LIST, "why, what could not be known, what to try next", get_text, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_answers_schema = { answers_fields };
