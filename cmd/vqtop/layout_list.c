// SPDX-License-Identifier: GPL-2.0-or-later
/* The list: headings, devices, queues and why they stand still. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/layout.h"

#define MIN_LABEL	10
#define MAX_LABEL	24
#define MIN_HISTORY	8
#define MAX_HISTORY	60

/* "0 requestq1" */
static char *queue_label(const struct vt_row *r)
{
	const char *name = vt_text(r, F_NAME);
	struct text t = { 0 };

	if (!name)
		name = vt_text(r, F_SPEC_NAME);
	if (vt_index(r) < VT_NO_INDEX)
		text_addf(&t, "%" PRIu64, vt_index(r));
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
	static const enum vt_field fields[] = {
		F_DEVICE, F_TYPE, F_KNAME, F_ADDRESS,
	};
	struct text t = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields) - !all; i++) {
		const char *s = vt_text(r, fields[i]);

		/* "sim:blk" says it all. */
		if (!s || (fields[i] == F_TYPE && i && vt_text(r, F_DEVICE) &&
			   !strncmp(vt_text(r, F_DEVICE), "sim:", 4)))
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

	for (i = 0; i < v->lines.count; i++) {
		const struct vt_line *line = &v->lines.line[i];
		const struct vt_row *r = &m->now.row[line->row];
		char *s = NULL;

		if (line->kind == VT_QUEUE_LINE)
			s = queue_label(r);
		else if (line->kind == VT_DEVICE_LINE &&
			 vt_is_folded(v, vt_device(r)))
			s = device_label(r, false);
		n = s ? vt_columns_of(s) + 2 : 0;
		most = n > most ? n : most;
		free(s);
	}
	most = most > MAX_LABEL ? MAX_LABEL : most;
	return most > width ? width : most;
}

/* Of the columns that have room, one that is a history takes what is left. */
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
	const struct vt_column *c = v->columns.shown[i];
	unsigned int w = c->width;

	if (c->form == VT_AS_REASON && x + w <= width)
		return i + 1 == v->columns.count ? width - x : w;
	if (c->form != VT_AS_HISTORY)
		return x + w > width ? 0 : w;
	w += rest(v, x, width, i);
	if (w > MAX_HISTORY)
		w = MAX_HISTORY;
	if (x + w > width)
		w = width - x;
	return w < MIN_HISTORY ? 0 : w;
}

