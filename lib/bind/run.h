/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Run the steps of a plan. */
#ifndef VI_BIND_RUN_H
#define VI_BIND_RUN_H

#include "bind/plan.h"
#include "bind/write.h"

/*
 * 0, or the negative errno of the first step that failed, with a message.
 * -ETIMEDOUT with w->left: the kernel has not finished a step, and still may.
 */
int vi_steps_run(struct vi_ctx *ctx, const char *address,
		 const struct vi_steps *steps, struct vi_writer *w);

/* Limits how long to poll; starts zeroed. */
struct vi_patience {
	int64_t end;
	unsigned int turns;
};

/*
 * Sleep for 10 ms; false once @seconds have passed since the first call, but
 * not before a few turns, in case this process did not get to run.
 */
bool vi_bind_wait(struct vi_patience *p, unsigned int seconds);

#endif
