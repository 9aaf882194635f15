// SPDX-License-Identifier: GPL-2.0-or-later
/* --monitor: print a line for each event, until nobody reads them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/signals.h"
#include "lsvirtio/lsvirtio.h"

static bool field_is(const char *name, const void *event, const char *s)
{
	const char *is;

	return !vi_get_string(vi_event_schema(), event, name, &is) &&
	       !strcmp(is, s);
}

static bool wanted(const struct ls_options *o, const void *event)
{
	const char *const *target;

	if (!tool_filter_match(&o->filters, vi_event_schema(), event))
		return false;
	for (target = o->targets; *target; target++)
		if (field_is("device", event, *target) ||
		    field_is("address", event, *target))
			return true;
	return !*o->targets;
}

static bool print_text(const void *event)
{
	static const char *const names[] = {
		"time", "event", "device", "type", "address", "driver",
	};
	const struct vi_schema *schema = vi_event_schema();
	struct text t = { 0 };
	size_t i;
	char *s;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct vi_value v;

		if (i)
			text_add(&t, " ");
		if (!vi_get_value(schema, event, names[i], &v))
			text_add_value(&t, &v);
		else
			text_add(&t, "-");
	}
	s = text_take(&t);
	if (s)
		puts(s);
	else
		tool_no_memory();
	free(s);
	return s;
}

static bool print_json(struct vi_ctx *ctx, const void *event)
{
	char *s = vi_to_json(ctx, vi_event_schema(), event, NULL);

	if (s)
		puts(s);
	else
		tool_failed(ctx);
	free(s);
	return s;
}

static bool lost;		/* some events were lost */

/* Programs that track devices must see where events are missing. */
static void tell_lost(struct vi_ctx *ctx, const struct ls_options *o)
{
	lost = true;
	tool_warn("%s", vi_error(ctx));
	if (o->mode == LS_JSON)
		puts("{\"event\":\"lost\"}");
}

/* Print all pending events: 0, or the exit status plus one. */
static int print_events(struct vi_ctx *ctx, struct vi_monitor *mon,
			const struct ls_options *o)
{
	const void *event;
	int ret;

	while (!tool_stopped && (ret = vi_monitor_read(mon, &event))) {
		if (ret == -ENOBUFS) {
			tell_lost(ctx, o);
			return tool_flush() ? 0 : EXIT_DONE + 1;
		}
		if (ret < 0) {
			tool_failed(ctx);
			return EXIT_ERROR + 1;
		}
		if (!wanted(o, event))
			continue;
		if (!(o->mode == LS_JSON ? print_json(ctx, event) :
		      print_text(event)))
			return EXIT_ERROR + 1;
		if (!tool_flush())
			return EXIT_DONE + 1;
	}
	return 0;
}

static int follow(struct vi_ctx *ctx, struct vi_monitor *mon,
		  const struct ls_options *o)
{
	/* Of stdout, poll() reports only that the reader closed it. */
	struct pollfd fds[] = {
		{ .fd = vi_monitor_fd(mon), .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};
	int ret;

	tool_catch_stop();
	while (!tool_stopped) {
		if (tool_poll(fds, ARRAY_SIZE(fds), -1) < 0 &&
		    errno != EINTR) {
			tool_error("cannot wait for events: %s",
				   strerror(errno));
			return EXIT_ERROR;
		}
		ret = print_events(ctx, mon, o);
		if (ret)
			return ret - 1;
		if (fds[1].revents & (POLLERR | POLLHUP))
			return EXIT_DONE;
	}
	return EXIT_DONE;
}

int ls_monitor(struct vi_ctx *ctx, const struct ls_options *o)
{
	struct vi_monitor *mon;
	int ret;

	if (vi_monitor_new(ctx, &mon))
		return tool_failed(ctx);
	ret = follow(ctx, mon, o);
	vi_monitor_free(mon);
	return lost ? EXIT_ERROR : ret;
}
