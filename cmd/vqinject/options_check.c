// SPDX-License-Identifier: GPL-2.0-or-later
/* Which options go together, and what they ask for. */
#include <string.h>

#include "vqinject/recipes/recipe.h"
#include "vqinject/vqinject.h"

/* Modes without buffers: at most one. */
static int find_mode(struct vqinject_options *o)
{
	const struct {
		bool given;
		const char *name;
		enum vqinject_mode mode;
	} modes[] = {
		{ o->list, "--list-recipes", INJECT_LIST },
		{ o->status, "--status", INJECT_STATUS },
		{ o->restore, "--restore", INJECT_RESTORE },
		{ o->release, "--release", INJECT_RELEASE },
		{ o->conform, "--conform", INJECT_CONFORM },
		{ o->hostile, "--hostile", INJECT_HOSTILE },
		{ o->kick_only, "--kick-only", INJECT_KICK },
	};
	const char *before = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (!modes[i].given)
			continue;
		if (before)
			return tool_usage("%s and %s are mutually exclusive",
					  before, modes[i].name);
		before = modes[i].name;
		o->mode = modes[i].mode;
	}
	if (before && o->bind && o->mode < INJECT_CONFORM &&
	    o->mode != INJECT_KICK)
		return tool_usage("--bind and %s are mutually exclusive",
				  before);
	return 0;
}

static bool has_pieces(const struct vqinject_options *o)
{
	return o->chain.out_num || o->chain.in_num;
}

/* Does the command line describe buffers? */
static bool has_buffers(const struct vqinject_options *o)
{
	return has_pieces(o) || o->script || o->recipe;
}

/* --- The device and the recipe --- */

static int take_operands(struct vqinject_options *o, char **operands)
{
	bool wants_none = o->mode == INJECT_LIST || o->mode == INJECT_STATUS ||
			  o->mode == INJECT_RESTORE;

	if (wants_none && *operands)
		return tool_usage("%s: no DEVICE allowed here",
				  *operands);
	if (wants_none)
		return 0;
	if (!*operands)
		return tool_usage("no DEVICE given; to try it out, run: %s sim:rng rng read 16",
				  tool_name);
	o->device = *operands++;
	if (!*operands)
		return 0;
	if (o->mode != INJECT_RUN)
		return tool_usage("%s: unexpected argument after the device",
				  *operands);
	return recipe_find(o, operands);
}

/* --- Combinations --- */

static int check_source(const struct vqinject_options *o)
{
	if (o->script && o->recipe)
		return tool_usage("a script and a recipe are mutually exclusive");
	if (o->script && has_pieces(o))
		return tool_usage("a script has its own chains; it cannot be combined with --out or --in");
	if (o->script && o->depth)
		return tool_usage("a script defines its own batches; it cannot be combined with --depth");
	if (o->recipe && o->chain.in_num)
		return tool_usage("a recipe adds its own device-writable pieces; it cannot be combined with --in");
	if (o->recipe && o->chain.out_num && !recipe_takes_data(o->recipe))
		return tool_usage("\"%s %s\" takes no data; it cannot be combined with --out",
				  recipe_type(o->recipe),
				  recipe_verb(o->recipe));
	if (o->recipe && o->recipe->verb->step && (o->count || o->depth))
		return tool_usage("\"%s %s\" runs step by step; it cannot be combined with --count or --depth",
				  recipe_type(o->recipe),
				  recipe_verb(o->recipe));
	if (o->mode != INJECT_RUN && has_buffers(o))
		return tool_usage("--out, --in, recipes and scripts cannot be combined with this action");
	return 0;
}

static int check_output(const struct vqinject_options *o)
{
	if (o->json && o->save && !strcmp(o->save, "-"))
		return tool_usage("--json and --save - both write to standard output; give --save a file name");
	if (o->json && o->dry_run)
		return tool_usage("--dry-run has no JSON output");
	if (o->dry_run && (o->mode == INJECT_CONFORM ||
			   o->mode == INJECT_HOSTILE ||
			   o->mode == INJECT_RESTORE ||
			   o->mode == INJECT_STATUS))
		return tool_usage("--dry-run works for buffers, --bind and --release only");
	if (o->json && (o->mode == INJECT_LIST || o->mode == INJECT_BIND ||
			o->mode == INJECT_RELEASE ||
			o->mode == INJECT_RESTORE))
		return tool_usage("this action has no JSON output");
	if (o->save && (o->mode != INJECT_RUN || o->dry_run))
		return tool_usage("--save needs data written by the device, and there is none here");
	if (o->no_kick && o->mode != INJECT_RUN)
		return tool_usage("--no-kick requires buffers");
	if (!expect_anything(&o->expect) && o->mode != INJECT_RUN &&
	    o->mode != INJECT_KICK)
		return tool_usage("--expect requires buffers or --kick-only");
	if (o->mode == INJECT_KICK && (o->expect.data.len ||
				       o->expect.has_len))
		return tool_usage("a notification returns no data; only --expect needs-reset can be combined with it");
	return 0;
}

static int check_safety(const struct vqinject_options *o)
{
	bool physical = o->attach == ATTACH_PHYSICAL;

	if (physical && !o->unprotected_dma && !o->dry_run)
		return tool_usage("--attach physical lets the device access all memory, so a bug in the device or in vqinject may overwrite any memory; to accept this, add --unprotected-dma");
	if (!physical && o->unprotected_dma)
		return tool_usage("--unprotected-dma requires --attach physical");
	if (o->mode == INJECT_HOSTILE && !o->own_vmm)
		return tool_usage("--hostile may crash or hang the host process behind the device; if no one else depends on it, add --i-own-this-vmm");
	if (o->recipe && recipe_destroys(o->recipe) && !o->destroy &&
	    !o->dry_run)
		return tool_usage("\"%s %s\" overwrites data on the disk; to confirm, add --yes-destroy-data",
				  recipe_type(o->recipe),
				  recipe_verb(o->recipe));
	if ((o->force || o->force_signature) && !o->bind)
		return tool_usage("--force and --force-signature require --bind");
	return 0;
}

static bool power_of_two(unsigned int n)
{
	return !(n & (n - 1));
}

static int check_ring(const struct vqinject_options *o)
{
	if (o->queue_size && !o->packed && !power_of_two(o->queue_size))
		return tool_usage("--queue-size %u: must be a power of two for a split ring (--layout packed allows any size)",
				  o->queue_size);
	if (o->expect.timeout && o->has_timeout && !o->timeout)
		return tool_usage("--timeout 0 never expires, so --expect timeout can never hold");
	return 0;
}

int inject_check_options(struct vqinject_options *o, char **operands)
{
	int status = find_mode(o);

	if (!status)
		status = take_operands(o, operands);
	if (!status && o->mode == INJECT_RUN && !has_buffers(o)) {
		if (!o->bind)
			return tool_usage("nothing to do: give --out or --in, a recipe (--list-recipes), or a script (-f FILE)");
		o->mode = INJECT_BIND;
	}
	if (!status)
		status = check_source(o);
	if (!status)
		status = check_output(o);
	if (!status)
		status = check_safety(o);
	return status ? status : check_ring(o);
}
