/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of texts that are made for the occasion; see table.h for fields. */
#ifndef CMD_COMMON_GRID_H
#define CMD_COMMON_GRID_H

#include "common/text.h"

struct grid_column {
	const char *name;
	bool right;
};

struct grid {
	struct libscols_table *scols;
	struct libscols_line *line;
	size_t column;
	bool failed;
};

/* @columns ends with a NULL name. False when out of memory. */
bool grid_begin(struct grid *g, const struct grid_column *columns);

/* A new line; the next cell of it, safe already, which begins @t anew. */
void grid_line(struct grid *g);
void grid_add(struct grid *g, struct text *t);

/* Print and end it; nothing when it has no lines. False when out of memory,
 * with a message. */
bool grid_print(struct grid *g);

#endif
