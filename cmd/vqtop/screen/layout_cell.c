// SPDX-License-Identifier: GPL-2.0-or-later
/* One value of a queue or of a folded device. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/screen/layout.h"

#define PERCENT	5	/* " 100%" */

static enum vt_style state_style(const char *state)
{
	if (!strcmp(state, "STALLED"))
		return VT_ERROR;
	if (!strcmp(state, "LOST"))
		return VT_WARNING;
	if (!strcmp(state, "moving"))
		return VT_GOOD;
	return !strcmp(state, "idle") ? VT_DIM : VT_PLAIN;
}

/* Show n > 0 as at least one cell, and n < 100 never as a full bar. */
static void draw_bar(const struct vt_canvas *c, const struct tool_column *column,
		     const struct vt_row *row, unsigned int x, unsigned int y,
		     unsigned int columns)
{
	unsigned int i, full, cells = columns > PERCENT ? columns - PERCENT : 0;
	enum vt_style style;
	struct vi_value v;
	char percent[16];
	double n;

	if (!vt_column_value(column, row, &v) || !vt_value_number(&v, &n)) {
		vt_put_right(c->f, x, y, columns, VT_PLAIN, "-");
		return;
	}
	/* A hostile ring may yield more than 100 %. */
	n = n < 0 ? 0 : n > 100 ? 100 : n;
	full = n >= 100 ? cells : n > 0 && cells ? 1 + n * (cells - 1) / 100 : 0;
	style = n >= 100 ? VT_WARNING : VT_GOOD;
	for (i = 0; i < cells; i++)
		vt_put(c->f, x + i, y, 1, i < full ? style : VT_DIM,
		       i < full ? c->f->ascii ? "#" : "█" :
		       c->f->ascii ? "." : "░");
	snprintf(percent, sizeof(percent), n > 0 && n < 1 ? "<1%%" : "%.0f%%",
		 n > 99 && n < 100 ? 99 : n);
	vt_put_right(c->f, x + cells, y, columns - cells, VT_PLAIN, percent);
}

static const char *step(bool ascii, double n, double most)
{
	static const char *const utf8[] = {
		"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█",
	};
	static const char *const plain[] = {
		"_", ".", ":", "-", "=", "+", "*", "#",
	};
	size_t i = 0;

	if (n < 0)
		return " ";
	if (n > 0 && most > 0)
		i = 1 + n / most * 6.999;
	return ascii ? plain[i > 7 ? 7 : i] : utf8[i > 7 ? 7 : i];
}

/* The latest sample is on the right; the maximum has full height. */
static void draw_history(const struct vt_canvas *c,
			 const struct vt_cells *cells, unsigned int x,
			 unsigned int columns)
{
	double rates[VT_HISTORY], most = 0;
	unsigned int i, n;

	n = vt_rates(c, cells, rates, columns < VT_HISTORY ? columns :
		     VT_HISTORY);
	for (i = 0; i < n; i++)
		most = rates[i] > most ? rates[i] : most;
	for (i = 0; i < n; i++)
		vt_put(c->f, x + columns - 1 - i, cells->y, 1, VT_GOOD,
		       step(c->f->ascii, rates[i], most));
}

void vt_draw_cell(const struct vt_canvas *c, const struct tool_column *column,
		  const struct vt_cells *cells, unsigned int x,
		  unsigned int columns)
{
	const struct vt_row *row = cells->row;
	unsigned int y = cells->y;
	struct text t = { 0 };
	enum vt_style style = VT_PLAIN;
	char *s;

	if (column->form == VT_AS_BAR) {
		draw_bar(c, column, row, x, y, columns);
		return;
	}
	if (column->form == VT_AS_HISTORY) {
		draw_history(c, cells, x, columns);
		return;
	}
	vt_add_cell(&t, column, row, c->f->ascii);
	s = text_take(&t);
	if (!s)
		return;
	if (column->form == VT_AS_STATE)
		style = state_style(s);
	if (column->right)
		vt_put_right(c->f, x, y, columns, style, s);
	else
		vt_put(c->f, x, y, columns, style, s);
	free(s);
}
