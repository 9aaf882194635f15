// SPDX-License-Identifier: GPL-2.0-or-later
/* --dry-run: print each step and the resulting rings. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "common/select.h"
#include "vqinject/device/target.h"
#include "vqinject/dry_run/mock.h"
#include "vqinject/engine/workload.h"
#include "vqinject/output/result.h"

/* how many buffers to show */
#define MAX_SHOWN	64

struct dry_run {
	const struct vqinject_options *o;
	struct workload *work;
	struct target *target;
	struct mock_device device;
	unsigned int default_queue;
	struct text steps, memory;
	unsigned int step;
	uint64_t shown, hidden;
};

static void add_step(struct dry_run *d, const char *fmt, ...)
	TOOL_PRINTF(2, 3);

static void add_step(struct dry_run *d, const char *fmt, ...)
{
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	text_addf(&d->steps, "%2u. %s\n", ++d->step, line);
}

/* --- Assumed features and queues --- */

static void set(struct vi_features *f, unsigned int bit)
{
	f->w[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* Assume that the device offers what the user asks for. */
static struct vi_features assumed(const struct vqinject_options *o)
{
	struct vi_features f = { { 0, 0 } };
	const uint8_t *bit;

	set(&f, VIRTIO_F_VERSION_1);
	set(&f, VIRTIO_F_RING_PACKED);
	set(&f, VIRTIO_RING_F_INDIRECT_DESC);
	set(&f, VIRTIO_RING_F_EVENT_IDX);
	if (!tool_is_simulated(o->device) && o->attach == ATTACH_VFIO)
		set(&f, VIRTIO_F_ACCESS_PLATFORM);
	bit = o->recipe ? o->recipe->verb->needs : NULL;
	for (; bit && *bit != RECIPE_NO_MORE; bit++)
		set(&f, *bit);
	return f;
}

static uint32_t device_type(const struct dry_run *d)
{
	if (d->o->recipe)
		return d->o->recipe->type->device;
	return d->target->device_type;
}

/* Names of queues need no more of an engine than this. */
static int resolve(struct dry_run *d, const char *name, unsigned int *index)
{
	struct engine e = { .o = d->o, .vdev = &d->device.vdev };

	return queue_resolve(&e, name, index);
}

static int find_default(struct dry_run *d)
{
	d->default_queue = workload_queue(d->work);
	return d->o->queue ? resolve(d, d->o->queue, &d->default_queue) : 0;
}

static int begin_device(struct dry_run *d)
{
	struct vi_features offered = assumed(d->o), asked;
	struct text t = { 0 };
	int status = features_choose(d->o, device_type(d), &offered, &asked);

	if (status)
		return status;
	mock_begin(&d->device, device_type(d), &asked);
	d->device.polled = d->o->poll || d->o->attach == ATTACH_PHYSICAL;
	features_add_names(&t, device_type(d), asked);
	add_step(d, "reset the device; status ACKNOWLEDGE, DRIVER");
	add_step(d, "negotiate %s, as far as offered; status FEATURES_OK",
		 t.failed ? "?" : t.s);
	free(t.s);
	return find_default(d);
}

/* --- Chains --- */

static int show_chain(struct dry_run *d, struct chain *c)
{
	struct engine e = { .o = d->o };
	struct mock_queue *q;
	int status;

	q = mock_queue(&d->device, c->index, d->o->queue_size);
	if (!q)
		return EXIT_ERROR;
	status = queue_check_chain(&e, c, q->num, 1);
	if (!status)
		status = chain_make_image(c);
	if (!status)
		status = mock_add(&d->device, q, c);
	if (status == -ENOSPC) {
		d->hidden++;
		return 0;
	}
	if (status)
		return status;
	mock_print_chain(&d->device, c, d->device.region
			[d->device.num_regions - 1].mem, &d->memory);
	d->shown++;
	return 0;
}

static int show_chains(struct dry_run *d, struct chain *chains,
		       unsigned int num, uint64_t count)
{
	unsigned int depth = d->o->depth ? d->o->depth : 1;
	uint64_t total, i;
	int status = 0;

	if (__builtin_mul_overflow(count, num, &total))
		total = UINT64_MAX;
	if (d->o->recipe && d->work->recipe.depth)
		depth = d->work->recipe.depth;
	for (i = 0; i < total && i < depth && i < MAX_SHOWN && !status; i++)
		status = show_chain(d, &chains[i % num]);
	d->hidden += total - i;
	return status;
}

static int show_recipe(struct dry_run *d)
{
	struct recipe_run *r = &d->work->recipe;
	const struct recipe_verb *verb = r->recipe->verb;
	unsigned int n, i;
	int status = 0;

	r->features = d->device.vdev.features;
	for (n = 0; (verb->step || !n) && !status; n++) {
		recipe_drop_chains(r);
		status = verb->step ? verb->step(r, n) : verb->make(r);
		if (status || !r->num_chains)
			break;
		for (i = 0; i < r->num_chains; i++)
			if (r->chains[i].index == verb->queue)
				r->chains[i].index = d->default_queue;
		status = show_chains(d, r->chains, r->num_chains,
				     d->o->count ? d->o->count : 1);
	}
	return status;
}

/* Show what is in the ring together: everything up to the first "wait". */
static int show_script(struct dry_run *d)
{
	struct script *s = &d->work->script;
	bool waited = false;
	unsigned int i;
	int status = 0;

	for (i = 0; i < s->count && !status; i++) {
		struct script_op *op = &s->op[i];

		waited |= op->what == SCRIPT_WAIT && d->shown;
		if (op->what != SCRIPT_CHAIN)
			continue;
		if (waited || d->shown == MAX_SHOWN) {
			d->hidden++;
			continue;
		}
		op->chain.index = d->default_queue;
		if (op->chain.queue)
			status = resolve(d, op->chain.queue,
					 &op->chain.index);
		if (!status)
			status = show_chain(d, &op->chain);
	}
	return status;
}

static int show_work(struct dry_run *d)
{
	struct chain *c = &d->work->o->chain;

	if (d->o->mode == INJECT_KICK)
		return mock_queue(&d->device, d->default_queue,
				  d->o->queue_size) ? 0 : EXIT_ERROR;
	if (d->o->recipe)
		return show_recipe(d);
	if (d->o->script)
		return show_script(d);
	c->index = d->default_queue;
	return show_chains(d, c, 1, d->o->count ? d->o->count : 1);
}

/* --- Further steps --- */

static void add_queues(struct dry_run *d)
{
	unsigned int i;

	for (i = 0; i < d->device.num_queues; i++) {
		const struct mock_queue *q = &d->device.queue[i];

		add_step(d, "set up queue %u%s%s with %s%u entries", q->index,
			 *q->name ? " " : "", q->name, d->o->queue_size ? "" :
			 "as many entries as the device offers, here ",
			 q->num);
	}
	add_step(d, "status DRIVER_OK");
}

static void add_buffers(struct dry_run *d)
{
	if (d->o->mode == INJECT_KICK) {
		add_step(d, "notify the queue, count %" PRIu64,
			 d->o->count ? d->o->count : 1);
		return;
	}
	add_step(d, "add %" PRIu64 " buffer%s, %s", d->shown + d->hidden,
		 d->shown + d->hidden == 1 ? "" : "s",
		 d->o->no_kick ? "and do not notify the device" :
		 "and notify the device");
	if (d->o->timeout)
		add_step(d, "wait up to %g s for each, %s", d->o->timeout,
			 d->device.polled ? "busy-polling" :
			 "by interrupts");
	else
		add_step(d, "wait for them");
}

static void print_all(struct dry_run *d)
{
	struct text t = { 0 };
	unsigned int i;

	add_queues(d);
	add_buffers(d);
	add_step(d, "reset the device, free all memory, detach%s",
		 d->o->bind ? ", return the device to its driver" : "");
	result_put(stdout, &d->steps);
	text_add(&t, "\n");
	for (i = 0; i < d->device.num_queues; i++)
		mock_print_queue(&d->device, &d->device.queue[i], &t);
	if (d->hidden)
		text_addf(&t, "(more buffers, later: %" PRIu64 ")\n",
			  d->hidden);
	result_put(stdout, &t);
	if (d->memory.len)
		puts("");
	result_put(stdout, &d->memory);
}

static const char *way(const struct vqinject_options *o)
{
	if (tool_is_simulated(o->device))
		return "in this process";
	return o->attach == ATTACH_PHYSICAL ? "by physical addresses" :
	       "through VFIO";
}

static int dry_run(struct dry_run *d)
{
	int status;

	add_step(d, "attach %s, %s", d->target->attach, way(d->o));
	status = begin_device(d);
	if (!status) {
		status = show_work(d);
		if (!status)
			print_all(d);
		mock_end(&d->device);
	}
	free(d->steps.s);
	free(d->memory.s);
	return status;
}

int inject_dry_run(struct vqinject_options *o)
{
	struct target t = { 0 };
	struct workload w;
	struct dry_run d = { .o = o, .work = &w, .target = &t };
	int status = workload_begin(&w, o);

	if (!status)
		status = target_find(&t, o);
	/* In a dry run, this only prints what it would do. */
	if (!status && o->bind)
		status = target_take(&t, o);
	if (!status)
		status = dry_run(&d);
	status = target_end(&t, status);
	workload_end(&w);
	return status;
}
