// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sampling simulated disks while they work: one thread submits and the device's
 * thread reaps. For ThreadSanitizer and for the figures: each must have been
 * true at some moment.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/sampler.h>

#include "access/sim/sim.h"
#include "core/compiler.h"
#include "ring/order.h"
#include "transport/sim/sim.h"

#define REQUESTS	6	/* at once; snapshots list no more */
#define SAMPLES		200
#define SUBMITTED	3000	/* at least, in every test */
#define SECTOR		512

struct request {
	struct {
		uint32_t type, reserved;
		uint64_t sector;
	} out;
	char in[SECTOR + 1];
};

/*
 * @turn: held to submit, or to read the whole ring, which needs a driver that
 *        stands still. Sampling does not.
 */
struct bed {
	struct vi_ctx *ctx;
	struct vi_device *dev;
	struct vi_sampler *s;
	pthread_mutex_t turn;
	struct request request[REQUESTS];
	uint64_t submitted;
	unsigned int failed;
	bool done;
};

/* --- The driver's thread, which must not assert --- */

static void submit(struct bed *b, struct virtqueue *vq, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct request *req = &b->request[i];
		struct scatterlist sg[2];

		sg_set_buf(&sg[0], &req->out, sizeof(req->out));
		sg_set_buf(&sg[1], req->in, sizeof(req->in));
		/* Count first, so that no sample can have more. */
		vi_store(&b->submitted, b->submitted + 1);
		if (vq->vq_ops->add_buf(vq, sg, 1, 1, req))
			b->failed++;
	}
	vq->vq_ops->kick(vq);
}

static void *driver(void *arg)
{
	struct bed *b = arg;
	struct virtqueue *vq = vi_sim_queue(b->dev, 0);
	unsigned int n = 0;

	while (!vi_load(&b->done)) {
		/* Until now the device's thread acted as the driver. */
		sim_settle(vi_sim_vdev(b->dev));
		pthread_mutex_lock(&b->turn);
		submit(b, vq, 1 + n++ % REQUESTS);
		pthread_mutex_unlock(&b->turn);
	}
	sim_settle(vi_sim_vdev(b->dev));
	return NULL;
}

/* --- Sampling, in the test's own thread --- */

static bool get(struct vi_sampler *s, const char *name, uint64_t *number)
{
	struct vi_value queues, v;

	vi_sampler_queues(s, &queues);
	assert_int_equal(queues.count, 1);
	if (vi_get(vi_schema_find(vi_rate_schema(), name),
		   vi_record(&queues, 0), &v))
		return false;
	*number = v.type == VI_BOOL ? v.boolean : v.number;
	return true;
}

static uint64_t number(struct vi_sampler *s, const char *name)
{
	uint64_t n;

	assert_true(get(s, name, &n));
	return n;
}

/* A position that wraps unseen counts for less. */
static bool is_exact(struct vi_sampler *s)
{
	uint64_t lower;

	return !get(s, "lower_bound", &lower) || !lower;
}

static void sample(struct bed *b, uint64_t *last)
{
	uint64_t submitted, n;

	assert_int_equal(vi_sampler_sample(b->s), 0);
	submitted = number(b->s, "submitted");
	assert_true(submitted >= *last);
	assert_true(submitted <= vi_load(&b->submitted));
	if (is_exact(b->s))
		assert_true(number(b->s, "completed") <= submitted);
	/* Unknown if the driver lapped the ring between two loads. */
	if (get(b->s, "in_flight", &n))
		assert_true(n <= number(b->s, "size"));
	*last = submitted;
}

static void snap(struct bed *b, const char *target)
{
	const void *queue;
	struct vi_value v;

	pthread_mutex_lock(&b->turn);
	queue = vi_sampler_detail(b->s, target, 0);
	assert_non_null(queue);
	/* All work is done: a snapshot waits for the device. */
	assert_int_equal(vi_get(vi_schema_find(vi_queue_schema(),
					       "num_in_flight"), queue, &v), 0);
	assert_int_equal(v.number, 0);
	pthread_mutex_unlock(&b->turn);
}

static void sample_at_work(struct bed *b, const char *target)
{
	uint64_t last = 0;
	unsigned int i;

	for (i = 0; i < SAMPLES || vi_load(&b->submitted) < SUBMITTED; i++) {
		vi_sampler_interim(b->s);
		sample(b, &last);
		if (i % 8 == 0)
			snap(b, target);
	}
}

static void check_counts(struct bed *b)
{
	uint64_t last = 0;

	sample(b, &last);
	assert_int_equal(b->failed, 0);
	assert_int_equal(number(b->s, "in_flight"), 0);
	if (!is_exact(b->s))
		return;
	assert_int_equal(last, b->submitted);
	assert_int_equal(last, number(b->s, "completed"));
}

static void watch(const char *target)
{
	/* Never read the ring itself, even on a slow machine. */
	const struct vi_sampler_options o = {
		.size = sizeof(o), .max_cpu = 1, .watch = 3600,
	};
	/* On the heap, as a failing test leaves it to the thread. */
	struct bed *b = calloc(1, sizeof(*b));
	pthread_t thread;

	assert_non_null(b);
	pthread_mutex_init(&b->turn, NULL);
	b->ctx = vi_ctx_new();
	b->dev = vi_device_find(b->ctx, target);
	assert_non_null(b->dev);
	assert_int_equal(vi_sampler_new(b->ctx, &o, &b->s), 0);
	/* Counting starts here. */
	assert_int_equal(vi_sampler_sample(b->s), 0);
	alarm(300);
	assert_int_equal(pthread_create(&thread, NULL, driver, b), 0);
	sample_at_work(b, target);
	vi_store(&b->done, true);
	pthread_join(thread, NULL);
	alarm(0);
	check_counts(b);
	vi_sampler_free(b->s);
	vi_ctx_free(b->ctx);
	pthread_mutex_destroy(&b->turn);
	free(b);
}

static void split_disk(void **state)
{
	(void)state;
	watch("sim:blk");
	watch("sim:blk,qsize=16,indirect=off,event-idx=off");
	watch("sim:blk,in-order");
}

static void packed_disk(void **state)
{
	(void)state;
	watch("sim:blk,packed,qsize=32768");
	watch("sim:blk,packed,qsize=7,event-idx=off");
	watch("sim:blk,packed,in-order,qsize=16");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_disk),
		cmocka_unit_test(packed_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
