/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to give to the device: a chain, a script, or a recipe. */
#ifndef CMD_VQINJECT_ENGINE_WORKLOAD_H
#define CMD_VQINJECT_ENGINE_WORKLOAD_H

#include "vqinject/engine/engine.h"
#include "vqinject/input/script.h"
#include "vqinject/recipes/recipe.h"

struct workload {
	struct vqinject_options *o;
	struct script script;
	struct recipe_run recipe;
	struct chain **chains;	/* those of the script, or the single one */
	unsigned int num_chains;
};

/* Read all input: 0, or the exit status. Call workload_end() in either case. */
int workload_begin(struct workload *w, struct vqinject_options *o);
void workload_end(struct workload *w);

/* NULL: not a recipe. */
struct recipe_run *workload_recipe(struct workload *w);

/* The queue to use unless the user names one. */
unsigned int workload_queue(const struct workload *w);

/* Give all of it to the device; e->outcome says why the run ended. */
void workload_run(struct engine *e, struct workload *w);

#endif
