// SPDX-License-Identifier: GPL-2.0-or-later
/* The help screen. */
#include "vqtop/screen/view.h"

static const char *const lines[] = {
	"vqtop: keys",
	"",
	"  up k, down j        another queue          PgUp PgDn   a screen of them",
	"  left h, right l     other columns          Home End    the first, the last",
	"  Enter               details of the queue   Tab         scroll the details",
	"  Space               fold its device        n           the next found",
	"  /                   search                 \\           show only what matches",
	"  < >                 sort by another column F6          choose it by name",
	"  I                   the other way round    Z           pause",
	"  + -                 a longer, shorter delay",
	"  c                   check the device now: what is wrong, and whose fault it is",
	"  w                   write a capture of this instant, for vqdump --read",
	"  W                   save columns, sort, delay and filter",
	"  Ctrl-L              draw it all anew       ? F1        this help",
	"  q                   quit",
	"",
	"  In a recording: [ ] a sample back, on; { } a minute of samples; ( ) slower,",
	"  faster.",
	"",
	"  Mouse: click a queue to select it, a heading to sort by it (again: the other",
	"  way round); the wheel scrolls.",
	"",
	"  STALLED: does not move, and should.  moving: buffers came or went since the",
	"  last sample.  busy: some are in flight.  waiting: some are, as is meant.",
	"  idle: none are.  -: not known.",
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
	    "  >=: at least so many, as an index may have gone round unseen, or so old." :
	    "  ≥: at least so many, as an index may have gone round unseen, or so old.");
	vt_pane_wrap(p, width);
}
