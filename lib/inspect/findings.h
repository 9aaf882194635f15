/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Findings: what is wrong with a device and which side is at fault, from a
 * check or a capture. A finding keeps its evidence as typed values until it is
 * shown.
 */
#ifndef VI_INSPECT_FINDINGS_H
#define VI_INSPECT_FINDINGS_H

#include "inspect/device.h"
#include "record/schema.h"

enum vi_severity {
	VI_INFO,
	VI_WARNING,
	VI_ERROR,
};

struct vi_rule;

/*
 * @rule:     the rule that reported it; NULL: read from a capture.
 * @severity: that of the rule, or lower.
 * @queue:    -1: the whole device.
 * @evidence: of the first occurrence, as is the message.
 * @others:   messages of later occurrences, as many as are kept.
 * @times:    number of occurrences.
 * @samples:  number of consistent snapshots that show it.
 */
struct vi_finding {
	const struct vi_rule *rule;
	const char *code;
	enum vi_severity severity;
	int32_t queue;
	const char *message;
	const char *advice;
	const struct vi_named *evidence;
	size_t num_evidence;
	struct vi_strings others;
	uint32_t times;
	uint32_t absent;		/* from a capture; see record/schema.h */
	size_t samples;
};

enum vi_answer {
	VI_ANSWER_MISSING,		/* absent from a capture */
	VI_ANSWER_UNKNOWN,
	VI_ANSWER_YES,
	VI_ANSWER_NO,
	VI_ANSWER_NONE,			/* there were none to ask about */
};

/* The three questions that explain any stuck device. */
enum {
	VI_ASK_SEEN,		/* did the device see the requests? */
	VI_ASK_COMPLETED,	/* did it complete them? */
	VI_ASK_REAPED,		/* did the driver see the completions? */
	VI_QUESTIONS,
};

/*
 * @name: the driver's name for the queue, or NULL.
 * @inferred: fields of the answers that follow from what one side asked to be
 *         told of, and are not certain.
 * @text: why, what could not be determined, and what to try next.
 */
struct vi_answers {
	uint16_t queue;
	const char *name;
	enum vi_answer to[VI_QUESTIONS];
	struct vi_strings inferred, text;
	uint32_t absent;		/* as in struct vi_finding */
};

/*
 * @dev, @in: the device, and the batch that owns the report; NULL: the device's
 *            pool does.
 * @snaps:    number of snapshots judged; 0: a capture does not say.
 * @findings: from a check, sorted by severity, then by queue.
 * @answers:  one for each suspicious queue.
 * @unjudged: "CODE: reason", without duplicates.
 * @undecided: what may hang in which queue, but cannot be told.
 */
struct vi_report {
	struct vi_device *dev;
	struct vi_batch *in;
	size_t snaps;
	struct vi_finding *findings;
	size_t num_findings;
	struct vi_answers *answers;
	size_t num_answers;
	struct vi_strings unjudged, undecided;
	uint32_t absent;		/* as in struct vi_finding */
};

/* "error", "warning", "info". */
const char *vi_severity_name(enum vi_severity severity);

extern const struct vi_schema vi_finding_schema;	/* struct vi_finding */
extern const struct vi_schema vi_answers_schema;	/* struct vi_answers */

#endif
