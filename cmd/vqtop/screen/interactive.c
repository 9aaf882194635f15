// SPDX-License-Identifier: GPL-2.0-or-later
/* The main loop: take samples, handle keys, draw the screen. */
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqtop/screen/interactive.h"
#include "vqtop/screen/terminal.h"

#define MIN_SPEED	0.125
#define MAX_SPEED	64
#define MAX_STEP	10.0	/* seconds per sample of a recording */

struct screen {
	struct vt_source *s;
	struct vt_model m;
	struct vt_view v;
	struct vt_frame f;
	struct vt_snapshot next;
	double due;		/* when to take the next sample */
	bool ended;		/* reached the end of the recording */
	bool lost;		/* memory ran out for some of the picture */
	/* The error to report after leaving the screen. */
	char why[128];
};

static bool set_up(struct screen *c, const struct vt_options *o,
		   const struct vt_config *config)
{
	const char *sort = o->sort ? o->sort : config->sort;
	const char *filter = o->filter ? o->filter : config->filter, *at;

	c->v.ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8");
	c->v.delay = o->has_delay ? o->delay :
		     config->delay > 0 ? config->delay : VT_DEFAULT_DELAY;
	c->v.invert = !o->sort && config->invert;
	if (sort)
		c->v.sort = vt_column(sort);
	if (filter)
		snprintf(c->v.filter, sizeof(c->v.filter), "%s", filter);
	c->m.tape.speed = c->s->replay ? 1 : 0;
	if (c->s->replay)
		c->m.tape.count = vi_recording_count(c->s->replay);
	c->v.own_columns = o->columns || config->columns;
	return !tool_columns_choose(&c->v.columns, &vt_columns,
				    vt_screen_columns, o->columns ?
				    o->columns : config->columns, &at);
}

static double step(const struct screen *c)
{
	double n;

	if (!c->s->replay)
		return c->v.delay;
	if (!vt_sum_number(&c->m.now, "interval", &n) || n <= 0)
		n = VT_DEFAULT_DELAY;
	n /= c->m.tape.speed;
	return n > MAX_STEP ? MAX_STEP : n < VT_MIN_DELAY ? VT_MIN_DELAY : n;
}

/* A paused screen keeps its content, but sampling continues. */
static void take(struct screen *c)
{
	struct vt_snapshot old;
	int ret;

	c->due = tool_now() + step(c);
	if (c->s->replay && (c->v.paused || c->ended))
		return;
	ret = vt_source_next(c->s, &c->next);
	if (ret < 0) {
		vt_view_say(&c->v, true, "%s", c->s->why);
		c->ended = c->s->replay;
		return;
	}
	if (!ret) {
		vt_view_say(&c->v, false, "end of the recording");
		c->ended = true;
		return;
	}
	if (c->v.paused)
		return;
	old = c->m.now;
	c->m.now = c->next;
	c->next = old;
	if (!vt_history_add(&c->m.history, &c->m.now)) {
		c->lost = true;
		vt_view_say(&c->v, true, "out of memory: history is incomplete");
	}
	if (c->s->replay)
		c->m.tape.at = vi_recording_at(c->s->replay) - 1;
}

/* Replay earlier samples, too: the history shows the last minutes. */
static void seek(struct screen *c, int by)
{
	size_t at, from;
	long to;

	if (!c->s->replay)
		return;
	to = (long)c->m.tape.at + by;
	if (to >= (long)c->m.tape.count)
		to = c->m.tape.count - 1;
	at = to < 0 ? 0 : to;
	from = at > VT_HISTORY ? at - VT_HISTORY : 0;
	vt_history_free(&c->m.history);
	vi_recording_seek(c->s->replay, from);
	c->ended = false;
	while (!c->ended && vi_recording_at(c->s->replay) <= at) {
		bool paused = c->v.paused;

		c->v.paused = false;
		take(c);
		c->v.paused = paused;
	}
}

static void change_speed(struct screen *c, int by)
{
	double *speed = &c->m.tape.speed;

	if (!c->s->replay)
		return;
	*speed = by > 0 ? *speed * 2 : *speed / 2;
	*speed = *speed < MIN_SPEED ? MIN_SPEED :
		 *speed > MAX_SPEED ? MAX_SPEED : *speed;
	c->due = tool_now() + step(c);
}

static bool lay_out(struct screen *c, unsigned int width, unsigned int height)
{
	if (!vt_view_settle(&c->v, &c->m, height) ||
	    !vt_frame_begin(&c->f, width, height, c->v.ascii))
		return false;
	vt_layout(&c->f, &c->m, &c->v);
	return true;
}

static bool draw(struct screen *c, bool all)
{
	unsigned int width, height;
	bool ok;

	vt_terminal_size(&width, &height);
	vt_default_columns(&c->v, &c->m, width);
	if (c->v.help)
		vt_help(&c->m.help, width, c->v.ascii);
	ok = lay_out(c, width, height);
	/* Missing parts would look like absent devices or queues. */
	if (ok && text_lost()) {
		c->lost = true;
		vt_view_say(&c->v, true, "out of memory: the screen is incomplete");
		ok = lay_out(c, width, height);
		text_lost();
	}
	if (ok)
		vt_terminal_draw(&c->f, all);
	else
		snprintf(c->why, sizeof(c->why), "out of memory");
	return ok;
}

