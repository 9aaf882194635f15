// SPDX-License-Identifier: GPL-2.0-or-later
/* What to give to the device. */
#include <stdlib.h>
#include <string.h>

#include "vqinject/engine/workload.h"

static int collect(struct workload *w)
{
	unsigned int i, n = w->o->script ? w->script.count : 1;

	w->chains = calloc(n, sizeof(*w->chains));
	if (!w->chains)
		return tool_no_memory();
	if (!w->o->script) {
		w->chains[w->num_chains++] = &w->o->chain;
		return 0;
	}
	for (i = 0; i < n; i++)
		if (w->script.op[i].what == SCRIPT_CHAIN)
			w->chains[w->num_chains++] = &w->script.op[i].chain;
	if (w->num_chains)
		return 0;
	tool_error("%s: the script contains no chain", w->o->script);
	return EXIT_USAGE;
}

int workload_begin(struct workload *w, struct vqinject_options *o)
{
	struct chain all = { .expect = o->expect };
	int status;

	memset(w, 0, sizeof(*w));
	w->o = o;
	/* --expect may name a file, too. */
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
	/* workload_begin() was not called. */
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

/* Check that the chains fit and make their images: 0, or the exit status. */
static int prepare(struct engine *e, struct chain *chains,
		   unsigned int num, unsigned int depth)
{
	unsigned int i;
	int status = 0;

	for (i = 0; i < num && !status; i++) {
		struct engine_queue *q = queue_find(e, chains[i].index);

		status = queue_check_chain(e, &chains[i], q ? q->num : 0,
					   depth);
		if (!status)
			status = chain_make_image(&chains[i]);
	}
	return status;
}

/* --- The run --- */

/* Submit all chains in turn, @count times. */
static int stream(struct engine *e, struct chain *chains, unsigned int num,
		  uint64_t count, unsigned int depth)
{
	uint64_t i, total;

	if (__builtin_mul_overflow(count, num, &total))
		total = UINT64_MAX;
	if (depth > total)
		depth = total;
	e->expected += total;
	e->status = prepare(e, chains, num, depth);
	for (i = 0; i < total && !e->status; i++) {
		if (flight_wait(e, depth - 1) || flight_pace(e) ||
		    flight_add(e, &chains[i % num]))
			return -1;
		flight_kick(e);
	}
	return e->status ? -1 : flight_wait(e, 0);
}

static uint64_t count_of(const struct vqinject_options *o)
{
	return o->count ? o->count : 1;
}

static unsigned int depth_of(const struct vqinject_options *o)
{
	return o->depth ? o->depth : 1;
}

static int do_op(struct engine *e, struct script_op *op)
{
	switch (op->what) {
	case SCRIPT_CHAIN:
		return flight_pace(e) || flight_add(e, &op->chain) ? -1 : 0;
	case SCRIPT_KICK:
		flight_kick(e);
		return 0;
	case SCRIPT_WAIT:
		flight_kick(e);
		return flight_wait(e, 0);
	case SCRIPT_SLEEP:
		return flight_sleep(e, op->seconds);
	}
	return -1;
}

static int run_script(struct engine *e, struct workload *w)
{
	uint64_t pass, count = count_of(e->o);
	unsigned int i;

	e->expected = w->num_chains * count;
	for (i = 0; i < w->num_chains && !e->status; i++)
		e->status = prepare(e, w->chains[i], 1, 1);
	if (e->status)
		return -1;
	for (pass = 0; pass < count; pass++) {
		for (i = 0; i < w->script.count; i++)
			if (do_op(e, &w->script.op[i]))
				return -1;
		flight_kick(e);
		if (flight_wait(e, 0))
			return -1;
	}
	return 0;
}

static int run_recipe(struct engine *e, struct workload *w)
{
	struct recipe_run *r = &w->recipe;
	const struct recipe_verb *verb = r->recipe->verb;
	unsigned int n, i;

	r->vdev = e->vdev;
	r->features = e->vdev->features;
	for (n = 0; verb->step || !n; n++) {
		recipe_drop_chains(r);
		e->status = verb->step ? verb->step(r, n) : verb->make(r);
		if (e->status || !r->num_chains)
			break;
		/* -q replaces the recipe's default queue. */
		for (i = 0; i < r->num_chains; i++)
			if (r->chains[i].index == verb->queue)
				r->chains[i].index = e->default_queue;
		if (stream(e, r->chains, r->num_chains,
			   verb->step ? 1 : count_of(e->o),
			   r->depth ? r->depth : depth_of(e->o)))
			break;
	}
	return e->status ? -1 : 0;
}

void workload_run(struct engine *e, struct workload *w)
{
	int ret;

	if (e->o->recipe)
		ret = run_recipe(e, w);
	else if (e->o->script)
		ret = run_script(e, w);
	else
		ret = stream(e, &w->o->chain, 1, count_of(e->o),
			     depth_of(e->o));
	if (!ret && e->outcome == OUTCOME_RUNNING)
		e->outcome = OUTCOME_DONE;
	else if (e->outcome == OUTCOME_RUNNING)
		e->outcome = OUTCOME_ERROR;
}
