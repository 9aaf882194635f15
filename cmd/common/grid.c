// SPDX-License-Identifier: GPL-2.0-or-later
/* A table of texts. */
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "common/grid.h"

bool grid_begin(struct grid *g, const struct grid_column *columns)
{
	memset(g, 0, sizeof(*g));
	g->scols = scols_new_table();
	if (!g->scols)
		return false;
	/* Cells are safe already, and their backslashes are meant. */
	scols_table_enable_noencoding(g->scols, 1);
	for (; columns->name; columns++) {
		if (scols_table_new_column(g->scols, columns->name, 0,
					   columns->right ? SCOLS_FL_RIGHT :
							    0))
			continue;
		scols_unref_table(g->scols);
		return false;
	}
	return true;
}

void grid_line(struct grid *g)
{
	g->line = scols_table_new_line(g->scols, NULL);
	g->column = 0;
	g->failed |= !g->line;
}

void grid_add(struct grid *g, struct text *t)
{
	char *s = text_take(t);

	if (g->line && s &&
	    !scols_line_refer_data(g->line, g->column++, s))
		return;
	free(s);
	g->failed = true;
}

bool grid_print(struct grid *g)
{
	if (!g->failed && scols_table_get_nlines(g->scols) &&
	    scols_print_table(g->scols))
		g->failed = true;
	scols_unref_table(g->scols);
	if (g->failed)
		tool_no_memory();
	return !g->failed;
}