/* Call @each for each column that has room. */
static void each_column(const struct vt_canvas *c,
			void (*each)(const struct vt_canvas *c,
				     const struct vt_column *column,
				     unsigned int x, unsigned int columns,
				     const void *data), const void *data)
{
	unsigned int width = c->f->width, w;
	unsigned int x = vt_label_width(c->m, c->v, width) + 1;
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
			 const struct vt_column *column, unsigned int x,
			 unsigned int columns, const void *data)
{
	bool sorted = c->v->sort == column;
	enum vt_style style = sorted ? VT_SORTED : VT_HEADING;
	char name[32];

	(void)data;
	/* A sign, as a colour alone says nothing to some. */
	snprintf(name, sizeof(name), "%s%s", column->name, !sorted ? "" :
		 vt_column_descends(column) != c->v->invert ?
		 c->f->ascii ? "v" : "▼" : c->f->ascii ? "^" : "▲");
	if (sorted && vt_columns_of(name) > columns)
		memmove(name + columns - 1, name + strlen(column->name),
			strlen(name + strlen(column->name)) + 1);
	if (column->right)
		vt_put_right(c->f, x, c->r.heading, columns, style, name);
	else
		vt_put(c->f, x, c->r.heading, columns, style, name);
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

struct cells {
	const struct vt_row *row;
	size_t hint;
	unsigned int y;
};

static void draw_cell(const struct vt_canvas *c, const struct vt_column *column,
		      unsigned int x, unsigned int columns, const void *data)
{
	const struct cells *cells = data;

	vt_draw_cell(c, column, cells->row, cells->hint, x, cells->y, columns);
}

/* Where it is known of some, the sum is at least theirs. */
static void add_up(const struct vt_canvas *c, const struct vt_line *line,
		   enum vt_field f, struct vt_row *sum)
{
	int at = vt_queue_fields()->at[f];
	size_t i;
	double n;

	for (i = 0; at >= 0 && i < line->count; i++) {
		size_t row = c->v->lines.order[line->first + i];

		if (!vt_number(vt_get(&c->m->now.row[row], f), &n))
			continue;
		if (sum->v[at].kind == VT_NONE)
			sum->v[at] = (struct vt_value){ .kind = VT_REAL };
		sum->v[at].real += n;
	}
}

/* A device that is folded shows the sums of its queues. */
static void draw_sums(const struct vt_canvas *c, const struct vt_line *line,
		      unsigned int y)
{
	static const enum vt_field fields[] = {
		F_SUBMITTED_PER_S, F_COMPLETED_PER_S, F_IN_FLIGHT,
		F_INTERRUPTS_PER_S,
	};
	struct vt_row sum = { 0 };
	struct cells cells = { .row = &sum, .y = y, .hint = (size_t)-1 };
	int at = vt_queue_fields()->at[F_STALLED];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		add_up(c, line, fields[i], &sum);
	for (i = 0; at >= 0 && i < line->count; i++)
		if (vt_is(&c->m->now.row[c->v->lines.order[line->first + i]],
			  F_STALLED))
			sum.v[at] = (struct vt_value){ .kind = VT_BOOL,
						       .yes = true };
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
		columns = vt_label_width(c->m, c->v, columns);
		draw_sums(c, line, y);
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
	const struct cells cells = {
		.row = &c->m->now.row[line->row], .hint = line->row, .y = y,
	};
	unsigned int columns = vt_label_width(c->m, c->v, c->f->width);
	char *s = queue_label(cells.row);

	/* Stalled ones have a mark also where their state has no room. */
	if (vt_is(cells.row, F_STALLED))
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
	const struct vt_column column = {
		.name = "", .field = F_REASON, .form = VT_AS_REASON,
	};
	struct text t = { 0 };
	char *s;

	vt_put(c->f, 2, y, 2, VT_DIM, c->f->ascii ? "`-" : "└ ");
	vt_add_cell(&t, &column, r, c->f->ascii);
	s = text_take(&t);
	if (s && c->f->width > 5)
		vt_put(c->f, 5, y, c->f->width - 5, vt_is(r, F_STALLED) ?
		       VT_ERROR : VT_WARNING, s);
	free(s);
}

static void draw_empty(const struct vt_canvas *c)
{
	const char *s = c->v->filter[0] && c->m->now.count ?
		"no queue matches the filter (\\ changes it)" :
		c->m->tape.speed > 0 ? "no queues in this sample" :
		"no virtio devices here; watching for some to come (or try: vqtop sim:blk)";

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
			/* Also where nothing is drawn in reverse. */
			if (c->f->width > 1)
				vt_put(c->f, 1, c->r.list + y, 1, VT_SELECTED,
				       ">");
		}
	}
}

struct wanted {
	unsigned int x;
	const struct vt_column **found;
};

static void find_heading(const struct vt_canvas *c,
			 const struct vt_column *column, unsigned int x,
			 unsigned int columns, const void *data)
{
	const struct wanted *w = data;

	(void)c;
	if (w->x >= x && w->x < x + columns)
		*w->found = column;
}

const struct vt_column *vt_layout_column(const struct vt_view *v,
					 const struct vt_model *m,
					 unsigned int width, unsigned int x)
{
	const struct vt_column *found = NULL;
	struct vt_frame f = { .width = width };
	const struct vt_canvas c = { .f = &f, .m = m, .v = v };
	const struct wanted w = { .x = x, .found = &found };

	each_column(&c, find_heading, &w);
	return found;
}
