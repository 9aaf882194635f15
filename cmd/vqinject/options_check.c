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
			return tool_usage("%s and %s are different things to do; choose one",
					  before, modes[i].name);
		before = modes[i].name;
		o->mode = modes[i].mode;
	}
	if (before && o->bind && o->mode < INJECT_CONFORM &&
	    o->mode != INJECT_KICK)
		return tool_usage("--bind and %s are different things to do; choose one",
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

/* --- The device, and the recipe behind it --- */

static int take_operands(struct vqinject_options *o, char **operands)
{
	bool wants_none = o->mode == INJECT_LIST || o->mode == INJECT_STATUS ||
			  o->mode == INJECT_RESTORE;

	if (wants_none && *operands)
		return tool_usage("%s: there is no device to be named here",
				  *operands);
	if (wants_none)
		return 0;
	if (!*operands)
		return tool_usage("no device was named; for a first try: %s sim:rng rng read 16",
				  tool_name);
	o->device = *operands++;
	if (!*operands)
		return 0;
	if (o->mode != INJECT_RUN)
		return tool_usage("%s: nothing belongs behind the device here",
				  *operands);
	return recipe_find(o, operands);
}

/* --- What belongs to what --- */

static int check_source(const struct vqinject_options *o)
{
	if (o->script && o->recipe)
		return tool_usage("a script and a recipe are different things to do; choose one");
	if (o->script && has_pieces(o))
		return tool_usage("a script has its own chains; --out and --in cannot be with it");
	if (o->script && o->depth)
		return tool_usage("a script says itself what is in flight together; --depth cannot be with it");
	if (o->recipe && o->chain.in_num)
		return tool_usage("a recipe knows what the device writes; --in cannot be with it");
	if (o->recipe && o->chain.out_num && !recipe_takes_data(o->recipe))
		return tool_usage("\"%s %s\" has no data to be given; --out cannot be with it",
				  recipe_type(o->recipe),
				  recipe_verb(o->recipe));
	if (o->recipe && o->recipe->verb->several && (o->count || o->depth))
		return tool_usage("\"%s %s\" goes step by step; --count and --depth cannot be with it",
				  recipe_type(o->recipe),
				  recipe_verb(o->recipe));
	if (o->mode != INJECT_RUN && has_buffers(o))
		return tool_usage("buffers cannot be with what is asked for here");
	return 0;
}

static int check_output(const struct vqinject_options *o)
{
	if (o->json && o->save && !strcmp(o->save, "-"))
		return tool_usage("--json and --save - both write to the standard output; name a file");
	if (o->json && o->dry_run)
		return tool_usage("--dry-run is for people; --json cannot be with it");
	if (o->dry_run && (o->mode == INJECT_CONFORM ||
			   o->mode == INJECT_HOSTILE ||
			   o->mode == INJECT_RESTORE ||
			   o->mode == INJECT_STATUS))
		return tool_usage("--dry-run shows what is done for buffers, --bind and --release; it cannot be with what is asked for here");
	if (o->json && (o->mode == INJECT_LIST || o->mode == INJECT_BIND ||
			o->mode == INJECT_RELEASE ||
			o->mode == INJECT_RESTORE))
		return tool_usage("there is no JSON of what is asked for here");
	if (o->save && (o->mode != INJECT_RUN || o->dry_run))
		return tool_usage("--save is about what the device wrote, and it writes nothing here");
	if (o->no_kick && o->mode != INJECT_RUN)
		return tool_usage("--no-kick is about buffers, and there are none here");
	if (!expect_anything(&o->expect) && o->mode != INJECT_RUN &&
	    o->mode != INJECT_KICK)
		return tool_usage("--expect is about buffers and notifications, and there are none here");
	if (o->mode == INJECT_KICK && (o->expect.data.len ||
				       o->expect.has_len))
		return tool_usage("notifications bring no data; --expect needs-reset can be with them");
	return 0;
}

static int check_safety(const struct vqinject_options *o)
{
	bool physical = o->attach == ATTACH_PHYSICAL;

	if (physical && !o->unprotected_dma && !o->dry_run)
		return tool_usage("--attach physical lets the device reach all memory, and a mistake of it may destroy anything; if that is understood, add --unprotected-dma");
	if (!physical && o->unprotected_dma)
		return tool_usage("--unprotected-dma goes with --attach physical");
	if (o->mode == INJECT_HOSTILE && !o->own_vmm)
		return tool_usage("--hostile may crash or hang the host's process that is behind the device; if it is yours alone, add --i-own-this-vmm");
	if (o->recipe && recipe_destroys(o->recipe) && !o->destroy &&
	    !o->dry_run)
		return tool_usage("\"%s %s\" overwrites what is on the disk; if that is wanted, add --yes-destroy-data",
				  recipe_type(o->recipe),
				  recipe_verb(o->recipe));
	if ((o->force || o->force_signature) && !o->bind)
		return tool_usage("--force and --force-signature go with --bind");
	return 0;
}

static bool power_of_two(unsigned int n)
{
	return !(n & (n - 1));
}

static int check_ring(const struct vqinject_options *o)
{
	if (o->queue_size && !o->packed && !power_of_two(o->queue_size))
		return tool_usage("--queue-size %u: a split ring has a power of two of entries (a packed one may have any number: --layout packed)",
				  o->queue_size);
	if (o->expect.timeout && o->has_timeout && !o->timeout)
		return tool_usage("--timeout 0 never expires, so that --expect timeout cannot come true");
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
