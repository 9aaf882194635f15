// SPDX-License-Identifier: GPL-2.0-or-later
/* vqdump: show and diagnose virtio queues. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vqdump/vqdump.h"

const char tool_name[] = "vqdump";

static void wait_for(double seconds)
{
	struct timespec ts = tool_timespec(seconds);

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* Add each device; in views with blocks, an empty line separates them. */
static bool print_each(const struct vq_options *o,
		       const struct tool_devices *d,
		       void (*add)(const struct vq_options *, struct text *,
				   struct vi_device *))
{
	struct text t = { 0 };
	size_t i;

	for (i = 0; i < d->count; i++) {
		if (i && o->mode != VQ_CHECK)
			text_add(&t, "\n");
		add(o, &t, d->list[i]);
		if (!vq_print(&t))
			return false;
	}
	return true;
}

/* For a capture, say when and on what machine it was taken. */
static bool print_origin(struct vi_ctx *ctx, const struct vq_options *o)
{
	static const char *const fields[] = { "time", "kernel", "machine" };
	static const char *const before[] = { " of ", ", kernel ", ", " };
	const struct rec r = { vi_machine_schema(), vi_machine(ctx) };
	struct text t = { 0 };
	size_t i;

	if (!o->read || o->mode == VQ_CHECK || o->mode == VQ_IN_FLIGHT)
		return true;
	text_add(&t, "capture");
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *s = r.object ? rec_string(r, fields[i]) : NULL;

		if (!s)
			continue;
		text_add(&t, before[i]);
		text_add_escaped(&t, s);
	}
	text_add(&t, "\n\n");
	return vq_print(&t);
}

static bool print(struct vi_ctx *ctx, const struct vq_options *o,
		  const struct tool_devices *d)
{
	if (o->json)
		return vq_print_json(ctx, o, d);
	if (!print_origin(ctx, o))
		return false;
	switch (o->mode) {
	case VQ_IN_FLIGHT:
		return vq_print_in_flight(o, d);
	case VQ_SAMPLE:
		return print_each(o, d, vq_add_sample);
	case VQ_CHECK:
		return print_each(o, d, vq_add_check);
	default:
		return print_each(o, d, vq_add_view);
	}
}

/* Take the snapshots. Returns how many devices could not be read. */
static size_t examine(struct vi_ctx *ctx, const struct vq_options *o,
		      const struct tool_devices *d, int *errors)
{
	size_t failed;

	*errors = 0;
	if (o->check) {
		*errors = vq_check(ctx, o, d, &failed);
		return failed;
	}
	failed = vq_look(ctx, o, d);
	if (o->sampling && failed < d->count) {
		wait_for(o->sample);
		failed = vq_look(ctx, o, d);
	}
	/* Show findings in every view. */
	if (failed < d->count)
		vq_judge(ctx, o, d);
	return failed;
}

/* The device is known even if its queues are not; a message told why. */
static void add_unread(const struct vq_options *o, struct text *t,
		       struct vi_device *device)
{
	vq_add_device_line(o, t, rec_device(device));
	text_add(t, "  queues not read\n");
}

/* No queue of any device could be read: show the devices, write no capture. */
static void print_unread(struct vi_ctx *ctx, const struct vq_options *o,
			 const struct tool_devices *d)
{
	if (o->mode == VQ_VIEW && !o->json)
		print_each(o, d, add_unread);
	else if (o->json || o->mode == VQ_CHECK)
		print(ctx, o, d);
}

static bool output(struct vi_ctx *ctx, const struct vq_options *o,
		   const struct tool_devices *d)
{
	return o->mode == VQ_CAPTURE ? vq_capture(ctx, o, d) : print(ctx, o, d);
}

static int look(struct vi_ctx *ctx, const struct vq_options *o,
		struct tool_devices *d)
{
	int status = vq_find(ctx, o, d), errors;
	size_t failed;

	/* JSON says that there are no devices. */
	if (status == EXIT_ERROR || (status == EXIT_NONE_FOUND && !o->json))
		return status;
	failed = examine(ctx, o, d, &errors);
	if (d->count && failed == d->count) {
		tool_hint("captures (%s --read FILE) and simulated devices (%s sim:blk) do not need root",
			  tool_name, tool_name);
		print_unread(ctx, o, d);
		return EXIT_ERROR;
	}
	if (!output(ctx, o, d) || failed)
		return EXIT_ERROR;
	if (errors)
		return EXIT_FINDING;
	return status == EXIT_DONE && o->check && vq_any_undecided(d) ?
	       EXIT_UNDECIDED : status;
}

static int run(const struct vq_options *o)
{
	struct tool_devices devices = { 0 };
	struct vi_ctx *ctx;
	int status;

	if (o->mode == VQ_DIFF)
		return vq_diff(o);
	if (o->mode == VQ_EXPLAIN)
		return vq_explain(o);
	ctx = tool_new_ctx(o->sysroot);
	if (!ctx)
		return EXIT_ERROR;
	status = look(ctx, o, &devices);
	free(devices.list);
	tool_free_ctx(ctx);
	return status;
}

int main(int argc, char **argv)
{
	static struct vq_options o;
	int status;

	tool_init();
	status = vq_parse(&o, argc, argv);
	if (!status) {
		term_init(&o.term, o.ascii);
		status = run(&o);
	}
	return tool_close_output(status < 0 ? EXIT_DONE : status);
}
