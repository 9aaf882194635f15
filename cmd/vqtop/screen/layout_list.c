// SPDX-License-Identifier: GPL-2.0-or-later
/* The list: headings, devices, queues and why they are stalled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/screen/layout.h"

#define LEAST_LABEL	6
#define MIN_LABEL	10
#define MAX_LABEL	24
#define MIN_HISTORY	8
#define MAX_HISTORY	60
/* On narrower screens the last column may be truncated. */
#define NARROW		40
#define LEAST_COLUMN	5

/* "0 requestq1" */
static char *queue_label(const struct vt_row *r)
{
	const char *name = vt_text(r, "name");
	struct text t = { 0 };

	if (!name)
		name = vt_text(r, "spec_name");
	if (vt_index(r) < VT_NO_INDEX)
		text_add_number(&t, vt_index(r), 0);
	else
		text_add(&t, "-");
	if (name) {
		text_add(&t, " ");
		text_add_escaped(&t, name);
	}
	return text_take(&t);
}

/* "virtio0 blk vda 0000:00:02.0" */
static char *device_label(const struct vt_row *r, bool all)
{
	static const char *const fields[] = {
		"device", "type", "kname", "address",
	};
	struct text t = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields) - !all; i++) {
		const char *s = vt_text(r, fields[i]);

		/* "sim:blk" contains the type. */
		if (!s || (!strcmp(fields[i], "type") &&
			   !strncmp(vt_device(r), "sim:", 4)))
			continue;
		if (t.len)
			text_add(&t, " ");
		text_add_escaped(&t, s);
	}
	return text_take(&t);
}

unsigned int vt_label_width(const struct vt_model *m, const struct vt_view *v,
			    unsigned int width)
{
	unsigned int most = MIN_LABEL, n;
	size_t i;

	for (i = 0; i < v->lines.count && most < MAX_LABEL; i++) {
		const struct vt_line *line = &v->lines.line[i];
		const struct vt_row *r = &m->now.row[line->row];
		char *s = NULL;

		if (line->kind == VT_QUEUE_LINE)
			s = queue_label(r);
		else if (line->kind == VT_DEVICE_LINE &&
			 vt_is_folded(v, vt_device(r)))
			s = device_label(r, false);
		n = s ? text_columns(s) + 2 : 0;
		most = n > most ? n : most;
		free(s);
	}
	most = most > MAX_LABEL ? MAX_LABEL : most;
	/* Labels take at most a third; the values need the rest. */
	n = width / 3 > LEAST_LABEL ? width / 3 : LEAST_LABEL;
	most = most > n ? n : most;
	return most > width ? width : most;
}

/* The width left by the columns that fit; a history takes it. */
static unsigned int rest(const struct vt_view *v, unsigned int x,
			 unsigned int width, size_t i)
{
	unsigned int used = x;
	size_t j;

	for (j = i; j < v->columns.count; j++) {
		unsigned int w = v->columns.shown[j]->width + 1;

		if (used + w > width)
			break;
		used += w;
	}
	return j == v->columns.count ? width - used : 0;
}

unsigned int vt_column_width(const struct vt_view *v, size_t i,
			     unsigned int x, unsigned int width)
{
	const struct tool_column *c = v->columns.shown[i];
	unsigned int w = c->width;

	if (c->form == VT_AS_REASON && x + w <= width)
		return i + 1 == v->columns.count ? width - x : w;
	if (c->form != VT_AS_HISTORY && x + w > width)
		return width < NARROW && width - x >= LEAST_COLUMN ?
		       width - x : 0;
	if (c->form != VT_AS_HISTORY)
		return w;
	w += rest(v, x, width, i);
	if (w > MAX_HISTORY)
		w = MAX_HISTORY;
	if (x + w > width)
		w = width - x;
	return w < MIN_HISTORY ? 0 : w;
}

/* Call @each for each column that fits. */
static void each_column(const struct vt_canvas *c,
			void (*each)(const struct vt_canvas *c,
				     const struct tool_column *column,
				     unsigned int x, unsigned int columns,
				     const void *data), const void *data)
{
	unsigned int width = c->f->width, w;
	unsigned int x = c->label + 1;
	size_t i;

	for (i = c->v->first_column; i < c->v->columns.count && x < width;
	     i++) {
		w = vt_column_width(c->v, i, x, width);
		if (!w)
			break;
		each(c, c->v->columns.shown[i], x, w, data);
		x += w + 1;
	}
}

static void draw_heading(const struct vt_canvas *c,
			 const struct tool_column *column, unsigned int x,
			 unsigned int columns, const void *data)
{
	bool sorted = c->v->sort == column;
	enum vt_style style = sorted ? VT_SORTED : VT_HEADING;
	const char *sign = vt_column_descends(column) != c->v->invert ?
		c->f->ascii ? "v" : "▼" : c->f->ascii ? "^" : "▲";
	unsigned int n = strlen(column->name), at;

	(void)data;
	if (n > columns)
		n = columns;
	at = column->right ? x + columns - n : x;
	vt_put(c->f, at, c->r.heading, columns, style, column->name);
	/* A colour alone is not visible to everyone. The sign goes into the gap
	 * after the heading, or before it at the edge of the screen. */
	if (sorted)
		vt_put(c->f, at + n < c->f->width ? at + n : at - 1,
		       c->r.heading, 1, style, sign);
}

