/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be given to the device: one chain, a script, or a recipe. */
#ifndef CMD_VQINJECT_ENGINE_WORKLOAD_H
#define CMD_VQINJECT_ENGINE_WORKLOAD_H

#include "vqinject/engine/engine.h"
#include "vqinject/input/script.h"
#include "vqinject/recipes/recipe.h"

struct workload {
	struct vqinject_options *o;
	struct script script;
	struct recipe_run recipe;
	struct chain **chains;	/* of the script, or the one there is */
	unsigned int num_chains;
};

/* Read all that is needed: 0 or what to end with. Close with workload_end(),
 * also after an error. */
int workload_begin(struct workload *w, struct vqinject_options *o);
void workload_end(struct workload *w);

/* Of the recipe, or NULL. */
struct recipe_run *workload_recipe(struct workload *w);

/* For a queue's index where the user has named none. */
unsigned int workload_queue(const struct workload *w);

/* Give it to the device, all of it: why that ended is e->outcome. */
void workload_run(struct engine *e, struct workload *w);

#endif
