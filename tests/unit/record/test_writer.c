// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON, written value by value. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/writer.h"

static void is(struct vi_writer *w, const char *expected)
{
	assert_int_equal(vi_writer_end(w), 0);
	assert_string_equal(w->text.s, expected);
	vi_writer_free(w);
}

static void some_members(struct vi_writer *w, const char *text)
{
	vi_writer_begin_object(w);
	vi_writer_key(w, "a");
	vi_writer_number(w, 1);
	vi_writer_key(w, "list");
	vi_writer_begin_array(w);
	vi_writer_string(w, text);
	vi_writer_bool(w, false);
	vi_writer_begin_object(w);
	vi_writer_close(w);
	vi_writer_close(w);
	vi_writer_key(w, "none");
	vi_writer_begin_array(w);
	vi_writer_close(w);
	vi_writer_close(w);
}

static void one_line_has_no_white_space(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_ONE_LINE };

	(void)state;
	some_members(&w, "x");
	is(&w, "{\"a\":1,\"list\":[\"x\",false,{}],\"none\":[]}");
}

static void outer_levels_have_lines(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_LINES, .lines = 1,
			       .margin = 2 };

	(void)state;
	some_members(&w, "x");
	is(&w, "{\n   \"a\":1,\n   \"list\":[\"x\",false,{}],\n"
	   "   \"none\":[]\n  }");
	w = (struct vi_writer) { .style = VI_STYLE_LINES, .lines = 2 };
	some_members(&w, "x");
	is(&w, "{\n \"a\":1,\n \"list\":[\n  \"x\",\n  false,\n  {}\n ],\n"
	   " \"none\":[]\n}");
}

static void lists_of_text_are_filled_into_lines(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_PASTED };
	int i;

	(void)state;
	vi_writer_begin_object(&w);
	vi_writer_key(&w, "list");
	vi_writer_begin_array(&w);
	for (i = 0; i < 9; i++)
		vi_writer_string(&w, "0123456789");
	vi_writer_close(&w);
	vi_writer_key(&w, "objects");
	vi_writer_begin_array(&w);
	vi_writer_begin_object(&w);
	vi_writer_close(&w);
	vi_writer_begin_object(&w);
	vi_writer_close(&w);
	vi_writer_close(&w);
	vi_writer_close(&w);
	is(&w, "{\n \"list\":[\"0123456789\",\"0123456789\",\"0123456789\","
	   "\"0123456789\",\"0123456789\",\n  \"0123456789\",\"0123456789\","
	   "\"0123456789\",\"0123456789\"],\n \"objects\":[\n  {},\n  {}]}");
}

static void what_is_pasted_is_ascii(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_PASTED };

	(void)state;
	vi_writer_string(&w, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac "
			 "\xf0\x9f\x98\x80");
	is(&w, "\"gr\\u00fc\\u00df \\u20ac \\ud83d\\ude00\"");
}

static void bytes_are_in_pieces(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_PASTED };
	char digits[64 * 6 + 3] = "";

	(void)state;
	vi_writer_digits(&w, "");
	is(&w, "[]");
	w = (struct vi_writer) { .style = VI_STYLE_PASTED };
	vi_writer_digits(&w, "00ff");
	is(&w, "[\"00ff\"]");
	w = (struct vi_writer) { .style = VI_STYLE_ONE_LINE };
	vi_writer_digits(&w, "00ff");
	is(&w, "\"00ff\"");
	/* One chunk, five of zeros, and the rest. */
	memset(digits, '0', sizeof(digits) - 1);
	memset(digits, '1', 64);
	digits[sizeof(digits) - 2] = '2';
	w = (struct vi_writer) { .style = VI_STYLE_PASTED };
	vi_writer_digits(&w, digits);
	is(&w, "[\n \"1111111111111111111111111111111111111111111111111111"
	   "111111111111\",\n \"0*160\",\n \"02\"]");
}

