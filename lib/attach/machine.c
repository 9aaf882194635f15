// SPDX-License-Identifier: GPL-2.0-or-later
/* What devices are part of: this machine, or the one that a capture is of. */
#include "attach/capture.h"
#include "attach/device.h"
#include "core/compiler.h"

VI_EXPORT const struct vi_schema *vi_machine_schema(void)
{
	return &vi_host_schema;
}

VI_EXPORT const void *vi_machine(struct vi_ctx *ctx)
{
	const struct vi_host *host = vi_capture_host(ctx);
	struct vi_inventory *inv;
	struct vi_host *here;

	if (host)
		return host;
	inv = vi_inventory(ctx);
	here = inv ? vi_pool_alloc(&inv->pool, sizeof(*here)) : NULL;
	return here && !vi_host_read(ctx, &inv->pool, here) ? here : NULL;
}
