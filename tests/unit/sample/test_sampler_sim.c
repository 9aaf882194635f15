// SPDX-License-Identifier: GPL-2.0-or-later
/* The sampler, on simulated devices. */
#include <time.h>

#include "access/sim/sim.h"
#include "heap.h"
#include "scripted.h"
#include "transport/sim/sim.h"

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

static void ages_in_order(const char *target)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = watch(&ctx, target);

	wait_for_verdict(s, "D_DEVICE_STUCK");
	assert_true(real(s, "age_p50_ms") > 400);
	assert_true(real(s, "oldest_ms") > 400);
	end(ctx, s);
}

static void test_ages_in_order(void **state)
{
	(void)state;
	ages_in_order("sim:blk,in-order,fault=stuck");
	ages_in_order("sim:blk,in-order,packed,fault=stuck");
}

/* A queue that moves with a request that never ends: sampled with looks in
 * between, as often as the sampler asks for. */
static void lose_request(const char *target)
{
	struct vi_ctx *ctx;
	struct vi_sampler *s = watch(&ctx, target);
	uint64_t end_ns = vi_mono_ns() + 60 * NS, next = 0;
	struct vi_value v = { 0 };

	while (!v.boolean && vi_mono_ns() < end_ns) {
		double pause = vi_sampler_interim(s);
		const struct timespec ts = { 0, (long)(pause * 1e9) };

		nanosleep(&ts, NULL);
		if (vi_mono_ns() < next)
			continue;
		next = vi_mono_ns() + NS / 2;
		assert_int_equal(vi_sampler_sample(s), 0);
		assert_true(get_rate(s, 0, "stalled", &v));
	}
	assert_true(get_rate(s, 0, "code", &v));
	assert_string_equal(v.string, "D_REQUEST_LOST");
	assert_true(real(s, "completed_per_s") > 0);
	assert_true(real(s, "oldest_ms") >= 3000);
	/* The lost one is not in the mean of the others, which take ms. */
	assert_true(real(s, "latency_us") <
		    real(s, "in_flight_mean") / real(s, "completed_per_s") *
		    1e6 * 0.9);
	end(ctx, s);
}

static void test_lost_request(void **state)
{
	(void)state;
	lose_request("sim:blk,fault=lost-request");
}

static void test_lost_request_packed(void **state)
{
	(void)state;
	lose_request("sim:blk,packed,fault=lost-request");
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

/* --- Memory --- */

static void test_no_growth(void **state)
{
	static const char *const targets[] = {
		"sim:blk", "sim:blk,fault=stuck", "sim:net", "sim:rng,packed",
	};
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_sampler *s;
	size_t i, was = 0;

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
			was = heap_in_use();
	}
	if (heap_is_counted())
		assert_true(heap_in_use() <= was + 1024);
	end(ctx, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_ages_in_order),
		cmocka_unit_test(test_lost_request),
		cmocka_unit_test(test_lost_request_packed),
		cmocka_unit_test(test_lost_irq),
		cmocka_unit_test(test_lost_kick),
		cmocka_unit_test(test_bad_used_id),
		cmocka_unit_test(test_stuck_packed),
		cmocka_unit_test(test_lost_irq_packed),
		cmocka_unit_test(test_parked_is_not_stalled),
		cmocka_unit_test(test_counts_are_exact),
		cmocka_unit_test(test_no_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
