// SPDX-License-Identifier: GPL-2.0-or-later
/* Times as text and back, and hexadecimal digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/compiler.h"
#include "core/hex.h"

static void moments_as_text(void **state)
{
	char text[VI_TIME_SIZE];

	(void)state;
	assert_true(vi_time_text(0, 0, 0, text));
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	assert_true(vi_time_text(1795801380, 123456789, 6, text));
	assert_string_equal(text, "2026-11-27T17:43:00.123456Z");
	assert_true(vi_time_text(1795801380, 7999999, 3, text));
	assert_string_equal(text, "2026-11-27T17:43:00.007Z");
	assert_true(vi_time_text(253402300799, 0, 0, text));
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	assert_false(vi_time_text(253402300800, 0, 0, text));
	assert_string_equal(text, "");
	assert_false(vi_time_text(UINT64_MAX, 0, 6, text));
}

static void text_as_moments(void **state)
{
	static const char *const wrong[] = {
		"", "2026-11-27T17:43:00Z", "2026-11-27T17:43:00.123Z",
		"2026-11-27T17:43:00.123456", "2026-11-27T17:43:00.123456Zx",
		"1969-12-31T23:59:59.000000Z", "9999-12-31T23:59:59.000000Z",
		"2026-11-27 17:43:00.123456Z",
	};
	uint64_t ns = 0;
	size_t i;

	(void)state;
	assert_true(vi_time_parse("2026-11-27T17:43:00.123456Z", &ns));
	assert_true(ns == UINT64_C(1795801380123456000));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(vi_time_parse(wrong[i], &ns));
}

static void clocks_go_on(void **state)
{
	uint64_t before = vi_mono_ns();
	struct timespec until = vi_clock_after(CLOCK_MONOTONIC, 1999999);

	(void)state;
	assert_true(vi_mono_ns() >= before);
	assert_in_range(until.tv_nsec, 0, 999999999);
	assert_true((uint64_t)until.tv_sec * VI_NS + until.tv_nsec >=
		    before + 1999999000);
	assert_int_equal(vi_clock_ns(-1), 0);
}

static void digits(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(vi_hex_digits("1fG", 16, &value), 2);
	assert_int_equal(value, 0x1f);
	assert_int_equal(vi_hex_digits("ABCDEF", 4, &value), 4);
	assert_int_equal(value, 0xabcd);
	assert_int_equal(vi_hex_digits("g", 16, &value), 0);
	assert_int_equal(vi_hex_digit('@'), -1);
	assert_int_equal(vi_hex_digit('`'), -1);
	assert_int_equal(vi_hex_digit('\x81'), -1);
}

static void bytes_as_digits(void **state)
{
	uint8_t all[256], back[256];
	char text[513] = "";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = i;
	vi_hex_encode(all, sizeof(all), text);
	assert_memory_equal(text, "000102030405060708090a0b", 24);
	assert_memory_equal(text + 508, "feff", 4);
	assert_true(vi_hex_decode(text, 512, back));
	assert_memory_equal(all, back, sizeof(all));
	assert_false(vi_hex_decode("abc", 3, back));
	assert_false(vi_hex_decode("0x", 2, back));
	assert_true(vi_hex_decode("Ff", 2, back));
	assert_int_equal(back[0], 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_as_text),
		cmocka_unit_test(text_as_moments),
		cmocka_unit_test(clocks_go_on),
		cmocka_unit_test(digits),
		cmocka_unit_test(bytes_as_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
