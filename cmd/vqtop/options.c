// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of vqtop. */
#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "vqtop/model/columns.h"
#include "vqtop/vqtop.h"

enum {
	OPT_ASCII = OPTION_LONG,
	OPT_ATTACH,
	OPT_CSV,
	OPT_LIST_COLUMNS,
	OPT_MAX_CPU,
	OPT_NO_COLOR,
	OPT_OPENMETRICS,
	OPT_RECORD,
	OPT_REPLAY,
	OPT_SYSROOT,
	OPT_TEXTFILE,
};

#define FLAG(member)	OPTION_FLAG(struct vt_options, member)
#define TEXT(member)	OPTION_TEXT(struct vt_options, member)

static const struct tool_option options[] = {
	{ 'b', "batch", NULL, "print each sample as a table; needs no terminal", FLAG(batch) },
	{ 'd', "delay", "SECONDS", "time between samples, such as 0.5; default 1", 0 },
	{ 'f', "filter", "TEXT", "only queues whose name, type or state matches", 0 },
	{ 'J', "json", NULL, "with --batch: one JSON object per sample and line", 0 },
	{ 'n', "samples", "NUMBER", "exit after NUMBER samples", 0 },
	{ 'o', "output", "LIST", "columns to show, separated by commas;\n+LIST adds to the default ones", 0 },
	{ 's', "sort", "COLUMN", "sort by a column", 0 },
	{ 't', "device-type", "TYPE", "only devices of a type, such as blk; may be\nrepeated", 0 },
	{ OPT_ASCII, "ascii", NULL, "print only ASCII characters", FLAG(ascii) },
	{ OPT_ATTACH, "attach", "WAY", "how to read rings: auto, kernel", 0 },
	{ OPT_CSV, "csv", NULL, "with --batch: print comma-separated values", 0 },
	{ OPT_LIST_COLUMNS, "list-columns", NULL, "list the columns and exit", FLAG(list_columns) },
	{ OPT_MAX_CPU, "max-cpu", "PERCENT", "CPU budget for extra samples; default 1", 0 },
	{ OPT_NO_COLOR, "no-color", NULL, "do not use colours", FLAG(no_colour) },
	{ OPT_OPENMETRICS, "openmetrics", NULL, "print one sample in OpenMetrics format and exit", 0 },
	{ OPT_RECORD, "record", "FILE", "save samples to a new file, for --replay", TEXT(record) },
	{ OPT_REPLAY, "replay", "FILE", "show the recording in FILE", TEXT(replay) },
	{ OPT_SYSROOT, "sysroot", "DIR", "inspect the recorded tree in DIR", TEXT(sysroot) },
	{ OPT_TEXTFILE, "textfile", "PATH", "replace PATH by the metrics of each sample", TEXT(textfile) },
	{ 'h', "help", NULL, "show this help and exit", 0 },
	{ 'V', "version", NULL, "show the version and exit", 0 },
	{ 0, NULL, NULL, NULL, 0 },
};

static void print_help(void)
{
	printf("Usage: %s [OPTION]... [DEVICE]...\n\n"
	       "Watch the queues of virtio devices: which are busy, full or stalled, and which\n"
	       "side is responsible. DEVICE is a name (virtio3), a PCI address (0000:00:04.0),\n"
	       "mmio:ADDRESS, a kernel name (vda, eth0), or a simulated device (sim:blk).\n"
	       "Reading the rings of live devices needs root; interrupt counts do not.\n\n"
	       "Options:\n", tool_name);
	tool_print_options(options);
	printf("\nColumns (default %s):\n", vt_columns.usual);
	tool_columns_print(&vt_columns, " ");
	printf("\nFor more details see %s(1).\n", tool_name);
}

static int parse_delay(struct vt_options *o, const char *arg)
{
	o->has_delay = true;
	return tool_parse_seconds("delay ", arg, VT_MIN_DELAY, &o->delay);
}

static int parse_samples(struct vt_options *o, const char *arg)
{
	o->has_samples = true;
	return tool_parse_number("samples ", arg, "samples", UINT64_MAX,
				 &o->samples);
}

static int parse_max_cpu(struct vt_options *o, const char *arg)
{
	static const struct tool_range percents = {
		"percent of a CPU", 0.001, 100, NULL
	};
	int status = tool_parse_real("max-cpu ", arg, &percents, &o->max_cpu);

	o->max_cpu /= 100;
	return status;
}

static int parse_attach(struct vt_options *o, const char *arg)
{
	if (!strcmp(arg, "registers"))
		return tool_usage("--attach=%s: this method would write to live devices with every sample; use auto or kernel",
				  arg);
	if (!strcmp(arg, "devmem"))
		return tool_usage("--attach=%s: this method does not reveal ring addresses; use auto or kernel",
				  arg);
	if (strcmp(arg, "auto") && strcmp(arg, "kernel"))
		return tool_usage("--attach=%s: unknown method; use auto or kernel",
				  arg);
	o->attach = arg;
	return 0;
}

