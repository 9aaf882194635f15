/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine: it runs the rules over what was read, and answers questions. */
#ifndef VI_CHECK_CHECK_H
#define VI_CHECK_CHECK_H

#include "check/rules/rule.h"

enum vi_answer {
	VI_ANSWER_UNKNOWN,
	VI_ANSWER_YES,
	VI_ANSWER_NO,
};

/* The three questions that decide every stuck device. */
enum {
	VI_ASK_SEEN,		/* did the device see the requests? */
	VI_ASK_COMPLETED,		/* did it complete them? */
	VI_ASK_REAPED,		/* did the driver see the completions? */
	VI_QUESTIONS,
};

#define VI_MAX_NOTES	6

struct vi_answers {
	uint16_t queue;
	struct {
		enum vi_answer answer;
		char because[160];
	} to[VI_QUESTIONS];
	const char *unknown[VI_MAX_NOTES];	/* what could not be known */
	size_t num_unknown;
	const char *next[VI_MAX_NOTES];		/* what to try */
	size_t num_next;
};

extern const char *const vi_questions[VI_QUESTIONS];

struct vi_report {
	struct vi_finding *findings;	/* the worst first, then by queue */
	size_t num_findings;
	struct vi_unjudged *unjudged;
	size_t num_unjudged;
	struct vi_answers *answers;	/* of each suspicious queue */
	size_t num_answers;
};

/* 0 or -ENOMEM; end with vi_report_free(). */
int vi_check_run(const struct vi_check *in, struct vi_report *out);
void vi_report_free(struct vi_report *report);

/* Would further samples tell more? Not for longer than in->watch_ns. */
bool vi_check_wants_more(const struct vi_check *in);

/* "yes", "no", "unknown". */
const char *vi_answer_name(enum vi_answer answer);

/* The answers for one queue. */
void vi_answer(const struct vi_check *in, const struct vi_check_queue *queue,
	       struct vi_answers *out);

#endif
