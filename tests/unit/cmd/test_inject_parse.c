// SPDX-License-Identifier: GPL-2.0-or-later
/* vqinject's input: SPECs and scripts; and memory. */
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

#include "vqinject/engine/latency.h"
#include "vqinject/input/script.h"

const char tool_name[] = "vqinject";

/* --- SPECs --- */

/* @s stands for these bytes. */
static void means(const char *s, const char *bytes, size_t len)
{
	struct spec spec;
	struct spec_error e;
	uint8_t *got = calloc(1, len + 1);

	if (spec_parse(&spec, s, false, &e))
		fail_msg("%s: %s at %zu", s, e.what, e.at);
	assert_int_equal(spec.len, len);
	spec_fill(&spec, got);
	assert_memory_equal(got, bytes, len);
	spec_free(&spec);
	free(got);
}

static void test_spec(void **state)
{
	(void)state;
	means("hex:00ff", "\x00\xff", 2);
	means("hex:DEadBE", "\xde\xad\xbe", 3);
	means("hex:02:00:5e_10", "\x02\x00\x5e\x10", 4);
	means("text:hello", "hello", 5);
	means("text:a\\n\\t\\0\\s\\\\\\x7f", "a\n\t\0 \\\x7f", 7);
	means("text:a b", "a b", 3);
	means("zero:3", "\0\0\0", 3);
	means("pattern:4", "\0\1\2\3", 4);
	means("pattern:0x4", "\0\1\2\3", 4);
	means("random:4,0", "\xaf\xcd\x1d\x7b", 4);
}

static void test_spec_lengths(void **state)
{
	struct spec spec;
	struct spec_error e;
	uint8_t a[64], b[64];

	(void)state;
	assert_int_equal(spec_parse(&spec, "4k", true, &e), 0);
	assert_int_equal(spec.kind, SPEC_LENGTH);
	assert_int_equal(spec.len, 4096);
	assert_int_equal(spec_parse(&spec, "zero:2M", true, &e), 0);
	assert_int_equal(spec.len, 2 << 20);
	assert_int_equal(spec_parse(&spec, "1G", true, &e), 0);
	/* The same seed gives the same bytes; another seed, others. */
	assert_int_equal(spec_parse(&spec, "random:64,7", false, &e), 0);
	spec_fill(&spec, a);
	spec_fill(&spec, b);
	assert_memory_equal(a, b, 64);
	assert_int_equal(spec_parse(&spec, "random:64,8", false, &e), 0);
	spec_fill(&spec, b);
	assert_memory_not_equal(a, b, 64);
}

static void test_spec_bad(void **state)
{
	static const struct {
		const char *s;
		bool length;
		size_t at;
		const char *says;
	} bad[] = {
		{ "", false, 0, "not a SPEC" },
		{ "12", false, 0, "not a SPEC" },
		{ "hello", true, 0, "not a SPEC" },
		{ "hex:", false, 4, "empty buffers" },
		{ "hex:0", false, 4, "odd number" },
		{ "hex:001", false, 6, "odd number" },
		{ "hex:0g", false, 5, "hexadecimal" },
		{ "hex:g0", false, 4, "hexadecimal" },
		{ "hex::00", false, 4, "hexadecimal" },
		{ "hex:0:0", false, 5, "hexadecimal" },
		{ "text:", false, 5, "empty buffers" },
		{ "text:a\\q", false, 6, "\\xHH" },
		{ "text:a\\", false, 6, "\\xHH" },
		{ "text:\\x1", false, 5, "\\xHH" },
		{ "zero:", false, 5, "number" },
		{ "zero:0", false, 5, "empty buffers" },
		{ "zero:-1", false, 5, "number" },
		{ "zero:1x", false, 6, "length" },
		{ "zero:2G", false, 5, "at most" },
		{ "zero:99999999999999999999", false, 5, "too large" },
		{ "zero:18446744073709551615k", false, 5, "too large" },
		{ "zero:0x", false, 7, "number" },
		{ "random:4,", false, 9, "number" },
		{ "random:4,5,6", false, 10, "number" },
		{ "pattern:4,5", false, 9, "length" },
		{ "file:", false, 5, "file name expected" },
		{ "file:a,0,0", false, 9, "empty buffers" },
		{ "file:a\\x00b", false, 5, "\\0" },
		{ "0", true, 0, "empty buffers" },
		{ "12x", true, 2, "length" },
	};
	struct spec spec;
	struct spec_error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (spec_parse(&spec, bad[i].s, bad[i].length, &e) != -EINVAL)
			fail_msg("%s: taken", bad[i].s);
		if (e.at != bad[i].at || !strstr(e.what, bad[i].says))
			fail_msg("%s: %s at %zu", bad[i].s, e.what, e.at);
		spec_free(&spec);
	}
}

