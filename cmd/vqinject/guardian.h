/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian: a process beside the tool that sleeps until it is told that
 * all is well, or until the tool has died, and then gives the device back.
 * Nothing but SIGKILL ends it earlier.
 */
#ifndef CMD_VQINJECT_GUARDIAN_H
#define CMD_VQINJECT_GUARDIAN_H

#include <virtio-inspect/bind.h>

#include <sys/types.h>

/*
 * @ctx, @binding: what it gives back. It inherits them, with the lock.
 * @last_act: called before that, when the tool has died; may be NULL. All
 *          memory that was mapped shared is still there.
 */
struct guardian_job {
	struct vi_ctx *ctx;
	struct vi_binding *binding;
	void (*last_act)(void *data);
	void *data;
};

/* Begins with pid 0: there is none. */
struct guardian {
	pid_t pid;
	int fd;			/* its leash: closed when the tool dies */
};

/* 0, or EXIT_ERROR when a message was printed. */
int guardian_start(const struct guardian_job *job, struct guardian *g);

/* All is well: it ends, and does nothing. */
void guardian_stand_down(struct guardian *g);

#endif
