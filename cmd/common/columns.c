// SPDX-License-Identifier: GPL-2.0-or-later
/* Choosing columns. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/columns.h"

static const struct tool_column *find(const struct tool_columns *c,
				      const char *name, size_t len)
{
	const struct tool_column *column;

	for (column = c->all; column->name; column++)
		if (!strncasecmp(column->name, name, len) &&
		    !column->name[len])
			return column;
	return NULL;
}

static bool show(struct tool_columns *c, const struct tool_column *column)
{
	if (c->count == TOOL_MAX_COLUMNS)
		return false;
	c->fields[c->count] = vi_schema_find(c->schema, column->field);
	c->shown[c->count++] = column;
	return true;
}

static int show_list(struct tool_columns *c, const char *list)
{
	const struct tool_column *column;

	for (;;) {
		size_t len = strcspn(list, ",");

		column = find(c, list, len);
		if (!column)
			return tool_usage("unknown column: %.*s", (int)len,
					  list);
		if (!show(c, column))
			return tool_usage("more than %d columns",
					  TOOL_MAX_COLUMNS);
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

int tool_columns_choose(struct tool_columns *c, const char *list)
{
	int ret;

	c->count = 0;
	if (list && *list != '+')
		return show_list(c, list);
	ret = show_list(c, c->usual);
	return ret || !list ? ret : show_list(c, list + 1);
}

void tool_columns_all(struct tool_columns *c)
{
	const struct tool_column *column;

	c->count = 0;
	for (column = c->all; column->name; column++)
		show(c, column);
}

void tool_columns_print(const struct tool_columns *c, const char *indent)
{
	const struct tool_column *column;

	for (column = c->all; column->name; column++) {
		const struct vi_field *f = vi_schema_find(c->schema,
							  column->field);

		printf("%s%-13s %s\n", indent, column->name,
		       f ? vi_field_help(f) : "-");
	}
}
