// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of one schema as a table. */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/table.h"

static bool add_columns(struct tool_table *t, const struct vi_schema *schema)
{
	size_t i;

	for (i = 0; i < t->columns->count; i++) {
		const struct tool_column *c = t->columns->shown[i];
		int flags = c->right ? SCOLS_FL_RIGHT : 0;

		if (!i && t->mode == TOOL_TREE)
			flags |= SCOLS_FL_TREE;
		t->field[i] = vi_schema_find(schema, c->field);
		if (!scols_table_new_column(t->scols, c->name, 0, flags))
			return false;
	}
	return true;
}

bool tool_table_begin(struct tool_table *t, const struct tool_columns *columns,
		      const struct vi_schema *schema,
		      enum tool_table_mode mode, bool plain, bool headings)
{
	memset(t, 0, sizeof(*t));
	t->columns = columns;
	t->mode = mode;
	t->plain = plain;
	t->scols = scols_new_table();
	if (!t->scols)
		return false;
	/* Cells are already escaped; backslashes must stay. */
	scols_table_enable_noencoding(t->scols, 1);
	scols_table_enable_raw(t->scols, mode == TOOL_RAW);
	scols_table_enable_export(t->scols, mode == TOOL_PAIRS);
	scols_table_enable_noheadings(t->scols, !headings);
	if (add_columns(t, schema))
		return true;
	scols_unref_table(t->scols);
	return false;
}

/* Pairs have no columns to align, so an unknown value is empty there. */
static const char *no_value(struct tool_table *t, int err)
{
	if (err == -EACCES || err == -EPERM) {
		t->denied = true;
		return "?";
	}
	return t->mode == TOOL_PAIRS ? "" : "-";
}

static char *cell(struct tool_table *t, size_t i, const void *object)
{
	const struct tool_column *c = t->columns->shown[i];
	const struct vi_field *f = t->field[i];
	struct text text = { 0 };
	struct vi_value v;
	int err;

	err = f ? vi_get(f, object, &v) : -ENODATA;
	if (err == -ENOMEM)
		tool_incomplete();
	if (!err && c->add)
		c->add(&text, &v, t->plain);
	else if (!err)
		text_add_value(&text, &v);
	else if (c->instead)
		err = c->instead(&text, object);
	/* An empty cell would shift the columns. */
	if (!text.len && !text.failed)
		text_add(&text, no_value(t, err));
	return text_take(&text);
}

static bool is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

static bool set_cell(struct tool_table *t, struct libscols_line *line,
		     size_t i, char *s)
{
	if (!s || scols_line_refer_data(line, i, s)) {
		free(s);
		t->failed = true;
		return false;
	}
	t->wide |= !is_ascii(s);
	return true;
}

static struct libscols_line *new_line(struct tool_table *t,
				      struct libscols_line *parent)
{
	struct libscols_line *line = scols_table_new_line(t->scols, parent);

	t->failed |= !line;
	return line;
}

struct libscols_line *tool_table_add(struct tool_table *t,
				     struct libscols_line *parent,
				     const void *object)
{
	struct libscols_line *line = new_line(t, parent);
	size_t i;

	for (i = 0; line && i < t->columns->count; i++)
		if (!set_cell(t, line, i, cell(t, i, object)))
			return NULL;
	return line;
}

struct libscols_line *tool_table_add_title(struct tool_table *t,
					   struct libscols_line *parent,
					   const char *title)
{
	struct libscols_line *line = new_line(t, parent);

	if (!line || !set_cell(t, line, 0, text_escape(title)))
		return NULL;
	return line;
}

/*
 * The locale determines only the width of text other than ASCII, and the lines
 * of a tree. Loading it costs more than reading five devices, so do that on
 * demand. Text is UTF-8 in any locale, and libsmartcols hangs on text that the
 * locale cannot decode.
 */
static void load_locale(struct tool_table *t)
{
	setlocale(LC_CTYPE, "");
	t->failed |= scols_table_set_default_symbols(t->scols) != 0;
	if (t->wide && MB_CUR_MAX == 1 && !setlocale(LC_CTYPE, "C.UTF-8"))
		scols_table_enable_noencoding(t->scols, 0);
}

bool tool_table_print(struct tool_table *t)
{
	if (t->wide || t->mode == TOOL_TREE)
		load_locale(t);
	if (!t->failed && scols_print_table(t->scols))
		t->failed = true;
	scols_unref_table(t->scols);
	if (t->failed)
		tool_no_memory();
	if (t->denied)
		tool_hint(TOOL_DENIED_HINT);
	return !t->failed;
}
