// SPDX-License-Identifier: GPL-2.0-or-later
/* What keys and the mouse do to the view. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "vqtop/screen/view.h"

#define CTRL_L	('L' & 0x1f)
#define SEEK	60

static struct vt_do just(enum vt_todo todo)
{
	return (struct vt_do){ .todo = todo };
}

static void move(struct vt_view *v, const struct vt_model *m, long by)
{
	long to = (long)v->cursor + by, last = (long)v->lines.count - 1;

	if (last < 0)
		return;
	to = to < 0 ? 0 : to > last ? last : to;
	vt_view_select(v, m, to, by > 0 ? 1 : -1);
}

static void scroll(size_t *top, long by, size_t count, size_t room)
{
	long to = (long)*top + by;
	long last = count > room ? (long)(count - room) : 0;

	*top = to < 0 ? 0 : to > last ? last : to;
}

/* How far a key moves in a list of @room lines; 0: no such key. */
static long distance(long key, long room)
{
	room = room > 1 ? room - 1 : 1;
	switch (key) {
	case VT_UP:
	case 'k':
		return -1;
	case VT_DOWN:
	case 'j':
		return 1;
	case VT_PAGE_UP:
		return -room;
	case VT_PAGE_DOWN:
		return room;
	case VT_HOME:
	case 'g':
		return -(1L << 24);
	case VT_END:
	case 'G':
		return 1L << 24;
	}
	return 0;
}

static void sort_by(struct vt_view *v, const struct tool_column *c)
{
	if (c && v->sort == c)
		v->invert = !v->invert;
	else
		v->invert = false;
	v->sort = c;
}

/* The column next to the sort column; before the first one: none. */
static void sort_beside(struct vt_view *v, int by)
{
	long i, n = v->columns.count;

	for (i = 0; i < n && v->columns.shown[i] != v->sort; i++)
		;
	if (i == n)
		i = -1;
	i += by;
	if (i < -1)
		i = n - 1;
	v->sort = i < 0 || i >= n ? NULL : v->columns.shown[i];
	v->invert = false;
}

static void change_columns(struct vt_view *v, int by)
{
	if (by < 0 && v->first_column)
		v->first_column--;
	if (by > 0 && v->first_column + 1 < v->columns.count)
		v->first_column++;
}

static struct vt_do change_delay(struct vt_view *v, bool more)
{
	static const double steps[] = {
		0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 300, 3600,
	};
	size_t i;

	if (more) {
		for (i = 0; i + 1 < ARRAY_SIZE(steps) && steps[i] <= v->delay;
		     i++)
			;
	} else {
		for (i = ARRAY_SIZE(steps) - 1; i && steps[i] >= v->delay; i--)
			;
	}
	/* Beyond the last step, keep the delay. */
	if (more ? steps[i] > v->delay : steps[i] < v->delay)
		v->delay = steps[i];
	vt_view_say(v, false, "delay: %g s", v->delay);
	return just(VT_RESTART);
}

static void begin_prompt(struct vt_view *v, enum vt_prompt prompt)
{
	v->prompt = prompt;
	v->typed[0] = '\0';
	if (prompt == VT_FILTER)
		memcpy(v->typed, v->filter, sizeof(v->typed));
	if (prompt == VT_SORT && v->sort)
		snprintf(v->typed, sizeof(v->typed), "%s", v->sort->name);
}

static void open_pane(struct vt_view *v, unsigned int height)
{
	v->show_pane = !v->show_pane;
	v->pane_top = 0;
	/* Small screens show either the list or the pane. */
	v->in_pane = v->show_pane && height < 14;
}

static struct vt_do press_tape(int key)
{
	static const struct {
		int key;
		struct vt_do todo;
	} keys[] = {
		{ '[', { VT_SEEK, -1 } }, { ']', { VT_SEEK, 1 } },
		{ '{', { VT_SEEK, -SEEK } }, { '}', { VT_SEEK, SEEK } },
		{ '(', { VT_SPEED, -1 } }, { ')', { VT_SPEED, 1 } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].key == key)
			return keys[i].todo;
	return just(VT_DRAW);
}

static struct vt_do press_other(struct vt_view *v, const struct vt_model *m,
				long key, unsigned int height)
{
	switch (key) {
	case VT_LEFT:
	case 'h':
		change_columns(v, -1);
		break;
	case VT_RIGHT:
	case 'l':
		change_columns(v, 1);
		break;
	case '/':
		begin_prompt(v, VT_SEARCH);
		break;
	case '\\':
		begin_prompt(v, VT_FILTER);
		break;
	case VT_F6:
		begin_prompt(v, VT_SORT);
		break;
	case 'n':
		vt_view_search(v, m, true);
		break;
	case '<':
		sort_beside(v, -1);
		break;
	case '>':
		sort_beside(v, 1);
		break;
	case 'I':
		v->invert = !v->invert;
		break;
	case 'Z':
		v->paused = !v->paused;
		break;
	case ' ':
		vt_view_fold(v);
		break;
	case VT_ESCAPE:
		v->filter[0] = '\0';
		break;
	case VT_TAB:
		v->in_pane = v->show_pane && !v->in_pane;
		break;
	case VT_ENTER:
		open_pane(v, height);
		break;
	case '?':
	case VT_F1:
		v->help = true;
		v->help_top = 0;
		break;
	case '+':
	case '-':
		return change_delay(v, key == '+');
	case 'c':
		return just(VT_CHECK);
	case 'w':
		return just(VT_CAPTURE);
	case 'W':
		return just(VT_SAVE);
	case CTRL_L:
		return just(VT_REDRAW);
	case 'q':
		return just(VT_QUIT);
	default:
		return press_tape(key);
	}
	return just(VT_DRAW);
}

