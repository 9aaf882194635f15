// SPDX-License-Identifier: LGPL-2.1-or-later
/* A ring in memory that a program has: one call for its tests. */
#include <stddef.h>

#include <virtio-inspect/queues.h>

#include "core/compiler.h"

VI_EXPORT int vi_check_ring(struct vi_ctx *ctx, const char *spec,
			    struct vi_device **dev)
{
	static const struct vi_check_options now = { .now = true };
	int err = vi_ring_by_address(ctx, spec, NULL, dev);

	if (!err)
		err = vi_snapshot_take(ctx, *dev, "auto");
	return err ? err : vi_check(ctx, *dev, &now);
}
