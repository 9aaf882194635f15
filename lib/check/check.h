/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine: it runs the rules and answers the three questions. */
#ifndef VI_CHECK_CHECK_H
#define VI_CHECK_CHECK_H

#include "check/judge/rule.h"

/* Fill in @out, whose contents are in @pool. 0 or -ENOMEM. */
int vi_check_run(const struct vi_check *in, struct vi_pool *pool,
		 struct vi_report *out);

/* Are more samples needed? Never past in->watch_ns. */
bool vi_check_wants_more(const struct vi_check *in);

/* May a request turn out to be lost, if looks follow it a little longer? */
bool vi_check_may_be_losing(const struct vi_check *in);

/* Answer for one queue, about which @findings has @count. 0 or -ENOMEM. */
int vi_answer(const struct vi_check *in, const struct vi_check_queue *queue,
	      const struct vi_finding *findings, size_t count,
	      struct vi_pool *pool, struct vi_answers *out);

#endif
