// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cells of CSV (RFC 4180), which often end up in a spreadsheet. Spreadsheets
 * run text that starts like a formula, and devices choose their own names. An
 * apostrophe in front of such text marks it as text. Numbers, even negative
 * ones, stay numbers.
 */
#include <math.h>
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

/* To the millionth, like JSON. */
static void add_real(struct text *t, double n)
{
	bool whole = !(fabs(n) < 1e15) || n == (double)(int64_t)n;

	text_add_fixed(t, n, whole ? 0 : 6);
	if (whole || t->failed)
		return;
	while (t->s[t->len - 1] == '0')
		t->len--;
	t->len -= t->s[t->len - 1] == '.';
	t->s[t->len] = '\0';
}

void vt_csv_add(struct text *t, const struct vi_value *v)
{
	if (v->type == VI_STRING)
		vt_csv_add_text(t, v->string);
	else if (v->type == VI_BOOL)
		text_add_number(t, v->boolean, 0);
	else if (v->type == VI_REAL)
		add_real(t, v->real);
	else
		text_add_number(t, v->number, 0);
}