/* A file with @text; the caller unlinks it and frees its name. */
static char *make_file(const char *text, size_t len)
{
	char *path = strdup("/tmp/vi-inject-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	return path;
}

static int load(struct spec *spec, const char *fmt, const char *path,
		char *why, size_t size)
{
	char *s = NULL;
	struct spec_error e;
	int err;

	if (asprintf(&s, fmt, path) < 0)
		return -ENOMEM;
	if (spec_parse(spec, s, false, &e))
		fail_msg("%s: %s at %zu", s, e.what, e.at);
	err = spec_load(spec, why, size);
	free(s);
	return err;
}

static void test_spec_file(void **state)
{
	char *path = make_file("0123456789", 10), why[200];
	struct spec spec;

	(void)state;
	assert_int_equal(load(&spec, "file:%s", path, why, 200), 0);
	assert_int_equal(spec.len, 10);
	spec_free(&spec);
	assert_int_equal(load(&spec, "file:%s,3,4", path, why, 200), 0);
	assert_int_equal(spec.len, 4);
	assert_memory_equal(spec.bytes, "3456", 4);
	spec_free(&spec);
	assert_int_equal(load(&spec, "file:%s,3,40", path, why, 200), -EINVAL);
	assert_non_null(strstr(why, "fewer"));
	spec_free(&spec);
	assert_int_equal(load(&spec, "file:%s,10,1", path, why, 200), -EINVAL);
	spec_free(&spec);
	assert_int_equal(load(&spec, "file:%s/x", path, why, 200), -ENOTDIR);
	assert_non_null(strstr(why, path));
	spec_free(&spec);
	unlink(path);
	free(path);
}

/* --- Scripts --- */

static int read_script(struct script *s, const char *text, size_t len,
		       struct script_error *e)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, len, "r");
	int err;

	assert_non_null(file);
	err = script_read(s, file, e);
	fclose(file);
	return err;
}

static void test_script(void **state)
{
	static const char text[] =
		"# a comment\n"
		"\n"
		"out hex:00 out zero:2 in 512 in 1 expect len:513 # more\n"
		"  \tqueue transmitq1 out text:a#b\r\n"
		"kick\n"
		"sleep 0.5\n"
		"wait";
	struct script s;
	struct script_error e;
	const struct chain *c;

	(void)state;
	assert_int_equal(read_script(&s, text, strlen(text), &e), 0);
	assert_int_equal(s.count, 5);
	c = &s.op[0].chain;
	assert_int_equal(s.op[0].line, 3);
	assert_int_equal(c->out_num, 2);
	assert_int_equal(c->in_num, 2);
	assert_int_equal(c->expect.len, 513);
	c = &s.op[1].chain;
	assert_string_equal(c->queue, "transmitq1");
	assert_int_equal(c->out[0].spec.len, 3);
	assert_int_equal(s.op[2].what, SCRIPT_KICK);
	assert_true(s.op[3].seconds == 0.5);
	assert_int_equal(s.op[4].what, SCRIPT_WAIT);
	script_free(&s);
}

static void test_script_bad(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		size_t at;
		const char *says;
	} bad[] = {
		{ "# nothing\n", 0, 0, "script is empty" },
		{ "add 5\n", 1, 0, "expected out, in" },
		{ "\nout\n", 2, 3, "SPEC" },
		{ "out zero:4 out hex:0\n", 1, 19, "odd number" },
		{ "in 0", 1, 3, "empty buffers" },
		{ "in\t12y", 1, 5, "length" },
		{ "queue 0\n", 1, 0, "empty chain" },
		{ "queue", 1, 5, "queue" },
		{ "queue 0 queue 1 in 1", 1, 14, "only one queue" },
		{ "in 1 expect", 1, 11, "expectation" },
		{ "in 1 expect timeout", 1, 12, "--expect" },
		{ "in 1 expect len:x", 1, 16, "number" },
		{ "in 1 kick", 1, 5, "expected out, in" },
		{ "kick 3", 1, 5, "unexpected" },
		{ "sleep", 1, 5, "seconds" },
		{ "sleep 0", 1, 6, "seconds" },
		{ "sleep nan", 1, 6, "seconds" },
		{ "sleep 1e9", 1, 6, "seconds" },
		{ "sleep 1 2", 1, 8, "unexpected" },
	};
	struct script s;
	struct script_error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_script(&s, bad[i].text, strlen(bad[i].text), &e) !=
		    -EINVAL)
			fail_msg("%s: taken", bad[i].text);
		if (e.line != bad[i].line || e.e.at != bad[i].at ||
		    !strstr(e.e.what, bad[i].says))
			fail_msg("%s: %u:%zu: %s", bad[i].text, e.line,
				 e.e.at, e.e.what);
		free(e.text);
		script_free(&s);
	}
}