static void save(struct screen *c)
{
	char *path = vt_config_path();

	if (!path)
		vt_view_say(&c->v, true, "cannot save: neither XDG_CONFIG_HOME nor HOME is set");
	else if (vt_config_save(&c->v, path))
		vt_view_say(&c->v, false, "saved: %s", path);
	else
		vt_view_say(&c->v, true, "%s: cannot be written: %s", path,
			    strerror(errno));
	free(path);
}

/* A check takes up to some seconds: announce it. */
static void check(struct screen *c)
{
	if (c->s->sampler && c->v.device)
		vt_view_say(&c->v, false, "checking %s ...", c->v.device);
	draw(c, false);
	vt_check(c->s, &c->v);
}

/* False: quit. */
static bool act(struct screen *c, struct vt_do todo, bool *all)
{
	switch (todo.todo) {
	case VT_QUIT:
		return false;
	case VT_REDRAW:
		*all = true;
		break;
	case VT_CHECK:
		check(c);
		break;
	case VT_CAPTURE:
		vt_capture(c->s, &c->v);
		break;
	case VT_SAVE:
		save(c);
		break;
	case VT_SEEK:
		seek(c, todo.amount);
		break;
	case VT_SPEED:
		change_speed(c, todo.amount);
		break;
	case VT_RESTART:
		c->due = tool_now() + step(c);
		break;
	default:
		break;
	}
	return true;
}

static bool handle(struct screen *c, const struct vt_event *e, bool *all)
{
	unsigned int width, height;
	struct vt_do todo = { .todo = VT_DRAW };

	vt_terminal_size(&width, &height);
	switch (e->kind) {
	case VT_EVENT_END:
		return false;
	case VT_EVENT_FAILED:
		snprintf(c->why, sizeof(c->why), "cannot wait for keys: %s",
			 strerror(errno));
		return false;
	case VT_EVENT_KEY:
		todo = vt_press(&c->v, &c->m, e->key, height);
		break;
	case VT_EVENT_CLICK:
		vt_click(&c->v, &c->m, e->x, e->y, width, height);
		break;
	case VT_EVENT_WHEEL:
		vt_wheel(&c->v, &c->m, e->y, e->by, height);
		break;
	case VT_EVENT_RESIZE:
		*all = true;
		break;
	default:
		break;
	}
	return act(c, todo, all);
}

/* Wait for a key or the next sample, and take interim samples meanwhile. */
static bool wait_for_event(struct screen *c, bool *all)
{
	struct vt_event e = { .kind = VT_EVENT_NONE };

	while (e.kind == VT_EVENT_NONE && tool_now() < c->due) {
		double next = vt_source_between(c->s);
		double left = c->due - tool_now();

		e = vt_terminal_wait(left < next ? left : next);
	}
	return handle(c, &e, all);
}

static void fill_pane(struct screen *c)
{
	unsigned int width, height;

	if (!c->v.show_pane)
		return;
	vt_terminal_size(&width, &height);
	vt_view_settle(&c->v, &c->m, height);
	vt_detail(&c->m.pane, c->s, &c->m, &c->v);
	vt_pane_wrap(&c->m.pane, width);
	/* The pane may have become shorter than the scroll position. */
	if (c->v.pane_top >= c->m.pane.count)
		c->v.pane_top = c->m.pane.count ? c->m.pane.count - 1 : 0;
}

static int loop(struct screen *c)
{
	uint64_t shown = 0;
	bool all = false;

	take(c);
	for (;;) {
		fill_pane(c);
		if (!draw(c, all))
			return EXIT_ERROR;
		all = false;
		if (!wait_for_event(c, &all))
			return *c->why ? EXIT_ERROR : EXIT_DONE;
		if (tool_now() < c->due)
			continue;
		if (c->s->o->has_samples && ++shown >= c->s->o->samples)
			return EXIT_DONE;
		take(c);
	}
}

int vt_interactive(struct vt_source *s, const struct vt_options *o,
		   const struct vt_config *config)
{
	const char *no_colour = getenv("NO_COLOR");
	struct screen c = { .s = s };
	int status = EXIT_ERROR;

	if (set_up(&c, o, config) &&
	    vt_terminal_begin(!o->no_colour && !(no_colour && *no_colour))) {
		/* Messages would garble the screen. */
		if (s->ctx)
			vi_ctx_set_log(s->ctx, NULL, NULL);
		status = loop(&c);
		vt_terminal_end();
		if (c.lost && !*c.why)
			snprintf(c.why, sizeof(c.why),
				 "out of memory: the screen was incomplete");
		if (*c.why) {
			tool_error("%s", c.why);
			status = EXIT_ERROR;
		}
	}
	vt_pane_clear(&c.m.pane);
	vt_pane_clear(&c.m.help);
	vt_history_free(&c.m.history);
	vt_snapshot_free(&c.m.now);
	vt_snapshot_free(&c.next);
	vt_frame_free(&c.f);
	vt_view_free(&c.v);
	return status;
}
