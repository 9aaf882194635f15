// SPDX-License-Identifier: GPL-2.0-or-later
/* What is to be given to the device. */
#include <stdlib.h>
#include <string.h>

#include "vqinject/engine/workload.h"

static int collect(struct workload *w)
{
	unsigned int i, n = w->o->script ? w->script.count : 1;

	w->chains = calloc(n, sizeof(*w->chains));
	if (!w->chains) {
		tool_no_memory();
		return EXIT_ERROR;
	}
	if (!w->o->script) {
		w->chains[w->num_chains++] = &w->o->chain;
		return 0;
	}
	for (i = 0; i < n; i++)
		if (w->script.op[i].what == SCRIPT_CHAIN)
			w->chains[w->num_chains++] = &w->script.op[i].chain;
	if (w->num_chains)
		return 0;
	tool_error("%s: there is no chain in it", w->o->script);
	return EXIT_USAGE;
}

int workload_begin(struct workload *w, struct vqinject_options *o)
{
	struct chain all = { .expect = o->expect };
	int status;

	memset(w, 0, sizeof(*w));
	w->o = o;
	/* The expectation of all buffers may be in a file, too. */
	status = chain_load(&all);
	o->expect = all.expect;
	if (!status)
		status = chain_load(&o->chain);
	if (!status && o->script)
		status = script_load(&w->script, o->script);
	if (!status && o->recipe)
		status = recipe_begin(&w->recipe, o);
	if (!status && !o->recipe)
		status = collect(w);
	return status;
}

void workload_end(struct workload *w)
{
	/* It did not begin. */
	if (!w->o)
		return;
	if (w->o->recipe)
		recipe_end(&w->recipe);
	script_free(&w->script);
	chain_free(&w->o->chain);
	expect_free(&w->o->expect);
	free(w->chains);
	memset(w, 0, sizeof(*w));
}

struct recipe_run *workload_recipe(struct workload *w)
{
	return w->o->recipe ? &w->recipe : NULL;
}

unsigned int workload_queue(const struct workload *w)
{
	return w->o->recipe ? w->o->recipe->verb->queue : 0;
}

int recipe_check_type(const struct vqinject_options *o, uint32_t device)
{
	const char *type = vi_type_name(device);

	if (!o->recipe || !device || o->recipe->type->device == device)
		return 0;
	tool_error("%s: it is a device of type %s, and \"%s %s\" is for others",
		   o->device, type ? type : "unknown", o->recipe->type->name,
		   o->recipe->verb->verb);
	return EXIT_ERROR;
}

static unsigned int queue_size(const struct engine *e, unsigned int index)
{
	unsigned int i;

	for (i = 0; i < e->num_queues; i++)
		if (e->queue[i].index == index)
			return e->queue[i].num;
	return 0;
}

int workload_prepare(const struct engine *e, struct chain *chains,
		     unsigned int num, unsigned int depth)
{
	unsigned int i;
	int status = 0;

	for (i = 0; i < num && !status; i++) {
		status = queue_check_chain(e, &chains[i],
					   queue_size(e, chains[i].index),
					   depth);
		if (!status)
			status = chain_make_image(&chains[i]);
	}
	return status;
}
