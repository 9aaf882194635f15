// SPDX-License-Identifier: GPL-2.0-or-later
/* The sampler, on scripted queues and on simulated devices. */
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "access/sim/sim.h"
#include "sample/sample.h"
#include "transport/sim/sim.h"
#include "tree.h"
#include "view/raw_vring.h"

#define MS	UINT64_C(1000000)

/* --- A device with a scripted queue --- */

struct fake {
	struct vi_counters read;
	struct vi_raw_queue q;
	int err;
	struct vi_heads heads;	/* NULL members: unavailable */
	uint64_t addr;
	int whole_err;			/* of reading the whole ring */
	int watch_err, heads_err;
	bool gone, blind;
	unsigned int wholes;		/* attempts at that */
};

static int fake_watch(void *state, struct vi_device *dev,
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

static int fake_poll(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
		     struct vi_counters *r)
{
	const struct fake *f = watch->data;

	(void)ctx;
	(void)all;
	if (f->addr != watch->addr)
		return -ESTALE;
	*r = f->read;
	return f->err;
}

static int fake_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		      struct vi_heads *heads)
{
	const struct fake *f = watch->data;

	(void)ctx;
	if (f->heads_err)
		return f->heads_err;
	if (!f->heads.present)
		return -ENODATA;
	memcpy(heads->present, f->heads.present, f->q.size * sizeof(bool));
	memcpy(heads->ring, f->heads.ring, f->q.size * sizeof(uint16_t));
	heads->avail = f->heads.avail;
	return 0;
}

static int fake_ring(struct vi_ctx *ctx, const struct vi_watch *watch,
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

static int no_look(void *state, struct vi_device *dev, struct vi_snapshot *snap)
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

static uint64_t fake_clock(void)
{
	return the_time;
}

static uint64_t fake_cpu(void)
{
	return the_cpu += cpu_step;
}

static bool fake_changed(struct vi_sampler *s)
{
	bool changed = list_changed;

	(void)s;
	list_changed = false;
	return changed;
}

static void add_all(struct vi_ctx *ctx)
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

static int fake_scan(struct vi_sampler *s)
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

static struct fake a_queue(uint32_t size, bool packed)
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
		       .have = VI_Q_SIZE | VI_Q_INDEX },
	};
}

static struct vi_sampler *start(struct vi_ctx **ctx, struct fake *f)
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

static void end(struct vi_ctx *ctx, struct vi_sampler *s)
{
	vi_sampler_free(s);
	vi_ctx_free(ctx);
}

static void sample_after(struct vi_sampler *s, uint64_t ns)
{
	the_time += ns;
	assert_int_equal(vi_sampler_sample(s), 0);
}

/* --- Reading results --- */

static bool get_rate(struct vi_sampler *s, size_t row, const char *name,
		     struct vi_value *v)
{
	struct vi_value queues;

	vi_sampler_queues(s, &queues);
	assert_true(row < queues.count);
	return !vi_get(vi_schema_find(vi_rate_schema(), name),
		       vi_record(&queues, row), v);
}

static uint64_t number(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	assert_true(get_rate(s, 0, name, &v));
	return v.number;
}

static double real(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	assert_true(get_rate(s, 0, name, &v));
	assert_int_equal(v.type, VI_REAL);
	return v.real;
}

static bool is_there(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	return get_rate(s, 0, name, &v);
}

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 0.001)

static double of_summary(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	assert_int_equal(vi_get(vi_schema_find(vi_summary_schema(), name),
				vi_sampler_summary(s), &v), 0);
	return v.type == VI_REAL ? v.real : (double)v.number;
}

static bool has_sum(struct vi_sampler *s, const char *name)
{
	struct vi_value v;

	return !vi_get(vi_schema_find(vi_summary_schema(), name),
		       vi_sampler_summary(s), &v);
}

static const char *error_of(struct vi_sampler *s)
{
	struct vi_value v;

	return vi_get(vi_schema_find(vi_summary_schema(), "error"),
		      vi_sampler_summary(s), &v) ? "" : v.string;
}

/* --- Positions --- */

static void test_first_sample_has_no_rates(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.read.avail = 700;
	s = start(&ctx, &f);
	assert_int_equal(number(s, "submitted"), 0);
	assert_false(is_there(s, "submitted_per_s"));
	assert_false(is_there(s, "in_flight_mean"));
	assert_false(is_there(s, "lower_bound"));
	/* 700 in flight: more than the ring holds. */
	assert_false(is_there(s, "in_flight"));
	end(ctx, s);
}

