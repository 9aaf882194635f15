// SPDX-License-Identifier: GPL-2.0-or-later
/* A table that is printed over and over. */
#include <stdlib.h>
#include <string.h>

#include "vqtop/batch/table.h"

struct cell {
	size_t begin, len;
	unsigned int width;
};

static const struct vt_columns *columns;
static struct text cells;		/* all of them, one after the other */
static struct cell *cell;
static size_t count, size;
static unsigned int width[VT_MAX_COLUMNS];

static unsigned int width_of(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] & 0x80)
			return text_columns(s);
	return len;
}

/* The last cell has all that was added since it began. */
static void end_cell(void)
{
	struct cell *c;

	if (!count || cells.failed)
		return;
	c = &cell[count - 1];
	c->len = cells.len - c->begin;
	c->width = c->len ? width_of(cells.s + c->begin, c->len) : 0;
}

static void begin_cell(void)
{
	struct cell *more;

	if (count == size) {
		more = reallocarray(cell, size ? 2 * size : 1024,
				    sizeof(*cell));
		if (!more) {
			cells.failed = true;
			return;
		}
		cell = more;
		size = size ? 2 * size : 1024;
	}
	cell[count++] = (struct cell){ .begin = cells.len };
}

struct text *vt_table_cell(void)
{
	end_cell();
	begin_cell();
	return &cells;
}

void vt_table_begin(const struct vt_columns *c)
{
	size_t i;

	columns = c;
	count = 0;
	cells.failed = false;
	text_reset(&cells);
	for (i = 0; i < c->count; i++)
		text_add(vt_table_cell(), c->shown[i]->name);
}

static void add_cell(struct text *t, size_t column, const struct cell *c)
{
	unsigned int pad = width[column] - c->width;
	bool right = columns->shown[column]->right;

	if (column)
		text_add_bytes(t, " ", 1);
	if (right && pad)
		text_add_spaces(t, pad);
	text_add_bytes(t, cells.s + c->begin, c->len);
	if (!right && pad && column + 1 < columns->count)
		text_add_spaces(t, pad);
}

void vt_table_add(struct text *t)
{
	size_t i, n = columns->count;

	end_cell();
	if (cells.failed) {
		t->failed = true;
		return;
	}
	if (count <= n)
		return;
	memset(width, 0, sizeof(width));
	for (i = 0; i < count; i++)
		if (cell[i].width > width[i % n])
			width[i % n] = cell[i].width;
	for (i = 0; i < count; i++) {
		add_cell(t, i % n, &cell[i]);
		if (i % n + 1 == n)
			text_add_bytes(t, "\n", 1);
	}
}

void vt_table_free(void)
{
	text_free(&cells);
	free(cell);
	cell = NULL;
	count = size = 0;
}
