// SPDX-License-Identifier: GPL-2.0-or-later
/* --in-flight: the requests in flight in all queues, oldest first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grid.h"
#include "vqdump/vqdump.h"

struct request {
	struct rec dev, queue, chain;
	uint64_t age;
	bool has_age;
};

struct requests {
	struct request *list;
	size_t count;
	uint64_t parked, inferred, unknown, bare;
};

static bool add_request(struct requests *r, const struct request *one)
{
	if (!tool_grow(&r->list, r->count, sizeof(*r->list)))
		return false;
	r->list[r->count++] = *one;
	return true;
}

static bool collect_queue(const struct vq_options *o, struct requests *r,
			  struct rec dev, struct rec queue)
{
	struct recs chains;
	size_t i;

	if (!vq_wanted(o, queue))
		return true;
	if (!rec_records(queue, "in_flight", &chains)) {
		r->unknown++;
		return true;
	}
	/* Parked buffers would hide actual requests. */
	if (vq_is_parked(queue) && !o->verbose && !o->queues.count) {
		r->parked += chains.v.count;
		return true;
	}
	if (rec_is(queue, "inferred"))
		r->inferred += chains.v.count;
	for (i = 0; i < chains.v.count; i++) {
		struct request one = { .dev = dev, .queue = queue };

		one.chain = recs_at(&chains, i);
		one.has_age = vq_age(one.chain, &one.age);
		if (!add_request(r, &one))
			return false;
	}
	return true;
}

static bool collect(const struct vq_options *o, struct requests *r,
		    const struct tool_devices *d)
{
	struct recs queues;
	size_t i, j;

	for (i = 0; i < d->count; i++) {
		struct rec dev = rec_device(d->list[i]);

		r->bare += !rec_string(dev, "name");
		rec_records(dev, "queues", &queues);
		for (j = 0; j < queues.v.count; j++)
			if (!collect_queue(o, r, dev, recs_at(&queues, j)))
				return false;
	}
	return true;
}

/* Oldest first, then requests without an age in their order in memory. */
static int by_age(const void *a, const void *b)
{
	const struct request *x = a, *y = b;

	if (x->has_age != y->has_age)
		return x->has_age ? -1 : 1;
	if (x->has_age && x->age != y->age)
		return x->age > y->age ? -1 : 1;
	return x->chain.object < y->chain.object ? -1 :
	       x->chain.object > y->chain.object;
}

static void add_string(struct grid *g, struct rec r, const char *field)
{
	text_add_escaped(grid_cell(g), rec_or_dash(r, field));
}

static void add_number(struct grid *g, struct rec r, const char *field)
{
	struct text *t = grid_cell(g);
	struct vi_value v;

	if (rec_get(r, field, &v))
		text_add_value(t, &v);
	else
		text_add(t, "-");
}

static void add_line(struct grid *g, const struct request *r)
{
	struct text *t;

	add_string(g, r->dev, rec_string(r->dev, "name") ? "name" : "address");
	add_string(g, r->dev, "kname");
	vq_add_queue_name(grid_cell(g), r->queue);
	t = grid_cell(g);
	text_add(t, r->has_age ? ">=" : "-");
	if (r->has_age)
		vq_add_age(t, r->age);
	add_number(g, r->chain, "head");
	add_number(g, r->chain, "slots");
	add_number(g, r->chain, "out_len");
	add_number(g, r->chain, "in_len");
	add_string(g, r->chain, "request");
}

static const struct tool_column columns[] = {
	{ .name = "DEVICE" },
	{ .name = "KNAME" },
	{ .name = "QUEUE" },
	{ .name = "AGE", .right = true },
	{ .name = "HEAD", .right = true },
	{ .name = "SLOTS", .right = true },
	{ .name = "OUT", .right = true },
	{ .name = "IN", .right = true },
	{ .name = "REQUEST" },
	{ .name = NULL },
};

/* False after a message: out of memory. */
static bool print_table(struct requests *r)
{
	static const struct tool_column_table all = { .all = columns };
	struct tool_columns shown;
	struct grid g = { 0 };
	struct text t = { 0 };
	size_t i;

	tool_columns_all(&shown, &all);
	grid_begin(&g, &shown);
	if (r->count)
		qsort(r->list, r->count, sizeof(*r->list), by_age);
	for (i = 0; i < r->count; i++)
		add_line(&g, &r->list[i]);
	grid_add(&g, &t);
	grid_free(&g);
	return vq_print(&t);
}

static void print_rest(const struct requests *r)
{
	if (r->inferred)
		printf("(%" PRIu64 " of them are inferred from the ring: the driver's private state is unknown)\n",
		       r->inferred);
	if (r->parked)
		printf("(%" PRIu64 " parked buffers, which wait by design, are hidden; use -v)\n",
		       r->parked);
	if (r->unknown)
		printf("(queues that are missing, as their rings could not be read or decoded: %" PRIu64 ")\n",
		       r->unknown);
	if (r->bare)
		printf("(not held by a virtio driver, so their queues are unknown: %" PRIu64 ")\n",
		       r->bare);
	if (!r->count && !r->parked && !r->unknown && !r->bare)
		puts("(nothing is in flight)");
}

bool vq_print_in_flight(const struct vq_options *o,
			const struct tool_devices *d)
{
	struct requests r = { 0 };
	bool ok = collect(o, &r, d);

	if (!ok)
		tool_no_memory();
	ok = ok && print_table(&r);
	if (ok)
		print_rest(&r);
	free(r.list);
	return ok;
}