static void test_index_goes_round(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.read.avail = 65530;
	f.read.used = f.read.last = 65520;
	s = start(&ctx, &f);
	assert_int_equal(number(s, "in_flight"), 10);
	f.read.avail = 14;
	f.read.used = f.read.last = 10;
	sample_after(s, NS / 2);
	assert_int_equal(number(s, "submitted"), 20);
	assert_int_equal(number(s, "completed"), 26);
	assert_near(real(s, "submitted_per_s"), 40);
	assert_near(real(s, "completed_per_s"), 52);
	assert_int_equal(number(s, "in_flight"), 4);
	assert_int_equal(number(s, "in_flight_peak"), 10);
	assert_near(real(s, "in_flight_mean"), 7);
	assert_near(of_summary(s, "interval"), 0.5);
	assert_near(of_summary(s, "submitted_per_s"), 40);
	assert_false(is_there(s, "lower_bound"));
	/* On average 7 in flight, and 52 per second. */
	assert_near(real(s, "latency_us"), 7 / 52. * 1e6);
	end(ctx, s);
}

/* Half a lap or more in one interval; then also what would fit at that rate. */
static void test_too_fast_is_a_lower_bound(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	s = start(&ctx, &f);
	f.read.avail = f.read.used = f.read.last = 40000;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 40000);
	assert_true(is_there(s, "lower_bound"));
	assert_true(is_there(s, "rate_lower_bound"));
	assert_false(is_there(s, "latency_us"));
	f.read.avail = f.read.used = f.read.last = 40100;
	sample_after(s, NS);
	assert_true(is_there(s, "rate_lower_bound"));
	/* A tenth of the interval is too short for a lap. The total stays the
	 * same. */
	f.read.avail = f.read.used = f.read.last = 44100;
	sample_after(s, NS / 10);
	assert_false(is_there(s, "rate_lower_bound"));
	assert_true(is_there(s, "lower_bound"));
	assert_int_equal(number(s, "submitted"), 44100);
	end(ctx, s);
}

/* The same load, with unlimited interim samples. */
static void test_looks_between_keep_count(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;
	uint64_t until, total = 0, step;
	double wait;
	int i;

	(void)state;
	s = start(&ctx, &f);
	for (i = 0; i < 5; i++) {
		until = the_time + NS;
		while (the_time < until) {
			wait = vi_sampler_interim(s);
			assert_true(wait > 0 && wait < 0.06);
			step = (uint64_t)(wait * 1e9);
			if (the_time + step > until)
				step = until - the_time;
			/* 200,000 per second: three laps. */
			the_time += step;
			total += step / 5000;
			f.read.avail = f.read.used = f.read.last = total;
		}
		assert_int_equal(vi_sampler_sample(s), 0);
	}
	assert_int_equal(number(s, "submitted"), total);
	assert_true(total > 900000);
	assert_false(is_there(s, "lower_bound"));
	end(ctx, s);
}

/* Interim samples stop when their budget is used up. */
static void test_between_keeps_to_its_budget(void **state)
{
	struct fake f = a_queue(256, true);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);
	uint64_t began = the_time;
	unsigned int calls = 0;

	(void)state;
	cpu_step = MS / 2;
	while (the_time < began + 10 * NS) {
		f.read.avail ^= 0x8000;
		f.read.last = f.read.avail;
		the_time += (uint64_t)(vi_sampler_interim(s) * 1e9);
		calls++;
		if (!(calls % 64))
			assert_int_equal(vi_sampler_sample(s), 0);
	}
	/* 1 % of 10 s, plus one second's worth saved up; reading the clock
	 * advances it, so half of the time goes unseen. */
	assert_true(the_cpu / 2 <= 10 * 10 * MS + 10 * MS + MS);
	assert_true(calls > 100);
	end(ctx, s);
}

static void test_packed_laps(void **state)
{
	struct fake f = a_queue(8, true);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	s = start(&ctx, &f);
	f.read.avail = 0x8000 | 5;
	f.read.last = 0x8000 | 2;
	sample_after(s, 10 * MS);
	assert_int_equal(number(s, "submitted"), 5);
	assert_int_equal(number(s, "completed"), 2);
	assert_int_equal(number(s, "in_flight"), 3);
	/* Across the wrap: the wrap counter is 0 now. */
	f.read.avail = 2;
	f.read.last = 0x8000 | 7;
	sample_after(s, 10 * MS);
	assert_int_equal(number(s, "submitted"), 10);
	assert_int_equal(number(s, "completed"), 7);
	assert_int_equal(number(s, "in_flight"), 3);
	/* And across it again. */
	f.read.avail = 0x8000 | 1;
	f.read.last = 0x8000 | 1;
	sample_after(s, 10 * MS);
	assert_int_equal(number(s, "submitted"), 17);
	assert_int_equal(number(s, "completed"), 17);
	assert_int_equal(number(s, "in_flight"), 0);
	assert_true(is_there(s, "lower_bound"));
	end(ctx, s);
}

