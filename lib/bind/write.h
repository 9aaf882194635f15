/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only writing to the kernel's files that the library does. */
#ifndef VI_BIND_WRITE_H
#define VI_BIND_WRITE_H

#include "core/child.h"

/*
 * A child writes, since binding and unbinding drivers may wait for a device,
 * for ever.
 *
 * @keep: a descriptor that it keeps open until it is done; -1: none.
 * @left: the child that was not done in time, and goes on; 0: none. Until it
 *        is gone, what the kernel shows is about to change.
 */
struct vi_writer {
	int keep;
	pid_t left;
};

/* How long the kernel may take for one step, which it does in a fraction of
 * one; tests have less time. */
extern unsigned int vi_bind_seconds;

/*
 * Write @value and a newline to a file below the sysroot, which must be there.
 * 0 or a negative errno; -ETIMEDOUT when the kernel does not come back from
 * it, see w->left.
 */
int vi_write(struct vi_ctx *ctx, const char *path, const char *value,
	     struct vi_writer *w);

/*
 * Clear the bus master bit in the configuration space at @path, so that the
 * device reaches no memory.
 */
int vi_bus_master_off(struct vi_ctx *ctx, const char *path);

#endif
