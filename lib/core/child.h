/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Work that may never end, or that hostile bytes go through: a child process
 * does it, and is given up on when it takes too long. A process that the
 * kernel does not let go cannot be killed; its parent goes on.
 */
#ifndef VI_CORE_CHILD_H
#define VI_CORE_CHILD_H

#include <sys/types.h>

#include "core/ctx.h"

#define VI_ANSWER_SIZE	128

/* Descriptors that a child keeps; -1: none. */
#define VI_KEEP	2

/*
 * Have @fn run in a child with @data and no descriptors but 0 to 2, the
 * sysroot's and those of @keep. What it returns; what it left in @answer,
 * which begins empty and always ends with a NUL. -ETIMEDOUT when it is not
 * done in @seconds; -EIO when it died.
 *
 * One that is given up on is killed. With @left it is not: it goes on until it
 * is done, and *@left is its number, for vi_child_is_gone(); else *@left stays
 * as it was.
 */
int vi_in_child(struct vi_ctx *ctx, const int keep[VI_KEEP],
		unsigned int seconds,
		int (*fn)(void *data, char answer[VI_ANSWER_SIZE]),
		void *data, char answer[VI_ANSWER_SIZE], pid_t *left);

/* Has a child of this process that was left come to its end? */
bool vi_child_is_gone(pid_t left);

#endif