static void test_hostile_positions(void **state)
{
	struct fake f = a_queue(8, true);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	s = start(&ctx, &f);
	f.read.avail = 0x7fff;
	f.read.last = 0xfff8;
	f.read.num_free = 9;
	sample_after(s, 10 * MS);
	assert_int_equal(number(s, "submitted"), 0);
	assert_false(is_there(s, "in_flight"));
	assert_false(is_there(s, "occupancy"));
	end(ctx, s);
}

/* --- Time --- */

static void test_no_time_no_rates(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 5;
	sample_after(s, 0);
	assert_int_equal(number(s, "submitted"), 5);
	assert_false(is_there(s, "submitted_per_s"));
	assert_true(isnan(s->summary.interval));
	/* A clock that goes back or jumps ahead breaks nothing. */
	the_time -= 10 * NS;
	assert_int_equal(vi_sampler_sample(s), 0);
	assert_false(is_there(s, "submitted_per_s"));
	f.read.avail = 9;
	sample_after(s, UINT64_C(1000000000) * NS);
	assert_int_equal(number(s, "submitted"), 9);
	assert_true(real(s, "submitted_per_s") < 0.001);
	end(ctx, s);
}

static void test_full(void **state)
{
	struct fake f = a_queue(4, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 4;
	f.read.num_free = 0;
	sample_after(s, 10 * MS);
	assert_near(real(s, "occupancy"), 100);
	assert_near(real(s, "full_percent"), 50);
	sample_after(s, 10 * MS);
	assert_near(real(s, "full_percent"), 100);
	assert_near(real(s, "in_flight_mean"), 4);
	end(ctx, s);
}

/* --- Devices --- */

static void test_replug(void **state)
{
	struct fake f = a_queue(256, false), g = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);
	struct vi_value v;
	uint64_t generation;

	(void)state;
	f.read.avail = f.read.used = f.read.last = 100;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 100);
	generation = number(s, "generation");
	/* A new device sorts first; each device keeps its own numbers. */
	names[1] = "virtio0";
	names[0] = "virtio3";
	list[0] = &g;
	list[1] = &f;
	list_changed = true;
	f.read.avail = f.read.used = f.read.last = 150;
	g.read.avail = g.read.used = g.read.last = 7;
	sample_after(s, NS);
	assert_int_equal(s->num_rows, 2);
	assert_int_equal(number(s, "submitted"), 150);
	assert_int_equal(number(s, "generation"), generation);
	assert_near(real(s, "submitted_per_s"), 50);
	assert_true(get_rate(s, 1, "device", &v));
	assert_string_equal(v.string, "virtio3");
	assert_true(get_rate(s, 1, "submitted", &v));
	assert_int_equal(v.number, 0);
	/* A device that reuses a name is a new device. */
	list[1] = NULL;
	names[0] = "virtio0";
	list_changed = true;
	sample_after(s, NS);
	assert_int_equal(s->num_rows, 1);
	assert_int_equal(number(s, "submitted"), 0);
	assert_true(number(s, "generation") != generation);
	/* No devices. */
	list[0] = NULL;
	list_changed = true;
	sample_after(s, NS);
	assert_int_equal(s->num_rows, 0);
	assert_int_equal(of_summary(s, "devices"), 0);
	end(ctx, s);
}

/* The ring was set up again: its index does not continue the old one. */
static void test_ring_made_anew(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = f.read.used = f.read.last = 1000;
	sample_after(s, NS);
	f.addr++;
	f.q.size = 64;
	f.read.avail = f.read.used = f.read.last = 3;
	f.read.num_free = 64;
	sample_after(s, NS);
	assert_int_equal(number(s, "size"), 64);
	assert_int_equal(number(s, "submitted"), 1000);
	assert_true(is_there(s, "lower_bound"));
	sample_after(s, NS);
	f.read.avail = f.read.used = f.read.last = 13;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 1010);
	end(ctx, s);
}

/* The sample lacks something, and tells why. */
static void lost_after(struct vi_sampler *s, uint64_t ns, const char *why)
{
	the_time += ns;
	assert_true(vi_sampler_sample(s) < 0);
	assert_string_equal(vi_error(s->ctx), why);
	assert_string_equal(error_of(s), why);
	assert_true(has_sum(s, "lower_bound"));
}

static void test_cannot_be_read_now(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 10;
	f.err = -EIO;
	lost_after(s, NS, "virtio0: queue 0 could not be read: Input/output error");
	assert_false(is_there(s, "submitted"));
	assert_false(is_there(s, "submitted_per_s"));
	assert_false(is_there(s, "in_flight"));
	assert_false(is_there(s, "stalled"));
	assert_int_equal(number(s, "size"), 256);
	f.err = 0;
	sample_after(s, NS);
	assert_int_equal(number(s, "submitted"), 10);
	assert_near(real(s, "submitted_per_s"), 5);
	end(ctx, s);
}

