// SPDX-License-Identifier: GPL-2.0-or-later
/* Take a device for a run, and give it back at its end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/rec.h"
#include "common/text.h"
#include "vqinject/device/take.h"
#include "vqinject/device/wakeup.h"

struct taken {
	struct vi_ctx *ctx;
	char address[16];
	struct vi_binding *binding;
	struct vi_guard *guard;
	bool unguarded;			/* a warning was printed */
	bool dry_run;
};

/* --- Steps, as shell commands --- */

static void print_step(const struct vi_schema *schema, const void *step)
{
	struct rec r = { schema, step };
	const char *path = rec_string(r, "path");
	struct vi_value value;
	struct text t = { 0 };
	char *line;

	if (rec_get(r, "value", &value)) {
		text_add(&t, "echo ");
		text_add_escaped(&t, value.string);
		text_add(&t, *value.string ? " >" : ">");
		text_add_escaped(&t, path);
	}
	line = text_take(&t);
	if (line && *line)
		printf("  %-72s # %s\n", line, rec_string(r, "text"));
	else
		printf("  # %s: %s\n", rec_string(r, "text"), path);
	free(line);
}

static int print_steps(struct vi_ctx *ctx, struct vi_binding *b, bool back)
{
	struct vi_value steps;
	size_t i;

	if (vi_bind_steps(b, back, &steps))
		return tool_failed(ctx);
	for (i = 0; i < steps.count; i++)
		print_step(vi_bind_step_schema(), vi_record(&steps, i));
	if (!steps.count)
		puts("  # nothing to do");
	return 0;
}

/* --- Taking --- */

/* A dry run leaves no trace that other processes could see. */
static int begin(struct taken *t, const struct take_options *o)
{
	const struct vi_bind_options options = {
		.size = sizeof(options),
		.driver = o->to,
		.force_signature = o->force_signature,
		.force = o->force,
	};
	int err = o->dry_run ?
		  vi_bind_plan(t->ctx, NULL, t->address, &options,
			       &t->binding) :
		  vi_bind_claim(t->ctx, t->address, &options, &t->binding);

	if (err)
		tool_failed(t->ctx);
	return err == -ENODEV ? EXIT_NONE_FOUND : err ? EXIT_ERROR : 0;
}

static int print_plan(struct taken *t, const struct take_options *o, bool kept)
{
	int status = begin(t, o);

	if (status)
		return status;
	printf("To take %s:\n", t->address);
	puts("  # record its state in /run/virtio-inspect, and start the guardian");
	status = print_steps(t->ctx, t->binding, false);
	if (status || kept)
		return status;
	puts("At the end, to return it:");
	return print_steps(t->ctx, t->binding, true);
}

/* In the guardian, once this process has died. */
static void say_as_guardian(void *data, int err)
{
	const struct taken *t = data;

	switch (err) {
	case 0:
		tool_note("the process that had %s died; the device was returned",
			  t->address);
		break;
	case -EINPROGRESS:
		/* A message that nobody reads must not delay the work. */
		give_up_writes();
		break;
	case -EBUSY:
		tool_warn("the process that had %s died; waiting until the device can be returned: %s",
			  t->address, vi_error(t->ctx));
		break;
	default:
		tool_error("the process that had %s died, and the device cannot be returned: %s; then run: %s --restore",
			   t->address, vi_error(t->ctx), tool_name);
	}
}

int taken_guard(struct taken *t, bool stop)
{
	const struct vi_guard_options o = {
		.size = sizeof(o), .stop = stop, .report = say_as_guardian,
		.data = t,
	};
	struct vi_guard *guard;

	if (t->dry_run)
		return 0;
	if (vi_guard_new(t->ctx, t->address, &o, &guard))
		return tool_failed(t->ctx);
	vi_guard_stop(t->guard);
	t->guard = guard;
	return 0;
}

void taken_watch(struct taken *t)
{
	int err;

	if (!t || !t->guard)
		return;
	err = vi_guard_check(t->guard);
	if (!err)
		return;
	if (err > 0)
		tool_warn("%s: the guardian was killed; another one has replaced it",
			  t->address);
	else if (!t->unguarded)
		tool_warn("%s: the guardian was killed and cannot be replaced (%s); if this process is killed as well, run %s --restore",
			  t->address, strerror(-err), tool_name);
	t->unguarded = err < 0;
}

static void stop_guard(struct taken *t)
{
	vi_guard_stop(t->guard);
	t->guard = NULL;
}

