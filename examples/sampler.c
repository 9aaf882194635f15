// SPDX-License-Identifier: 0BSD
/*
 * sampler [TIMES [TARGET...]]: once a second, TIMES (5) times, print the busy
 * queues of this machine's devices, which requires root, or of simulated ones,
 * such as sim:blk.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <virtio-inspect/sampler.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Interim samples see to it that no index wraps unnoticed. */
static void wait_until(struct vi_sampler *s, double when)
{
	double left, wish;

	while ((left = when - now()) > 0) {
		wish = vi_sampler_interim(s);
		if (wish < left)
			left = wish;
		nanosleep(&(struct timespec){
			(time_t)left, (long)((left - (time_t)left) * 1e9)
		}, NULL);
	}
}

/* A field of a queue; false: unknown. */
static bool get(const void *queue, const char *name, struct vi_value *v)
{
	return !vi_get_value(vi_rate_schema(), queue, name, v);
}

static void print_text(const void *queue, const char *name, int width)
{
	struct vi_value v;
	char safe[64] = "-";

	if (get(queue, name, &v))
		vi_escape(safe, sizeof(safe), v.string, NULL);
	printf("%-*s ", width, safe);
}

static void print_number(const void *queue, const char *name)
{
	struct vi_value v;

	if (!get(queue, name, &v))
		printf("%12s ", "-");
	else if (v.type == VI_REAL)
		printf("%12.1f ", v.real);
	else
		printf("%12" PRIu64 " ", v.number);
}

/* What the sampler cannot show and why: without root, what is in the rings. */
static void print_notes(struct vi_sampler *s)
{
	struct vi_value v;
	char safe[256];
	size_t i;

	if (vi_get_value(vi_summary_schema(), vi_sampler_summary(s), "notes",
			 &v))
		return;
	for (i = 0; i < v.count; i++) {
		vi_escape(safe, sizeof(safe), v.list[i], NULL);
		fprintf(stderr, "sampler: %s\n", safe);
	}
}

/* Does the device have requests, or did it since the last sample? */
static bool is_busy(const void *queue)
{
	struct vi_value v;

	return (get(queue, "in_flight", &v) && v.number) ||
	       (get(queue, "completed_per_s", &v) && v.real > 0) ||
	       (get(queue, "interrupts_per_s", &v) && v.real > 0);
}

static int print_sample(struct vi_sampler *s)
{
	struct vi_value queues;
	const void *queue;
	size_t i;

	vi_sampler_queues(s, &queues);
	printf("%-20s %-12s %12s %12s %12s\n", "DEVICE", "QUEUE", "DONE/S",
	       "IN_FLIGHT", "INTERRUPTS/S");
	for (i = 0; i < queues.count; i++) {
		queue = vi_record(&queues, i);
		if (!is_busy(queue))
			continue;
		print_text(queue, "device", 20);
		print_text(queue, "spec_name", 12);
		print_number(queue, "completed_per_s");
		print_number(queue, "in_flight");
		print_number(queue, "interrupts_per_s");
		putchar('\n');
	}
	return fflush(stdout);
}

static int sample(struct vi_ctx *ctx, int times)
{
	struct vi_sampler *s = NULL;
	double next = now();
	int err;

	err = vi_sampler_new(ctx, NULL, &s);
	/* Rates need two samples, so the first sample has none. */
	if (!err)
		err = vi_sampler_sample(s);
	if (!err)
		print_notes(s);
	while (!err && times-- > 0) {
		next += 1;
		wait_until(s, next);
		err = vi_sampler_sample(s);
		if (!err)
			err = print_sample(s);
	}
	vi_sampler_free(s);
	return err;
}

int main(int argc, char **argv)
{
	int times = argc > 1 ? atoi(argv[1]) : 5;
	struct vi_ctx *ctx = vi_ctx_new();
	int i, err = 0;

	if (!ctx) {
		perror("sampler");
		return 1;
	}
	if (argc <= 2)
		err = vi_scan(ctx);
	for (i = 2; i < argc && !err; i++)
		err = vi_device_find(ctx, argv[i]) ? 0 : -1;
	if (!err)
		err = sample(ctx, times);
	if (err)
		fprintf(stderr, "sampler: %s\n", vi_error(ctx));
	vi_ctx_free(ctx);
	return err ? 1 : 0;
}
