/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doing the steps of a plan. */
#ifndef VI_BIND_RUN_H
#define VI_BIND_RUN_H

#include "bind/child.h"
#include "bind/plan.h"

/*
 * 0, or a negative errno with a message: of the first that failed. @keep: see
 * write.h.
 */
int vi_steps_run(struct vi_ctx *ctx, const char *address,
		 const struct vi_steps *steps, const int keep[VI_KEEP]);

/* Wait a hundredth of a second; false after some seconds, counted in @turn. */
bool vi_bind_wait(unsigned int *turn);

#endif
