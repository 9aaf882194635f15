// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of vqinject. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"
#include "vqinject/recipes/recipe.h"
#include "vqinject/vqinject.h"

enum {
	OPT_ATTACH = OPTION_LONG,
	OPT_BIND,
	OPT_CONFORM,
	OPT_COUNT,
	OPT_DEPTH,
	OPT_DRY_RUN,
	OPT_EVENT_IDX,
	OPT_EXPECT,
	OPT_FEATURES,
	OPT_FORCE,
	OPT_FORCE_SIGNATURE,
	OPT_HOSTILE,
	OPT_IN,
	OPT_INDIRECT,
	OPT_KICK_ONLY,
	OPT_LAYOUT,
	OPT_LIST_RECIPES,
	OPT_NO_KICK,
	OPT_OUT,
	OPT_OWN_VMM,
	OPT_POLL,
	OPT_QUEUE_SIZE,
	OPT_RATE,
	OPT_RELEASE,
	OPT_RESTORE,
	OPT_SAVE,
	OPT_STATUS,
	OPT_TIMEOUT,
	OPT_UNPROTECTED_DMA,
	OPT_YES_DESTROY_DATA,
};

#define MAX_DEPTH	VIRTQUEUE_MAX_SIZE
#define MAX_COUNT	((uint64_t)1 << 40)

#define FLAG(member)	OPTION_FLAG(struct vqinject_options, member)
#define TEXT(member)	OPTION_TEXT(struct vqinject_options, member)

static const struct tool_option options[] = {
	{ 'f', "script", "FILE", "run the script FILE (-: standard input);\nsee virtio-inject(5)", TEXT(script) },
	{ 'J', "json", NULL, "print JSON", FLAG(json) },
	{ 'q', "queue", "QUEUE", "the queue, by number or name", TEXT(queue) },
	{ 'v', "verbose", NULL, "also show features, queues, and all buffers", FLAG(verbose) },
	{ OPT_ATTACH, "attach", "WAY", "vfio, or physical: by physical addresses, for a\ndevice without a driver (needs --unprotected-dma)", 0 },
	{ OPT_BIND, "bind", NULL, "borrow the device from its driver for this run;\nalone: take it until --release", FLAG(bind) },
	{ OPT_CONFORM, "conform", "[=CASE]", "test the device against the specification; CASE:\nonly cases whose names begin with it", 0 },
	{ OPT_COUNT, "count", "N", "repeat everything N times", 0 },
	{ OPT_DEPTH, "depth", "N", "keep up to N buffers in flight; default 1", 0 },
	{ OPT_DRY_RUN, "dry-run", NULL, "print each step and the ring that would be built,\nwithout executing anything", FLAG(dry_run) },
	{ OPT_EVENT_IDX, "event-idx", NULL, "negotiate VIRTIO_F_EVENT_IDX", FLAG(event_idx) },
	{ OPT_EXPECT, "expect", "WHAT", "fail unless this holds: hex:BYTES or another SPEC,\nlen:N, timeout, or needs-reset", 0 },
	{ OPT_FEATURES, "features", "LIST", "+NAME,-NAME: request a feature, offered or not;\nleave one out", TEXT(features) },
	{ OPT_FORCE, "force", NULL, "with --bind: also take a device that may be in\nuse because not everything could be checked", FLAG(force) },
	{ OPT_FORCE_SIGNATURE, "force-signature", NULL, "with --bind: also take an unused disk that\ncontains a file system", FLAG(force_signature) },
	{ OPT_HOSTILE, "hostile", "[=CASE]", "send malformed rings, which may crash the host\nprocess (needs --i-own-this-vmm)", 0 },
	{ OPT_OWN_VMM, "i-own-this-vmm", NULL, "no one else depends on this VM or its host process", FLAG(own_vmm) },
	{ OPT_IN, "in", "SPEC", "a piece that the device writes: N bytes, or its\ninitial contents; may be repeated", 0 },
	{ OPT_INDIRECT, "indirect", NULL, "put chains of several pieces in indirect tables", FLAG(indirect) },
	{ OPT_KICK_ONLY, "kick-only", NULL, "notify the queue without adding a buffer", FLAG(kick_only) },
	{ OPT_LAYOUT, "layout", "LAYOUT", "layout of the ring: split (default) or packed", 0 },
	{ OPT_LIST_RECIPES, "list-recipes", NULL, "list the recipes and exit", FLAG(list) },
	{ OPT_NO_KICK, "no-kick", NULL, "add buffers, but do not notify the device", FLAG(no_kick) },
	{ OPT_OUT, "out", "SPEC", "a piece that the device reads; may be repeated", 0 },
	{ OPT_POLL, "poll", NULL, "busy-poll for completions; disable interrupts", FLAG(poll) },
	{ OPT_QUEUE_SIZE, "queue-size", "N", "number of queue entries; default: as many as the\ndevice offers", 0 },
	{ OPT_RATE, "rate", "N", "submit at most N buffers per second", 0 },
	{ OPT_RELEASE, "release", NULL, "return a device taken by --bind to its driver", FLAG(release) },
	{ OPT_RESTORE, "restore", NULL, "clean up after interrupted runs", FLAG(restore) },
	{ OPT_SAVE, "save", "FILE", "save the bytes that the device wrote to a new\nfile (-: standard output)", TEXT(save) },
	{ OPT_STATUS, "status", NULL, "list the devices that are taken, and by whom", FLAG(status) },
	{ OPT_TIMEOUT, "timeout", "SECONDS", "time limit for each buffer; default 10, 0: none", 0 },
	{ OPT_UNPROTECTED_DMA, "unprotected-dma", NULL, "acknowledge that a bug in the device or in\nvqinject may overwrite any memory", FLAG(unprotected_dma) },
	{ OPT_YES_DESTROY_DATA, "yes-destroy-data", NULL, "required by recipes that write to storage", FLAG(destroy) },
	{ 'h', "help", NULL, "show this help and exit", 0 },
	{ 'V', "version", NULL, "show the version and exit", 0 },
	{ 0, NULL, NULL, NULL, 0 },
};

