// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of progress on a terminal. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "vqinject/output/outcome.h"

/* Short runs show none; updates must be slow enough to read. */
#define FIRST_NS	500000000
#define STEP_NS		200000000

static uint64_t shown_ns;
static bool on_screen;

static bool is_terminal(void)
{
	static int known = -1;

	if (known < 0)
		known = isatty(STDERR_FILENO);
	return known;
}

void progress_show(const struct engine *e)
{
	uint64_t now;
	double seconds;

	if (e->expected < 2 || !is_terminal())
		return;
	now = tool_now_ns();
	if (now - e->begin_ns < FIRST_NS || now - shown_ns < STEP_NS)
		return;
	shown_ns = now;
	on_screen = true;
	seconds = (now - e->begin_ns) / 1e9;
	fprintf(stderr, "\r\033[K%" PRIu64 " of %" PRIu64 " buffers, %.0f buffers/s",
		e->completed, e->expected, e->completed / seconds);
}

void progress_clear(void)
{
	if (on_screen)
		fputs("\r\033[K", stderr);
	on_screen = false;
}
