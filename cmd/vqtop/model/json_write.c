// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample as a line of JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/model/json.h"

/* Millionths are enough, and zeros at the end say nothing. */
static void add_real(struct text *t, double n)
{
	if (!isfinite(n)) {
		text_add(t, "0");
		return;
	}
	if (fabs(n) >= 1e15) {
		text_addf(t, "%.17g", n);
		return;
	}
	/* Many are whole numbers. */
	if (n >= 0 && n == (double)(uint64_t)n) {
		text_add_number(t, n, 0);
		return;
	}
	text_add_fixed(t, n, 6);
	if (t->failed)
		return;
	while (t->s[t->len - 1] == '0')
		t->len--;
	if (t->s[t->len - 1] == '.')
		t->len--;
	t->s[t->len] = '\0';
}

/* Is it as it is in JSON? Most is. */
static bool is_simple(const char *s)
{
	while (*s >= ' ' && *s <= '~' && *s != '"' && *s != '\\')
		s++;
	return !*s;
}

/* What was escaped has no control characters left. */
static void add_string(struct text *t, const char *s)
{
	const char *at;
	char *safe, c[3] = "\\";

	if (is_simple(s)) {
		text_add_bytes(t, "\"", 1);
		text_add(t, s);
		text_add_bytes(t, "\"", 1);
		return;
	}
	safe = text_escape(s);
	if (!safe) {
		t->failed = true;
		return;
	}
	text_add(t, "\"");
	for (at = safe; *at; at++) {
		c[0] = '\\';
		c[1] = *at;
		text_add(t, c + (*at != '"' && *at != '\\'));
	}
	text_add(t, "\"");
	free(safe);
}

static void add_value(struct text *t, const struct vt_value *v)
{
	const char *const *item;

	switch (v->kind) {
	case VT_BOOL:
		text_add(t, v->yes ? "true" : "false");
		break;
	case VT_COUNT:
		text_add_number(t, v->count, 0);
		break;
	case VT_REAL:
		add_real(t, v->real);
		break;
	case VT_TEXT:
		add_string(t, v->text);
		break;
	case VT_LIST:
		text_add(t, "[");
		for (item = v->list; *item; item++) {
			text_add(t, item == v->list ? "" : ",");
			add_string(t, *item);
		}
		text_add(t, "]");
		break;
	default:
		text_add(t, "null");
	}
}

/* The bytes of text that was not safe, under the same name. */
static void add_twin(struct text *t, const char *name, const char *s)
{
	bool changed = false;

	if (is_simple(s))
		return;
	vi_escape(NULL, 0, s, &changed);
	if (!changed)
		return;
	text_addf(t, ",\"%s_hex\":\"", name);
	for (; *s; s++)
		text_addf(t, "%02x", (unsigned char)*s);
	text_add(t, "\"");
}

static void add_field(struct text *t, const struct vt_fields *f, size_t i,
		      const struct vt_value *v, bool *first)
{
	if (v->kind == VT_NONE)
		return;
	/* The first one has no comma in front. */
	text_add_bytes(t, f->key[i] + *first, f->key_len[i] - *first);
	*first = false;
	add_value(t, v);
	if (v->kind == VT_TEXT)
		add_twin(t, vi_field_name(f->field[i]), v->text);
}

static bool is_wanted(const struct vt_fields *f, size_t i,
		      const struct tool_columns *columns)
{
	size_t j;

	if (!columns || f->at[F_DEVICE] == (int)i || f->at[F_INDEX] == (int)i)
		return true;
	/* A bound without what it is of is no use, and the other way round. */
	for (j = 0; j < columns->count; j++)
		if (vt_column_field(columns->shown[j]) == (int)i ||
		    (columns->shown[j]->bound &&
		     f->at[vt_column_bound(columns->shown[j])] == (int)i))
			return true;
	return false;
}

static void add_row(struct text *t, const struct vt_row *r,
		    const bool *wanted)
{
	const struct vt_fields *f = vt_queue_fields();
	bool first = true;
	size_t i;

	text_add(t, "{");
	for (i = 0; i < f->count; i++)
		if (wanted[i] ||
		    (f->at[F_NAME] == (int)i && vt_index(r) >= VT_NO_INDEX))
			add_field(t, f, i, &r->v[i], &first);
	text_add(t, "}");
}

void vt_json_add(struct text *t, const struct vt_snapshot *s,
		 const struct tool_columns *columns)
{
	const struct vt_fields *f = vt_sum_fields();
	bool first = true, wanted[VT_MAX_FIELDS] = { false };
	size_t i;

	for (i = 0; i < vt_queue_fields()->count; i++)
		wanted[i] = is_wanted(vt_queue_fields(), i, columns);
	text_add(t, "{");
	/* How many queues there are is seen from the list of them. */
	for (i = 0; i < f->count; i++)
		if ((int)i != f->at[S_QUEUES])
			add_field(t, f, i, &s->sum.v[i], &first);
	if (!vt_has_queues(s)) {
		text_add(t, "}");
		return;
	}
	text_add(t, first ? "\"queues\":[" : ",\"queues\":[");
	for (i = 0; i < s->count; i++) {
		if (i)
			text_add(t, ",");
		add_row(t, &s->row[i], wanted);
	}
	text_add(t, "]}");
}

void vt_json_add_header(struct text *t)
{
	text_addf(t, "{\"vqtop\":{\"version\":\"%s\",\"schema\":1}}",
		  vi_version());
}

void vt_add_plain(struct text *t, const struct vt_value *v)
{
	if (v->kind == VT_BOOL)
		text_add(t, v->yes ? "1" : "0");
	else if (v->kind == VT_COUNT || v->kind == VT_REAL)
		add_value(t, v);
}
