// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checking a ring in a program's own memory with one call, for its tests. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <virtio-inspect/check.h>
#include <virtio-inspect/memory.h>

#include "inspect/snapshot.h"

/* A ring that could not be read cannot be judged. */
static int check_read(struct vi_ctx *ctx, const struct vi_device *dev)
{
	const struct vi_snapshot *snap = vi_last_snapshot(dev);
	size_t i;

	for (i = 0; i < snap->count; i++) {
		const struct vi_raw_queue *q = &snap->queues[i];

		if (q->order_unknown)
			return vi_fail(ctx, -EINVAL,
				       "the byte order of the ring is unknown: give byte_order=, or features= with VERSION_1");
		if (q->memory_err)
			return vi_fail(ctx, q->memory_err,
				       "cannot read the ring at 0x%" PRIx64 ": %s",
				       q->memory_fault,
				       strerror(-q->memory_err));
	}
	return 0;
}

VI_EXPORT int vi_check_ring(struct vi_ctx *ctx, const char *spec,
			    struct vi_device **dev)
{
	static const struct vi_check_options now = {
		.size = sizeof(now), .now = true,
	};
	int err = vi_ring_by_address(ctx, spec, NULL, dev);

	if (!err)
		err = vi_snapshot_take(ctx, *dev, "auto");
	if (!err)
		err = check_read(ctx, *dev);
	return err ? err : vi_check(ctx, *dev, &now);
}
