// SPDX-License-Identifier: GPL-2.0-or-later
/* The first lines: a summary of the sample. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/screen/layout.h"

/* Parts from left to right, the most important first, as far as they fit. */
struct line {
	const struct vt_canvas *c;
	unsigned int x;
};

static void put(struct line *l, enum vt_style style, struct text *t)
{
	char *s = text_take(t);
	unsigned int n = s ? text_columns(s) : 0;

	/* Truncate no part but the first, which is always shown. */
	if (n && (!l->x || l->x + n <= l->c->f->width))
		l->x += vt_put(l->c->f, l->x, 0, n, style, s) + 2;
	free(s);
}

static void put_count(struct line *l, const char *name, const char *what,
		      enum vt_style style)
{
	struct text t = { 0 };
	struct vi_value v;

	if (!vt_get_sum(&l->c->m->now, name, &v))
		return;
	text_addf(&t, "%" PRIu64 " %s", v.number, what);
	if (strcmp(name, "stalled") && v.number != 1)
		text_add(&t, "s");
	put(l, style, &t);
}

static void put_rate(struct line *l, const char *name, const char *what)
{
	struct text t = { 0 };
	double n;

	if (!vt_sum_number(&l->c->m->now, name, &n))
		return;
	vt_add_amount(&t, n);
	text_addf(&t, "/s %s", what);
	put(l, VT_PLAIN, &t);
}

static void put_cost(struct line *l)
{
	struct text t = { 0 };
	double n;

	if (!vt_sum_number(&l->c->m->now, "cpu_percent", &n))
		return;
	text_addf(&t, "cpu %.2f%%", n);
	put(l, VT_DIM, &t);
}

static void put_way(struct line *l)
{
	const char *attach = vt_sum_text(&l->c->m->now, "attach");
	struct text t = { 0 };

	if (!attach)
		return;
	text_add(&t, "via ");
	text_add_escaped(&t, attach);
	put(l, VT_DIM, &t);
}

/* Print only the time of day: "2026-11-22T20:00:01.500Z" as 20:00:01Z. */
static void put_time(struct line *l)
{
	const char *time = vt_sum_text(&l->c->m->now, "time");
	const char *at = time ? strchr(time, 'T') : NULL;
	struct text t = { 0 };
	size_t len;
	char clock[9];

	if (!at || strlen(at) < sizeof(clock))
		return;
	snprintf(clock, sizeof(clock), "%s", at + 1);
	text_add_escaped(&t, clock);
	/* Z says that this is UTC. */
	len = strlen(at);
	if (at[len - 1] == 'Z')
		text_add(&t, "Z");
	put(l, VT_DIM, &t);
}

static void put_mode(struct line *l)
{
	const struct vt_tape *tape = &l->c->m->tape;
	struct text t = { 0 };

	if (tape->speed > 0)
		text_addf(&t, "REPLAY %zu/%zu x%g", tape->at + !!tape->count,
			  tape->count, tape->speed);
	put(l, VT_WARNING, &t);
	if (l->c->v->paused)
		text_add(&t, "PAUSED");
	put(l, VT_WARNING, &t);
}

/* The notes below give details if there is room. */
static void put_error(struct line *l)
{
	struct text t = { 0 };

	if (!vt_error(&l->c->m->now))
		return;
	text_add(&t, vt_has_queues(&l->c->m->now) ? "INCOMPLETE" : "FAILED");
	put(l, VT_ERROR, &t);
}

static bool any_stalled(const struct vt_canvas *c)
{
	double n;

	return vt_sum_number(&c->m->now, "stalled", &n) && n > 0;
}

static void draw_notes(const struct vt_canvas *c)
{
	const char *error = vt_error(&c->m->now);
	struct vi_value v;
	unsigned int i;

	vt_get_sum(&c->m->now, "notes", &v);
	for (i = 0; i < c->r.note_height; i++)
		vt_put_escaped(c->f, 0, c->r.note + i, c->f->width,
			       error && !i ? VT_ERROR : VT_WARNING,
			       error && !i ? error : v.list[i - !!error]);
}

void vt_draw_top(const struct vt_canvas *c)
{
	struct line l = { .c = c };
	struct text t = { 0 };

	if (c->f->width >= 40) {
		text_add(&t, "vqtop");
		put(&l, VT_BOLD, &t);
	}
	if (any_stalled(c))
		put_count(&l, "stalled", "STALLED", VT_ERROR);
	put_error(&l);
	put_mode(&l);
	put_count(&l, "devices", "device", VT_PLAIN);
	put_count(&l, "queues", "queue", VT_PLAIN);
	put_rate(&l, "submitted_per_s", "sub");
	put_rate(&l, "completed_per_s", "comp");
	put_cost(&l);
	put_way(&l);
	put_time(&l);
	draw_notes(c);
}
