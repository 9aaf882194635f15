// SPDX-License-Identifier: GPL-2.0-or-later
/* A run: take the device, use it, give it back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/device/target.h"
#include "vqinject/device/wakeup.h"
#include "vqinject/engine/workload.h"
#include "vqinject/output/outcome.h"
#include "vqinject/output/result.h"

/* --- Notifications --- */

static void print_kicks(const struct engine *e, uint64_t n)
{
	const struct engine_queue *q = &e->queue[0];
	struct text t = { 0 };
	uint64_t status;

	text_addf(&t, "queue %u%s%s: notified, ", q->index,
		  *q->name ? " " : "", q->name);
	text_add_count(&t, n, "time");
	if (!vi_register_read(e->vdev, "device_status", &status))
		text_addf(&t, "; status 0x%" PRIx64, status);
	text_add(&t, "\n");
	result_put(stdout, &t);
}

static int kick_only(struct engine *e)
{
	bool waits = e->o->expect.needs_reset;
	uint64_t i, count = e->o->count ? e->o->count : 1;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		if (flight_pace(e) || flight_check_device(e))
			break;
		err = vi_notify(e->queue[0].vq);
	}
	if (err) {
		tool_error("%s: queue %u cannot be notified: %s", e->o->device,
			   e->queue[0].index, strerror(-err));
		e->outcome = OUTCOME_ERROR;
	}
	if (e->outcome == OUTCOME_RUNNING)
		flight_sleep(e, waits && e->o->timeout ? e->o->timeout :
			     INJECT_KICK_WAIT);
	if (e->o->json)
		result_json_kicks(e, i);
	else
		print_kicks(e, i);
	return outcome_report(e);
}

/* --- A whole run --- */

static void print_device(const struct engine *e)
{
	struct text t = { 0 };
	unsigned int i;

	text_addf(&t, "%s: features ", e->o->device);
	features_add_names(&t, e->vdev->id.device, e->vdev->features);
	for (i = 0; i < e->num_queues; i++)
		text_addf(&t, "\n%s: queue %u%s%s: %s, %u entries",
			  e->o->device, e->queue[i].index,
			  *e->queue[i].name ? " " : "", e->queue[i].name,
			  virtio_has_feature(e->vdev, VIRTIO_F_RING_PACKED) ?
			  "packed" : "split", e->queue[i].num);
	text_add(&t, "\n");
	result_put(stderr, &t);
}

static int run_buffers(struct engine *e, struct workload *w, struct result *r)
{
	int status;

	if (e->o->json)
		result_json_begin(r);
	workload_run(e, w);
	if (!e->o->json)
		result_print_end(r);
	progress_clear();
	status = outcome_report(e);
	if (e->o->json)
		result_json_end(r, status);
	return status;
}

static int with_device(struct engine *e, struct workload *w, struct result *r,
		       struct target *t)
{
	int status = engine_open(e);

	if (!status)
		status = target_guard(t, e->o);
	if (!status && e->o->verbose)
		print_device(e);
	if (!status)
		status = e->o->mode == INJECT_KICK ? kick_only(e) :
			 run_buffers(e, w, r);
	engine_close(e);
	return status;
}

static int run_with(struct workload *w, struct target *t)
{
	struct vqinject_options *o = w->o;
	struct result r = { .recipe = workload_recipe(w) };
	struct engine *e = calloc(1, sizeof(*e));
	int status;

	if (!e)
		return tool_no_memory();
	e->o = o;
	e->target = t->attach;
	e->polled = o->poll || o->attach == ATTACH_PHYSICAL;
	e->armed = true;
	e->chains = w->chains;
	e->num_chains = w->num_chains;
	e->default_queue = workload_queue(w);
	e->other_queue = o->recipe ? o->recipe->verb->other : 0;
	e->complete = result_buffer;
	e->data = &r;
	e->progress = progress_show;
	e->watch = target_watch;
	e->watched = t;
	r.e = e;
	status = result_begin(&r);
	if (!status)
		status = with_device(e, w, &r, t);
	status = result_end(&r, status);
	free(e);
	return status;
}

int inject_run(struct vqinject_options *o)
{
	struct target t = { 0 };
	struct workload w = { 0 };
	/* Before anything slow: if the shell has SIGINT ignored, an earlier one
	 * would be lost. */
	int status = catch_signals();

	if (!status)
		status = workload_begin(&w, o);
	if (!status)
		status = target_find(&t, o);
	if (!status)
		status = recipe_check_type(o, t.device_type);
	if (!status)
		status = target_take(&t, o);
	if (!status && caught_signal)
		status = caught_signal_status();
	if (!status)
		status = run_with(&w, &t);
	status = target_end(&t, status);
	workload_end(&w);
	return status;
}
