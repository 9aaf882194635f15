// SPDX-License-Identifier: GPL-2.0-or-later
/* A run, from the device as it was to the device as it was. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vqinject/device/target.h"
#include "vqinject/device/wakeup.h"
#include "vqinject/engine/workload.h"
#include "vqinject/output/result.h"

/* --- Buffers --- */

/* Chains one after the other, @count times all of them. */
static int stream(struct engine *e, struct chain *chains, unsigned int num,
		  uint64_t count, unsigned int depth)
{
	uint64_t i, total;

	if (__builtin_mul_overflow(count, num, &total))
		total = UINT64_MAX;
	if (depth > total)
		depth = total;
	e->expected += total;
	e->status = workload_prepare(e, chains, num, depth);
	for (i = 0; i < total && !e->status; i++) {
		if (flight_wait(e, depth - 1) || flight_pace(e) ||
		    flight_add(e, &chains[i % num]))
			return -1;
		flight_kick(e);
	}
	return e->status ? -1 : flight_wait(e, 0);
}

static uint64_t count_of(const struct vqinject_options *o)
{
	return o->count ? o->count : 1;
}

static unsigned int depth_of(const struct vqinject_options *o)
{
	return o->depth ? o->depth : 1;
}

static int do_op(struct engine *e, struct script_op *op)
{
	switch (op->what) {
	case SCRIPT_CHAIN:
		return flight_pace(e) || flight_add(e, &op->chain) ? -1 : 0;
	case SCRIPT_KICK:
		flight_kick(e);
		return 0;
	case SCRIPT_WAIT:
		flight_kick(e);
		return flight_wait(e, 0);
	case SCRIPT_SLEEP:
		return flight_sleep(e, op->seconds);
	}
	return -1;
}

static int run_script(struct engine *e, struct workload *w)
{
	uint64_t pass, count = count_of(e->o);
	unsigned int i;

	e->expected = w->num_chains * count;
	for (i = 0; i < w->num_chains && !e->status; i++)
		e->status = workload_prepare(e, w->chains[i], 1, 1);
	if (e->status)
		return -1;
	for (pass = 0; pass < count; pass++) {
		for (i = 0; i < w->script.count; i++)
			if (do_op(e, &w->script.op[i]))
				return -1;
		flight_kick(e);
		if (flight_wait(e, 0))
			return -1;
	}
	return 0;
}

static int run_recipe(struct engine *e, struct workload *w)
{
	struct recipe_run *r = &w->recipe;
	const struct recipe_verb *verb = r->recipe->verb;
	unsigned int n, i;

	r->vdev = e->vdev;
	r->features = e->vdev->features;
	for (n = 0; verb->several || !n; n++) {
		recipe_drop_chains(r);
		e->status = verb->step(r, n);
		if (e->status || !r->num_chains)
			break;
		/* -q means another one of the same kind. */
		for (i = 0; i < r->num_chains; i++)
			if (r->chains[i].index == verb->queue)
				r->chains[i].index = e->default_queue;
		if (stream(e, r->chains, r->num_chains,
			   verb->several ? 1 : count_of(e->o),
			   r->depth ? r->depth : depth_of(e->o)))
			break;
	}
	return e->status ? -1 : 0;
}

static void run_workload(struct engine *e, struct workload *w)
{
	int ret;

	if (e->o->recipe)
		ret = run_recipe(e, w);
	else if (e->o->script)
		ret = run_script(e, w);
	else
		ret = stream(e, &w->o->chain, 1, count_of(e->o),
			     depth_of(e->o));
	if (!ret && e->outcome == OUTCOME_RUNNING)
		e->outcome = OUTCOME_DONE;
	else if (e->outcome == OUTCOME_RUNNING)
		e->outcome = OUTCOME_ERROR;
}

/* --- Notifications --- */

static int print_kicks(const struct engine *e, uint64_t n)
{
	const struct engine_queue *q = &e->queue[0];
	uint64_t status = 0;
	bool known = !vi_register_read(e->vdev, "device_status", &status);
	struct text t = { 0 };

	if (e->o->json) {
		text_add(&t, "{\"device\":");
		add_json_string(&t, e->o->device);
		text_addf(&t, ",\"queue\":%u,\"notified\":%" PRIu64, q->index,
			  n);
		if (known)
			text_addf(&t, ",\"status\":\"0x%" PRIx64 "\"", status);
		text_add(&t, "}\n");
	} else {
		text_addf(&t, "queue %u%s%s: notified, %" PRIu64 " time%s",
			  q->index, *q->name ? " " : "", q->name, n,
			  n == 1 ? "" : "s");
		if (known)
			text_addf(&t, "; status 0x%" PRIx64, status);
		text_add(&t, "\n");
	}
	result_put(stdout, &t);
	return 0;
}

static int kick_only(struct engine *e)
{
	bool waits = e->o->expect.needs_reset;
	uint64_t i, count = count_of(e->o);
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
	print_kicks(e, i);
	return outcome_report(e);
}

/* --- All of it --- */

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
	run_workload(e, w);
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

	if (!e) {
		tool_no_memory();
		return EXIT_ERROR;
	}
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
	/* Before all that takes time: where a shell has had SIGINT ignored,
	 * one that comes earlier is lost. */
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
