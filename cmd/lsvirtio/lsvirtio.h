/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lsvirtio: list virtio devices and what is known of them. */
#ifndef CMD_LSVIRTIO_H
#define CMD_LSVIRTIO_H

#include "common/select.h"
#include "common/table.h"

enum ls_mode {
	LS_TABLE,
	LS_JSON,
	LS_PAIRS,
	LS_RAW,
	LS_TREE,
	LS_VERBOSE,
};

struct ls_options {
	enum ls_mode mode;
	bool verbose;			/* JSON: every field there is */
	bool monitor, all, hex, noheadings;
	bool list_columns, columns_chosen;
	const char *sysroot, *fdt, *read;
	const char *const *targets;	/* ended by NULL */
	struct tool_filters filters;
	struct tool_columns columns;
};

/* columns.c */
extern const struct tool_column_table ls_columns;

/* options.c: 0, or more than 0 what to end with, or -1 when all is done */
int ls_parse(struct ls_options *o, int argc, char **argv);

/* select.c: what to end with; EXIT_ERROR: a message was printed */
int ls_select(struct vi_ctx *ctx, const struct ls_options *o,
	      struct tool_devices *devices);

/* Each prints the devices in its way; false when a message was printed. */
bool ls_print_table(const struct ls_options *o, const struct tool_devices *d);
bool ls_print_json(struct vi_ctx *ctx, const struct ls_options *o,
		   const struct tool_devices *d);
bool ls_print_verbose(const struct ls_options *o, const struct tool_devices *d);

/* monitor.c: what to end with */
int ls_monitor(struct vi_ctx *ctx, const struct ls_options *o);

#endif
