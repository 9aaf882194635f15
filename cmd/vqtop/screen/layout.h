/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of layout: each draws its own lines. */
#ifndef CMD_VQTOP_SCREEN_LAYOUT_H
#define CMD_VQTOP_SCREEN_LAYOUT_H

#include "vqtop/screen/view.h"

struct vt_canvas {
	struct vt_frame *f;
	const struct vt_model *m;
	const struct vt_view *v;
	struct vt_regions r;
	unsigned int label;	/* columns of what queues are called */
};

/* Text that is not safe yet. */
unsigned int vt_put_escaped(struct vt_frame *f, unsigned int x, unsigned int y,
			    unsigned int columns, enum vt_style style,
			    const char *s);

/* layout_top.c: the summary and what has to be known with it. */
void vt_draw_top(const struct vt_canvas *c);
/* layout_list.c: headings and lines. */
void vt_draw_list(const struct vt_canvas *c);
/* What a line shows: a queue's row; or of a device, with its line, what is to
 * say of all its queues. */
struct vt_cells {
	const struct vt_row *row;
	const struct vt_line *device;
	size_t hint;		/* where the queue's past may be */
	unsigned int y;
};

/* layout_cell.c */
void vt_draw_cell(const struct vt_canvas *c, const struct tool_column *column,
		  const struct vt_cells *cells, unsigned int x,
		  unsigned int columns);
/* device_row.c: a row for a device, of the rows of its queues. */
void vt_device_row(struct vt_row *all, const struct vt_canvas *c,
		   const struct vt_line *device);
/* What was completed a second, the last one first; below 0: not known. How
 * many there are, up to @max. */
unsigned int vt_rates(const struct vt_canvas *c, const struct vt_cells *cells,
		      double *rates, unsigned int max);
/* layout_pane.c: the pane below, and the help. */
void vt_draw_pane(const struct vt_canvas *c);
void vt_draw_help(const struct vt_canvas *c);
void vt_draw_footer(const struct vt_canvas *c);

/* What a column is given; 0: no room for it and those after it. */
unsigned int vt_column_width(const struct vt_view *v, size_t i,
			     unsigned int x, unsigned int width);
unsigned int vt_label_width(const struct vt_model *m, const struct vt_view *v,
			    unsigned int width);

#endif