static void text_is_made_safe(void **state)
{
	static const struct {
		const char *text, *expected;
		bool changed;
	} cases[] = {
		{ "", "\"\"", false },
		{ "plain", "\"plain\"", false },
		{ "\"quoted\"\\", "\"\\\"quoted\\\"\\\\\"", false },
		{ "0123456\"8", "\"0123456\\\"8\"", false },
		{ "01234567\\9", "\"01234567\\\\9\"", false },
		{ "\x01\n\x1f\x7f", "\"\\\\x01\\\\x0a\\\\x1f\\\\x7f\"", true },
		{ "gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"", false },
		{ "\xff\xc3", "\"\\\\xff\\\\xc3\"", true },
		{ "\xc2\x80", "\"\\\\x80\"", true },
		{ "\xe2\x80\xa8|", "\"\\\\u{2028}|\"", true },
		{ "\xed\xa0\x80", "\"\\\\xed\\\\xa0\\\\x80\"", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vi_writer w = { .style = VI_STYLE_ONE_LINE };

		assert_int_equal(vi_writer_string(&w, cases[i].text),
				 cases[i].changed);
		is(&w, cases[i].expected);
	}
}

/* The position in an eight-byte word makes no difference. */
static void every_place_is_looked_at(void **state)
{
	char text[40], expected[80];
	size_t at, n;
	int c;

	(void)state;
	for (c = 1; c < 0x80; c++) {
		for (at = 0; at < 17; at++) {
			struct vi_writer w = { .style = VI_STYLE_ONE_LINE };
			const char *fmt = c == '"' || c == '\\' ? "\\%c" :
					  c < ' ' || c == 0x7f ? "\\\\x%02x" :
					  "%c";

			memset(text, 'a', sizeof(text) - 1);
			text[sizeof(text) - 1] = '\0';
			text[at] = c;
			n = sprintf(expected, "\"%.*s", (int)at, text);
			n += sprintf(expected + n, fmt, c);
			sprintf(expected + n, "%s\"", text + at + 1);
			vi_writer_string(&w, text);
			is(&w, expected);
		}
	}
}

static void numbers_are_as_short_as_they_get(void **state)
{
	static const struct {
		double n;
		const char *expected;
	} cases[] = {
		{ 0, "0.0" }, { -0.0, "-0.0" }, { 1, "1.0" }, { 0.1, "0.1" },
		{ -2.5, "-2.5" }, { 1e20, "1e20" }, { 1.5e-7, "1.5e-7" },
		{ 123456789012345, "123456789012345.0" },
		{ 1e15, "1e15" }, { 1.0 / 3, "0.333333333333333" },
		{ (double)UINT64_MAX, "1.84467440737096e19" },
		{ NAN, "0.0" }, { INFINITY, "0.0" },
	};
	struct vi_writer w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		w = (struct vi_writer) { .style = VI_STYLE_ONE_LINE };
		vi_writer_real(&w, cases[i].n, 15);
		is(&w, cases[i].expected);
	}
	w = (struct vi_writer) { .style = VI_STYLE_ONE_LINE };
	vi_writer_begin_array(&w);
	vi_writer_number(&w, 0);
	vi_writer_number(&w, UINT64_MAX);
	vi_writer_hex(&w, &(struct vi_features) { { 0, 0 } });
	vi_writer_hex(&w, &(struct vi_features) { { 0x2f, 0 } });
	vi_writer_hex(&w, &(struct vi_features) { { 0x2f, 1 } });
	vi_writer_close(&w);
	is(&w, "[0,18446744073709551615,\"0x0\",\"0x2f\","
	   "\"0x1000000000000002f\"]");
}

static void lines_end_where_they_are_told_to(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_ONE_LINE };

	(void)state;
	vi_writer_begin_array(&w);
	vi_writer_newline(&w, 2);
	vi_writer_number(&w, 1);
	vi_writer_newline(&w, 2);
	vi_writer_number(&w, 2);
	vi_writer_newline(&w, 0);
	vi_writer_close(&w);
	vi_writer_newline(&w, 0);
	is(&w, "[\n  1,\n  2\n]\n");
}

/* --- Flushing --- */

struct sink {
	size_t len, calls, left;	/* @left: calls that still succeed */
};

static int take(void *data, const char *s, size_t len)
{
	struct sink *sink = data;

	assert_int_equal(strlen(s), len);
	sink->calls++;
	if (!sink->left--)
		return -ENOSPC;
	sink->len += len;
	return 0;
}

static void write_many(struct vi_writer *w)
{
	int i;

	vi_writer_begin_array(w);
	for (i = 0; i < 100000; i++)
		vi_writer_string(w, "12345678");
	vi_writer_close(w);
}

static void text_is_handed_on(void **state)
{
	struct sink sink = { .left = SIZE_MAX };
	struct vi_writer w = { .write = take, .data = &sink };

	(void)state;
	write_many(&w);
	assert_int_equal(vi_writer_end(&w), 0);
	assert_int_equal(sink.len, 100000 * 11 + 1);
	assert_true(sink.calls > 10);
	assert_true(w.text.room <= 256 << 10);
	vi_writer_free(&w);
}

static void an_error_is_the_last_word(void **state)
{
	struct sink sink = { .left = 2 };
	struct vi_writer w = { .write = take, .data = &sink };

	(void)state;
	write_many(&w);
	assert_int_equal(vi_writer_end(&w), -ENOSPC);
	assert_int_equal(vi_writer_end(&w), -ENOSPC);
	assert_int_equal(sink.calls, 3);
	vi_writer_free(&w);
}

/* Even without memory for the first byte. */
static void want_of_memory_is_an_error(void **state)
{
	struct sink sink = { .left = SIZE_MAX };
	struct vi_writer w = {
		.write = take, .data = &sink, .text = { .failed = true },
	};

	(void)state;
	write_many(&w);
	assert_int_equal(vi_writer_end(&w), -ENOMEM);
	assert_int_equal(sink.calls, 0);
	vi_writer_free(&w);
}

static void depth_is_bounded(void **state)
{
	struct vi_writer w = { .style = VI_STYLE_PASTED };
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		vi_writer_begin_array(&w);
	for (i = 0; i < 200; i++)
		vi_writer_close(&w);
	assert_int_equal(vi_writer_end(&w), -EOVERFLOW);
	vi_writer_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_has_no_white_space),
		cmocka_unit_test(outer_levels_have_lines),
		cmocka_unit_test(lists_of_text_are_filled_into_lines),
		cmocka_unit_test(what_is_pasted_is_ascii),
		cmocka_unit_test(bytes_are_in_pieces),
		cmocka_unit_test(text_is_made_safe),
		cmocka_unit_test(every_place_is_looked_at),
		cmocka_unit_test(numbers_are_as_short_as_they_get),
		cmocka_unit_test(lines_end_where_they_are_told_to),
		cmocka_unit_test(text_is_handed_on),
		cmocka_unit_test(an_error_is_the_last_word),
		cmocka_unit_test(want_of_memory_is_an_error),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
