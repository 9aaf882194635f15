/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine that a capture was made on; its name stays private. */
#ifndef VI_INSPECT_HOST_H
#define VI_INSPECT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ctx.h"
#include "core/pool.h"
#include "record/schema.h"

/* What is at physical addresses; @end is the last byte. */
struct vi_memory_range {
	uint64_t start, end;
	const char *name;		/* "System RAM" */
};

/* NULL, 0: unknown. */
struct vi_host {
	const char *kernel;		/* release */
	const char *machine;
	const char *byte_order;		/* "little", "big" */
	uint64_t page_size;
	const char *time;		/* RFC 3339 */
	struct vi_memory_range *memory;	/* ascending, no overlaps */
	size_t num_memory;
};

/*
 * Describe this machine now, with the memory map only if snapshots of the
 * context's devices were judged against it. 0 or -ENOMEM.
 */
int vi_host_read(struct vi_ctx *ctx, struct vi_pool *pool,
		 struct vi_host *host);

/*
 * The text of /proc/iomem, to be freed. NULL: it could not be read, or hides
 * addresses from this user.
 */
char *vi_read_iomem(struct vi_ctx *ctx);

extern const struct vi_schema vi_host_schema;

#endif
