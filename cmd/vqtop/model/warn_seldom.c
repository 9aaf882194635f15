// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A failing sample may repeat its warning ten times a second: print a warning
 * at once, then at most once a minute with a count. Drop warnings beyond KINDS
 * different ones in a minute.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vqtop/model/source.h"

#define KINDS	32
#define PAUSE	60.0	/* seconds */

static struct kind {
	char what[512];		/* "": unused */
	double told;
	uint64_t since;		/* how often since then */
} kinds[KINDS];

/* The entry of @what, or one that may be reused; NULL: all are recent. */
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
