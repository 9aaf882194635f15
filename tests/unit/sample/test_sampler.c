// SPDX-License-Identifier: GPL-2.0-or-later
/* The sampler, on scripted queues: positions, time and ages. */
#include <stdlib.h>

#include "scripted.h"

/* --- Positions --- */

static void test_first_sample_has_no_rates(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.read.avail = 700;
	f.read.last = 400;
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

/* In memory that was freed, positions are anything, and soon others. */
static void test_positions_of_a_queue_that_is_gone(void **state)
{
	struct fake f = a_queue(256, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.read.avail = f.read.used = f.read.last = 10;
	s = start(&ctx, &f);
	f.read.used = 0x9000;
	sample_after(s, NS / 10);
	assert_int_equal(number(s, "completed"), 0);
	f.read.avail = 24000;
	f.read.used = 10;
	sample_after(s, NS / 10);
	assert_int_equal(number(s, "submitted"), 0);
	f.read.avail = f.read.used = f.read.last = 12;
	sample_after(s, NS / 10);
	assert_int_equal(number(s, "submitted"), 2);
	assert_int_equal(number(s, "completed"), 2);
	end(ctx, s);
}

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

/* --- Ages --- */

static void test_ages(void **state)
{
	bool present[8] = { true, false, true };
	uint32_t ring[8] = { 0, 2 };
	struct fake f = a_queue(8, false);
	struct vi_ctx *ctx;
	struct vi_sampler *s;

	(void)state;
	f.heads = (struct vi_heads) {
		.present = present, .ring = ring, .avail = 2,
	};
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

/* A packed ring of 8 goes round in 16: reads in between know that. */
static void test_no_ages_over_a_round(void **state)
{
	bool present[8] = { true };
	uint32_t ring[8] = { 0 };
	struct fake f = a_queue(8, true);
	struct vi_ctx *ctx;
	struct vi_sampler *s;
	unsigned int i;

	(void)state;
	f.heads = (struct vi_heads) {
		.present = present, .ring = ring, .avail = 0x8001,
	};
	f.read.avail = 0x8001;
	s = start(&ctx, &f);
	sample_after(s, 300 * MS);
	assert_near(real(s, "oldest_ms"), 300);
	for (i = 0; i < 8; i++) {
		the_time += 10 * MS;
		f.read.last = vi_packed_step(&f.q, f.read.last, 2);
		f.read.avail = vi_packed_step(&f.q, f.read.avail, 2);
		vi_sampler_interim(s);
	}
	/* All stands where it stood. */
	assert_int_equal(f.read.avail, 0x8001);
	sample_after(s, 10 * MS);
	assert_true(real(s, "oldest_ms") < 50);
	assert_true(is_there(s, "age_lower_bound"));
	end(ctx, s);
}

/* --- Access methods and JSON --- */

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
		cmocka_unit_test(test_positions_of_a_queue_that_is_gone),
		cmocka_unit_test(test_no_time_no_rates),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_no_ages_over_a_round),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