static void draw_headings(const struct vt_canvas *c)
{
	vt_style(c->f, 0, c->r.heading, c->f->width, VT_HEADING);
	vt_put(c->f, 0, c->r.heading, c->f->width,
	       c->v->sort ? VT_HEADING : VT_SORTED,
	       c->v->sort || !c->v->invert ? "QUEUE" :
	       c->f->ascii ? "QUEUE^" : "QUEUE▲");
	each_column(c, draw_heading, NULL);
}

static void draw_cell(const struct vt_canvas *c, const struct tool_column *column,
		      unsigned int x, unsigned int columns, const void *data)
{
	vt_draw_cell(c, column, data, x, columns);
}

/* A folded device shows a summary of its queues. */
static void draw_folded(const struct vt_canvas *c, const struct vt_line *line,
			unsigned int y)
{
	struct vt_own all;
	const struct vt_row row = { .own = &all };
	const struct vt_cells cells = { .row = &row, .device = line, .y = y };

	vt_device_row(&all, c, line);
	each_column(c, draw_cell, &cells);
}

static void draw_device(const struct vt_canvas *c, const struct vt_line *line,
			unsigned int y)
{
	const struct vt_row *r = &c->m->now.row[line->row];
	bool folded = vt_is_folded(c->v, vt_device(r));
	unsigned int columns = c->f->width;
	char *s = device_label(r, !folded);

	if (folded) {
		columns = c->label;
		draw_folded(c, line, y);
	}
	vt_put(c->f, 0, y, 1, VT_BOLD, folded ? c->f->ascii ? "+" : "▸" :
	       c->f->ascii ? "-" : "▾");
	if (s && columns > 2)
		vt_put(c->f, 2, y, columns - 2, VT_BOLD, s);
	free(s);
}

static void draw_queue(const struct vt_canvas *c, const struct vt_line *line,
		       unsigned int y)
{
	const struct vt_cells cells = {
		.row = &c->m->now.row[line->row], .hint = line->row, .y = y,
	};
	unsigned int columns = c->label;
	char *s = queue_label(cells.row);

	/* Mark stalled queues even if the STATE column does not fit. */
	if (vt_is(cells.row, "stalled"))
		vt_put(c->f, 0, y, 1, VT_ERROR, "!");
	if (s && columns > 2)
		vt_put(c->f, 2, y, columns - 2, VT_PLAIN, s);
	free(s);
	each_column(c, draw_cell, &cells);
}

static void draw_reason(const struct vt_canvas *c, const struct vt_line *line,
			unsigned int y)
{
	const struct vt_row *r = &c->m->now.row[line->row];
	struct text t = { 0 };
	char *s;

	vt_put(c->f, 2, y, 2, VT_DIM, c->f->ascii ? "`-" : "└─");
	vt_add_cell(&t, vt_column("REASON"), r, c->f->ascii);
	s = text_take(&t);
	if (s && c->f->width > 5)
		vt_put(c->f, 5, y, c->f->width - 5, vt_is(r, "stalled") ?
		       VT_ERROR : VT_WARNING, s);
	free(s);
}

static void draw_empty(const struct vt_canvas *c)
{
	const char *s = !vt_has_queues(&c->m->now) ?
		"queues could not be read" :
		c->v->filter[0] && c->m->now.count ?
		"no queue matches the filter (\\ changes it)" :
		c->m->tape.speed > 0 ? "no queues in this sample" :
		"no virtio devices; waiting for some to appear (or try: vqtop sim:blk)";

	vt_put(c->f, 0, c->r.list + (c->r.list_height > 2), c->f->width,
	       VT_WARNING, s);
}

void vt_draw_list(const struct vt_canvas *c)
{
	unsigned int y;
	size_t i;

	if (c->r.heading)
		draw_headings(c);
	if (!c->v->lines.count && c->r.list_height)
		draw_empty(c);
	for (y = 0; y < c->r.list_height; y++) {
		const struct vt_line *line;

		i = c->v->top + y;
		if (i >= c->v->lines.count)
			break;
		line = &c->v->lines.line[i];
		if (line->kind == VT_DEVICE_LINE)
			draw_device(c, line, c->r.list + y);
		else if (line->kind == VT_QUEUE_LINE)
			draw_queue(c, line, c->r.list + y);
		else
			draw_reason(c, line, c->r.list + y);
		if (i == c->v->cursor) {
			vt_style(c->f, 0, c->r.list + y, c->f->width,
				 VT_SELECTED);
			/* Terminals without reverse video need a mark. */
			if (c->f->width > 1)
				vt_put(c->f, 1, c->r.list + y, 1, VT_SELECTED,
				       ">");
		}
	}
}

struct wanted {
	unsigned int x;
	const struct tool_column **found;
};

static void find_heading(const struct vt_canvas *c,
			 const struct tool_column *column, unsigned int x,
			 unsigned int columns, const void *data)
{
	const struct wanted *w = data;

	(void)c;
	if (w->x >= x && w->x < x + columns)
		*w->found = column;
}

const struct tool_column *vt_layout_column(const struct vt_view *v,
					 const struct vt_model *m,
					 unsigned int width, unsigned int x)
{
	const struct tool_column *found = NULL;
	struct vt_frame f = { .width = width };
	const struct vt_canvas c = {
		.f = &f, .m = m, .v = v, .label = vt_label_width(m, v, width),
	};
	const struct wanted w = { .x = x, .found = &found };

	each_column(&c, find_heading, &w);
	return found;
}
