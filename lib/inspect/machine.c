// SPDX-License-Identifier: LGPL-2.1-or-later
/* The machine that devices belong to: this one, or a capture's. */
#include <errno.h>

#include "core/compiler.h"
#include "inspect/device.h"
#include "inspect/held.h"
#include "inspect/host.h"

VI_EXPORT const struct vi_schema *vi_machine_schema(void)
{
	return &vi_host_schema;
}

/* Read this machine's record, and free the previous one. */
static const struct vi_host *read_here(struct vi_ctx *ctx,
				       struct vi_inventory *inv)
{
	struct vi_batch *batch = vi_batch_new(ctx);
	struct vi_host *here;

	here = batch ? vi_pool_alloc(&batch->pool, sizeof(*here)) : NULL;
	if (!here || vi_host_read(ctx, &batch->pool, here)) {
		vi_batch_free(batch);
		vi_fail(ctx, -ENOMEM, "out of memory");
		return NULL;
	}
	vi_batch_free(inv->machine);
	inv->machine = batch;
	return here;
}

VI_EXPORT const void *vi_machine(struct vi_ctx *ctx)
{
	const struct vi_host *host = vi_recorded_host(ctx);
	struct vi_inventory *inv = vi_inventory(ctx);

	if (host)
		return host;
	if (!inv) {
		vi_fail(ctx, -ENOMEM, "out of memory");
		return NULL;
	}
	return read_here(ctx, inv);
}
