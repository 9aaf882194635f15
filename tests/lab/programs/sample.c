// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sample SECONDS: samples of all queues until killed, one line of JSON each on
 * stdout; uses only the public headers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <virtio-inspect/sampler.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void wait_for(double seconds)
{
	struct timespec ts = { .tv_sec = (time_t)seconds };

	ts.tv_nsec = (long)((seconds - ts.tv_sec) * 1e9);
	nanosleep(&ts, NULL);
}

static void print(struct vi_ctx *ctx, const struct vi_schema *schema,
		  const void *object, const char *before)
{
	char *text = vi_to_json(ctx, schema, object, NULL);

	printf("%s%s", before, text ? text : "null");
	free(text);
}

static void print_sample(struct vi_ctx *ctx, struct vi_sampler *s)
{
	struct vi_value queues;
	size_t i;

	print(ctx, vi_summary_schema(), vi_sampler_summary(s), "{\"sample\":");
	vi_sampler_queues(s, &queues);
	printf(",\"queues\":[");
	for (i = 0; i < queues.count; i++)
		print(ctx, vi_rate_schema(), vi_record(&queues, i),
		      i ? "," : "");
	printf("]}\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct vi_ctx *ctx = vi_ctx_new();
	double each = argc > 1 ? atof(argv[1]) : 1, next = now(), wait;
	struct vi_sampler *s;

	if (!ctx || vi_scan(ctx) || vi_sampler_new(ctx, NULL, &s)) {
		fprintf(stderr, "sample: %s\n", vi_error(ctx));
		return 1;
	}
	for (;; next += each) {
		while (now() < next) {
			wait = vi_sampler_interim(s);
			if (wait > next - now())
				wait = next - now();
			if (wait > 0)
				wait_for(wait);
		}
		if (vi_sampler_sample(s))
			fprintf(stderr, "sample: %s\n", vi_error(ctx));
		print_sample(ctx, s);
	}
}
