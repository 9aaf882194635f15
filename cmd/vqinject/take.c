// SPDX-License-Identifier: GPL-2.0-or-later
/* Taking a device for a run, and giving it back at its end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/rec.h"
#include "common/text.h"
#include "vqinject/guardian.h"
#include "vqinject/take.h"

struct taken {
	struct vi_ctx *ctx;
	struct vi_binding *binding;
	struct guardian guardian;
	bool dry_run;
};

static int fail(struct vi_ctx *ctx)
{
	tool_error("%s", vi_error(ctx));
	return EXIT_ERROR;
}

/* --- Steps, as commands of a shell --- */

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
		return fail(ctx);
	for (i = 0; i < steps.count; i++)
		print_step(vi_bind_step_schema(), vi_record(&steps, i));
	if (!steps.count)
		puts("  # nothing: it is as it was");
	return 0;
}

static int print_plan(struct vi_ctx *ctx, struct vi_binding *b, bool kept)
{
	int status;

	printf("To take %s:\n", vi_bind_address(b));
	puts("  # note how it is, in /run/virtio-inspect, and start the guardian");
	status = print_steps(ctx, b, false);
	if (status || kept)
		return status;
	puts("At the end, to give it back:");
	return print_steps(ctx, b, true);
}

/* --- Taking --- */

static int plan(struct vi_ctx *ctx, struct vi_device *dev,
		const struct take_options *o, struct vi_binding **b)
{
	struct vi_bind_options options = {
		.driver = o->to,
		.force_signature = o->force_signature,
		.force = o->force,
	};
	int err = vi_bind_plan(ctx, dev, o->address, &options, b);

	if (err)
		fail(ctx);
	return err == -ENODEV ? EXIT_NONE_FOUND : err ? EXIT_ERROR : 0;
}

static int start_guardian(struct taken *t, void (*last_act)(void *data),
			  void *data)
{
	struct guardian_job job = { t->ctx, t->binding, last_act, data };
	struct guardian before = t->guardian;
	int status;

	t->guardian.pid = 0;
	status = guardian_start(&job, &t->guardian);
	if (status)
		t->guardian = before;
	else
		guardian_stand_down(&before);
	return status;
}

/* The journal is first, and whoever may die from here on is stood in for. */
static int take(struct taken *t)
{
	int status;

	if (vi_bind_reserve(t->binding))
		return fail(t->ctx);
	status = start_guardian(t, NULL, NULL);
	if (!status && vi_bind_take(t->binding))
		status = fail(t->ctx);
	/* vi_bind_take() has tried to; this leaves no journal behind. */
	if (status && !vi_bind_give_back(t->binding))
		guardian_stand_down(&t->guardian);
	return status;
}

static struct taken *new_taken(struct vi_ctx *ctx, struct vi_binding *b,
			       bool dry_run)
{
	struct taken *t = calloc(1, sizeof(*t));

	if (!t) {
		tool_error("out of memory");
		return NULL;
	}
	t->ctx = ctx;
	t->binding = b;
	t->dry_run = dry_run;
	return t;
}

void taken_free(struct taken *t)
{
	if (!t)
		return;
	/* Not stood down: it gives back what was not given back. */
	vi_bind_free(t->binding);
	free(t);
}

int take_device(struct vi_ctx *ctx, struct vi_device *dev,
		const struct take_options *o, struct taken **taken)
{
	struct vi_binding *b;
	int status = plan(ctx, dev, o, &b);
	struct taken *t;

	if (status)
		return status;
	t = new_taken(ctx, b, o->dry_run);
	if (!t) {
		vi_bind_free(b);
		return EXIT_ERROR;
	}
	status = o->dry_run ? print_plan(ctx, b, false) : take(t);
	if (status) {
		taken_free(t);
		return status;
	}
	*taken = t;
	return 0;
}

const char *taken_address(const struct taken *t)
{
	return vi_bind_address(t->binding);
}

int taken_guard(struct taken *t, void (*last_act)(void *data), void *data)
{
	return t->dry_run ? 0 : start_guardian(t, last_act, data);
}

int take_back(struct taken *t)
{
	if (!t || t->dry_run)
		return 0;
	/* Should it fail, the guardian tries again when this process ends. */
	if (vi_bind_give_back(t->binding))
		return fail(t->ctx);
	guardian_stand_down(&t->guardian);
	return 0;
}

int take_bind_only(struct vi_ctx *ctx, struct vi_device *dev,
		   const struct take_options *o)
{
	struct vi_binding *b;
	struct taken *t;
	int status = plan(ctx, dev, o, &b);

	if (status)
		return status;
	t = new_taken(ctx, b, o->dry_run);
	if (!t) {
		vi_bind_free(b);
		return EXIT_ERROR;
	}
	status = o->dry_run ? print_plan(ctx, b, true) : take(t);
	if (!status && !o->dry_run) {
		if (vi_bind_keep(b)) {
			status = fail(ctx);
			take_back(t);
		} else {
			guardian_stand_down(&t->guardian);
			printf("%s is on %s; %s --release %s gives it back\n",
			       vi_bind_address(b),
			       !o->to ? "vfio-pci" : *o->to ? o->to : "no driver",
			       tool_name, vi_bind_address(b));
		}
	}
	taken_free(t);
	return status;
}

/* --- Giving back --- */

int take_release(struct vi_ctx *ctx, const char *target, bool dry_run)
{
	struct vi_binding *b;
	int status = 0, err = vi_bind_open(ctx, target, &b);

	if (err) {
		fail(ctx);
		return err == -ENODEV || err == -ENOENT ? EXIT_NONE_FOUND :
							  EXIT_ERROR;
	}
	if (dry_run) {
		printf("To give %s back:\n", vi_bind_address(b));
		status = print_steps(ctx, b, true);
	} else if (vi_bind_give_back(b)) {
		status = fail(ctx);
	} else {
		printf("%s was given back\n", vi_bind_address(b));
	}
	vi_bind_free(b);
	return status;
}

static int restore_one(struct vi_ctx *ctx, const char *address)
{
	switch (vi_bind_restore(ctx, address)) {
	case 0:
		printf("%s: nothing is left to undo\n", address);
		return 0;
	case -EBUSY:
	case -EALREADY:
		/* It is not for this to end what somebody is at. */
		tool_note("%s; left alone", vi_error(ctx));
		return 0;
	default:
		return fail(ctx);
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
		return fail(ctx);
	if (!list.count)
		puts("nothing is taken");
	for (i = 0; i < list.count; i++) {
		r.schema = vi_taken_schema();
		r.object = vi_record(&list, i);
		address = rec_string(r, "address");
		if (address && restore_one(ctx, address))
			status = EXIT_ERROR;
	}
	return status;
}
