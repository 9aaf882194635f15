// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What goes wrong while samples are taken may go wrong with each, ten times a
 * second: it is told when it comes first, and then once a minute with how often
 * it came. More than so many at once tell nothing new.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vqtop/model/source.h"

#define KINDS	32
#define PAUSE	60.0	/* seconds */

static struct kind {
	char what[512];		/* "": none yet */
	double told;
	uint64_t since;		/* how often it came since then */
} kinds[KINDS];

/* Its own place, or one that is of long ago; NULL: too many are of now. */
static struct kind *find(const char *what, double now)
{
	struct kind *place = NULL;
	size_t i;

	for (i = 0; i < KINDS; i++) {
		if (!strncmp(kinds[i].what, what, sizeof(kinds[i].what) - 1))
			return &kinds[i];
		if (!place && (!*kinds[i].what ||
			       now - kinds[i].told >= PAUSE))
			place = &kinds[i];
	}
	if (place)
		*place = (struct kind){ .told = now - PAUSE };
	return place;
}

void vt_warn_seldom(const char *what)
{
	double now = tool_now();
	struct kind *k = find(what, now);

	if (!k)
		return;
	if (now - k->told < PAUSE) {
		k->since++;
		return;
	}
	if (*k->what)
		tool_warn("%s (%" PRIu64 " times since it was told)", what,
			  k->since + 1);
	else
		tool_warn("%s", what);
	snprintf(k->what, sizeof(k->what), "%s", what);
	k->told = now;
	k->since = 0;
}
