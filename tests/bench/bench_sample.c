// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_sample QUEUES [SAMPLES [split|packed]]: the cost of sampling QUEUES
 * queues of simulated devices.
 *
 * Without SAMPLES, prints the CPU time of a sample in microseconds, the best
 * of many. With SAMPLES, takes that many, for counting instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <virtio-inspect/sampler.h>

#define ROUNDS	50
#define EACH	32	/* most queues per device */

static double cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void add_devices(struct vi_ctx *ctx, int queues, const char *more)
{
	char target[64];
	int i, n;

	/* Each device has its own name. */
	for (i = 0; i < queues; i += n) {
		n = queues - i < EACH ? queues - i : EACH;
		snprintf(target, sizeof(target), "sim:blk%s,queues=%d,after=%d",
			 more, n, i + 1);
		if (!vi_device_find(ctx, target)) {
			fprintf(stderr, "%s\n", vi_error(ctx));
			exit(1);
		}
	}
}

static void sample(struct vi_sampler *s, struct vi_ctx *ctx)
{
	if (vi_sampler_sample(s)) {
		fprintf(stderr, "%s\n", vi_error(ctx));
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct vi_ctx *ctx = vi_ctx_new();
	double least = 0, start, took;
	struct vi_sampler *s;
	long i, samples = argc > 2 ? atol(argv[2]) : ROUNDS;

	if (argc < 2 || !ctx)
		return 2;
	add_devices(ctx, atoi(argv[1]),
		    argc > 3 && !strcmp(argv[3], "packed") ? ",packed" : "");
	if (vi_sampler_new(ctx, NULL, &s))
		return 1;
	for (i = 0; i < samples; i++) {
		start = cpu_us();
		sample(s, ctx);
		took = cpu_us() - start;
		if (!least || took < least)
			least = took;
	}
	if (argc < 3)
		printf("%.1f\n", least);
	vi_sampler_free(s);
	vi_ctx_free(ctx);
	return 0;
}
