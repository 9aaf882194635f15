// SPDX-License-Identifier: GPL-2.0-or-later
/* Selecting the devices to show. */
#include <errno.h>

#include <virtio-inspect/capture.h>

#include "lsvirtio/lsvirtio.h"

static int find_here(struct vi_ctx *ctx, const struct ls_options *o)
{
	int err = vi_scan(ctx);

	if (err || (!o->fdt && !o->all))
		return err;
	err = vi_scan_fdt(ctx, o->fdt);
	/* Most machines have no device tree. */
	return err == -ENOENT && !o->fdt ? 0 : err;
}

int ls_select(struct vi_ctx *ctx, const struct ls_options *o,
	      struct tool_devices *d)
{
	if (o->read ? vi_capture_read(ctx, o->read) : find_here(ctx, o))
		return tool_failed(ctx);
	return tool_select(ctx, o->targets, &o->filters, d);
}
