// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a capture when memory runs short: each allocation fails once.
 * wraps: malloc calloc realloc reallocarray
 */
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

#include <virtio-inspect/capture.h>
#include <virtio-inspect/recording.h>

#define FIXTURES	SRCDIR "/tests/fixtures/"

/* The linker redirects the C library's calls to these. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t count, size_t size);

/* 0: none fails */
static size_t calls, failing;

static int fails(void)
{
	return ++calls == failing;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, count, size);
}

static void each_allocation_fails_once(void **state)
{
	const char *path = *state;
	size_t n;

	for (n = 1;; n++) {
		struct vi_ctx *ctx = vi_ctx_new();
		int err;

		calls = 0;
		failing = n;
		err = vi_capture_read(ctx, path);
		failing = 0;
		if (!err) {
			vi_ctx_free(ctx);
			break;
		}
		if (err != -ENOMEM || !strstr(vi_error(ctx), "out of memory"))
			fail_msg("allocation %zu: %d, %s", n, err,
				 vi_error(ctx));
		assert_null(vi_device_next(ctx, NULL));
		vi_ctx_free(ctx);
		/* With enough memory, reading succeeds. */
		if (n % 64)
			continue;
		ctx = vi_ctx_new();
		assert_int_equal(vi_capture_read(ctx, path), 0);
		vi_ctx_free(ctx);
	}
	/* Success only because no allocation failed. */
	if (calls >= n)
		fail_msg("allocation %zu failed, and nobody saw", n);
	assert_true(n > 1000);
}

/* A last line that was cut off is left out, but not one that was not read. */
static void each_allocation_for_a_recording(void **state)
{
	static const char line[] = "{\"error\":\"a\",\"notes\":[\"b\"]}";
	char path[] = "/tmp/test-recording-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	struct vi_recording *r;
	size_t n;

	(void)state;
	assert_true(fprintf(file, "%s\n%s", line, line) > 0);
	assert_int_equal(fclose(file), 0);
	for (n = 1, calls = n; calls >= n - 1; n++) {
		struct vi_ctx *ctx = vi_ctx_new();
		int err;

		calls = 0;
		failing = n;
		err = vi_recording_open(ctx, path, &r);
		failing = 0;
		if (!err) {
			assert_int_equal(vi_recording_count(r), 2);
			vi_recording_close(r);
		} else if (err != -ENOMEM) {
			fail_msg("allocation %zu: %d, %s", n, err,
				 vi_error(ctx));
		}
		vi_ctx_free(ctx);
	}
	assert_true(n > 10);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "each_allocation_fails_once", each_allocation_fails_once,
		  NULL, NULL, FIXTURES "capture.json" },
		{ "of_schema_1", each_allocation_fails_once,
		  NULL, NULL, FIXTURES "capture-1.json" },
		cmocka_unit_test(each_allocation_for_a_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
