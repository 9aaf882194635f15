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
	{ 'f', "script", "FILE", "chains and batches from FILE (-: standard input),\nsee virtio-inject(5)", TEXT(script) },
	{ 'J', "json", NULL, "output as JSON", FLAG(json) },
	{ 'q', "queue", "QUEUE", "the queue, by its number or its name", TEXT(queue) },
	{ 'v', "verbose", NULL, "also features, queues, and all buffers", FLAG(verbose) },
	{ OPT_ATTACH, "attach", "WAY", "vfio, or physical: a device without a driver, by\nphysical addresses (needs --unprotected-dma)", 0 },
	{ OPT_BIND, "bind", NULL, "take the device from its driver for this run;\nalone: take it and leave it so", FLAG(bind) },
	{ OPT_CONFORM, "conform", "[=CASE]", "test the device against the specification; only\ncases that begin so", 0 },
	{ OPT_COUNT, "count", "N", "all of it N times", 0 },
	{ OPT_DEPTH, "depth", "N", "up to N buffers in flight; 1 if not given", 0 },
	{ OPT_DRY_RUN, "dry-run", NULL, "print each step and the ring that would be made,\nand do none of it", FLAG(dry_run) },
	{ OPT_EVENT_IDX, "event-idx", NULL, "negotiate VIRTIO_F_EVENT_IDX", FLAG(event_idx) },
	{ OPT_EXPECT, "expect", "WHAT", "hex:BYTES or another SPEC, len:N, timeout, or\nneeds-reset: fail if it is not so", 0 },
	{ OPT_FEATURES, "features", "LIST", "+NAME,-NAME: ask for a feature, offered or not;\nleave one out", TEXT(features) },
	{ OPT_FORCE, "force", NULL, "--bind: also where it cannot be told whether\nanything uses the device", FLAG(force) },
	{ OPT_FORCE_SIGNATURE, "force-signature", NULL, "--bind: also a disk that holds a file system\nwhich nothing uses now", FLAG(force_signature) },
	{ OPT_HOSTILE, "hostile", "[=CASE]", "give the device malformed rings, which may break\nits host's process (needs --i-own-this-vmm)", 0 },
	{ OPT_OWN_VMM, "i-own-this-vmm", NULL, "nobody else needs what may break", FLAG(own_vmm) },
	{ OPT_IN, "in", "SPEC", "a piece that the device writes: N bytes, or what\nit holds before; may be repeated", 0 },
	{ OPT_INDIRECT, "indirect", NULL, "chains of several pieces in indirect tables", FLAG(indirect) },
	{ OPT_KICK_ONLY, "kick-only", NULL, "notify the queue, without any buffer", FLAG(kick_only) },
	{ OPT_LAYOUT, "layout", "LAYOUT", "of the ring: split, or packed", 0 },
	{ OPT_LIST_RECIPES, "list-recipes", NULL, "list the recipes and exit", FLAG(list) },
	{ OPT_NO_KICK, "no-kick", NULL, "do not notify the device", FLAG(no_kick) },
	{ OPT_OUT, "out", "SPEC", "a piece that the device reads; may be repeated", 0 },
	{ OPT_POLL, "poll", NULL, "look for completions all the time, and have no\ninterrupts", FLAG(poll) },
	{ OPT_QUEUE_SIZE, "queue-size", "N", "entries of the queue; as many as the device offers\nif not given", 0 },
	{ OPT_RATE, "rate", "N", "at most N buffers a second", 0 },
	{ OPT_RELEASE, "release", NULL, "give a device back that --bind took", FLAG(release) },
	{ OPT_RESTORE, "restore", NULL, "repair what interrupted runs left", FLAG(restore) },
	{ OPT_SAVE, "save", "FILE", "what the device wrote to a new file, not as a\ndump; -: standard output", TEXT(save) },
	{ OPT_STATUS, "status", NULL, "list the devices that are taken, and by whom", FLAG(status) },
	{ OPT_TIMEOUT, "timeout", "SECONDS", "wait so long for a buffer, 10 if not given;\n0: for ever", 0 },
	{ OPT_UNPROTECTED_DMA, "unprotected-dma", NULL, "nothing keeps the device from the rest of memory,\nand that is understood", FLAG(unprotected_dma) },
	{ OPT_YES_DESTROY_DATA, "yes-destroy-data", NULL, "for recipes that write to storage", FLAG(destroy) },
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
	       "Give a device exact buffers, and tell what it does with them. DEVICE is a PCI\n"
	       "address (0000:00:04.0), a name (virtio3, vda), or a simulated device (sim:rng).\n"
	       "A SPEC is hex:BYTES, text:TEXT, file:PATH[,OFFSET,LENGTH], zero:N, pattern:N or\n"
	       "random:N[,SEED]. A RECIPE is a whole request, such as \"rng read 16\".\n\n"
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
		"buffers a second", 0.001, 1e7, "/s"
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
		return tool_usage("--layout %s: there is no such layout; split or packed",
				  arg);
	return 0;
}

static int parse_attach(struct vqinject_options *o, const char *arg)
{
	o->attach = !strcmp(arg, "physical") ? ATTACH_PHYSICAL : ATTACH_VFIO;
	if (o->attach == ATTACH_VFIO && strcmp(arg, "vfio"))
		return tool_usage("--attach %s: there is no such way; vfio or physical",
				  arg);
	return 0;
}

static int parse_piece(struct vqinject_options *o, const char *arg, bool in)
{
	struct chain *c = &o->chain;
	struct spec_error e;
	struct piece *p;

	if (c->out_num + c->in_num == CHAIN_MAX_PIECES)
		return tool_usage("a chain has at most %d pieces",
				  CHAIN_MAX_PIECES);
	p = in ? chain_add_in(c) : chain_add_out(c);
	if (!p) {
		tool_no_memory();
		return EXIT_ERROR;
	}
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
