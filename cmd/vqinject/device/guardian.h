/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian: a process beside the tool that sleeps until the tool has died,
 * and then gives the device back. Nothing but SIGKILL ends it earlier: the
 * tool does that when all is well.
 */
#ifndef CMD_VQINJECT_DEVICE_GUARDIAN_H
#define CMD_VQINJECT_DEVICE_GUARDIAN_H

#include <virtio-inspect/bind.h>

#include <sys/types.h>

/*
 * @address: of the device, which need not be taken yet. What is to be undone
 *          then is in its journal.
 * @last_act: called before that, when the tool has died; may be NULL. All
 *          memory that was mapped shared is still there.
 */
struct guardian_job {
	struct vi_ctx *ctx;
	const char *address;
	void (*last_act)(void *data);
	void *data;
};

/* Begins with pid 0: there is none. */
struct guardian {
	pid_t pid;
	int fd;			/* its leash: closed when the tool dies */
};

/* 0, or a negative errno without a message: @g is as it was. */
int guardian_start(const struct guardian_job *job, struct guardian *g);

/* Was it killed? It is forgotten then: g->pid is 0. */
bool guardian_is_gone(struct guardian *g);

/* All is well: it ends, and does nothing. */
void guardian_stand_down(struct guardian *g);

#endif
