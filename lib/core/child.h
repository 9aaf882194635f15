/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Run work that may hang, or that parses hostile bytes, in a child process, and
 * abandon it after a time limit. A process stuck in the kernel cannot be
 * killed; the parent continues without it.
 */
#ifndef VI_CORE_CHILD_H
#define VI_CORE_CHILD_H

#include <sys/types.h>

#include "core/ctx.h"

#define VI_ANSWER_SIZE	128

/*
 * Run @fn with @data in a child that inherits only descriptors 0 to 2, the
 * sysroot's and, unless -1, @keep. Return the result of @fn; @answer holds the
 * text that @fn left, empty by default, always NUL-terminated. -ETIMEDOUT after
 * @seconds; -EIO when the child died.
 *
 * On a timeout the child is killed if @left is NULL. Otherwise the child keeps
 * running and *@left is its pid, for vi_child_is_gone(). In all other cases
 * *@left is unchanged.
 */
int vi_in_child(struct vi_ctx *ctx, int keep, unsigned int seconds,
		int (*fn)(void *data, char answer[VI_ANSWER_SIZE]),
		void *data, char answer[VI_ANSWER_SIZE], pid_t *left);

/* Has the child that vi_in_child() left running ended? Reaps it. */
bool vi_child_is_gone(pid_t left);

/* Close all descriptors except 0 to 2 and @keep, which may contain -1. */
void vi_close_others(const int *keep, size_t count);

#endif
