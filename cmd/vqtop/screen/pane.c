// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of the pane, wrapped where they are wider than the screen. */
#include <stdlib.h>
#include <string.h>

#include "vqtop/screen/view.h"

#define INDENT	"    "

void vt_pane_clear(struct vt_pane *p)
{
	while (p->count)
		free(p->line[--p->count].s);
	free(p->line);
	memset(p, 0, sizeof(*p));
}

void vt_pane_add(struct vt_pane *p, enum vt_style style, struct text *t)
{
	char *s = text_take(t);

	if (!s || !tool_grow(&p->line, p->count, sizeof(*p->line))) {
		free(s);
		return;
	}
	p->line[p->count].s = s;
	p->line[p->count++].style = style;
}

static unsigned int columns_of_part(const char *s, size_t len)
{
	char *part = strndup(s, len);
	unsigned int n = part ? text_columns(part) : 0;

	free(part);
	return n;
}

/*
 * How many bytes of @s fit before a @gap; 0: no gap fits. Leading blanks do not
 * count as a gap.
 */
static size_t place(const char *s, const char *gap, unsigned int width)
{
	size_t at = strspn(s, " "), last = 0;
	const char *next;

	while ((next = strstr(s + at, gap))) {
		at = next - s;
		if (columns_of_part(s, at) > width)
			break;
		last = at;
		at += strspn(next, " ");
	}
	return last;
}

/* Break between values, which three blanks separate; else between words. */
static size_t choose(const char *s, unsigned int width)
{
	size_t at;

	if (text_columns(s) <= width)
		return 0;
	at = place(s, "   ", width);
	return at ? at : place(s, " ", width);
}

static void add(struct vt_pane *p, enum vt_style style, char *s,
		unsigned int width)
{
	const char *indent = width > 8 * strlen(INDENT) ? INDENT : "";
	const char *rest = s;
	struct text t = { 0 };
	char *line;
	size_t at;

	for (;;) {
		text_add(&t, rest == s ? "" : indent);
		text_add(&t, rest);
		line = text_take(&t);
		at = line ? choose(line, width) : 0;
		if (at) {
			rest += at - (rest == s ? 0 : strlen(indent));
			rest += strspn(rest, " ");
			line[at] = '\0';
		}
		text_add(&t, line ? line : "");
		free(line);
		vt_pane_add(p, style, &t);
		if (!at)
			return;
	}
}

void vt_pane_wrap(struct vt_pane *p, unsigned int width)
{
	struct vt_pane old = *p;
	size_t i;

	*p = (struct vt_pane){ 0 };
	for (i = 0; i < old.count; i++)
		add(p, old.line[i].style, old.line[i].s, width);
	vt_pane_clear(&old);
}
