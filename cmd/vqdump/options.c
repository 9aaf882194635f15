// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of vqdump. */
#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "vqdump/vqdump.h"

enum {
	OPT_ASCII = OPTION_LONG,
	OPT_ATTACH,
	OPT_BUFFERS,
	OPT_CAPTURE,
	OPT_CHECK,
	OPT_DIFF,
	OPT_EXPLAIN,
	OPT_IN_FLIGHT,
	OPT_MEMORY,
	OPT_RAW,
	OPT_READ,
	OPT_RING,
	OPT_SAMPLE,
	OPT_SYSROOT,
};

#define DEFAULT_SAMPLE	1.0
#define MIN_SAMPLE	0.001
#define DEFAULT_BUFFERS	256
#define MAX_BUFFERS	(1 << 20)

#define FLAG(member)	OPTION_FLAG(struct vq_options, member)
#define TEXT(member)	OPTION_TEXT(struct vq_options, member)

static const struct tool_option options[] = {
	{ 'd', "device-type", "TYPE", "only devices of a type, such as blk, or with an\nid VENDOR:DEVICE in hexadecimal; may be repeated", 0 },
	{ 'J', "json", NULL, "print JSON", FLAG(json) },
	{ 'q', "queue", "LIST", "only queues with these indices, such as 0,2-5", 0 },
	{ 'v', "verbose", NULL, "also show chains in flight, indices, addresses,\nthe driver's state; -vv: whole tables as well", 0 },
	{ OPT_ASCII, "ascii", NULL, "print only ASCII characters", FLAG(ascii) },
	{ OPT_ATTACH, "attach", "WAY", "how to read rings: auto, kernel, registers\n(writes registers of a live device), devmem", 0 },
	{ OPT_BUFFERS, "buffers", "[=BYTES]", "with --capture: also save the first BYTES (256)\nof each buffer, which may hold secrets", 0 },
	{ OPT_CAPTURE, "capture", "FILE", "save everything to a new file, for --read\n(-: standard output)", TEXT(capture) },
	{ OPT_CHECK, "check", NULL, "report faults; the exit status is 4 for an error, 8 if a queue may hang", FLAG(check) },
	{ OPT_DIFF, "diff", NULL, "compare two captures, OLD and NEW", FLAG(diff) },
	{ OPT_EXPLAIN, "explain", "[=CODE]", "explain a finding; list: all codes", 0 },
	{ OPT_IN_FLIGHT, "in-flight", NULL, "list the requests in flight, oldest first", FLAG(in_flight) },
	{ OPT_MEMORY, "memory", "FILE[@ADDR]", "with --ring: use FILE as the whole memory, its\nfirst byte at ADDR (0)", TEXT(memory) },
	{ OPT_RAW, "raw", NULL, "also show the bytes of rings; also in JSON", FLAG(raw) },
	{ OPT_READ, "read", "FILE", "show the capture in FILE (-: standard input)", TEXT(read) },
	{ OPT_RING, "ring", "SPEC", "show a ring in memory, such as\nsplit,num=256,desc=0x...,driver=0x...,device=0x...", TEXT(ring) },
	{ OPT_SAMPLE, "sample", "[=SECONDS]", "read twice, SECONDS (1) apart, and show what\nmoved; with --check: watch at least that long", 0 },
	{ OPT_SYSROOT, "sysroot", "DIR", "inspect the recorded tree in DIR", TEXT(sysroot) },
	{ 'h', "help", NULL, "show this help and exit", 0 },
	{ 'V', "version", NULL, "show the version and exit", 0 },
	{ 0, NULL, NULL, NULL, 0 },
};

static void print_help(void)
{
	printf("Usage: %s [OPTION]... [DEVICE]...\n"
	       "       %s --diff OLD NEW\n"
	       "       %s --explain [CODE]...\n\n"
	       "Show virtio queues: requests in flight, which side is waiting, and with --check\n"
	       "any faults. DEVICE is a name (virtio3), a PCI address (0000:00:04.0),\n"
	       "mmio:ADDRESS, a kernel name (vda, eth0), or a simulated device (sim:blk).\n"
	       "Reading live devices needs root; reading captures does not.\n\n"
	       "Options:\n", tool_name, tool_name, tool_name);
	tool_print_options(options);
	printf("\nFor more details see %s(1).\n", tool_name);
}