static void print_help(void)
{
	printf("Usage: %s [OPTION]... DEVICE [--out SPEC]... [--in SPEC]...\n"
	       "       %s [OPTION]... DEVICE RECIPE [ARG]...\n"
	       "       %s [OPTION]... DEVICE -f FILE\n"
	       "       %s --bind|--release|--conform|--hostile DEVICE\n"
	       "       %s --restore|--status|--list-recipes\n\n"
	       "Send hand-crafted buffers to a virtio device and report the result. DEVICE is a\n"
	       "PCI address (0000:00:04.0), a name (virtio3, vda), or a simulated device\n"
	       "(sim:rng). A SPEC is hex:BYTES, text:TEXT, file:PATH[,OFFSET,LENGTH], zero:N,\n"
	       "pattern:N or random:N[,SEED]. A RECIPE is a complete request, such as\n"
	       "\"rng read 16\".\n\n"
	       "Options:\n", tool_name, tool_name, tool_name, tool_name,
	       tool_name);
	tool_print_options(options);
	printf("\nRecipes:\n");
	recipe_print_all();
	printf("\nFor more details see %s(1).\n", tool_name);
}

/* --- Values --- */

static int parse_unsigned(const char *option, const char *arg,
			  const char *what, uint64_t max, unsigned int *value)
{
	uint64_t n = 0;
	int status = tool_parse_number(option, arg, what, max, &n);

	*value = n;
	return status;
}

static int parse_rate(struct vqinject_options *o, const char *arg)
{
	static const struct tool_range rates = {
		"buffers per second", 0.001, 1e7, "/s"
	};

	return tool_parse_real("rate ", arg, &rates, &o->rate);
}

static int parse_timeout(struct vqinject_options *o, const char *arg)
{
	o->has_timeout = true;
	return tool_parse_seconds("timeout ", arg, 0, &o->timeout);
}

static int parse_layout(struct vqinject_options *o, const char *arg)
{
	o->has_layout = true;
	o->packed = !strcmp(arg, "packed");
	if (!o->packed && strcmp(arg, "split"))
		return tool_usage("--layout %s: unknown layout; use split or packed",
				  arg);
	return 0;
}

static int parse_attach(struct vqinject_options *o, const char *arg)
{
	o->attach = !strcmp(arg, "physical") ? ATTACH_PHYSICAL : ATTACH_VFIO;
	if (o->attach == ATTACH_VFIO && strcmp(arg, "vfio"))
		return tool_usage("--attach %s: unknown method; use vfio or physical",
				  arg);
	return 0;
}

static int parse_piece(struct vqinject_options *o, const char *arg, bool in)
{
	struct chain *c = &o->chain;
	struct spec_error e;
	struct piece *p;

	if (c->out_num + c->in_num == CHAIN_MAX_PIECES)
		return tool_usage("a chain may have at most %d pieces",
				  CHAIN_MAX_PIECES);
	p = in ? chain_add_in(c) : chain_add_out(c);
	if (!p)
		return tool_no_memory();
	if (spec_parse(&p->spec, arg, in, &e))
		return spec_show_error(in ? "in" : "out", arg, &e);
	return 0;
}

static int parse_expect(struct vqinject_options *o, const char *arg)
{
	struct spec_error e;

	if (expect_parse(&o->expect, arg, &e))
		return spec_show_error("expect", arg, &e);
	return 0;
}

/* --- Options --- */

static int handle(void *data, int key, char *arg)
{
	struct vqinject_options *o = data;

	switch (key) {
	case OPT_ATTACH:
		return parse_attach(o, arg);
	case OPT_CONFORM:
		o->conform = true;
		o->only = arg;
		return 0;
	case OPT_COUNT:
		return tool_parse_number("count ", arg, "buffers", MAX_COUNT,
					 &o->count);
	case OPT_DEPTH:
		return parse_unsigned("depth ", arg, "buffers", MAX_DEPTH,
				      &o->depth);
	case OPT_EXPECT:
		return parse_expect(o, arg);
	case OPT_HOSTILE:
		o->hostile = true;
		o->only = arg;
		return 0;
	case OPT_IN:
		return parse_piece(o, arg, true);
	case OPT_LAYOUT:
		return parse_layout(o, arg);
	case OPT_OUT:
		return parse_piece(o, arg, false);
	case OPT_QUEUE_SIZE:
		return parse_unsigned("queue-size ", arg, "entries",
				      VIRTQUEUE_MAX_SIZE, &o->queue_size);
	case OPT_RATE:
		return parse_rate(o, arg);
	case OPT_TIMEOUT:
		return parse_timeout(o, arg);
	case 'h':
		print_help();
		return -1;
	}
	return EXIT_USAGE;
}

int inject_parse(struct vqinject_options *o, int argc, char **argv)
{
	int first, ret;

	o->timeout = INJECT_TIMEOUT;
	ret = tool_parse(options, argc, argv, handle, o, &first);
	return ret ? ret : inject_check_options(o, argv + first);
}
