/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects of a schema as a table, by columns. */
#ifndef CMD_COMMON_TABLE_H
#define CMD_COMMON_TABLE_H

#include "common/columns.h"

enum tool_table_mode {
	TOOL_TABLE,
	TOOL_RAW,		/* blanks between cells, none within */
	TOOL_PAIRS,		/* NAME="value" */
	TOOL_TREE,
};

struct tool_table {
	struct libscols_table *scols;
	const struct tool_columns *columns;
	const struct vi_field *field[TOOL_MAX_COLUMNS];
	enum tool_table_mode mode;
	bool plain;		/* cells for programs: no words beside numbers */
	bool denied;		/* a value is there, but not for this user */
	bool wide;		/* there is text other than ASCII */
	bool failed;		/* out of memory */
};

/* Of objects of @schema. False when out of memory. */
bool tool_table_begin(struct tool_table *t, const struct tool_columns *columns,
		      const struct vi_schema *schema,
		      enum tool_table_mode mode, bool plain, bool headings);

/*
 * A line for @object, below the line @parent where not NULL; or a line with
 * nothing but @title, in its first column. The line, or NULL: out of memory.
 */
struct libscols_line *tool_table_add(struct tool_table *t,
				     struct libscols_line *parent,
				     const void *object);
struct libscols_line *tool_table_add_title(struct tool_table *t,
					   struct libscols_line *parent,
					   const char *title);

/* Print and end it. False when out of memory, with a message. */
bool tool_table_print(struct tool_table *t);

#endif
