// SPDX-License-Identifier: GPL-2.0-or-later
/* lsvirtio: list virtio devices and their properties. */
#include <stdlib.h>

#include "lsvirtio/lsvirtio.h"

const char tool_name[] = "lsvirtio";

static bool print(struct vi_ctx *ctx, const struct ls_options *o,
		  const struct tool_devices *d)
{
	switch (o->mode) {
	case LS_JSON:
		return ls_print_json(ctx, o, d);
	case LS_VERBOSE:
		return ls_print_verbose(o, d);
	default:
		return ls_print_table(o, d);
	}
}

static int list(struct vi_ctx *ctx, const struct ls_options *o)
{
	struct tool_devices devices = { 0 };
	int status = ls_select(ctx, o, &devices);

	if (status != EXIT_ERROR)
		status = ls_leave_out_gone(o, &devices, status);
	/* Print even without devices: JSON must be complete. */
	if (status != EXIT_ERROR && !print(ctx, o, &devices))
		status = EXIT_ERROR;
	free(devices.list);
	return status;
}

static int run(const struct ls_options *o)
{
	struct vi_ctx *ctx = tool_new_ctx(o->sysroot);
	int status;

	if (!ctx)
		return EXIT_ERROR;
	status = o->monitor ? ls_monitor(ctx, o) : list(ctx, o);
	tool_free_ctx(ctx);
	return status;
}

int main(int argc, char **argv)
{
	static struct ls_options o;
	int status;

	tool_init();
	status = ls_parse(&o, argc, argv);
	if (!status)
		status = run(&o);
	return tool_close_output(status < 0 ? EXIT_DONE : status);
}
