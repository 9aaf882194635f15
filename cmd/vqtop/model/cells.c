// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of a queue as text, and how they compare. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vqtop/model/columns.h"

/* Three significant digits, but no zeros after the point. */
static void add_digits(struct text *t, double n)
{
	text_add_fixed(t, n, n == (double)(long)n ? 0 : n < 9.995 ? 2 :
		       n < 99.95 ? 1 : 0);
}

/* Three significant digits and a unit prefix. */
void vt_add_amount(struct text *t, double n)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P" };
	size_t i;

	/* Rates are never negative, but a recording may say otherwise. */
	n = n > 0 ? n : 0;
	for (i = 0; n >= 999.5 && i + 1 < ARRAY_SIZE(units); i++)
		n /= 1000;
	if (n >= 999.5)
		text_addf(t, "%.3g", n);
	else
		add_digits(t, n);
	text_add(t, units[i]);
}

void vt_add_time(struct text *t, double us, bool ascii)
{
	static const struct {
		double from;
		const char *unit, *ascii;
	} units[] = {
		{ 86400e6, "d", "d" }, { 3600e6, "h", "h" },
		{ 60e6, "min", "min" }, { 1e6, "s", "s" },
		{ 1e3, "ms", "ms" }, { 1, "µs", "us" },
	};
	size_t i = 0;
	double n;

	while (i + 1 < ARRAY_SIZE(units) && us < units[i].from * 0.9995)
		i++;
	n = us > 0 && us < 1e18 ? us / units[i].from : 0;
	add_digits(t, n);
	text_add(t, ascii ? units[i].ascii : units[i].unit);
}

static bool positive(const struct vt_row *r, const char *name)
{
	double n;

	return vt_number(r, name, &n) && n > 0;
}

/* In parked queues, buffers wait by design. */
const char *vt_state(const struct vt_row *r)
{
	const char *role = vt_text(r, "role");
	double n;

	const char *code = vt_text(r, "code");

	if (vt_is(r, "stalled"))
		return code && !strcmp(code, "D_REQUEST_LOST") ? "LOST" :
		       "STALLED";
	if (positive(r, "submitted_per_s") || positive(r, "completed_per_s"))
		return "moving";
	/* Interrupts say nothing: other queues may share them. */
	if (!vt_number(r, "in_flight", &n))
		return "-";
	if (n > 0)
		return role && !strcmp(role, "parked") ? "waiting" : "busy";
	return "idle";
}

static void add_reason(struct text *t, const struct vt_row *r)
{
	const char *code = vt_text(r, "code"), *reason = vt_text(r, "reason");

	if (code)
		text_add_escaped(t, code);
	if (code && reason)
		text_add(t, ": ");
	if (reason)
		text_add_escaped(t, reason);
}

/* Never show less than 100 % as 100 %. */
static void add_percent(struct text *t, double n)
{
	text_add_fixed(t, n > 99 && n < 100 ? 99 : n, n > 0 && n < 9.95);
	text_add(t, "%");
}

static void add_number(struct text *t, const struct tool_column *c, double n,
		       bool ascii)
{
	if (c->form == VT_AS_NUMBER)
		vt_add_amount(t, n);
	else if (c->form == VT_AS_US)
		vt_add_time(t, n, ascii);
	else if (c->form == VT_AS_MS)
		vt_add_time(t, n * 1000, ascii);
	else
		add_percent(t, n);
}

static void add_form(struct text *t, const struct tool_column *c,
		     const struct vt_row *r, bool ascii)
{
	struct vi_value v;
	double n;

	switch (c->form) {
	case VT_AS_STATE:
		text_add(t, vt_state(r));
		break;
	case VT_AS_REASON:
		add_reason(t, r);
		break;
	case VT_AS_NAME:
	case VT_AS_TEXT:
	case VT_AS_YES:
		if (!vt_column_value(c, r, &v))
			break;
		if (v.type == VI_REAL)
			vt_add_amount(t, v.real);
		else
			text_add_value(t, &v);
		break;
	default:
		if (vt_column_value(c, r, &v) && vt_value_number(&v, &n))
			add_number(t, c, n, ascii);
	}
}

void vt_add_cell(struct text *t, const struct tool_column *c,
		 const struct vt_row *r, bool ascii)
{
	size_t begin = t->len;
	struct vi_value v;

	if (c->bound && vt_column_value(c, r, &v) &&
	    vt_is(r, vt_column_bound(c)))
		text_add(t, ascii ? ">=" : "≥");
	add_form(t, c, r, ascii);
	if (t->len == begin)
		text_add(t, "-");
}

/* Compare the numbers in names: virtio2 comes before virtio10. */
static int compare_text(const char *a, const char *b)
{
	return strverscmp(a, b);
}

static int state_order(const struct vt_row *r)
{
	static const char *const order[] = {
		"-", "idle", "waiting", "busy", "moving", "LOST",
		"STALLED",
	};
	const char *state = vt_state(r);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		if (!strcmp(order[i], state))
			return i;
	return 0;
}

int vt_column_compare(const struct tool_column *c, const struct vt_row *a,
		      const struct vt_row *b)
{
	struct vi_value x, y;
	bool has_x, has_y;
	double m, n;

	if (c->form == VT_AS_STATE)
		return state_order(a) - state_order(b);
	has_x = vt_column_value(c, a, &x);
	has_y = vt_column_value(c, b, &y);
	if (!has_x || !has_y)
		return has_x - has_y;
	if (x.type == VI_STRING)
		return compare_text(x.string, y.string);
	if (x.type == VI_BOOL)
		return x.boolean - y.boolean;
	return vt_value_number(&x, &m) && vt_value_number(&y, &n) ?
	       (m > n) - (m < n) : 0;
}

bool vt_row_has(const struct vt_row *r, const char *text)
{
	static const char *const fields[] = {
		"device", "type", "kname", "address", "name", "spec_name",
		"role", "layout", "code",
	};
	size_t i;

	if (!*text)
		return true;
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *s = vt_text(r, fields[i]);

		if (s && strcasestr(s, text))
			return true;
	}
	return !strcasecmp(text, vt_state(r));
}
