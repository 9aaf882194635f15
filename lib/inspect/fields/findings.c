// SPDX-License-Identifier: LGPL-2.1-or-later
/* The fields of findings and answers. */
#include "core/compiler.h"
#include "inspect/findings.h"

static const char *const severities[] = { "info", "warning", "error" };

static const struct vi_names severity_names = {
	"error, warning or info", severities, ARRAY_SIZE(severities),
};

static const char *const answers[] = {
	NULL, "unknown", "yes", "no", "none",
};

static const struct vi_names answer_names = {
	"yes, no, none or unknown", answers, ARRAY_SIZE(answers),
};

const char *vi_severity_name(enum vi_severity severity)
{
	return (unsigned int)severity < ARRAY_SIZE(severities) ?
	       severities[severity] : "?";
}

#define FINDING(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_finding, member, __VA_ARGS__)

static const struct vi_field finding_fields[] = {
	FINDING("code", VI_STRING | VI_REQUIRED, code, "violated rule, or diagnosis"),
	FINDING("severity", VI_STRING | VI_REQUIRED, severity, "error, warning or info", .names = &severity_names),
	FINDING("queue", VI_UINT, queue, "affected queue", VI_IF_NOT(UINT32_MAX), .max = UINT16_MAX),
	FINDING("message", VI_STRING, message, "description of the fault"),
	FINDING("advice", VI_STRING, advice, "what to try next"),
	FINDING("others", VI_LIST | VI_ON_REQUEST, others, "messages of further occurrences, up to a limit", .known = &vi_by_count),
	VI_ARRAY("evidence", VI_VALUES, "evidence for the finding", vi_finding, evidence, num_evidence, VI_UNLESS_ABSENT(vi_finding, 0)),
	VI_FIELDS_END,
};

const struct vi_schema vi_finding_schema = { finding_fields };

#define ANSWERS(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_answers, member, __VA_ARGS__)
#define ANSWER(name, question, help)					\
	ANSWERS(name, VI_STRING, to[question], help, .names = &answer_names)

static const struct vi_field answers_fields[] = {
	ANSWERS("queue", VI_UINT | VI_REQUIRED, queue, "affected queue"),
	ANSWERS("name", VI_STRING, name, "the driver's name for the queue"),
	ANSWER("seen", VI_ASK_SEEN, "did the device see the requests: yes, no, none (there were no requests) or unknown"),
	ANSWER("completed", VI_ASK_COMPLETED, "did the device complete them"),
	ANSWER("reaped", VI_ASK_REAPED, "did the driver see the completions"),
	ANSWERS("inferred", VI_LIST, inferred, "which of these answers were inferred: seen, completed, reaped", .known = &vi_by_count),
	ANSWERS("text", VI_LIST, text, "reasons, what could not be determined, and what to try next", VI_UNLESS_ABSENT(vi_answers, 0)),
	VI_FIELDS_END,
};

const struct vi_schema vi_answers_schema = { answers_fields };
