/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a check has found out about a device, as fields give it: made by a
 * check, or read from a capture. What a check has made is in a batch of its own.
 */
#ifndef VI_INSPECT_FINDINGS_H
#define VI_INSPECT_FINDINGS_H

#include "inspect/device.h"
#include "record/schema.h"

struct vi_judged_evidence {
	const char *name;
	const char *value;
};

struct vi_judged_finding {
	const char *code;
	const char *severity;		/* "error", "warning", "info" */
	bool has_queue;			/* else it is of the whole device */
	uint16_t queue;
	const char *message;
	const char *advice;
	struct vi_judged_evidence *evidence;
	size_t num_evidence;
};

/* "yes", "no" or "unknown", and why. */
struct vi_judged_answer {
	uint16_t queue;
	const char *name;		/* of the queue; NULL: it has none */
	const char *seen;
	const char *completed;
	const char *noticed;
	struct vi_strings text;
};

/* @looks: of how many looks, 0 where nobody says. */
struct vi_judged {
	size_t snaps;
	struct vi_judged_finding *findings;
	size_t num_findings;
	struct vi_judged_answer *answers;
	size_t num_answers;
	struct vi_strings unjudged;
};

extern const struct vi_schema vi_judged_finding_schema;
extern const struct vi_schema vi_judged_answer_schema;

#endif
