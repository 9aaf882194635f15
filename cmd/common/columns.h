/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tool has one table of columns. -o, sorting, --list-columns (and so
 * completion), --help, the output and the keys of JSON all follow it.
 */
#ifndef CMD_COMMON_COLUMNS_H
#define CMD_COMMON_COLUMNS_H

#include "common/text.h"

/*
 * @name:  as in -o and the heading.
 * @field: the schema's field that the column shows.
 * @help:  NULL: the field's own help.
 * @json:  the field that JSON shows instead; NULL: @field. Tables abbreviate
 *         some values that JSON gives in full.
 * @width: columns on a screen.
 * @right: align to the right.
 * @form:  how the tool writes and compares the values; 0: unchanged.
 * @bound: a total, rate or age that may be a lower bound.
 * @add:   writes the value; NULL: as usual for its type. @plain: for programs.
 * @instead: writes a substitute for an unknown value: 0, or a negative errno if
 *           it has none.
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

/* @usual: the columns to show by default: "NAME,TYPE". */
struct tool_column_table {
	const struct tool_column *all;		/* a NULL name ends it */
	const char *usual;
	const struct vi_schema *(*schema)(void);
};

#define TOOL_MAX_COLUMNS	64

/* The columns to show, in order. */
struct tool_columns {
	size_t count;
	const struct tool_column *shown[TOOL_MAX_COLUMNS];
};

/* Ignores case. NULL: no column has this name. */
const struct tool_column *
tool_column_find(const struct tool_column_table *table, const char *name,
		 size_t len);

/*
 * Choose the columns of @list, "NAME,TYPE". "+NAME" appends to @usual; NULL
 * means @usual alone. Returns NULL, or an error message and in *@at the name
 * that caused it, which ends at the next comma; *@c is unchanged then.
 */
const char *tool_columns_choose(struct tool_columns *c,
				const struct tool_column_table *table,
				const char *usual, const char *list,
				const char **at);
/* Parse the argument of -o: 0, or EXIT_USAGE after a message. */
int tool_columns_parse(struct tool_columns *c,
		       const struct tool_column_table *table,
		       const char *list);
void tool_columns_all(struct tool_columns *c,
		      const struct tool_column_table *table);

/* Their names, separated by commas. */
void tool_columns_list(const struct tool_columns *c, struct text *t);

/* Print all columns for --help, indented, or for --list-columns. */
void tool_columns_print(const struct tool_column_table *table,
			const char *indent);

#endif
