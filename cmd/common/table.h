/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of one schema as a table. */
#ifndef CMD_COMMON_TABLE_H
#define CMD_COMMON_TABLE_H

#include "common/columns.h"

enum tool_table_mode {
	TOOL_TABLE,
	TOOL_RAW,		/* blanks only between cells */
	TOOL_PAIRS,		/* NAME="value" */
	TOOL_TREE,
};

struct tool_table {
	struct libscols_table *scols;
	const struct tool_columns *columns;
	const struct vi_field *field[TOOL_MAX_COLUMNS];
	enum tool_table_mode mode;
	bool plain;		/* for programs: no words beside numbers */
	bool denied;		/* this user may not read some value */
	bool wide;		/* contains text other than ASCII */
	bool failed;		/* out of memory */
};

/* Start a table of records of @schema. False: out of memory. */
bool tool_table_begin(struct tool_table *t, const struct tool_columns *columns,
		      const struct vi_schema *schema,
		      enum tool_table_mode mode, bool plain, bool headings);

/*
 * Add a line for @object, or one with @title in the first column. In a tree,
 * the line becomes a child of @parent, if not NULL. NULL: out of memory.
 */
struct libscols_line *tool_table_add(struct tool_table *t,
				     struct libscols_line *parent,
				     const void *object);
struct libscols_line *tool_table_add_title(struct tool_table *t,
					   struct libscols_line *parent,
					   const char *title);

/* Print and free the table. False after a message: out of memory. */
bool tool_table_print(struct tool_table *t);

#endif
