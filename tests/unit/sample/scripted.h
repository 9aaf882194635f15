/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the sampler: devices with a scripted queue, a clock, and a list
 * of devices that changes as a test says.
 */
#ifndef VI_TESTS_SCRIPTED_H
#define VI_TESTS_SCRIPTED_H

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sample/sample.h"

#define MS	UINT64_C(1000000)

/* --- A device with a scripted queue --- */

struct fake {
	struct vi_counters read;
	struct vi_raw_queue q;
	int err;
	struct vi_heads heads;	/* NULL members: unavailable, but for token */
	uint64_t addr;
	int whole_err;			/* of reading the whole ring */
	int watch_err, heads_err;
	bool gone, blind;
	unsigned int wholes;		/* attempts at that */
};

static inline int fake_watch(void *state, struct vi_device *dev,
			     struct vi_watches *watches)
{
	struct fake *f = dev->own_state;
	struct vi_watch *watch;

	(void)state;
	if (f->gone)
		return 0;
	if (f->watch_err)
		return vi_fail(dev->ctx, f->watch_err, "no queues");
	watch = vi_watches_add(watches);
	watch->q = f->q;
	watch->addr = f->addr;
	watch->data = f;
	return 0;
}

static inline int fake_poll(struct vi_ctx *ctx, const struct vi_watch *watch,
			    bool all, struct vi_counters *r)
{
	const struct fake *f = watch->data;

	(void)ctx;
	(void)all;
	if (f->addr != watch->addr)
		return -ESTALE;
	*r = f->read;
	return f->err;
}

static inline int fake_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
			     struct vi_heads *heads)
{
	const struct fake *f = watch->data;

	(void)ctx;
	if (f->heads_err)
		return f->heads_err;
	if (!f->heads.present)
		return -ENODATA;
	memcpy(heads->present, f->heads.present, f->q.size * sizeof(bool));
	memcpy(heads->ring, f->heads.ring, f->q.size * sizeof(uint32_t));
	memset(heads->token, 0, f->q.size * sizeof(uint64_t));
	heads->avail = heads->end = f->heads.avail;
	heads->last = f->q.packed ? f->read.last : f->read.used;
	return 0;
}

static inline int fake_ring(struct vi_ctx *ctx, const struct vi_watch *watch,
			    struct vi_raw_queue *q)
{
	struct fake *f = watch->data;

	(void)ctx;
	memset(q, 0, sizeof(*q));
	f->wholes++;
	return f->whole_err;
}

static const struct vi_access fake_access = {
	.name = "fake", .watch = fake_watch, .poll = fake_poll,
	.heads = fake_heads, .ring = fake_ring,
};

static inline int no_look(void *state, struct vi_device *dev,
			  struct vi_snapshot *snap)
{
	(void)state;
	(void)snap;
	return vi_fail(dev->ctx, -EIO, "no look");
}

static const struct vi_access blind_access = {
	.name = "blind", .snapshot = no_look,
	.watch = fake_watch, .poll = fake_poll,
	.heads = fake_heads, .ring = fake_ring,
};

/* --- A clock, and a list of devices --- */

static uint64_t the_time, the_cpu, cpu_step;
static bool list_changed;
static int scan_err;
static unsigned int scans;
static struct fake *list[4];
static const char *names[4];

static inline uint64_t fake_clock(void)
{
	return the_time;
}

static inline uint64_t fake_cpu(void)
{
	return the_cpu += cpu_step;
}

static inline bool fake_changed(struct vi_sampler *s)
{
	bool changed = list_changed;

	(void)s;
	list_changed = false;
	return changed;
}

static inline void add_all(struct vi_ctx *ctx)
{
	struct vi_device *dev;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++) {
		if (!list[i])
			continue;
		dev = vi_inventory_add(ctx);
		dev->name = names[i];
		dev->index = -1;
		dev->own_access = list[i]->blind ? &blind_access : &fake_access;
		dev->own_state = list[i];
	}
}

static inline int fake_scan(struct vi_sampler *s)
{
	scans++;
	vi_inventory_drop(s->ctx);
	if (scan_err)
		return vi_fail(s->ctx, scan_err, "no scan");
	add_all(s->ctx);
	return 0;
}

static const struct vi_sampler_hooks fakes = {
	.clock = fake_clock, .cpu = fake_cpu, .changed = fake_changed,
	.scan = fake_scan,
};

static inline struct fake a_queue(uint32_t size, bool packed)
{
	return (struct fake) {
		.read = {
			.have = VI_CTR_AVAIL | VI_CTR_LAST | VI_CTR_NUM_FREE |
				(packed ? 0 : VI_CTR_USED),
			.num_free = size,
			.avail = packed ? 0x8000 : 0,
			.last = packed ? 0x8000 : 0,
		},
		.q = { .size = size, .packed = packed,
		       .have = VI_Q_SIZE | VI_Q_INDEX |
			       VI_Q_FEATURES },
	};
}

static inline struct vi_sampler *start(struct vi_ctx **ctx, struct fake *f)
{
	struct vi_sampler *s;
	double interval;

	memset(list, 0, sizeof(list));
	list[0] = f;
	names[0] = "virtio0";
	the_time = 1000 * NS;
	the_cpu = cpu_step = 0;
	list_changed = false;
	scan_err = scans = 0;
	*ctx = vi_ctx_new();
	add_all(*ctx);
	assert_int_equal(vi_sampler_new_with(*ctx, NULL, &fakes, &s), 0);
	/* No interval has passed yet. */
	assert_int_equal(vi_get_real(vi_summary_schema(), vi_sampler_summary(s),
				     "interval", &interval), -ENODATA);
	assert_int_equal(vi_sampler_sample(s), 0);
	return s;
}

static inline void end(struct vi_ctx *ctx, struct vi_sampler *s)
{
	vi_sampler_free(s);
	vi_ctx_free(ctx);
}

static inline void sample_after(struct vi_sampler *s, uint64_t ns)
{
	the_time += ns;
	assert_int_equal(vi_sampler_sample(s), 0);
}

/* --- Reading results --- */

static inline bool get_rate(struct vi_sampler *s, size_t row, const char *name,
			    struct vi_value *v)
{
	struct vi_value queues;

	vi_sampler_queues(s, &queues);
	assert_true(row < queues.count);
	return !vi_get(vi_schema_find(vi_rate_schema(), name),
		       vi_record(&queues, row), v);
}

static inline uint64_t number(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	assert_true(get_rate(s, 0, name, &v));
	return v.number;
}

static inline double real(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	assert_true(get_rate(s, 0, name, &v));
	assert_int_equal(v.type, VI_REAL);
	return v.real;
}

static inline bool is_there(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	return get_rate(s, 0, name, &v);
}

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 0.001)

static inline double of_summary(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	assert_int_equal(vi_get(vi_schema_find(vi_summary_schema(), name),
				vi_sampler_summary(s), &v), 0);
	return v.type == VI_REAL ? v.real : (double)v.number;
}

static inline bool has_sum(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	return !vi_get(vi_schema_find(vi_summary_schema(), name),
		       vi_sampler_summary(s), &v);
}

static inline const char *error_of(struct vi_sampler *s)
{
	struct vi_value v;

	return vi_get(vi_schema_find(vi_summary_schema(), "error"),
		      vi_sampler_summary(s), &v) ? "" : v.string;
}

#endif
