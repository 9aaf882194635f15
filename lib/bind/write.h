/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only writing to the kernel's files that the library does. */
#ifndef VI_BIND_WRITE_H
#define VI_BIND_WRITE_H

#include "bind/child.h"

/*
 * Write @value and a newline to a file below the sysroot, which must be there.
 * A child does it, which keeps the descriptors of @keep open until it is done.
 * 0 or a negative errno; -ETIMEDOUT when the kernel does not come back from
 * it: a driver that is bound or unbound may wait for its device for ever.
 */
int vi_write(struct vi_ctx *ctx, const char *path, const char *value,
	     const int keep[VI_KEEP]);

/*
 * Clear the bus master bit in the configuration space at @path, so that the
 * device reaches no memory.
 */
int vi_bus_master_off(struct vi_ctx *ctx, const char *path);

#endif
