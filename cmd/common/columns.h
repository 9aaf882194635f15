/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table of columns for a tool: it drives -o, --list-columns, the table,
 * raw and pairs output, and which keys JSON has.
 */
#ifndef CMD_COMMON_COLUMNS_H
#define CMD_COMMON_COLUMNS_H

#include "common/text.h"

/*
 * @name:  as -o and the heading have it.
 * @field: the field of the schema that it shows; its help text is the
 *         column's.
 * @json:  the field that JSON has in its place; NULL: the same. Tables have
 *         short forms of what JSON has in full.
 * @width: hint for the table: columns, or a share of the terminal below 1.
 * @right: aligned to the right.
 * @add:   how the value is written, where not like any of its type; @plain:
 *         for programs.
 * @instead: what is written where the value is not known; 0, or a negative
 *         errno when there is nothing instead either.
 */
struct tool_column {
	const char *name;
	const char *field;
	const char *json;
	double width;
	bool right;
	void (*add)(struct text *t, const struct vi_value *v, bool plain);
	int (*instead)(struct text *t, const void *object);
};

#define TOOL_MAX_COLUMNS	64

struct tool_columns {
	const struct tool_column *all;		/* ended by a NULL name */
	const char *usual;			/* "NAME,TYPE" */
	const struct vi_schema *schema;
	size_t count;				/* those to show */
	const struct tool_column *shown[TOOL_MAX_COLUMNS];
	const struct vi_field *fields[TOOL_MAX_COLUMNS];
};

/*
 * Choose what to show: names with commas between, in any case; with "+" in
 * front: after the usual ones. NULL: the usual ones. 0, or EXIT_USAGE when a
 * message was printed.
 */
int tool_columns_choose(struct tool_columns *c, const char *list);
void tool_columns_all(struct tool_columns *c);

/* For --help, indented, and for --list-columns. */
void tool_columns_print(const struct tool_columns *c, const char *indent);

#endif
