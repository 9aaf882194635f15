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

#define FLAG(member)	OPTION_FLAG(struct ls_options, member)
#define TEXT(member)	OPTION_TEXT(struct ls_options, member)

static const struct tool_option options[] = {
	{ 'a', "all", NULL, "also list the slots of the device tree", FLAG(all) },
	{ 'd', "device-type", "TYPE", "only devices of a type, such as blk, or with an\nid VENDOR:DEVICE in hexadecimal; may be repeated", 0 },
	{ 'J', "json", NULL, "print JSON", 0 },
	{ 'n', "noheadings", NULL, "do not print column headings", FLAG(noheadings) },
	{ 'o', "output", "LIST", "columns to show, separated by commas;\n+LIST adds to the default ones", 0 },
	{ 'O', "output-all", NULL, "show all columns", 0 },
	{ 'P', "pairs", NULL, "print NAME=\"value\" pairs", 0 },
	{ 'r', "raw", NULL, "print output for scripts, no blanks in cells", 0 },
	{ 't', "tree", NULL, "show devices under their parent bus device", 0 },
	{ 'v', "verbose", NULL, "print all properties, one block per device", FLAG(verbose) },
	{ 'x', "hex", NULL, "print bit masks instead of names and lists", FLAG(hex) },
	{ OPT_FDT, "fdt", "FILE", "also list the slots of this device tree blob", TEXT(fdt) },
	{ OPT_LIST_COLUMNS, "list-columns", NULL, "list the columns and exit", FLAG(list_columns) },
	{ OPT_MONITOR, "monitor", NULL, "report devices as they appear and disappear", FLAG(monitor) },
	{ OPT_READ, "read", "FILE", "show the capture in FILE (-: standard input)", TEXT(read) },
	{ OPT_SYSROOT, "sysroot", "DIR", "inspect the recorded tree in DIR", TEXT(sysroot) },
	{ 'h', "help", NULL, "show this help and exit", 0 },
	{ 'V', "version", NULL, "show the version and exit", 0 },
	{ 0, NULL, NULL, NULL, 0 },
};

static void print_help(void)
{
	printf("Usage: %s [OPTION]... [DEVICE]...\n\n"
	       "List virtio devices and their properties. DEVICE is a name (virtio3), a PCI\n"
	       "address (0000:00:04.0), mmio:ADDRESS, a kernel name (vda, eth0), or a simulated\n"
	       "device (sim:blk).\n\n"
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
		return tool_usage("--%s and --%s cannot be combined",
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
	case 'd':
		return tool_filter_add(&o->filters, arg);
	case 'J':
		return set_mode(o, LS_JSON, key);
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
	case 'h':
		print_help();
		return -1;
	}
	return EXIT_USAGE;
}

/* Reject options that exclude each other. */
static int check(struct ls_options *o)
{
	if (o->verbose && o->columns_chosen)
		return tool_usage("--verbose shows everything; it cannot be combined with --output");
	if (o->verbose && o->mode != LS_TABLE && o->mode != LS_JSON)
		return tool_usage("--verbose can be combined with --json, but with no other output format");
	if (o->monitor && ((o->mode != LS_TABLE && o->mode != LS_JSON) ||
			   o->verbose || o->columns_chosen))
		return tool_usage("--monitor can be combined with --json, but with no other output format");
	if (o->monitor && (o->all || o->fdt || o->read || o->sysroot))
		return tool_usage("--monitor follows this machine; it cannot be combined with --all, --fdt, --read or --sysroot");
	if (o->read && (o->all || o->fdt || o->sysroot))
		return tool_usage("--read shows a capture; it cannot be combined with --all, --fdt or --sysroot");
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
