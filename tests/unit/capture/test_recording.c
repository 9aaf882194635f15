// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples as lines of a recording, and back; and recordings as files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/recording.h>

#include "core/text.h"

#define HEADER	"{\"vqtop\":{\"version\":\"0.1.0\",\"schema\":1}}\n"
#define QUEUE	"{\"device\":\"v\",\"index\":4294967295,\"submitted\":3," \
		"\"occupancy\":0.1,\"stalled\":true}"
#define SAMPLE	"{\"time\":\"2026\",\"interval\":0.5,\"error\":\"\"," \
		"\"notes\":[\"a\",\"b\"],\"queues\":[" QUEUE "]}\n"

struct file {
	struct vi_ctx *ctx;
	char path[64];
	char warned[512];
};

static void warn(void *data, enum vi_log_level level, const char *message)
{
	struct file *f = data;

	if (level == VI_LOG_WARNING)
		snprintf(f->warned, sizeof(f->warned), "%s", message);
}

static int set_up(void **state)
{
	struct file *f = calloc(1, sizeof(*f));
	int fd;

	strcpy(f->path, "/tmp/test-recording-XXXXXX");
	fd = mkstemp(f->path);
	close(fd);
	f->ctx = vi_ctx_new();
	vi_ctx_set_log(f->ctx, warn, f);
	*state = f;
	return fd < 0;
}

static int tear_down(void **state)
{
	struct file *f = *state;

	unlink(f->path);
	vi_ctx_free(f->ctx);
	free(f);
	return 0;
}

