/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each part of the layout draws its own lines. */
#ifndef CMD_VQTOP_SCREEN_LAYOUT_H
#define CMD_VQTOP_SCREEN_LAYOUT_H

#include "vqtop/screen/view.h"

struct vt_canvas {
	struct vt_frame *f;
	const struct vt_model *m;
	const struct vt_view *v;
	struct vt_regions r;
	unsigned int label;	/* columns of the labels of queues */
};

/* layout_top.c: the summary and its notes */
void vt_draw_top(const struct vt_canvas *c);
/* layout_list.c: headings and lines */
void vt_draw_list(const struct vt_canvas *c);
/* The values in a line: the row of a queue; or a device's line, and a row that
 * sums up its queues. */
struct vt_cells {
	const struct vt_row *row;
	const struct vt_line *device;
	size_t hint;		/* where the queue's history may be */
	unsigned int y;
};

/* layout_cell.c */
void vt_draw_cell(const struct vt_canvas *c, const struct tool_column *column,
		  const struct vt_cells *cells, unsigned int x,
		  unsigned int columns);
/* device_row.c: sum up the queues of a device in one row */
void vt_device_row(struct vt_own *all, const struct vt_canvas *c,
		   const struct vt_line *device);
/* Completion rates, latest first; negative: unknown. Returns their number, at
 * most @max. */
unsigned int vt_rates(const struct vt_canvas *c, const struct vt_cells *cells,
		      double *rates, unsigned int max);
/* layout_pane.c: the pane, help and the footer */
void vt_draw_pane(const struct vt_canvas *c);
void vt_draw_help(const struct vt_canvas *c);
void vt_draw_footer(const struct vt_canvas *c);

/* The width of a column; 0: this column and the following ones do not fit. */
unsigned int vt_column_width(const struct vt_view *v, size_t i,
			     unsigned int x, unsigned int width);
unsigned int vt_label_width(const struct vt_model *m, const struct vt_view *v,
			    unsigned int width);

#endif