static int parse_sample(struct vq_options *o, const char *arg)
{
	o->sampling = true;
	o->sample = DEFAULT_SAMPLE;
	return arg ? tool_parse_seconds("sample=", arg, MIN_SAMPLE,
					&o->sample) : 0;
}

static int parse_buffers(struct vq_options *o, const char *arg)
{
	o->has_buffers = true;
	o->buffers = DEFAULT_BUFFERS;
	return arg ? tool_parse_number("buffers=", arg, "bytes", MAX_BUFFERS,
				       &o->buffers) : 0;
}

static int parse_attach(struct vq_options *o, const char *arg)
{
	static const char *const ways[] = {
		"auto", "kernel", "registers", "devmem",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (!strcmp(arg, ways[i])) {
			o->attach = ways[i];
			return 0;
		}
	return tool_usage("--attach=%s: unknown method; use auto, kernel, registers or devmem",
			  arg);
}

static int handle(void *data, int key, char *arg)
{
	struct vq_options *o = data;

	switch (key) {
	case 'd':
		return tool_filter_add(&o->filters, arg);
	case 'q':
		return vq_ranges_parse(&o->queues, arg);
	case 'v':
		o->verbose++;
		return 0;
	case OPT_ATTACH:
		return parse_attach(o, arg);
	case OPT_BUFFERS:
		return parse_buffers(o, arg);
	case OPT_EXPLAIN:
		o->explain = true;
		o->code = arg;
		return 0;
	case OPT_SAMPLE:
		return parse_sample(o, arg);
	case 'h':
		print_help();
		return -1;
	}
	return EXIT_USAGE;
}

/* Options that say where devices come from: at most one. */
static int check_source(const struct vq_options *o)
{
	if (!!o->read + !!o->ring + !!o->sysroot > 1)
		return tool_usage("--read, --ring and --sysroot are mutually exclusive");
	if (o->memory && !o->ring)
		return tool_usage("--memory requires --ring");
	if (o->ring && (*o->targets || o->filters.count))
		return tool_usage("--ring shows a single ring; no DEVICE can be given with it");
	if (o->attach && (o->read || o->ring))
		return tool_usage("--attach is for devices of this machine; it cannot be combined with --read or --ring");
	if (o->read && o->sampling)
		return tool_usage("--sample cannot be combined with --read, because a capture does not change; use --diff to compare two captures");
	return 0;
}

static int check_output(const struct vq_options *o)
{
	if (o->check && o->in_flight)
		return tool_usage("--check and --in-flight are mutually exclusive");
	if (o->json && o->in_flight)
		return tool_usage("--json includes all requests; it cannot be combined with --in-flight");
	if (o->json && o->capture)
		return tool_usage("--capture writes JSON anyway; it cannot be combined with --json");
	if (o->has_buffers && !o->capture)
		return tool_usage("--buffers requires --capture");
	if (o->capture && (o->in_flight || o->raw || o->verbose ||
			   o->queues.count))
		return tool_usage("--capture saves everything; use --read to show the file");
	return 0;
}

/* Modes that take no devices. */
static int check_alone(struct vq_options *o)
{
	bool other = o->json || o->in_flight || o->check || o->sampling ||
		     o->capture || o->read || o->ring || o->sysroot ||
		     o->attach || o->memory || o->raw || o->has_buffers;

	if (o->diff && o->explain)
		return tool_usage("--diff and --explain cannot be combined");
	if (other)
		return tool_usage("--%s cannot be combined with options for devices",
				  o->diff ? "diff" : "explain");
	if (o->diff && (!o->targets[0] || !o->targets[1] || o->targets[2]))
		return tool_usage("--diff needs two captures, OLD and NEW");
	o->mode = o->diff ? VQ_DIFF : VQ_EXPLAIN;
	return 0;
}

static int check(struct vq_options *o)
{
	int ret;

	if (o->diff || o->explain)
		return check_alone(o);
	ret = check_source(o);
	if (!ret)
		ret = check_output(o);
	if (o->capture)
		o->mode = VQ_CAPTURE;
	else if (o->check)
		o->mode = VQ_CHECK;
	else if (o->in_flight)
		o->mode = VQ_IN_FLIGHT;
	else if (o->sampling)
		o->mode = VQ_SAMPLE;
	return ret;
}

int vq_parse(struct vq_options *o, int argc, char **argv)
{
	int first, ret;

	ret = tool_parse(options, argc, argv, handle, o, &first);
	if (ret)
		return ret;
	o->targets = (const char *const *)argv + first;
	return check(o);
}
