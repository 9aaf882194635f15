// SPDX-License-Identifier: GPL-2.0-or-later
/* Entropy device (virtio spec 1.4, 5.4): the device fills one buffer. */
#include "vqinject/recipes/recipe.h"

static int check(struct recipe_run *r)
{
	uint64_t n = r->arg[0].number;

	if (n && n <= SPEC_MAX)
		return 0;
	return tool_usage("rng read %s: must be a number of bytes from 1 to %llu",
			  r->arg[0].text, (unsigned long long)SPEC_MAX);
}

static int make(struct recipe_run *r)
{
	struct chain *c;

	c = recipe_chain(r, 0);
	return c ? recipe_in(c, "entropy", r->arg[0].number, true) :
	       EXIT_ERROR;
}

static const struct recipe_verb verbs[] = {
	{ "read", "N", "read up to N random bytes", { ARG_NUMBER }, 1,
	  .data = -1, .check = check, .make = make },
	{ },
};

const struct recipe_type recipe_rng = { "rng", VIRTIO_ID_RNG, verbs };
