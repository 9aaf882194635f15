// SPDX-License-Identifier: GPL-2.0-or-later
/* The help screen. */
#include "vqtop/screen/view.h"

static const char *const lines[] = {
	"vqtop: keys",
	"",
	"  up k, down j        select a queue         PgUp PgDn   move by a screen",
	"  left h, right l     scroll columns         Home End    first, last",
	"  Enter               details of the queue   Tab         scroll the details",
	"  Space               fold the device        n           next match",
	"  /                   search                 \\           show only matches",
	"  < >                 sort by another column F6          choose it by name",
	"  I                   reverse the order      Z           pause or resume",
	"  + -                 increase, decrease the delay",
	"  c                   check the device now: faults, and the side responsible",
	"  w                   save a capture of the current state, for vqdump --read",
	"  W                   save columns, sort, delay and filter",
	"  Ctrl-L              redraw                 ? F1        this help",
	"  q                   quit",
	"",
	"  In a recording: [ ] previous, next sample; { } back, forward by 60; ( ) slower,",
	"  faster.",
	"",
	"  Mouse: click a queue to select it, a heading to sort by it (again: reverse",
	"  the order); the wheel scrolls.",
	"",
	"  LOST: moves, but one request never ends.",
	"  STALLED: does not move but should.  moving: buffers were submitted or completed",
	"  since the last sample.  busy: some in flight.  waiting: some parked by design.",
	"  idle: none in flight.  -: unknown.",
};

static void add(struct vt_pane *p, enum vt_style style, const char *s)
{
	struct text t = { 0 };

	text_add(&t, s);
	vt_pane_add(p, style, &t);
}

void vt_help(struct vt_pane *p, unsigned int width, bool ascii)
{
	size_t i;

	vt_pane_clear(p);
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		add(p, i ? VT_PLAIN : VT_BOLD, lines[i]);
	add(p, VT_PLAIN, ascii ?
	    "  >=: lower bound: an index may have wrapped unnoticed, or a request may be older." :
	    "  ≥: lower bound: an index may have wrapped unnoticed, or a request may be older.");
	vt_pane_wrap(p, width);
}
