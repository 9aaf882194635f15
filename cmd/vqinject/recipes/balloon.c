// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory balloon (virtio spec 1.4, 5.5.6.3): submit a buffer of statistics,
 * which the device keeps until its host asks for new ones. Never give pages
 * away: they belong to the kernel.
 */
#include <inttypes.h>

#include "vqinject/recipes/recipe.h"

#define F_STATS_VQ	1
#define STATSQ		2
#define S_MEMTOT	5

/* Configuration space (5.5.4), little-endian even in legacy devices. */
enum { C_NUM_PAGES = 0, C_ACTUAL = 4 };

static int read_config(struct recipe_run *r)
{
	uint8_t raw[8];

	if (!r->vdev || virtio_cread(r->vdev, 0, raw, sizeof(raw)))
		return 0;
	answer_number(&r->answer, "num_pages", get_le(raw + C_NUM_PAGES, 4));
	answer_number(&r->answer, "actual", get_le(raw + C_ACTUAL, 4));
	return 0;
}

/* A single statistic: a tag of two bytes, a value of eight. */
static int make(struct recipe_run *r)
{
	uint8_t stat[10];
	struct chain *c;

	read_config(r);
	put_16(r, stat, S_MEMTOT);
	put_64(r, stat + 2, r->arg[0].given ? r->arg[0].number : 0);
	c = recipe_chain(r, STATSQ);
	return c ? recipe_out(c, "statistics", stat, sizeof(stat)) :
	       EXIT_ERROR;
}

static const uint8_t needs[] = { F_STATS_VQ, RECIPE_NO_MORE };

static const struct recipe_verb verbs[] = {
	{ "stats", "[BYTES]", "report total memory, wait for the next request",
	  { ARG_NUMBER }, 0, .data = -1, .queue = STATSQ, .needs = needs,
	  .make = make },
	{ },
};

const struct recipe_type recipe_balloon = {
	"balloon", VIRTIO_ID_BALLOON, verbs,
};