static void put(struct file *f, const char *s, size_t len)
{
	FILE *file = fopen(f->path, "w");

	assert_int_equal(fwrite(s, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* Read every sample of a file; returns how that ended. */
static int read_all(struct file *f, size_t *count)
{
	struct vi_recording *r;
	struct vi_sample *sample;
	int ret = vi_recording_open(f->ctx, f->path, &r);

	*count = 0;
	if (ret)
		return ret;
	while ((ret = vi_recording_next(r, &sample)) > 0) {
		vi_sample_unref(sample);
		++*count;
	}
	vi_recording_close(r);
	return ret;
}

static int add(void *data, const char *s, size_t len)
{
	vi_text_add(data, s, len);
	return 0;
}

/* The sample as a line, which the caller frees. */
static char *write_line(const struct vi_sample *sample,
			const char *const *names)
{
	struct vi_text text = { 0 };
	struct vi_json *json = vi_json_new(NULL, add, &text);

	assert_int_equal(vi_json_sample(json, sample, names), 0);
	vi_json_newline(json, 0);
	assert_int_equal(vi_json_end(json), 0);
	return text.s;
}

static struct vi_sample *read_one(struct file *f, const char *line)
{
	struct vi_sample *sample = NULL;
	struct vi_recording *r;

	put(f, line, strlen(line));
	assert_int_equal(vi_recording_open(f->ctx, f->path, &r), 0);
	assert_int_equal(vi_recording_next(r, &sample), 1);
	vi_recording_close(r);
	return sample;
}

static void is_written_as(struct file *f, const char *line,
			  const char *const *names, const char *expected)
{
	struct vi_sample *sample = read_one(f, line);
	char *text = write_line(sample, names);

	assert_string_equal(text, expected);
	free(text);
	vi_sample_unref(sample);
}

static void test_identity(void **state)
{
	static const char *const lines[] = {
		SAMPLE,
		"{\"queues\":[]}\n",
		"{\"error\":\"out of memory\"}\n",
		"{\"queues\":[{\"device\":\"\\\\x1b\",\"device_hex\":\"1b\",\"index\":0}]}\n",
		"{\"queues\":[{\"device\":\"a\",\"name\":\"b\"}]}\n",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		is_written_as(*state, lines[i], NULL, lines[i]);
}

/* Numbers are as short as possible, to the millionth. */
static void test_reals(void **state)
{
	static const char *const reals[][2] = {
		{ "0.25", "0.25" }, { "1000", "1000" }, { "1000.0", "1000" },
		{ "0.1234567", "0.123457" }, { "0.0000004", "0" },
		{ "2.9999999", "3" }, { "-1.5", "-1.5" }, { "1e18", "1e18" },
		{ "123456789.125", "123456789.125" }, { "99.5e6", "99500000" },
		{ "0.000001", "0.000001" }, { "1.10", "1.1" },
	};
	char line[128], expected[128];
	size_t i;

	for (i = 0; i < sizeof(reals) / sizeof(*reals); i++) {
		snprintf(line, sizeof(line), "{\"interval\":%s,\"queues\":[]}\n",
			 reals[i][0]);
		snprintf(expected, sizeof(expected),
			 "{\"interval\":%s,\"queues\":[]}\n", reals[i][1]);
		is_written_as(*state, line, NULL, expected);
	}
}

static void test_names(void **state)
{
	static const char *const some[] = { "stalled", "submitted", NULL };
	static const char *const none[] = { "no_such_field", NULL };
	struct file *f = *state;
	struct vi_sample *sample;
	struct vi_json *json;
	struct vi_text text = { 0 };

	is_written_as(f, SAMPLE, some,
		      "{\"time\":\"2026\",\"interval\":0.5,\"error\":\"\","
		      "\"notes\":[\"a\",\"b\"],\"queues\":[{\"device\":\"v\","
		      "\"index\":4294967295,\"submitted\":3,\"stalled\":true}]}\n");
	is_written_as(f, "{\"queues\":[{\"device\":\"a\",\"name\":\"b\"}]}", some,
		      "{\"queues\":[{\"device\":\"a\",\"name\":\"b\"}]}\n");
	sample = read_one(f, SAMPLE);
	json = vi_json_new(f->ctx, add, &text);
	assert_int_equal(vi_json_sample(json, sample, none), -EINVAL);
	assert_int_equal(vi_json_end(json), -EINVAL);
	assert_non_null(strstr(vi_error(f->ctx), "no_such_field"));
	vi_sample_unref(sample);
	vi_text_free(&text);
}

/* Whether a sample that was lost has queues is not known. */
static void test_lost(void **state)
{
	is_written_as(*state, "{\"error\":\"a\",\"queues\":[]}", NULL,
		      "{\"error\":\"a\"}\n");
}

/* Old names of fields, null, and unknown fields. */
static void test_other_versions(void **state)
{
	is_written_as(*state, "{\"way\":\"kernel\",\"devices\":null,\"x\":[{}],"
		      "\"queues\":[{\"device\":\"a\",\"index\":0,\"y\":1,"
		      "\"unseen\":2}]}",
		      NULL, "{\"attach\":\"kernel\",\"queues\":["
		      "{\"device\":\"a\",\"index\":0,\"unreaped\":2}]}\n");
}

/* Each truncated line is an error, and so is each file that ends with it. */
static void test_cut(void **state)
{
	struct file *f = *state;
	size_t i, n, len = strlen(SAMPLE) - 1;

	for (i = 1; i < len; i++) {
		put(f, SAMPLE, i);
		assert_int_equal(read_all(f, &n), -EINVAL);
	}
	put(f, SAMPLE, len);
	assert_int_equal(read_all(f, &n), 0);
	assert_int_equal(n, 1);
	for (i = 1; i < len; i++) {
		put(f, SAMPLE SAMPLE, len + 1 + i);
		*f->warned = '\0';
		assert_int_equal(read_all(f, &n), 0);
		assert_int_equal(n, 1);
		assert_non_null(strstr(f->warned, ":2: the last line is cut off"));
	}
	put(f, "", 0);
	assert_int_equal(read_all(f, &n), -EINVAL);
	put(f, HEADER, strlen(HEADER));
	assert_int_equal(read_all(f, &n), -EINVAL);
	assert_non_null(strstr(vi_error(f->ctx), "without samples"));
}

/* Any byte anywhere yields a sample or an error, and nothing else. */
static void test_changed(void **state)
{
	struct file *f = *state;
	size_t n, i, len = strlen(SAMPLE);
	char copy[sizeof(SAMPLE)];
	unsigned int seed = 1;

	for (i = 0; i < 3000; i++) {
		memcpy(copy, SAMPLE, len);
		copy[rand_r(&seed) % len] = rand_r(&seed);
		copy[rand_r(&seed) % len] = "\"\\{}[],:0u"[rand_r(&seed) % 10];
		put(f, copy, len);
		read_all(f, &n);
	}
}

static void test_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "[]", "not an object" },
		{ "{}", "queues: missing" },
		{ "{\"queues\":5}", "queues: expected an array" },
		{ "{\"queues\":[{}]}", "queues[0].device: missing" },
		{ "{\"queues\":[{\"device\":\"a\"}]}", "queues[0].index: " },
		{ "{\"queues\":[{\"device\":\"a\",\"index\":4294967296}]}",
		  "queues[0].index: no queue has this number" },
		{ "{\"queues\":[{\"device\":\"a\",\"index\":0,\"occupancy\":\"1\"}]}",
		  "queues[0].occupancy: expected a number" },
		{ "{\"error\":5}", "error: expected a string" },
		{ "{\"error\":\"a\",\"error_hex\":\"62\"}",
		  "error_hex: these bytes belong to another text" },
		{ "{\"vqtop\":{\"schema\":2}}", "vqtop.schema: this version reads schema 1" },
		{ "{\"queues\":[],\"queues\":[]}", "column " },
	};
	struct file *f = *state;
	char text[512];
	size_t i, n;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), HEADER SAMPLE "%s\n" SAMPLE,
			 bad[i][0]);
		put(f, text, strlen(text));
		assert_int_equal(read_all(f, &n), -EINVAL);
		assert_int_equal(n, 1);
		assert_non_null(strstr(vi_error(f->ctx), ":3: "));
		if (!strstr(vi_error(f->ctx), bad[i][1]))
			fail_msg("%s: %s", bad[i][0], vi_error(f->ctx));
	}
}