static int parse_columns(struct vt_options *o, const char *arg)
{
	struct tool_columns columns;

	o->columns = arg;
	return tool_columns_parse(&columns, &vt_columns, arg);
}

static int parse_sort(struct vt_options *o, const char *arg)
{
	o->sort = arg;
	if (!vt_column(arg))
		return tool_usage("unknown column: %s", arg);
	return 0;
}

/* Samples give a device's type as a name, not its vendor and device id. */
static int parse_type(struct vt_options *o, const char *arg)
{
	if (strchr(arg, ':'))
		return tool_usage("--device-type %s: use a type such as blk, or its number",
				  arg);
	return tool_filter_add(&o->types, arg);
}

static int set_format(struct vt_options *o, enum vt_format format)
{
	if (o->format != VT_TABLE && o->format != format)
		return tool_usage("--json, --csv and --openmetrics are mutually exclusive");
	o->format = format;
	return 0;
}

static int handle(void *data, int key, char *arg)
{
	struct vt_options *o = data;

	switch (key) {
	case 'd':
		return parse_delay(o, arg);
	case 'f':
		if (strlen(arg) >= VT_TYPED)
			return tool_usage("--filter: more than %d bytes",
					  VT_TYPED - 1);
		o->filter = arg;
		return 0;
	case 'J':
		return set_format(o, VT_JSON);
	case 'n':
		return parse_samples(o, arg);
	case 'o':
		return parse_columns(o, arg);
	case 's':
		return parse_sort(o, arg);
	case 't':
		return parse_type(o, arg);
	case OPT_ATTACH:
		return parse_attach(o, arg);
	case OPT_CSV:
		return set_format(o, VT_CSV);
	case OPT_MAX_CPU:
		return parse_max_cpu(o, arg);
	case OPT_OPENMETRICS:
		return set_format(o, VT_OPENMETRICS);
	case 'h':
		print_help();
		return -1;
	}
	return EXIT_USAGE;
}

/* These columns need a screen, or earlier samples. */
static int check_columns(const struct vt_options *o)
{
	struct tool_columns columns;
	const char *at;
	size_t i;

	if (!o->columns ||
	    tool_columns_choose(&columns, &vt_columns, vt_columns.usual,
				o->columns, &at))
		return 0;
	for (i = 0; i < columns.count; i++)
		if (columns.shown[i]->form == VT_AS_BAR ||
		    columns.shown[i]->form == VT_AS_HISTORY)
			return tool_usage("--output: %s is for the screen only; with --batch use %s",
					  columns.shown[i]->name,
					  columns.shown[i]->form == VT_AS_BAR ?
					  "USED" : "COMP_S");
	return 0;
}

static int check_targets(const struct vt_options *o)
{
	const char *const *target;

	for (target = o->targets; *target; target++)
		if (!**target)
			return tool_usage("empty DEVICE argument; omit it for all devices");
	return 0;
}

static int check(struct vt_options *o)
{
	if (o->replay && (o->record || o->sysroot || o->attach || o->max_cpu))
		return tool_usage("--replay shows a recording; it cannot be combined with --record, --sysroot, --attach or --max-cpu");
	if (o->textfile && o->format != VT_TABLE && o->format != VT_OPENMETRICS)
		return tool_usage("--textfile writes metrics; it cannot be combined with --json or --csv");
	if (o->textfile && o->replay)
		return tool_usage("--textfile exports live metrics; it cannot be combined with --replay");
	if (o->sort && (o->format == VT_JSON || o->format == VT_OPENMETRICS))
		return tool_usage("--sort is for tables and --csv; JSON and metrics are not sorted");
	if ((o->format == VT_JSON || o->format == VT_CSV) && !o->batch)
		return tool_usage("--json and --csv require --batch");
	if (o->textfile)
		o->format = VT_OPENMETRICS;
	if (o->format == VT_OPENMETRICS) {
		o->batch = true;
		if (!o->textfile && !o->has_samples) {
			o->has_samples = true;
			o->samples = 1;
		}
	}
	if (o->batch && check_columns(o))
		return EXIT_USAGE;
	return check_targets(o);
}

int vt_parse(struct vt_options *o, int argc, char **argv)
{
	int first, ret;

	ret = tool_parse(options, argc, argv, handle, o, &first);
	if (ret)
		return ret;
	o->targets = (const char *const *)argv + first;
	if (o->list_columns) {
		tool_columns_print(&vt_columns, "");
		return -1;
	}
	return check(o);
}
