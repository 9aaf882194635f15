/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lsvirtio: list virtio devices and their properties. */
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
	bool verbose;			/* JSON: all fields */
	bool monitor, all, hex, noheadings;
	bool list_columns, columns_chosen;
	const char *sysroot, *fdt, *read;
	const char *const *targets;	/* NULL ends them */
	struct tool_filters filters;
	struct tool_columns columns;
};

/* columns.c */
extern const struct tool_column_table ls_columns;

/* options.c: 0, or an exit status, or -1 when there is nothing left to do */
int ls_parse(struct ls_options *o, int argc, char **argv);

/* select.c: the exit status; EXIT_ERROR comes after a message */
int ls_select(struct vi_ctx *ctx, const struct ls_options *o,
	      struct tool_devices *devices);

/* gone.c: read what is to be shown, and leave out the devices that were unplugged
 * meanwhile. Returns the exit status that @status becomes by that. */
int ls_leave_out_gone(const struct ls_options *o, struct tool_devices *d,
		      int status);

/* The names of fields that JSON shows; NULL ends them. Returns how many. */
#define LS_MAX_FIELDS	128
size_t ls_json_fields(const struct ls_options *o, const char **names);

/* Print the devices; false after a message. */
bool ls_print_table(const struct ls_options *o, const struct tool_devices *d);
bool ls_print_json(struct vi_ctx *ctx, const struct ls_options *o,
		   const struct tool_devices *d);
bool ls_print_verbose(const struct ls_options *o, const struct tool_devices *d);

/* monitor.c: the exit status */
int ls_monitor(struct vi_ctx *ctx, const struct ls_options *o);

#endif
