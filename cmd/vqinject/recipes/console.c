// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Console (virtio spec 1.4, 5.3): the first port, which does not need
 * VIRTIO_CONSOLE_F_MULTIPORT. Queue 0 receives, queue 1 transmits.
 */
#include "vqinject/recipes/recipe.h"

static int make_write(struct recipe_run *r)
{
	struct chain *c;

	c = recipe_chain(r, 1);
	return c ? recipe_out_data(r, c, &r->arg[0]) : EXIT_ERROR;
}

static int check_read(struct recipe_run *r)
{
	if (r->arg[0].number && r->arg[0].number <= SPEC_MAX)
		return 0;
	return tool_usage("console read %s: must be a number of bytes from 1 to %llu",
			  r->arg[0].text, (unsigned long long)SPEC_MAX);
}

static int make_read(struct recipe_run *r)
{
	struct chain *c;

	c = recipe_chain(r, 0);
	return c ? recipe_in(c, "text", r->arg[0].number, true) : EXIT_ERROR;
}

static const struct recipe_verb verbs[] = {
	{ "write", "[SPEC]", "write the SPEC, or --out, to the first port",
	  { ARG_DATA }, 0, .data = 0, .queue = 1, .make = make_write },
	{ "read", "N", "read up to N bytes, as soon as any arrive", { ARG_NUMBER }, 1,
	  .data = -1, .check = check_read, .make = make_read },
	{ },
};

const struct recipe_type recipe_console = {
	"console", VIRTIO_ID_CONSOLE, verbs,
};
