// SPDX-License-Identifier: GPL-2.0-or-later
/* A table of texts. */
#include <stdlib.h>
#include <string.h>

#include "common/grid.h"

static unsigned int width_of(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] & 0x80)
			return text_columns(s);
	return len;
}

/* The last cell holds the text that was added since it began. */
static void end_cell(struct grid *g)
{
	struct grid_cell *c;

	if (!g->count || g->cells.failed)
		return;
	c = &g->cell[g->count - 1];
	c->len = g->cells.len - c->begin;
	c->width = c->len ? width_of(g->cells.s + c->begin, c->len) : 0;
}

static void begin_cell(struct grid *g)
{
	size_t size = g->size ? 2 * g->size : 1024;
	struct grid_cell *more;

	if (g->count == g->size) {
		more = reallocarray(g->cell, size, sizeof(*more));
		if (!more) {
			g->cells.failed = true;
			return;
		}
		g->cell = more;
		g->size = size;
	}
	g->cell[g->count++] = (struct grid_cell){ .begin = g->cells.len };
}

struct text *grid_cell(struct grid *g)
{
	end_cell(g);
	begin_cell(g);
	return &g->cells;
}

void grid_begin(struct grid *g, const struct tool_columns *columns)
{
	size_t i;

	g->columns = columns;
	g->count = 0;
	g->cells.failed = false;
	text_reset(&g->cells);
	for (i = 0; i < columns->count; i++)
		text_add(grid_cell(g), columns->shown[i]->name);
}

static void add_cell(const struct grid *g, struct text *t, size_t column,
		     const struct grid_cell *c, unsigned int width)
{
	bool right = g->columns->shown[column]->right;

	if (column)
		text_add_bytes(t, " ", 1);
	if (right)
		text_add_spaces(t, width - c->width);
	text_add_bytes(t, g->cells.s + c->begin, c->len);
	if (!right && column + 1 < g->columns->count)
		text_add_spaces(t, width - c->width);
}

void grid_add(struct grid *g, struct text *t)
{
	unsigned int width[TOOL_MAX_COLUMNS] = { 0 };
	size_t i, n = g->columns->count;

	end_cell(g);
	if (g->cells.failed) {
		t->failed = true;
		return;
	}
	if (g->count <= n)
		return;
	for (i = 0; i < g->count; i++)
		if (g->cell[i].width > width[i % n])
			width[i % n] = g->cell[i].width;
	for (i = 0; i < g->count; i++) {
		add_cell(g, t, i % n, &g->cell[i], width[i % n]);
		if (i % n + 1 == n)
			text_add_bytes(t, "\n", 1);
	}
}

void grid_free(struct grid *g)
{
	text_free(&g->cells);
	free(g->cell);
	memset(g, 0, sizeof(*g));
}
