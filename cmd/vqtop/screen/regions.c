// SPDX-License-Identifier: GPL-2.0-or-later
/* What part of the screen each thing gets. */
#include "vqtop/screen/layout.h"

/* The minimum height for one note, for two, and for a pane below the list. */
#define NOTE_HEIGHT	10
#define NOTES_HEIGHT	20
#define PANE_HEIGHT	14

static unsigned int note_height(const struct vt_model *m, unsigned int height)
{
	unsigned int most = height < NOTE_HEIGHT ? 0 :
			    height < NOTES_HEIGHT ? 1 : 2;
	size_t n = !!vt_error(&m->now);
	struct vi_value notes;

	if (vt_get_sum(&m->now, "notes", &notes))
		n += notes.count;
	return n < most ? n : most;
}

void vt_regions(const struct vt_model *m, const struct vt_view *v,
		unsigned int height, struct vt_regions *r)
{
	unsigned int left = height, y = 1;

	*r = (struct vt_regions){ 0 };
	left -= left > 0;			/* the summary */
	r->note_height = note_height(m, height);
	r->note = y;
	y += r->note_height;
	left -= r->note_height;
	if (left > 1) {
		r->footer = height - 1;
		left--;
	}
	if (left > 1) {
		r->heading = y++;
		left--;
	}
	r->list = y;
	r->list_height = left;
	if (!v->show_pane || left < 2)
		return;
	/* Small screens show either the list or the pane. */
	if (height < PANE_HEIGHT) {
		if (!v->in_pane)
			return;
		r->pane = r->heading ? r->heading : r->list;
		r->pane_height = left + !!r->heading;
		r->list_height = 0;
		r->heading = 0;
		return;
	}
	r->pane_height = left * 3 / 5;
	r->list_height = left - r->pane_height;
	r->pane = y + r->list_height;
}
