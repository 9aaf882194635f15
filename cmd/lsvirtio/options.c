// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of lsvirtio. */
#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "lsvirtio/lsvirtio.h"

enum {
	OPT_FDT = OPTION_LONG,
	OPT_LIST_COLUMNS,
	OPT_MONITOR,
	OPT_READ,
	OPT_SYSROOT,
};

static const struct tool_option options[] = {
	{ 'a', "all", NULL, "also the slots of the device tree, empty or not" },
	{ 'd', "device-type", "TYPE", "only devices of a type, such as blk, or\nVENDOR:DEVICE in hexadecimal; may be repeated" },
	{ 'J', "json", NULL, "output as JSON" },
	{ 'n', "noheadings", NULL, "no line of column names" },
	{ 'o', "output", "LIST", "columns to show, with commas between;\n+LIST: after the default ones" },
	{ 'O', "output-all", NULL, "all columns" },
	{ 'P', "pairs", NULL, "output as NAME=\"value\" pairs" },
	{ 'r', "raw", NULL, "output for programs: cells without blanks" },
	{ 't', "tree", NULL, "devices below what they sit on" },
	{ 'v', "verbose", NULL, "all that is known, a block for each device" },
	{ 'x', "hex", NULL, "masks instead of names and lists" },
	{ OPT_FDT, "fdt", "FILE", "also the slots of this device tree blob" },
	{ OPT_LIST_COLUMNS, "list-columns", NULL, "list the columns and exit" },
	{ OPT_MONITOR, "monitor", NULL, "follow devices as they come and go" },
	{ OPT_READ, "read", "FILE", "look at the capture in FILE; -: standard input" },
	{ OPT_SYSROOT, "sysroot", "DIR", "look at the recorded tree in DIR" },
	{ 'h', "help", NULL, "show this help and exit" },
	{ 'V', "version", NULL, "show the version and exit" },
	{ 0, NULL, NULL, NULL },
};

static void print_help(void)
{
	printf("Usage: %s [OPTION]... [DEVICE]...\n\n"
	       "List virtio devices and what is known of them. DEVICE is a name (virtio3), a PCI\n"
	       "address (0000:00:04.0), mmio:ADDRESS, a name that the kernel gave it (vda, eth0),\n"
	       "or a simulated device (sim:blk).\n\n"
	       "Options:\n", tool_name);
	tool_print_options(options);
	printf("\nColumns (default %s):\n", ls_columns.usual);
	tool_columns_print(&ls_columns, " ");
	printf("\nFor more details see %s(1).\n", tool_name);
}

static int set_mode(struct ls_options *o, enum ls_mode mode, int key)
{
	static int before;

	if (o->mode != LS_TABLE && o->mode != mode)
		return tool_usage("--%s and --%s cannot be together",
				  tool_option_name(options, before),
				  tool_option_name(options, key));
	o->mode = mode;
	before = key;
	return 0;
}

static int handle(void *data, int key, char *arg)
{
	struct ls_options *o = data;

	switch (key) {
	case 'a':
		o->all = true;
		return 0;
	case 'd':
		return tool_filter_add(&o->filters, arg);
	case 'J':
		return set_mode(o, LS_JSON, key);
	case 'n':
		o->noheadings = true;
		return 0;
	case 'o':
		o->columns_chosen = true;
		return tool_columns_parse(&o->columns, &ls_columns, arg);
	case 'O':
		o->columns_chosen = true;
		tool_columns_all(&o->columns, &ls_columns);
		return 0;
	case 'P':
		return set_mode(o, LS_PAIRS, key);
	case 'r':
		return set_mode(o, LS_RAW, key);
	case 't':
		return set_mode(o, LS_TREE, key);
	case 'v':
		o->verbose = true;
		return 0;
	case 'x':
		o->hex = true;
		return 0;
	case OPT_FDT:
		o->fdt = arg;
		return 0;
	case OPT_LIST_COLUMNS:
		o->list_columns = true;
		return 0;
	case OPT_MONITOR:
		o->monitor = true;
		return 0;
	case OPT_READ:
		o->read = arg;
		return 0;
	case OPT_SYSROOT:
		o->sysroot = arg;
		return 0;
	case 'h':
		print_help();
		return -1;
	case 'V':
		printf("%s %s\n", tool_name, vi_version());
		return -1;
	}
	return EXIT_USAGE;
}

/* What makes no sense together. */
static int check(struct ls_options *o)
{
	if (o->verbose && o->columns_chosen)
		return tool_usage("--verbose shows all there is; --output cannot be with it");
	if (o->verbose && o->mode != LS_TABLE && o->mode != LS_JSON)
		return tool_usage("--verbose goes with --json, but with no other form of output");
	if (o->monitor && ((o->mode != LS_TABLE && o->mode != LS_JSON) ||
			   o->verbose || o->columns_chosen))
		return tool_usage("--monitor goes with --json, but with no other form of output");
	if (o->monitor && (o->all || o->fdt || o->read || o->sysroot))
		return tool_usage("--monitor follows this machine; --all, --fdt, --read and --sysroot cannot be with it");
	if (o->read && (o->all || o->fdt || o->sysroot))
		return tool_usage("--read looks at a capture; --all, --fdt and --sysroot cannot be with it");
	if (o->verbose && o->mode == LS_TABLE)
		o->mode = LS_VERBOSE;
	return 0;
}

int ls_parse(struct ls_options *o, int argc, char **argv)
{
	int first, ret;

	ret = tool_columns_parse(&o->columns, &ls_columns, NULL);
	if (!ret)
		ret = tool_parse(options, argc, argv, handle, o, &first);
	if (ret)
		return ret;
	o->targets = (const char *const *)argv + first;
	if (o->list_columns) {
		tool_columns_print(&ls_columns, "");
		return -1;
	}
	return check(o);
}
