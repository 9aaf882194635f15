/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine: it runs the rules over what was read, and answers questions. */
#ifndef VI_CHECK_CHECK_H
#define VI_CHECK_CHECK_H

#include "check/rules/rule.h"

/* A report in @pool. 0 or -ENOMEM. */
int vi_check_run(const struct vi_check *in, struct vi_pool *pool,
		 struct vi_report *out);

/* Would further samples tell more? Not for longer than in->watch_ns. */
bool vi_check_wants_more(const struct vi_check *in);

/* The answers for one queue, @count findings being about it. 0 or -ENOMEM. */
int vi_answer(const struct vi_check *in, const struct vi_check_queue *queue,
	      const struct vi_finding *findings, size_t count,
	      struct vi_pool *pool, struct vi_answers *out);

#endif
