// SPDX-License-Identifier: 0BSD
/*
 * recording FILE: print what a recording of vqtop knows about stalled queues:
 * when, which one, and why.
 */
#include <stdio.h>

#include <virtio-inspect/recording.h>

/* A text of an object; "-" if it is unknown. */
static const char *text(const struct vi_schema *schema, const void *object,
			const char *name, char *safe, size_t size)
{
	struct vi_value v;

	snprintf(safe, size, "-");
	if (!vi_get(vi_schema_find(schema, name), object, &v))
		vi_escape(safe, size, v.string, NULL);
	return safe;
}

static void print_sample(const struct vi_sample *sample)
{
	const struct vi_schema *schema = vi_rate_schema();
	const struct vi_field *stalled = vi_schema_find(schema, "stalled");
	char time[32], device[32], queue[64], code[32];
	struct vi_value queues, v;
	size_t i;

	text(vi_summary_schema(), vi_sample_summary(sample), "time", time,
	     sizeof(time));
	vi_sample_queues(sample, &queues);
	for (i = 0; i < queues.count; i++) {
		const void *q = vi_record(&queues, i);

		if (vi_get(stalled, q, &v) || !v.boolean)
			continue;
		printf("%s %s %s %s\n", time,
		       text(schema, q, "device", device, sizeof(device)),
		       text(schema, q, "name", queue, sizeof(queue)),
		       text(schema, q, "code", code, sizeof(code)));
	}
}

int main(int argc, char **argv)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_recording *recording = NULL;
	struct vi_sample *sample;
	int ret;

	if (!ctx || argc != 2) {
		fprintf(stderr, "usage: recording FILE\n");
		return 1;
	}
	ret = vi_recording_open(ctx, argv[1], &recording);
	while (!ret && (ret = vi_recording_next(recording, &sample)) > 0) {
		print_sample(sample);
		vi_sample_unref(sample);
		ret = 0;
	}
	if (ret < 0)
		fprintf(stderr, "recording: %s\n", vi_error(ctx));
	vi_recording_close(recording);
	vi_ctx_free(ctx);
	return ret < 0;
}
