/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices as the tools show them, with the most verbose options. */
#ifndef VI_TESTS_TOOL_VIEWS_H
#define VI_TESTS_TOOL_VIEWS_H

#include <stdlib.h>

#include "lsvirtio/lsvirtio.h"
#include "vqdump/vqdump.h"

/* Returns the exit status of finding them. */
static inline int print_tool_views(struct vi_ctx *ctx)
{
	static const char *const none[] = { NULL };
	const struct ls_options ls = { .mode = LS_VERBOSE, .targets = none };
	const struct vq_options vq = {
		.verbose = 2, .raw = true, .read = "", .targets = none,
	};
	struct tool_devices d = { 0 };
	int status = tool_select(ctx, none, &vq.filters, &d);
	size_t i;

	ls_print_verbose(&ls, &d);
	vq_print_in_flight(&vq, &d);
	for (i = 0; i < d.count; i++) {
		struct text t = { 0 };

		vq_add_view(&vq, &t, d.list[i]);
		vq_add_check(&vq, &t, d.list[i]);
		vq_print(&t);
	}
	free(d.list);
	return status;
}

#endif
