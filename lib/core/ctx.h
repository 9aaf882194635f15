/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The context: where to read, whom to tell, what went wrong last. */
#ifndef VI_CORE_CTX_H
#define VI_CORE_CTX_H

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"

struct vi_inventory;
struct vi_mem;

struct vi_ctx {
	size_t refs;			/* the program's, and inventories' */
	void (*log)(void *data, enum vi_log_level level, const char *message);
	void *log_data;
	int root_fd;			/* of the sysroot; -1: this machine */
	char error[1024];
	size_t failures;		/* see vi_failures() */
	char fault[256];		/* of them the last that was told */
	struct vi_inventory *inventory;	/* of lib/inspect: the last scan's */
	void (*drop_inventory)(struct vi_ctx *ctx);
	struct vi_mem *memory;		/* see mem/given.h; stays to the end */
	void (*free_memory)(struct vi_ctx *ctx);
	/* Fields are read for the library's own use: what they give out is
	 * not held by anybody. */
	unsigned int reads_for_itself;
	void *accesses;			/* of lib/inspect: ways in that are
					   open; kept over scans */
	void (*free_accesses)(struct vi_ctx *ctx);
};

/* What outlives vi_ctx_free() has a reference to its context. */
void vi_ctx_get(struct vi_ctx *ctx);
void vi_ctx_put(struct vi_ctx *ctx);

/*
 * Note what went wrong, on @ctx or, with NULL, for this thread; what is in
 * the message is made safe to show. A fault counts for vi_failures(). Returns
 * @err, so that a function can end with it.
 */
int vi_fail(struct vi_ctx *ctx, int err, const char *fmt, ...) VI_PRINTF(3, 4);

/* A problem that does not end the work. */
void vi_warn(struct vi_ctx *ctx, const char *fmt, ...) VI_PRINTF(2, 3);
void vi_debug(struct vi_ctx *ctx, const char *fmt, ...) VI_PRINTF(2, 3);

/*
 * Does @err, a negative errno, say that getting at something failed, and not
 * that it is not there or not for this user? It may be known the next time.
 */
bool vi_is_fault(int err);

/*
 * Where @err is a fault, count it for vi_failures() and warn that @what, a file
 * or a device, could not be read; NULL: of memory. Told once where it comes
 * several times in a row. Returns @err, whatever it is, so that all who read
 * may pass it through here.
 */
int vi_fault(struct vi_ctx *ctx, const char *what, int err);

/* Only count it, for who leaves a message of its own, or none. */
int vi_count_fault(struct vi_ctx *ctx, int err);

/* The same in other words, for a fault that has no number. */
void vi_warn_fault(struct vi_ctx *ctx, const char *fmt, ...) VI_PRINTF(2, 3);

#endif