/* A line of some megabytes does not make hundreds of megabytes of queues. */
static void test_too_many(void **state)
{
	static const char head[] = "{\"queues\":[", each[] = "{\"x\":1},";
	const size_t count = ((size_t)1 << 20) + 1, step = sizeof(each) - 1;
	size_t i, n, at = sizeof(head) - 1, len = at + count * step + 1;
	struct file *f = *state;
	char *line = malloc(len);

	memcpy(line, head, at);
	for (i = 0; i < count; i++, at += step)
		memcpy(line + at, each, step);
	memcpy(line + at - 1, "]}", 2);
	put(f, line, len);
	free(line);
	assert_int_equal(read_all(f, &n), -EINVAL);
	assert_non_null(strstr(vi_error(f->ctx), "queues: 1048577 are too many"));
}

static void test_seek(void **state)
{
	struct file *f = *state;
	struct vi_sample *sample;
	struct vi_recording *r;
	const char *two = HEADER "{\"time\":\"0\",\"queues\":[]}\n" HEADER
			  "\n{\"time\":\"1\",\"queues\":[]}\n";
	char *line;

	put(f, two, strlen(two));
	assert_int_equal(vi_recording_open(f->ctx, f->path, &r), 0);
	assert_int_equal(vi_recording_at(r), 0);
	assert_int_equal(vi_recording_next(r, &sample), 1);
	vi_sample_unref(sample);
	assert_int_equal(vi_recording_next(r, &sample), 1);
	assert_int_equal(vi_recording_at(r), vi_recording_count(r));
	line = write_line(sample, NULL);
	assert_string_equal(line, "{\"time\":\"1\",\"queues\":[]}\n");
	free(line);
	vi_sample_unref(sample);
	assert_int_equal(vi_recording_next(r, &sample), 0);
	vi_recording_seek(r, 0);
	assert_int_equal(vi_recording_next(r, &sample), 1);
	assert_int_equal(vi_recording_at(r), 1);
	vi_recording_seek(r, 100);
	assert_int_equal(vi_recording_at(r), vi_recording_count(r));
	vi_recording_close(r);
	vi_recording_close(NULL);
	/* The sample outlives the recording. */
	line = write_line(sample, NULL);
	assert_string_equal(line, "{\"time\":\"0\",\"queues\":[]}\n");
	free(line);
	vi_sample_unref(sample);
}

static void test_no_file(void **state)
{
	struct file *f = *state;
	struct vi_recording *r;

	assert_int_equal(vi_recording_open(f->ctx, "/no/such/file", &r), -ENOENT);
	assert_int_equal(vi_recording_open(f->ctx, "/dev/zero", &r), -ESPIPE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_identity), TEST(test_reals), TEST(test_names),
		TEST(test_other_versions), TEST(test_lost),
		TEST(test_cut), TEST(test_changed),
		TEST(test_refused), TEST(test_too_many), TEST(test_seek), TEST(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
