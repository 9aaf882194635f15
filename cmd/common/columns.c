// SPDX-License-Identifier: GPL-2.0-or-later
/* Choosing columns. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/columns.h"

const struct tool_column *
tool_column_find(const struct tool_column_table *table, const char *name,
		 size_t len)
{
	const struct tool_column *c;

	for (c = table->all; c->name; c++)
		if (!strncasecmp(c->name, name, len) && !c->name[len])
			return c;
	return NULL;
}

static const char *add_list(struct tool_columns *c,
			    const struct tool_column_table *table,
			    const char *list, const char **at)
{
	const struct tool_column *column;

	for (;;) {
		size_t len = strcspn(list, ",");

		*at = list;
		column = tool_column_find(table, list, len);
		if (!column)
			return "unknown column";
		if (c->count == TOOL_MAX_COLUMNS)
			return "too many columns";
		c->shown[c->count++] = column;
		if (!list[len])
			return NULL;
		list += len + 1;
	}
}

const char *tool_columns_choose(struct tool_columns *c,
				const struct tool_column_table *table,
				const char *usual, const char *list,
				const char **at)
{
	struct tool_columns chosen = { 0 };
	const char *why = NULL;

	if (!list || *list == '+')
		why = add_list(&chosen, table, usual, at);
	if (!why && list)
		why = add_list(&chosen, table, list + (*list == '+'), at);
	if (!why)
		*c = chosen;
	return why;
}

int tool_columns_parse(struct tool_columns *c,
		       const struct tool_column_table *table, const char *list)
{
	const char *at, *why;

	why = tool_columns_choose(c, table, table->usual, list, &at);
	if (why)
		return tool_usage("%s: %.*s", why, (int)strcspn(at, ","), at);
	return 0;
}

void tool_columns_all(struct tool_columns *c,
		      const struct tool_column_table *table)
{
	const struct tool_column *column;

	c->count = 0;
	for (column = table->all; column->name; column++)
		c->shown[c->count++] = column;
}

void tool_columns_list(const struct tool_columns *c, struct text *t)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		text_addf(t, "%s%s", i ? "," : "", c->shown[i]->name);
}

void tool_columns_print(const struct tool_column_table *table,
			const char *indent)
{
	const struct tool_column *c;

	for (c = table->all; c->name; c++) {
		const struct vi_field *f = vi_schema_find(table->schema(),
							  c->field);

		printf("%s%-13s %s\n", indent, c->name,
		       c->help ? c->help : f ? vi_field_help(f) : "-");
	}
}
