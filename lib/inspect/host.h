/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine that a capture is of. Its name is nobody's business. */
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

/* NULL, 0: not known. */
struct vi_host {
	const char *kernel;		/* release */
	const char *machine;
	const char *byte_order;		/* "little", "big" */
	uint64_t page_size;
	const char *time;		/* RFC 3339 */
	struct vi_memory_range *memory;	/* ascending, and apart */
	size_t num_memory;
};

/*
 * Of this machine, now; of memory, what looks at the context's devices were
 * about. 0 or -ENOMEM.
 */
int vi_host_read(struct vi_ctx *ctx, struct vi_pool *pool,
		 struct vi_host *host);

/*
 * All of /proc/iomem that is nested in nothing; none of it for those who see
 * no addresses there. 0 or -ENOMEM.
 */
int vi_memory_map_read(struct vi_ctx *ctx, struct vi_pool *pool,
		       struct vi_host *host);

extern const struct vi_schema vi_host_schema;

#endif
