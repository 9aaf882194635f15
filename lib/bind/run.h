/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Doing the steps of a plan. */
#ifndef VI_BIND_RUN_H
#define VI_BIND_RUN_H

#include "bind/plan.h"
#include "bind/write.h"

/*
 * 0, or a negative errno with a message: of the first that failed. -ETIMEDOUT
 * with w->left: the kernel has not come back from a step, and may yet do it.
 */
int vi_steps_run(struct vi_ctx *ctx, const char *address,
		 const struct vi_steps *steps, struct vi_writer *w);

/* How long something is looked at again and again; begins as zeros. */
struct vi_patience {
	int64_t end;
	unsigned int turns;
};

/*
 * Wait a hundredth of a second; false once @seconds went by since the first
 * call. Who was kept from running meanwhile still gets some looks.
 */
bool vi_bind_wait(struct vi_patience *p, unsigned int seconds);

#endif
