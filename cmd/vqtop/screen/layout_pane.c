// SPDX-License-Identifier: GPL-2.0-or-later
/* Below or over the list: details, help, the footer. */
#include <stdio.h>

#include "vqtop/screen/layout.h"

/* Lines from @top on, at @y. Values in them are already escaped. */
static void draw_lines(const struct vt_canvas *c, const struct vt_pane *p,
		       size_t top, unsigned int y, unsigned int height)
{
	for (; height-- && top < p->count; top++, y++)
		vt_put(c->f, 0, y, c->f->width, p->line[top].style,
		       p->line[top].s);
}

void vt_draw_pane(const struct vt_canvas *c)
{
	if (!c->r.pane_height)
		return;
	vt_style(c->f, 0, c->r.pane, c->f->width, VT_HEADING);
	vt_put(c->f, 0, c->r.pane, c->f->width,
	       c->v->in_pane ? VT_SORTED : VT_HEADING,
	       c->v->in_pane ? "DETAILS > (Tab: the list)" :
	       "DETAILS (Tab: scroll here, Enter: close)");
	draw_lines(c, &c->m->pane, c->v->pane_top, c->r.pane + 1,
		   c->r.pane_height - 1);
}

void vt_draw_help(const struct vt_canvas *c)
{
	draw_lines(c, &c->m->help, c->v->help_top, 0,
		   c->f->height ? c->f->height - 1 : 0);
}

static void draw_prompt(const struct vt_canvas *c)
{
	static const char *const what[] = {
		[VT_SEARCH] = "/", [VT_FILTER] = "filter: ",
		[VT_SORT] = "sort by (arrows, or a name): ",
	};
	unsigned int x;

	x = vt_put(c->f, 0, c->r.footer, c->f->width, VT_BOLD,
		   what[c->v->prompt]);
	x += vt_put_escaped(c->f, x, c->r.footer, c->f->width - x, VT_PLAIN,
			    c->v->typed);
	vt_put(c->f, x, c->r.footer, 1, VT_SELECTED, "_");
}

static void draw_keys(const struct vt_canvas *c)
{
	char line[320];

	snprintf(line, sizeof(line), "%s%s%s%s",
		 c->v->filter[0] ? "filter: " : "",
		 c->v->filter[0] ? c->v->filter : "",
		 c->v->filter[0] ? "  " : "",
		 c->m->tape.speed > 0 ?
		 "?help q:quit Z:pause [ ]:step { }:seek ( ):speed Enter:details" :
		 "?help q:quit Enter:details /search \\filter <>sort Z:pause c:check w:capture");
	vt_put_escaped(c->f, 0, c->r.footer, c->f->width, VT_DIM, line);
}

/* Wrap the message, over lines of the list or the pane. */
static void draw_message(const struct vt_canvas *c)
{
	enum vt_style style = c->v->bad_message ? VT_ERROR : VT_BOLD;
	struct vt_pane p = { 0 };
	struct text t = { 0 };
	unsigned int n, x, y;

	text_add_escaped(&t, c->v->message);
	vt_pane_add(&p, style, &t);
	vt_pane_wrap(&p, c->f->width);
	n = p.count < c->r.footer ? p.count : c->r.footer;
	for (y = 0; y < n; y++) {
		unsigned int at = c->r.footer + 1 - n + y;

		for (x = 0; x < c->f->width; x++)
			vt_put(c->f, x, at, 1, VT_PLAIN, " ");
		vt_put(c->f, 0, at, c->f->width, style, p.line[y].s);
	}
	vt_pane_clear(&p);
}

void vt_draw_footer(const struct vt_canvas *c)
{
	if (!c->r.footer)
		return;
	if (c->v->help)
		vt_put(c->f, 0, c->r.footer, c->f->width, VT_DIM,
		       "arrows: scroll   any other key: back");
	else if (c->v->prompt)
		draw_prompt(c);
	else if (c->v->message[0])
		draw_message(c);
	else
		draw_keys(c);
}