static void test_queue_is_not_found_now(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	/* It looks like another queue, and a scan is impossible. */
	f.addr++;
	f.watch_err = -EIO;
	lost_after(s, NS, "no queues");
	assert_false(is_there(s, "in_flight"));
	assert_int_equal(of_summary(s, "queues"), 1);
	f.watch_err = 0;
	sample_after(s, NS);
	assert_true(is_there(s, "in_flight"));
	assert_string_equal(error_of(s), "");
	end(ctx, s);
}

/* A queue that disappears during the read is no failure. */
static void test_queue_goes(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.addr++;
	f.gone = true;
	sample_after(s, NS);
	assert_int_equal(of_summary(s, "queues"), 0);
	assert_string_equal(error_of(s), "");
	end(ctx, s);
}

/* A failed scan does not mean that there are no devices, and is retried. */
static void test_devices_are_not_found(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	scan_err = -EMFILE;
	list_changed = true;
	lost_after(s, NS, "no scan");
	assert_int_equal(s->num_rows, 0);
	assert_false(has_sum(s, "devices"));
	assert_false(has_sum(s, "queues"));
	assert_false(has_sum(s, "stalled"));
	scan_err = 0;
	/* Scans again, but not every time. */
	lost_after(s, NS / 2, "no scan");
	assert_int_equal(scans, 1);
	sample_after(s, NS / 2);
	assert_int_equal(scans, 2);
	assert_int_equal(of_summary(s, "queues"), 1);
	sample_after(s, NS);
	assert_int_equal(scans, 2);
	end(ctx, s);
}

static void test_failure_below_is_told(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 3;
	f.heads_err = -ENOMEM;
	lost_after(s, NS, "out of memory: some data is missing");
	assert_false(is_there(s, "age_p50_ms"));
	assert_int_equal(number(s, "in_flight"), 3);
	assert_int_equal(of_summary(s, "queues"), 1);
	f.heads_err = -ENODATA;
	sample_after(s, NS / 10);
	end(ctx, s);
}

/* A queue that stands still and cannot be read is neither stalled nor idle. */
static void test_no_verdict(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.blind = true;
	s = start(&ctx, &f);
	f.read.avail = 3;
	sample_after(s, NS);
	assert_true(is_there(s, "stalled"));
	lost_after(s, NS, "virtio0 is stalled, and cannot be examined: no look");
	assert_false(is_there(s, "stalled"));
	f.read.used = f.read.last = 3;
	sample_after(s, NS);
	assert_true(is_there(s, "stalled"));
	end(ctx, s);
}

/* --- Ages --- */

static void test_ages(void **state)
{
	bool present[8] = { true, false, true };
	uint16_t ring[8] = { 0, 2 };
	struct fake f = a_queue(8, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.heads = (struct vi_heads) { present, ring, 2 };
	f.read.avail = 2;
	s = start(&ctx, &f);
	/* They were in flight already, so their age is unknown. */
	assert_false(is_there(s, "oldest_ms"));
	assert_false(is_there(s, "age_lower_bound"));
	sample_after(s, 100 * MS);
	assert_true(is_there(s, "age_lower_bound"));
	assert_near(real(s, "age_p50_ms"), 100);
	assert_near(real(s, "oldest_ms"), 100);
	/* Head 2 completed and is in use again; head 0 is the old request. */
	ring[2] = 2;
	f.heads.avail = f.read.avail = 3;
	f.read.used = f.read.last = 1;
	sample_after(s, 50 * MS);
	assert_near(real(s, "age_p50_ms"), 0);
	assert_near(real(s, "oldest_ms"), 150);
	/* More than the ring remembers: all may be new. */
	f.heads.avail = f.read.avail = 20;
	f.read.used = f.read.last = 18;
	sample_after(s, 50 * MS);
	assert_false(is_there(s, "oldest_ms"));
	/* Nothing in flight, no ages. */
	f.heads.avail = f.read.avail = f.read.used = f.read.last = 20;
	sample_after(s, 50 * MS);
	assert_false(is_there(s, "oldest_ms"));
	/* A request submitted afterwards has its true age. */
	f.heads.avail = f.read.avail = 21;
	present[0] = false;
	sample_after(s, 50 * MS);
	assert_near(real(s, "oldest_ms"), 0);
	assert_false(is_there(s, "age_lower_bound"));
	sample_after(s, 50 * MS);
	assert_near(real(s, "oldest_ms"), 50);
	assert_false(is_there(s, "age_lower_bound"));
	end(ctx, s);
}

/* --- Simulated devices --- */

static struct vi_sampler *watch(struct vi_ctx **ctx, const char *target)
{
	struct vi_sampler *s;

	*ctx = vi_ctx_new();
	assert_non_null(vi_device_find(*ctx, target));
	assert_int_equal(vi_sampler_new(*ctx, NULL, &s), 0);
	assert_int_equal(vi_sampler_sample(s), 0);
	return s;
}

/* Wait for the verdict, or until it should have come. */
static void wait_for_verdict(struct vi_sampler *s, const char *code)
{
	struct vi_value v;
	int i;

	for (i = 0; i < 60; i++) {
		const struct timespec ts = { 0, 50 * MS };

		nanosleep(&ts, NULL);
		vi_sampler_interim(s);
		assert_int_equal(vi_sampler_sample(s), 0);
		assert_true(get_rate(s, 0, "stalled", &v));
		if (v.boolean == !!code && (code || i == 25))
			break;
	}
	assert_true(get_rate(s, 0, "stalled", &v));
	assert_int_equal(v.boolean, !!code);
	assert_int_equal(get_rate(s, 0, "code", &v), !!code);
	if (!code)
		return;
	assert_string_equal(v.string, code);
	assert_true(get_rate(s, 0, "reason", &v));
	/* The text holds no figure that is outdated at the next sample. */
	assert_true(*v.string);
	assert_null(strpbrk(v.string, "0123456789"));
	assert_int_equal(of_summary(s, "stalled"), 1);
}

static void check_fault(const char *target, const char *code)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = watch(&ctx, target);

	wait_for_verdict(s, code);
	end(ctx, s);
}

