// SPDX-License-Identifier: GPL-2.0-or-later
/* The sampler: lengths of requests, of simulated and of scripted devices. */
#include "access/sim/sim.h"
#include "scripted.h"
#include "transport/sim/sim.h"
#include "view/raw_vring.h"

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
	/* At this size, requests are not followed, which costs as well. */
	for (i = 0; i < ARRAY_SIZE(f); i++)
		f[i] = a_queue(6, false);
	s = start(&ctx, &f[0]);
	for (i = 0; i < ARRAY_SIZE(f); i++) {
		list[i] = &f[i];
		names[i] = each_name[i];
	}
	list_changed = true;
	cpu_step = 5 * MS;
	for (k = 0; k < 1000; k++) {
		for (i = 0; i < ARRAY_SIZE(f); i++) {
			f[i].read.avail = 1 + k % 2;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_no_lengths),
		cmocka_unit_test(test_torn_has_no_lengths),
		cmocka_unit_test(test_lengths_are_forgotten),
		cmocka_unit_test(test_lengths_keep_to_their_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
