/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vqtop: watch virtio queues. */
#ifndef CMD_VQTOP_H
#define CMD_VQTOP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/filter.h"

enum vt_format {
	VT_TABLE,
	VT_JSON,
	VT_CSV,
	VT_OPENMETRICS,
};

struct vt_options {
	bool batch, ascii, no_colour, list_columns;
	enum vt_format format;
	bool has_delay;
	double delay;
	bool has_samples;
	uint64_t samples;		/* if has_samples */
	double max_cpu;			/* 0: the default */
	const char *columns, *sort, *filter;
	const char *attach, *sysroot, *record, *replay, *textfile;
	struct tool_filters types;
	const char *const *targets;	/* NULL ends them */
};

#define VT_DEFAULT_DELAY	1.0
#define VT_MIN_DELAY		0.01
#define VT_MAX_DELAY		86400.0

/* The size of a filter. */
#define VT_TYPED		128

/* options.c: 0, or an exit status, or -1 when there is nothing left to do */
int vt_parse(struct vt_options *o, int argc, char **argv);

#endif
