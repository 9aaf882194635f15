// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory that the program adds to a context. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <virtio-inspect/memory.h>

#include "mem/given.h"

static void free_memory(struct vi_ctx *ctx)
{
	vi_mem_fini(ctx->memory);
	free(ctx->memory);
}

struct vi_mem *vi_given_memory(struct vi_ctx *ctx)
{
	return ctx->memory;
}

VI_EXPORT int vi_ctx_add_memory(struct vi_ctx *ctx, uint64_t start,
				uint64_t end, vi_read_fn read, void *data)
{
	int err = 0;

	if (start > end)
		return vi_fail(ctx, -EINVAL,
			       "memory from 0x%" PRIx64 " to 0x%" PRIx64 ": it ends before it begins",
			       start, end);
	if (!ctx->memory) {
		ctx->memory = calloc(1, sizeof(*ctx->memory));
		ctx->free_memory = free_memory;
	}
	if (ctx->memory)
		err = vi_mem_add(ctx->memory, start, end - start + 1, read,
				 data, start);
	/* For all 2^64 bytes, the size wraps to 0. */
	if (err == -EINVAL)
		return vi_fail(ctx, err,
			       "memory from 0x0 to 0x%" PRIx64 ": leave one byte out",
			       end);
	if (err || !ctx->memory)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	return 0;
}
