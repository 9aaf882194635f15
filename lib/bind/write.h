/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only place where the library writes to the kernel's files. */
#ifndef VI_BIND_WRITE_H
#define VI_BIND_WRITE_H

#include "core/child.h"

/*
 * A child process writes, since binding or unbinding a driver may wait for a
 * device forever.
 *
 * @keep: a descriptor that the child keeps open until it is done; -1: none.
 * @left: a child that did not finish in time and is still running; 0: none.
 *        Until it has ended, the state that the kernel shows may change.
 */
struct vi_writer {
	int keep;
	pid_t left;
};

/* How many seconds the kernel may take for a step; usually it needs a fraction
 * of one. Tests set less. */
extern unsigned int vi_bind_seconds;

/*
 * Write @value and a newline to an existing file below the sysroot. 0 or a
 * negative errno; -ETIMEDOUT: the kernel did not finish, see w->left.
 */
int vi_write(struct vi_ctx *ctx, const char *path, const char *value,
	     struct vi_writer *w);

/*
 * Clear the bus master bit in the configuration space at @path, so that the
 * device cannot access memory.
 */
int vi_bus_master_off(struct vi_ctx *ctx, const char *path);

#endif