static void test_stuck(void **state)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = watch(&ctx, "sim:blk,fault=stuck");

	(void)state;
	wait_for_verdict(s, "D_DEVICE_STUCK");
	assert_int_equal(number(s, "in_flight"), 4);
	assert_true(real(s, "oldest_ms") > 400);
	assert_true(real(s, "age_p50_ms") > 400);
	assert_non_null(vi_sampler_detail(s, "sim:blk,fault=stuck", 0));
	assert_null(vi_sampler_detail(s, "sim:blk,fault=stuck", 9));
	assert_null(vi_sampler_detail(s, "virtio0", 0));
	end(ctx, s);
}

static void test_lost_irq(void **state)
{
	(void)state;
	check_fault("sim:blk,fault=lost-irq", "D_LOST_IRQ");
}

static void test_lost_kick(void **state)
{
	(void)state;
	check_fault("sim:blk,fault=lost-kick", "D_LOST_KICK");
}

/* The cause, not its consequences. */
static void test_bad_used_id(void **state)
{
	(void)state;
	check_fault("sim:blk,fault=bad-used-id", "E_USED_ID");
}

static void test_stuck_packed(void **state)
{
	(void)state;
	check_fault("sim:blk,packed,fault=stuck", "D_DEVICE_STUCK");
}

static void test_lost_irq_packed(void **state)
{
	(void)state;
	check_fault("sim:blk,packed,fault=lost-irq", "D_LOST_IRQ");
}

/* Receive buffers wait forever by design. */
static void test_parked_is_not_stalled(void **state)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = watch(&ctx, "sim:net");
	struct vi_value v;

	(void)state;
	wait_for_verdict(s, NULL);
	assert_true(get_rate(s, 0, "role", &v));
	assert_string_equal(v.string, "parked");
	assert_true(number(s, "in_flight") > 0);
	assert_false(is_there(s, "latency_us"));
	end(ctx, s);
}

/* Counts match the work exactly. */
static void count_work(const char *target)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = watch(&ctx, target);
	struct vi_device *dev = vi_device_find(ctx, target);
	struct virtqueue *vq = vi_sim_queue(dev, 0);
	static char buf[64];
	struct scatterlist sg;
	int i;

	sg_init_one(&sg, buf, sizeof(buf));
	for (i = 0; i < 1000; i++) {
		sim_settle(vi_sim_vdev(dev));
		assert_int_equal(vq->vq_ops->add_buf(vq, &sg, 0, 1, buf), 0);
		vq->vq_ops->kick(vq);
		if (!(i % 100))
			vi_sampler_interim(s);
	}
	sim_settle(vi_sim_vdev(dev));
	assert_int_equal(vi_sampler_sample(s), 0);
	assert_int_equal(number(s, "submitted"), 1000);
	assert_int_equal(number(s, "completed"), 1000);
	assert_int_equal(number(s, "in_flight"), 0);
	assert_int_equal(number(s, "interrupts"), 1000);
	/* On a busy machine a lap may pass between two reads. */
	if (!is_there(s, "rate_lower_bound"))
		assert_near(real(s, "completions_per_interrupt"), 1);
	assert_true(is_there(s, "wants_kick"));
	end(ctx, s);
}

static void test_counts_are_exact(void **state)
{
	(void)state;
	count_work("sim:rng");
	count_work("sim:rng,event-idx=off");
	count_work("sim:rng,packed,qsize=1024");
}

/* --- Lengths of requests --- */

