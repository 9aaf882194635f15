/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What processes have open, and where they have file systems mounted. */
#ifndef VI_BIND_USE_PROC_H
#define VI_BIND_USE_PROC_H

#include <sys/types.h>

#include "bind/use/nodes.h"
#include "core/ctx.h"

/* Of whom it could not be seen, and why; err 0: there is none such. */
struct vi_unseen {
	int err;			/* a negative errno */
	uint32_t pid;
	char comm[32];
	char path[64];			/* what could not be read */
};

/* Note it, unless there is one already. */
void vi_unseen_note(struct vi_ctx *ctx, struct vi_unseen *unseen, uint32_t pid,
		    const char *path, int err);

/* Does an error of a file of a process mean that it has ended? */
bool vi_process_ended(int err);

/* "systemd", or "a process". */
void vi_process_name(struct vi_ctx *ctx, uint32_t pid, char comm[32]);

/*
 * Does /proc show every process of the machine? 0 if so; -EXDEV with a message
 * in a container, or another negative errno. Process 1 of the whole machine is
 * in a namespace whose number is fixed; who may not look at that one is not
 * shown the others either (hidepid).
 */
int vi_check_proc(struct vi_ctx *ctx);

/*
 * Call @fn for each thread of each process until it returns 1; @tid is @pid
 * for the one that stands for the process. 1, 0, or a negative errno.
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
		VI_MAPPED,		/* in its memory, and closed since */
		VI_TERMINAL,		/* it is its controlling terminal */
	} how;
	char path[128];			/* as it calls it; "": not known */
};

/* Descriptors of this process that do not count. */
struct vi_own_fds {
	const int *fd;
	size_t count;
};

/*
 * Find a process that has one of @nodes (sorted) open or mapped, under
 * whatever name, in whatever namespace: 1 with *@who, 0, or a negative errno.
 * In *@unseen is who could not be looked at; the others were, unless it is
 * -ETIMEDOUT: a file of that one did not answer in @seconds.
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
	const char *options;	/* of the file system: "rw,trans=virtio" */
	uint32_t pid;		/* of a process that sees it; 0: this one */
};

/*
 * Call @fn with each mount, of this process's namespace and of all others
 * that processes are in, until it returns other than 0. That, 0, or a
 * negative errno; in *@unseen is whose could not be read.
 */
int vi_each_mount(struct vi_ctx *ctx,
		  int (*fn)(void *data, const struct vi_mount *m), void *data,
		  struct vi_unseen *unseen);

#endif
