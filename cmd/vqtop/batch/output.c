// SPDX-License-Identifier: GPL-2.0-or-later
/* Print a sample in the chosen format. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grid.h"
#include "vqtop/batch/batch.h"
#include "vqtop/batch/csv.h"
#include "vqtop/batch/openmetrics.h"

/* Output buffers, reused for each sample. */
static struct text out;
static struct vi_json *json;
static struct grid grid;

static bool print(void)
{
	bool ok = !out.failed;

	if (ok && out.len)
		fwrite(out.s, 1, out.len, stdout);
	text_reset(&out);
	return ok;
}

/* --- A table --- */

/* The line above the table. */
static void add_summary(struct text *t, const struct vt_snapshot *s)
{
	static const struct {
		const char *name, *what;
		bool counts;
	} parts[] = {
		{ "devices", " device", true }, { "queues", " queue", true },
		{ "stalled", " stalled", false },
		{ "submitted_per_s", "/s submitted", false },
		{ "completed_per_s", "/s completed", false },
	};
	const char *time = vt_sum_text(s, "time");
	size_t i;
	double n;

	text_add_escaped(t, time ? time : "-");
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!vt_sum_number(s, parts[i].name, &n))
			continue;
		text_add(t, "  ");
		vt_add_amount(t, n);
		text_add(t, parts[i].what);
		if (parts[i].counts && n != 1)
			text_add(t, "s");
	}
	if (vt_sum_number(s, "cpu_percent", &n))
		text_addf(t, "  cpu %.2f%%", n);
	text_add(t, "\n");
}

static void add_remarks(struct text *t, const struct vt_options *o,
			const struct vt_snapshot *s)
{
	if (vt_error(s)) {
		text_add(t, s->count ? "(not all could be read: " :
			 "(queues could not be read: ");
		text_add_escaped(t, vt_error(s));
		text_add(t, ")\n");
	} else if (s->hidden) {
		text_addf(t, "(%zu queue%s here, and the filter shows none of them)\n",
			  s->hidden, s->hidden == 1 ? "" : "s");
	} else if (!s->count) {
		text_add(t, o->replay ? "(no queues in this sample)\n" :
			 "(no queues; still watching for devices to come)\n");
	}
}

static bool print_table(const struct vt_printing *p,
			const struct vt_snapshot *s, const size_t *order)
{
	const struct tool_columns *c = &p->columns;
	size_t i, j;

	if (p->begun)
		text_add(&out, "\n");
	add_summary(&out, s);
	add_remarks(&out, p->o, s);
	grid_begin(&grid, c);
	for (i = 0; i < s->count; i++)
		for (j = 0; j < c->count; j++)
			vt_add_cell(grid_cell(&grid), c->shown[j],
				    &s->row[order[i]], p->o->ascii);
	grid_add(&grid, &out);
	return print();
}

/* --- CSV (RFC 4180) --- */

static void add_csv_cell(struct text *t, const struct tool_column *c,
			 const struct vt_row *r)
{
	const char *state;
	struct vi_value v;

	if (c->form == VT_AS_STATE) {
		state = vt_state(r);
		vt_csv_add_text(t, strcmp(state, "-") ? state : "");
	} else if (vt_column_value(c, r, &v)) {
		vt_csv_add(t, &v);
	}
}

static void add_csv_sum(struct text *t, const struct vt_snapshot *s,
			const char *name)
{
	struct vi_value v;

	if (vt_get_sum(s, name, &v))
		vt_csv_add(t, &v);
}

static void add_csv_heading(struct text *t, const struct tool_columns *c)
{
	const char *at;
	size_t i;

	text_add(t, "time,interval,error");
	for (i = 0; i < c->count; i++) {
		text_add(t, ",");
		for (at = c->shown[i]->name; *at; at++)
			text_addf(t, "%c", tolower((unsigned char)*at));
	}
	text_add(t, "\r\n");
}

/* @r: NULL if no queue is known. */
static void add_csv_line(struct text *t, const struct tool_columns *c,
			 const struct vt_snapshot *s, const struct vt_row *r)
{
	size_t i;

	add_csv_sum(t, s, "time");
	text_add(t, ",");
	add_csv_sum(t, s, "interval");
	text_add(t, ",");
	add_csv_sum(t, s, "error");
	for (i = 0; i < c->count; i++) {
		text_add(t, ",");
		if (r)
			add_csv_cell(t, c->shown[i], r);
	}
	text_add(t, "\r\n");
}

static bool print_csv(const struct vt_printing *p, const struct vt_snapshot *s,
		      const size_t *order)
{
	size_t i;

	if (!p->begun)
		add_csv_heading(&out, &p->columns);
	for (i = 0; i < s->count; i++)
		add_csv_line(&out, &p->columns, s, &s->row[order[i]]);
	if (!vt_has_queues(s))
		add_csv_line(&out, &p->columns, s, NULL);
	return print();
}

/* --- JSON --- */

static int add_piece(void *data, const char *s, size_t len)
{
	struct text *t = data;

	text_add_bytes(t, s, len);
	return t->failed ? -ENOMEM : 0;
}

/* A value and what says that it is a lower bound go together. */
static void add_names(const struct tool_columns *c, const char **names)
{
	const char *bound;
	size_t i;

	for (i = 0; i < c->count; i++) {
		*names++ = c->shown[i]->field;
		bound = vt_column_bound(c->shown[i]);
		if (bound)
			*names++ = bound;
	}
	*names = NULL;
}

static bool print_json(const struct vt_printing *p, const struct vt_snapshot *s)
{
	const char *names[2 * TOOL_MAX_COLUMNS + 1];

	if (!json)
		json = vi_json_new(NULL, add_piece, &out);
	add_names(&p->columns, names);
	vi_json_sample(json, s->sample, p->o->columns ? names : NULL);
	vi_json_newline(json, 0);
	if (vi_json_flush(json)) {
		vi_json_end(json);
		json = NULL;
		out.failed = true;
	}
	return print();
}

/* --- All formats --- */

static bool print_openmetrics(const struct vt_source *from,
			      const struct vt_snapshot *s)
{
	vt_metrics_add(&out, VT_OPENMETRICS_1, s, from->failed);
	return print();
}

struct sorting {
	const struct vt_row *row;
	const struct tool_column *column;
};

static int compare(const void *a, const void *b, void *data)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	const struct sorting *s = data;
	int n = vt_column_compare(s->column, &s->row[x], &s->row[y]);

	if (vt_column_descends(s->column))
		n = -n;
	return n ? n : (x > y) - (x < y);
}

void vt_print_end(void)
{
	vi_json_end(json);
	json = NULL;
	text_free(&out);
	grid_free(&grid);
}

bool vt_print_sample(const struct vt_printing *p, const struct vt_source *from,
		     const struct vt_snapshot *s)
{
	struct sorting how = { .row = s->row, .column = p->sort };
	size_t *order, i;
	bool ok;

	if (p->o->format == VT_JSON)
		return print_json(p, s);
	if (p->o->format == VT_OPENMETRICS)
		return print_openmetrics(from, s);
	order = calloc(s->count + 1, sizeof(*order));
	if (!order)
		return false;
	for (i = 0; i < s->count; i++)
		order[i] = i;
	if (p->sort)
		qsort_r(order, s->count, sizeof(*order), compare, &how);
	ok = p->o->format == VT_CSV ? print_csv(p, s, order) :
	     print_table(p, s, order);
	free(order);
	return ok;
}