static bool is_torn;

/* This thread drives the device, so it can be read whole. */
static int sim_ring(struct vi_ctx *ctx, const struct vi_watch *watch,
		     struct vi_raw_queue *q)
{
	int err = vi_raw_queue_from_vring(watch->data, watch->q.index, q);

	(void)ctx;
	q->torn = is_torn;
	return err;
}

static struct vi_sampler *measure(struct vi_ctx **ctx, const char *target)
{
	static struct vi_access access;
	struct vi_sampler *s;

	access = vi_sim_access;
	access.ring = sim_ring;
	is_torn = false;
	the_time = 1000 * NS;
	the_cpu = cpu_step = 0;
	list_changed = false;
	*ctx = vi_ctx_new();
	assert_non_null(vi_device_find(*ctx, target));
	assert_int_equal(vi_sampler_new_with(*ctx, NULL, &fakes, &s), 0);
	s->devices[0]->access = &access;
	assert_int_equal(vi_sampler_sample(s), 0);
	return s;
}

/* Reads of @len bytes: a header, the data, a status. */
static void read_disk(struct vi_ctx *ctx, const char *target, int count,
		      size_t len)
{
	static char buf[16 + 65536 + 1];
	struct vi_device *dev = vi_device_find(ctx, target);
	struct virtqueue *vq = vi_sim_queue(dev, 0);
	struct scatterlist sg[2];

	sg_set_buf(&sg[0], buf, 16);
	sg_set_buf(&sg[1], buf + 16, len + 1);
	while (count--)
		assert_int_equal(vq->vq_ops->add_buf(vq, sg, 1, 1, buf), 0);
	vq->vq_ops->kick(vq);
	sim_settle(vi_sim_vdev(dev));
}

/* There are four reads of one sector; add two of a page. */
static void check_lengths(const char *target)
{
	static const double mean = (4 * (16 + 512 + 1) + 2 * 4113) / 6.;
	struct vi_ctx *ctx;
	struct vi_sampler *s = measure(&ctx, target);

	/* Older requests tell nothing about new ones. */
	assert_false(is_there(s, "request_bytes"));
	read_disk(ctx, target, 2, 4096);
	sample_after(s, NS);
	assert_true(fabs(real(s, "request_bytes") - mean) < 0.01);
	assert_true(fabs(real(s, "bytes_per_s") - 2 * mean) < 0.01);
	/* The queue stands still, and the value becomes unknown. */
	sample_after(s, NS);
	assert_true(fabs(real(s, "request_bytes") - mean) < 0.01);
	assert_near(real(s, "bytes_per_s"), 0);
	sample_after(s, 5 * NS);
	assert_false(is_there(s, "request_bytes"));
	assert_false(is_there(s, "bytes_per_s"));
	end(ctx, s);
}

static void test_lengths(void **state)
{
	(void)state;
	check_lengths("sim:blk,fault=stuck");
	check_lengths("sim:blk,fault=stuck,indirect=off");
	check_lengths("sim:blk,fault=stuck,packed");
	/* There a read takes two descriptors, and the sampler counts those. */
	check_lengths("sim:blk,fault=stuck,packed,indirect=off");
}

/* Nothing in flight; or buffers that only offer room. */
static void test_no_lengths(void **state)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = measure(&ctx, "sim:blk");
	struct virtqueue *vq;
	struct scatterlist sg;
	static char buf[2048];

	(void)state;
	read_disk(ctx, "sim:blk", 2, 4096);
	sample_after(s, NS);
	assert_near(real(s, "submitted_per_s"), 2);
	assert_false(is_there(s, "request_bytes"));
	assert_false(is_there(s, "bytes_per_s"));
	end(ctx, s);

	s = measure(&ctx, "sim:net");
	vq = vi_sim_queue(vi_device_find(ctx, "sim:net"), 0);
	sg_init_one(&sg, buf, sizeof(buf));
	assert_int_equal(vq->vq_ops->add_buf(vq, &sg, 0, 1, buf), 0);
	vq->vq_ops->kick(vq);
	sample_after(s, NS);
	assert_near(real(s, "submitted_per_s"), 1);
	assert_true(number(s, "in_flight") > 0);
	assert_false(is_there(s, "request_bytes"));
	assert_false(is_there(s, "bytes_per_s"));
	end(ctx, s);
}

