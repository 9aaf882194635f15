// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cells of CSV (RFC 4180), which often end up in a spreadsheet. Spreadsheets
 * run text that starts like a formula, and devices choose their own names. An
 * apostrophe in front of such text marks it as text. Numbers, even negative
 * ones, stay numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "vqtop/batch/csv.h"

/* Includes full-width forms, as East Asian keyboards type them. Tabs and line
 * ends also count, but the text is escaped. */
static bool begins_formula(const char *s)
{
	static const char *const signs[] = {
		"=", "+", "-", "@", "＝", "＋", "－", "＠",
	};
	size_t i;

	s += strspn(s, " ");
	for (i = 0; i < ARRAY_SIZE(signs); i++)
		if (!strncmp(s, signs[i], strlen(signs[i])))
			return true;
	return false;
}

static void add_cell(struct text *t, const char *s)
{
	bool quoted = strpbrk(s, ",;\"");

	if (quoted)
		text_add_bytes(t, "\"", 1);
	if (begins_formula(s))
		text_add_bytes(t, "'", 1);
	for (; *s; s++) {
		text_add_bytes(t, s, 1);
		if (*s == '"')
			text_add_bytes(t, s, 1);
		/* Some locales separate cells with semicolons. */
		if (*s == ';' && begins_formula(s + 1))
			text_add_bytes(t, "'", 1);
	}
	if (quoted)
		text_add_bytes(t, "\"", 1);
}

void vt_csv_add_text(struct text *t, const char *s)
{
	char *safe = text_escape(s);

	if (safe)
		add_cell(t, safe);
	else
		t->failed = true;
	free(safe);
}

void vt_csv_add(struct text *t, const struct vt_value *v)
{
	if (v->kind == VT_TEXT)
		vt_csv_add_text(t, v->text);
	else
		vt_add_plain(t, v);
}
