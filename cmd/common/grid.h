/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of any texts; for fields of records see table.h. It is cheap to print
 * repeatedly: it keeps its memory, and computes no widths of ASCII characters.
 */
#ifndef CMD_COMMON_GRID_H
#define CMD_COMMON_GRID_H

#include "common/columns.h"

struct grid_cell {
	size_t begin, len;
	unsigned int width;
};

/* Zero it before use. */
struct grid {
	const struct tool_columns *columns;
	struct text cells;		/* of all cells, concatenated */
	struct grid_cell *cell;
	size_t count, size;
};

/* Start a table and fill in the names of the columns. */
void grid_begin(struct grid *g, const struct tool_columns *columns);

/* Start the next cell. The caller appends escaped text to the result until it
 * starts another cell. */
struct text *grid_cell(struct grid *g);

/* Append the table to @t; nothing if it has no rows. Sets @t->failed if memory
 * ran out here or before. */
void grid_add(struct grid *g, struct text *t);

void grid_free(struct grid *g);

#endif