static void test_torn_has_no_lengths(void **state)
{
	static const char target[] = "sim:blk,fault=stuck";
	struct vi_ctx *ctx;
	struct vi_sampler *s = measure(&ctx, target);
	double before;

	(void)state;
	is_torn = true;
	read_disk(ctx, target, 1, 4096);
	sample_after(s, NS);
	assert_false(is_there(s, "request_bytes"));
	/* It is tried again soon, but not at once; */
	is_torn = false;
	read_disk(ctx, target, 1, 4096);
	sample_after(s, NS / 10);
	assert_false(is_there(s, "request_bytes"));
	read_disk(ctx, target, 1, 4096);
	sample_after(s, NS / 10);
	before = real(s, "request_bytes");
	/* and the result is kept for a while. */
	read_disk(ctx, target, 1, 65536);
	sample_after(s, NS / 2);
	assert_near(real(s, "request_bytes"), before);
	read_disk(ctx, target, 1, 65536);
	sample_after(s, NS / 2);
	assert_true(real(s, "request_bytes") > before);
	end(ctx, s);
}

/* The latest read: two requests of 512 bytes. */
static void see_two(struct vi_sampler *s)
{
	struct vi_lengths *l = &s->devices[0]->queues[0]->lengths;

	l->look[VI_LENGTH_LOOKS - 1] = (struct vi_length_look) {
		.at_ns = the_time, .bytes = 1024, .requests = 2, .slots = 2,
	};
}

/* The lengths of a replaced queue are forgotten. */
static void test_lengths_are_forgotten(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);

	(void)state;
	f.read.avail = 2;
	f.whole_err = -EFAULT;
	sample_after(s, NS);
	assert_int_equal(f.wholes, 1);
	see_two(s);
	f.read.avail = 4;
	sample_after(s, NS);
	assert_near(real(s, "request_bytes"), 512);
	assert_near(real(s, "bytes_per_s"), 1024);
	/* Its rate is a lower bound, and so is this value. */
	f.read.avail = 40000;
	f.read.used = f.read.last = 39999;
	sample_after(s, NS);
	assert_true(is_there(s, "rate_lower_bound"));
	assert_near(real(s, "bytes_per_s"), 39996 * 512.);
	f.whole_err = -ESTALE;
	f.read.avail++;
	sample_after(s, NS);
	assert_false(is_there(s, "request_bytes"));
	f.whole_err = 0;
	sample_after(s, NS);
	see_two(s);
	f.addr++;
	sample_after(s, NS);
	assert_false(is_there(s, "request_bytes"));
	end(ctx, s);
}

/* A quarter of the budget for extra reads, shared by all queues. */
static void test_lengths_keep_to_their_budget(void **state)
{
	static const char *const each_name[] = { "a", "b", "c", "d" };
	struct fake f[ARRAY_SIZE(list)];
	struct vi_ctx *ctx;
	struct vi_sampler *s;
	unsigned int i, k, all = 0;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(f); i++)
		f[i] = a_queue(8, true);
	s = start(&ctx, &f[0]);
	for (i = 0; i < ARRAY_SIZE(f); i++) {
		list[i] = &f[i];
		names[i] = each_name[i];
	}
	list_changed = true;
	cpu_step = 5 * MS;
	for (k = 0; k < 1000; k++) {
		for (i = 0; i < ARRAY_SIZE(f); i++) {
			f[i].read.avail = 0x8000 | (1 + k % 2);
			f[i].whole_err = -EFAULT;
		}
		sample_after(s, NS / 10);
	}
	for (i = 0; i < ARRAY_SIZE(f); i++)
		all += f[i].wholes;
	/* In 100 s. */
	assert_true(all * 5 * MS <= 100 * NS / 400 + 10 * MS);
	assert_true(all >= 45);
	for (i = 0; i < ARRAY_SIZE(f); i++)
		assert_true(f[i].wholes + 2 >= all / ARRAY_SIZE(f));
	end(ctx, s);
}

/* --- Memory --- */

static void test_no_growth(void **state)
{
	static const char *const targets[] = {
		"sim:blk", "sim:blk,fault=stuck", "sim:net", "sim:rng,packed",
	};
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_sampler *s;
	struct mallinfo2 was = { 0 }, is;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		assert_non_null(vi_device_find(ctx, targets[i]));
	/* A fake clock, so that 10^5 samples take a day of snapshots, too. */
	the_time = 1000 * NS;
	the_cpu = cpu_step = 0;
	list_changed = false;
	assert_int_equal(vi_sampler_new_with(ctx, NULL, &fakes, &s), 0);
	for (i = 0; i < 100000; i++) {
		the_time += NS;
		assert_int_equal(vi_sampler_sample(s), 0);
		vi_sampler_interim(s);
		if (i == 10000)
			was = mallinfo2();
	}
	is = mallinfo2();
	/* The allocator's caches count as well. */
	if (is.uordblks > was.uordblks + 32768)
		print_message("from %zu to %zu bytes\n", was.uordblks,
			      is.uordblks);
	assert_true(is.uordblks <= was.uordblks + 32768);
	end(ctx, s);
}

/* --- Missing data --- */

