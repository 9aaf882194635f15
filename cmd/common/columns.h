/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table of columns for a tool: it drives -o, sorting, --list-columns and
 * with it completion, --help, what is printed, and which keys JSON has.
 */
#ifndef CMD_COMMON_COLUMNS_H
#define CMD_COMMON_COLUMNS_H

#include "common/text.h"

/*
 * @name:  as -o and the heading have it.
 * @field: the field of the schema that it shows.
 * @help:  NULL: the field's own.
 * @json:  the field that JSON has in its place; NULL: the same. Tables have
 *         short forms of what JSON has in full.
 * @width: columns that it is given on a screen.
 * @right: aligned to the right.
 * @form:  how the tool writes and compares its values; 0: as they are.
 * @bound: a total, rate or age that may be more.
 * @add:   how a value is written, where not like any of its type; @plain: for
 *         programs.
 * @instead: what is written where the value is not known; 0, or a negative
 *         errno when there is nothing instead either.
 */
struct tool_column {
	const char *name;
	const char *field;
	const char *help;
	const char *json;
	unsigned int width;
	bool right;
	unsigned char form;
	bool bound;
	void (*add)(struct text *t, const struct vi_value *v, bool plain);
	int (*instead)(struct text *t, const void *object);
};

/* @usual: "NAME,TYPE", what is shown where the user does not say. */
struct tool_column_table {
	const struct tool_column *all;		/* ended by a NULL name */
	const char *usual;
	const struct vi_schema *(*schema)(void);
};

#define TOOL_MAX_COLUMNS	64

/* Those that are shown, in order. */
struct tool_columns {
	size_t count;
	const struct tool_column *shown[TOOL_MAX_COLUMNS];
};

/* In any case; NULL: there is none called so. */
const struct tool_column *
tool_column_find(const struct tool_column_table *table, const char *name,
		 size_t len);

/*
 * Choose by a list of names with commas between; with "+" in front: after
 * @usual; NULL: @usual alone. NULL, or what is wrong, up to the comma in *@at;
 * then *@c is as it was.
 */
const char *tool_columns_choose(struct tool_columns *c,
				const struct tool_column_table *table,
				const char *usual, const char *list,
				const char **at);
/* The argument of -o. 0, or EXIT_USAGE after a message. */
int tool_columns_parse(struct tool_columns *c,
		       const struct tool_column_table *table,
		       const char *list);
void tool_columns_all(struct tool_columns *c,
		      const struct tool_column_table *table);

/* Their names with commas between. */
void tool_columns_list(const struct tool_columns *c, struct text *t);

/* For --help, indented, and for --list-columns. */
void tool_columns_print(const struct tool_column_table *table,
			const char *indent);

#endif
