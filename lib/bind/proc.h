/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What processes have open, and where they have file systems mounted. */
#ifndef VI_BIND_PROC_H
#define VI_BIND_PROC_H

#include <sys/types.h>

#include "core/ctx.h"

/* A process that has something open. */
struct vi_opener {
	uint32_t pid;
	char comm[32];
	char path[128];
};

/*
 * Find a process with a file open of which @match says so; @path is what the
 * link in its fd folder holds. 1 with *@who; 0: there is none; a negative
 * errno. Of processes that this user may not look at nothing is known.
 */
int vi_find_opener(struct vi_ctx *ctx,
		   bool (*match)(void *data, const char *path), void *data,
		   struct vi_opener *who);

/* The same for this path, or where it ends with '*' for all that begin so. */
int vi_find_opener_of(struct vi_ctx *ctx, const char *path,
		      struct vi_opener *who);

/* One line of a mountinfo file. */
struct vi_mount {
	unsigned int major, minor;
	const char *where;
	const char *type;
	const char *source;
	uint32_t pid;		/* of a process that sees it; 0: this one */
};

/*
 * Call @fn with each mount, of this process's namespace and of all others
 * that processes are in, until it returns other than 0. That, 0, or a
 * negative errno.
 */
int vi_each_mount(struct vi_ctx *ctx,
		  int (*fn)(void *data, const struct vi_mount *m), void *data);

#endif