#define INTERRUPTS(a, b)						\
	"           CPU0       CPU1\n"					\
	" 24:          0          0  PCI-MSIX  0-edge  virtio1-config\n"	\
	" 25:  " a "  PCI-MSIX  1-edge  virtio1-req.0\n"		\
	" 26:  " b "  PCI-MSIX  2-edge  virtio1-req.1\n"

/* A recorded tree has no rings, but interrupts. */
static void test_only_interrupts(void **state)
{
	struct vi_sampler *s;
	struct vi_value v;

	(void)state;
	put_device("virtio1", "pci0000:00/0000:00:05.0",
		   "DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n");
	put("/proc/interrupts", INTERRUPTS("5 5", "7 0"));
	assert_int_equal(vi_scan(tree.ctx), 0);
	the_time = 1000 * NS;
	assert_int_equal(vi_sampler_new_with(tree.ctx, NULL, &fakes, &s), 0);
	assert_int_equal(vi_sampler_sample(s), 0);
	put("/proc/interrupts", INTERRUPTS("105 5", "6 0"));
	sample_after(s, 2 * NS);
	assert_int_equal(s->num_rows, 2);
	assert_int_equal(number(s, "index"), 0);
	assert_int_equal(number(s, "irq"), 25);
	assert_int_equal(number(s, "interrupts"), 100);
	assert_near(real(s, "interrupts_per_s"), 50);
	assert_false(is_there(s, "submitted"));
	assert_false(is_there(s, "in_flight"));
	assert_false(is_there(s, "stalled"));
	assert_false(is_there(s, "layout"));
	/* A lower count: how many came is unknown. */
	assert_true(get_rate(s, 1, "name", &v));
	assert_string_equal(v.string, "req.1");
	assert_false(get_rate(s, 1, "interrupts_per_s", &v));
	assert_false(vi_get(vi_schema_find(vi_summary_schema(), "notes"),
			    vi_sampler_summary(s), &v));
	assert_non_null(strstr(v.list[1], "--sysroot tree"));
	assert_null(vi_sampler_detail(s, "virtio1", 0));
	vi_sampler_free(s);
}

static void test_ways(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_sampler_options o = {
		.size = sizeof(o), .access = "registers",
	};
	struct vi_sampler *s;

	(void)state;
	assert_int_equal(vi_sampler_new(ctx, &o, &s), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "writes"));
	o.access = "devmem";
	assert_int_equal(vi_sampler_new(ctx, &o, &s), -ENOTSUP);
	assert_non_null(strstr(vi_error(ctx), "cannot sample"));
	o.access = "nonsense";
	assert_int_equal(vi_sampler_new(ctx, &o, &s), -EINVAL);
	vi_ctx_free(ctx);
}

static void test_json(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s = start(&ctx, &f);
	struct vi_value queues;
	char *json;

	(void)state;
	f.read.avail = f.read.used = f.read.last = 1;
	sample_after(s, 3 * NS);
	vi_sampler_queues(s, &queues);
	json = vi_to_json(ctx, vi_rate_schema(), vi_record(&queues, 0), NULL);
	assert_non_null(json);
	assert_non_null(strstr(json, "\"submitted\":1,\"completed\":1,"
			       "\"submitted_per_s\":0.333,"));
	assert_null(strstr(json, "age_p50_ms"));
	free(json);
	end(ctx, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_sample_has_no_rates),
		cmocka_unit_test(test_index_goes_round),
		cmocka_unit_test(test_too_fast_is_a_lower_bound),
		cmocka_unit_test(test_looks_between_keep_count),
		cmocka_unit_test(test_between_keeps_to_its_budget),
		cmocka_unit_test(test_packed_laps),
		cmocka_unit_test(test_hostile_positions),
		cmocka_unit_test(test_no_time_no_rates),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_replug),
		cmocka_unit_test(test_ring_made_anew),
		cmocka_unit_test(test_cannot_be_read_now),
		cmocka_unit_test(test_queue_is_not_found_now),
		cmocka_unit_test(test_queue_goes),
		cmocka_unit_test(test_devices_are_not_found),
		cmocka_unit_test(test_failure_below_is_told),
		cmocka_unit_test(test_no_verdict),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_lost_irq),
		cmocka_unit_test(test_lost_kick),
		cmocka_unit_test(test_bad_used_id),
		cmocka_unit_test(test_stuck_packed),
		cmocka_unit_test(test_lost_irq_packed),
		cmocka_unit_test(test_parked_is_not_stalled),
		cmocka_unit_test(test_counts_are_exact),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_no_lengths),
		cmocka_unit_test(test_torn_has_no_lengths),
		cmocka_unit_test(test_lengths_are_forgotten),
		cmocka_unit_test(test_lengths_keep_to_their_budget),
		cmocka_unit_test(test_no_growth),
		cmocka_unit_test_setup_teardown(test_only_interrupts,
						set_up_tree, tear_down_tree),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