static void type(char *typed, long key)
{
	size_t len = strlen(typed);

	if (key == VT_BACKSPACE) {
		while (len && (typed[len - 1] & 0xc0) == 0x80)
			len--;
		typed[len ? len - 1 : 0] = '\0';
		return;
	}
	if (key < ' ' || key == 0x7f || key >= 0x110000 || len + 5 > VT_TYPED)
		return;
	typed += len;
	if (key < 0x80) {
		*typed++ = key;
	} else if (key < 0x800) {
		*typed++ = 0xc0 | key >> 6;
		*typed++ = 0x80 | (key & 0x3f);
	} else {
		if (key < 0x10000) {
			*typed++ = 0xe0 | key >> 12;
		} else {
			*typed++ = 0xf0 | key >> 18;
			*typed++ = 0x80 | (key >> 12 & 0x3f);
		}
		*typed++ = 0x80 | (key >> 6 & 0x3f);
		*typed++ = 0x80 | (key & 0x3f);
	}
	*typed = '\0';
}

/* Replace the typed name with that of an adjacent column. */
static void choose(struct vt_view *v, int by)
{
	long i, n = v->columns.count;

	for (i = 0; i < n; i++)
		if (!strcasecmp(v->columns.shown[i]->name, v->typed))
			break;
	i = i == n ? (by > 0 ? 0 : n - 1) : i + by;
	snprintf(v->typed, sizeof(v->typed), "%s",
		 i < 0 || i >= n ? "" : v->columns.shown[i]->name);
}

static void end_prompt(struct vt_view *v, const struct vt_model *m, bool done)
{
	const struct tool_column *c;

	switch (v->prompt) {
	case VT_SEARCH:
		if (done)
			memcpy(v->search, v->typed, sizeof(v->search));
		if (done)
			vt_view_search(v, m, true);
		break;
	case VT_FILTER:
		if (!done)
			v->filter[0] = '\0';
		break;
	case VT_SORT:
		c = vt_column(v->typed);
		if (done && v->typed[0] && !c)
			vt_view_say(v, true, "unknown column: %s", v->typed);
		else if (done)
			sort_by(v, c);
		break;
	default:
		break;
	}
	v->prompt = VT_NO_PROMPT;
}

static void press_prompt(struct vt_view *v, const struct vt_model *m, long key)
{
	if (key == VT_ENTER || key == VT_ESCAPE) {
		end_prompt(v, m, key == VT_ENTER);
		return;
	}
	if (v->prompt == VT_SORT && (key == VT_UP || key == VT_LEFT))
		choose(v, -1);
	else if (v->prompt == VT_SORT && (key == VT_DOWN || key == VT_RIGHT))
		choose(v, 1);
	else
		type(v->typed, key);
	if (v->prompt == VT_FILTER)
		memcpy(v->filter, v->typed, sizeof(v->filter));
}

struct vt_do vt_press(struct vt_view *v, const struct vt_model *m, long key,
		      unsigned int height)
{
	struct vt_regions r;
	long by;

	v->message[0] = '\0';
	if (v->prompt) {
		press_prompt(v, m, key);
		return just(VT_DRAW);
	}
	vt_regions(m, v, height, &r);
	by = distance(key, v->help ? height : v->in_pane ? r.pane_height :
		      r.list_height);
	if (v->help && by)
		scroll(&v->help_top, by, m->help.count, height - 1);
	else if (v->help)
		v->help = false;
	else if (by && v->in_pane && r.pane_height)
		scroll(&v->pane_top, by, m->pane.count, r.pane_height - 1);
	else if (by)
		move(v, m, by);
	else
		return press_other(v, m, key, height);
	return just(VT_DRAW);
}

void vt_click(struct vt_view *v, const struct vt_model *m, unsigned int x,
	      unsigned int y, unsigned int width, unsigned int height)
{
	struct vt_regions r;

	if (v->help) {
		v->help = false;
		return;
	}
	vt_regions(m, v, height, &r);
	if (r.heading && y == r.heading) {
		sort_by(v, vt_layout_column(v, m, width, x));
		return;
	}
	v->in_pane = r.pane_height && y >= r.pane && y < r.pane + r.pane_height;
	if (y < r.list || y >= r.list + r.list_height)
		return;
	if (v->top + y - r.list >= v->lines.count)
		return;
	vt_view_select(v, m, v->top + y - r.list, -1);
	/* A click on the sign before a device folds it. */
	if (!x && v->index < 0)
		vt_view_fold(v);
}

void vt_wheel(struct vt_view *v, const struct vt_model *m, unsigned int y,
	      int by, unsigned int height)
{
	struct vt_regions r;

	vt_regions(m, v, height, &r);
	if (v->help)
		scroll(&v->help_top, by, m->help.count, height - 1);
	else if (r.pane_height && y >= r.pane)
		scroll(&v->pane_top, by, m->pane.count, r.pane_height - 1);
	else
		move(v, m, by);
}
