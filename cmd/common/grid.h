/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of texts that are made for the occasion; see table.h for fields. It
 * may be printed over and over: memory stays, and characters that are ASCII
 * cost nothing.
 */
#ifndef CMD_COMMON_GRID_H
#define CMD_COMMON_GRID_H

#include "common/columns.h"

struct grid_cell {
	size_t begin, len;
	unsigned int width;
};

/* Begins as zeros. */
struct grid {
	const struct tool_columns *columns;
	struct text cells;		/* all of them, one after the other */
	struct grid_cell *cell;
	size_t count, size;
};

/* A new one, with the columns' names above. */
void grid_begin(struct grid *g, const struct tool_columns *columns);

/* The next cell: what is added here until there is another one is in it, safe
 * already. */
struct text *grid_cell(struct grid *g);

/* The whole table; nothing if it has no lines. @t->failed when out of memory,
 * here or before. */
void grid_add(struct grid *g, struct text *t);

void grid_free(struct grid *g);

#endif
