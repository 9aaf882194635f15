/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The context: where to read, where to log, the last error. */
#ifndef VI_CORE_CTX_H
#define VI_CORE_CTX_H

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"

struct vi_inventory;
struct vi_mem;

struct vi_ctx {
	size_t refs;			/* the program's and inventories' */
	void (*log)(void *data, enum vi_log_level level, const char *message);
	void *log_data;
	int root_fd;			/* of the sysroot; -1: this machine */
	char error[1024];
	size_t failures;		/* see vi_failures() */
	char fault[256];		/* last fault that was logged */
	struct vi_inventory *inventory;	/* of the last scan, see lib/inspect */
	void (*drop_inventory)(struct vi_ctx *ctx);
	struct vi_mem *memory;		/* see mem/given.h; freed last */
	void (*free_memory)(struct vi_ctx *ctx);
	/* The library itself reads fields: no caller holds the results. */
	unsigned int reads_for_itself;
	void *accesses;			/* open access methods, see lib/inspect;
					 * kept across scans */
	void (*free_accesses)(struct vi_ctx *ctx);
};

/* An object that outlives vi_ctx_free() holds a reference to its context. */
void vi_ctx_get(struct vi_ctx *ctx);
void vi_ctx_put(struct vi_ctx *ctx);

/*
 * Set the error message of @ctx, or of this thread if @ctx is NULL, and return
 * @err. The message is escaped. A fault counts in vi_failures().
 */
int vi_fail(struct vi_ctx *ctx, int err, const char *fmt, ...) VI_PRINTF(3, 4);

/* Log a problem that does not stop the operation. */
void vi_warn(struct vi_ctx *ctx, const char *fmt, ...) VI_PRINTF(2, 3);
void vi_debug(struct vi_ctx *ctx, const char *fmt, ...) VI_PRINTF(2, 3);

/*
 * Is @err, a negative errno, a failure to read, as opposed to "absent" or "not
 * permitted"? A later try may succeed.
 */
bool vi_is_fault(int err);

/*
 * If @err is a fault, count it in vi_failures() and warn that @what, a file or
 * device, could not be read; NULL: out of memory. Consecutive identical
 * warnings are logged once. Returns @err in any case, so that every read can
 * pass its result through here.
 */
int vi_fault(struct vi_ctx *ctx, const char *what, int err);

/* Count a fault without a warning, for callers that report it themselves. */
int vi_count_fault(struct vi_ctx *ctx, int err);

/* Count a fault that has no errno, and warn. */
void vi_warn_fault(struct vi_ctx *ctx, const char *fmt, ...) VI_PRINTF(2, 3);

#endif