static void test_script_limits(void **state)
{
	size_t len = SCRIPT_MAX_LINE + 2, i;
	char *text = malloc(len);
	struct script s;
	struct script_error e;

	(void)state;
	/* A line of the maximum length, and one longer. */
	memset(text, '#', len);
	memcpy(text, "in 1 ", 5);
	text[SCRIPT_MAX_LINE] = '\n';
	assert_int_equal(read_script(&s, text, SCRIPT_MAX_LINE + 1, &e), 0);
	script_free(&s);
	text[SCRIPT_MAX_LINE] = '#';
	text[SCRIPT_MAX_LINE + 1] = '\n';
	assert_int_equal(read_script(&s, text, len, &e), -EINVAL);
	assert_int_equal(e.line, 1);
	assert_null(e.text);
	assert_non_null(strstr(e.e.what, "longer than 65536"));
	script_free(&s);
	/* NULs, and too many lines. */
	assert_int_equal(read_script(&s, "in 1\nin \0 1\n", 12, &e), -EINVAL);
	assert_int_equal(e.line, 2);
	assert_non_null(strstr(e.e.what, "NUL"));
	free(e.text);
	script_free(&s);
	free(text);
	text = malloc(2 * (SCRIPT_MAX_LINES + 1));
	for (i = 0; i <= SCRIPT_MAX_LINES; i++)
		memcpy(text + 2 * i, "#\n", 2);
	assert_int_equal(read_script(&s, text, 2 * (SCRIPT_MAX_LINES + 1),
				     &e), -EINVAL);
	assert_non_null(strstr(e.e.what, "more than 65536 lines"));
	script_free(&s);
	free(text);
}

/* --- Memory --- */

static void make_chain(struct chain *c)
{
	struct spec_error e;

	memset(c, 0, sizeof(*c));
	assert_int_equal(spec_parse(&chain_add_out(c)->spec, "pattern:100",
				    false, &e), 0);
	assert_int_equal(spec_parse(&chain_add_in(c)->spec, "32", true, &e),
			 0);
	assert_int_equal(spec_parse(&chain_add_in(c)->spec, "16", true, &e),
			 0);
	assert_int_equal(chain_make_image(c), 0);
}

static void test_image(void **state)
{
	struct chain c;
	struct chain_check check;
	uint8_t *mem, got[48];

	(void)state;
	make_chain(&c);
	mem = malloc(c.image_len);
	memcpy(mem, c.image, c.image_len);
	chain_check(&c, mem, 0, &check);
	assert_false(check.outside);
	assert_int_equal(check.written, 0);
	assert_false(check.short_of);
	/* All of the first and part of the second. */
	memset(mem + c.in[0].at, 'x', 32);
	memset(mem + c.in[1].at, 'y', 4);
	chain_check(&c, mem, 36, &check);
	assert_false(check.outside);
	assert_int_equal(check.written, 36);
	assert_false(check.short_of);
	assert_int_equal(chain_gather(&c, mem, 36, false, got), 36);
	assert_memory_equal(got + 30, "xxyyyy", 6);
	/* The device claims more than it wrote. */
	chain_check(&c, mem, 48, &check);
	assert_true(check.short_of);
	assert_int_equal(check.untouched, 36);
	free(mem);
	chain_free(&c);
}

static void test_image_outside(void **state)
{
	struct chain c;
	struct chain_check check;
	size_t places[4], i;
	uint8_t *mem;

	(void)state;
	make_chain(&c);
	places[0] = 0;
	places[1] = c.out[0].at + 5;
	places[2] = c.in[0].at + 32;
	places[3] = c.image_len - 1;
	mem = malloc(c.image_len);
	for (i = 0; i < 4; i++) {
		memcpy(mem, c.image, c.image_len);
		mem[places[i]] ^= 1;
		chain_check(&c, mem, 0, &check);
		assert_true(check.outside);
		if (i == 1) {
			assert_string_equal(check.outside_what, "in");
			assert_int_equal(check.outside_at, 5);
		}
		if (i == 2) {
			assert_string_equal(check.outside_what, "behind");
			assert_int_equal(check.outside_piece, 1);
			assert_int_equal(check.outside_at, 0);
		}
	}
	free(mem);
	chain_free(&c);
}

/* --- Latency --- */

static void test_latency(void **state)
{
	struct latency *l = calloc(1, sizeof(*l));
	uint64_t i, p50, p99;

	(void)state;
	for (i = 1; i <= 1000; i++)
		latency_add(l, i * 1000);
	p50 = latency_percentile(l, 50);
	p99 = latency_percentile(l, 99);
	assert_int_equal(l->min, 1000);
	assert_int_equal(l->max, 1000000);
	assert_in_range(p50, 500000, 500000 * 17 / 16);
	assert_in_range(p99, 990000, 1000000);
	latency_add(l, UINT64_MAX);
	latency_add(l, 0);
	assert_int_equal(latency_percentile(l, 100), UINT64_MAX);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spec),
		cmocka_unit_test(test_spec_lengths),
		cmocka_unit_test(test_spec_bad),
		cmocka_unit_test(test_spec_file),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_script_bad),
		cmocka_unit_test(test_script_limits),
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_image_outside),
		cmocka_unit_test(test_latency),
	};

	return cmocka_run_group_tests_name("inject_parse", tests, NULL, NULL);
}