/* If this fails, the guardian tries again when this process ends. */
static int give_back(struct taken *t)
{
	int err = vi_bind_give_back(t->binding);

	if (err)
		taken_watch(t);
	else
		stop_guard(t);
	return err;
}

/* Start the guardian first, so that it covers every step. */
static int take(struct taken *t, const struct take_options *o)
{
	int status = taken_guard(t, false);

	if (status)
		return status;
	status = begin(t, o);
	if (status) {
		stop_guard(t);
		return status;
	}
	if (vi_bind_take(t->binding)) {
		status = tool_failed(t->ctx);
		/* vi_bind_take() has tried; this also removes the journal. */
		give_back(t);
		return status;
	}
	taken_watch(t);
	return 0;
}

static struct taken *new_taken(struct vi_ctx *ctx,
			       const struct take_options *o)
{
	struct taken *t = calloc(1, sizeof(*t));

	if (!t) {
		tool_no_memory();
		return NULL;
	}
	t->ctx = ctx;
	snprintf(t->address, sizeof(t->address), "%s", o->address);
	t->dry_run = o->dry_run;
	return t;
}

void taken_free(struct taken *t)
{
	if (!t)
		return;
	/* If the device was not given back, its guardian will do so. */
	vi_guard_leave(t->guard);
	vi_bind_free(t->binding);
	free(t);
}

int take_device(struct vi_ctx *ctx, const struct take_options *o,
		struct taken **taken)
{
	struct taken *t = new_taken(ctx, o);
	int status;

	if (!t)
		return EXIT_ERROR;
	status = o->dry_run ? print_plan(t, o, false) : take(t, o);
	if (status) {
		taken_free(t);
		return status;
	}
	*taken = t;
	return 0;
}

const char *taken_address(const struct taken *t)
{
	return t->address;
}

int take_back(struct taken *t)
{
	if (!t || t->dry_run)
		return 0;
	return give_back(t) ? tool_failed(t->ctx) : 0;
}

static int keep(struct taken *t, const struct take_options *o)
{
	if (vi_bind_keep(t->binding)) {
		tool_failed(t->ctx);
		take_back(t);
		return EXIT_ERROR;
	}
	stop_guard(t);
	printf("%s is bound to %s; to return it, run %s --release %s\n", t->address,
	       !o->to ? "vfio-pci" : *o->to ? o->to : "no driver", tool_name,
	       t->address);
	return 0;
}

int take_bind_only(struct vi_ctx *ctx, const struct take_options *o)
{
	struct taken *t = new_taken(ctx, o);
	int status;

	if (!t)
		return EXIT_ERROR;
	status = o->dry_run ? print_plan(t, o, true) : take(t, o);
	if (!status && !o->dry_run)
		status = keep(t, o);
	taken_free(t);
	return status;
}

/* --- Giving back --- */

int take_release(struct vi_ctx *ctx, const char *target, bool dry_run)
{
	struct vi_binding *b;
	int status = 0, err = vi_bind_open(ctx, target, &b);

	if (err) {
		tool_failed(ctx);
		return err == -ENODEV || err == -ENOENT ? EXIT_NONE_FOUND :
							  EXIT_ERROR;
	}
	if (dry_run) {
		printf("To return %s:\n", vi_bind_address(b));
		status = print_steps(ctx, b, true);
	} else if (vi_bind_give_back(b)) {
		status = tool_failed(ctx);
	} else {
		printf("%s was returned\n", vi_bind_address(b));
	}
	vi_bind_free(b);
	return status;
}

static int restore_one(struct vi_ctx *ctx, const char *address)
{
	switch (vi_bind_restore(ctx, address)) {
	case 0:
		printf("%s: nothing to undo\n", address);
		return 0;
	case -EBUSY:
	case -EALREADY:
		/* Another process is using it, or left it so on purpose. */
		tool_note("%s; left alone", vi_error(ctx));
		return 0;
	default:
		return tool_failed(ctx);
	}
}

int take_restore(struct vi_ctx *ctx)
{
	const char *address;
	struct vi_value list;
	struct rec r;
	size_t i;
	int status = 0;

	if (vi_taken(ctx, &list))
		return tool_failed(ctx);
	if (!list.count)
		puts("nothing to restore");
	for (i = 0; i < list.count; i++) {
		r.schema = vi_taken_schema();
		r.object = vi_record(&list, i);
		address = rec_string(r, "address");
		if (address && restore_one(ctx, address))
			status = EXIT_ERROR;
	}
	return status;
}
