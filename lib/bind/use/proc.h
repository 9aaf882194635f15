/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open files and mounts of processes. */
#ifndef VI_BIND_USE_PROC_H
#define VI_BIND_USE_PROC_H

#include <sys/types.h>

#include "bind/use/nodes.h"
#include "core/ctx.h"

/* A process that could not be examined, and why; err 0: none. */
struct vi_unseen {
	int err;			/* a negative errno */
	uint32_t pid;
	char comm[32];
	char path[64];			/* what could not be read */
};

/* Note the first one only. */
void vi_unseen_note(struct vi_ctx *ctx, struct vi_unseen *unseen, uint32_t pid,
		    const char *path, int err);

/* Does an error from a file of a process mean that the process ended? */
bool vi_process_ended(int err);

/* "systemd", or "a process". */
void vi_process_name(struct vi_ctx *ctx, uint32_t pid, char comm[32]);

/*
 * Does /proc show every process of the machine? 0 if so; -EXDEV with a message
 * in a container, or another negative errno. Process 1 of the machine is in a
 * namespace with a fixed number; a user who may not look at process 1 does not
 * see the others either (hidepid).
 */
int vi_check_proc(struct vi_ctx *ctx);

/*
 * Call @fn for each thread of each process until it returns 1; for the main
 * thread @tid is @pid. 1, 0, or a negative errno.
 */
int vi_each_task(struct vi_ctx *ctx,
		 int (*fn)(void *data, uint32_t pid, uint32_t tid),
		 void *data, struct vi_unseen *unseen);

/* A process that uses a node. */
struct vi_opener {
	uint32_t pid;
	char comm[32];
	struct vi_node_id id;
	enum vi_how {
		VI_OPEN,
		VI_MAPPED,		/* mapped, maybe closed since */
		VI_TERMINAL,		/* its controlling terminal */
	} how;
	char path[128];			/* as the process names it, or "" */
};

/* Descriptors of this process to ignore. */
struct vi_own_fds {
	const int *fd;
	size_t count;
};

/*
 * Find a process that has one of @nodes (sorted) open or mapped, under any
 * name, in any namespace: 1 with *@who, 0, or a negative errno. *@unseen tells
 * which process could not be examined; all others were, unless it has
 * -ETIMEDOUT: a file of that process did not answer in @seconds.
 */
int vi_find_opener(struct vi_ctx *ctx, const struct vi_nodes *nodes,
		   const struct vi_own_fds *own, unsigned int seconds,
		   struct vi_opener *who, struct vi_unseen *unseen);

/* One line of a mountinfo file. */
struct vi_mount {
	unsigned int major, minor;
	const char *where;
	const char *type;
	const char *source;
	const char *options;	/* file system options: "rw,trans=virtio" */
	uint32_t pid;		/* a process that sees it; 0: this one */
};

/*
 * Call @fn with each mount, of this process's namespace and of every other
 * process's, until it returns non-zero. Returns that, 0, or a negative errno;
 * *@unseen tells whose mounts could not be read.
 */
int vi_each_mount(struct vi_ctx *ctx,
		  int (*fn)(void *data, const struct vi_mount *m), void *data,
		  struct vi_unseen *unseen);

#endif
