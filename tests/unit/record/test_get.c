// SPDX-License-Identifier: GPL-2.0-or-later
/* Members of records as values of fields, and fields by name. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "core/pool.h"
#include "record/schema.h"

enum colour { COLOUR_UNKNOWN, RED, GREEN };

struct part {
	uint16_t size;
	bool has_size;
};

struct thing {
	struct part inside;
	const struct part *other;
	uint8_t one;
	uint16_t two;
	int four;
	uint64_t eight;
	bool yes;
	double real;
	struct vi_features wide;
	const char *text;
	char inline_text[8];
	enum colour colour;
	struct vi_strings list;
	const struct part *parts;
	size_t num_parts;
};

static const char *const colours[] = { NULL, "red", "green" };
static const struct vi_names colour_names = {
	"red or green", colours, ARRAY_SIZE(colours),
};

static const struct vi_field part_fields[] = {
	VI_MEMBER("size", VI_UINT, "bytes", part, size, VI_IF_FLAG(part, has_size)),
	VI_FIELDS_END,
};

static const struct vi_schema part_schema = { part_fields };

static int deny(const void *object, struct vi_value *v)
{
	(void)object;
	(void)v;
	return -EACCES;
}

#define THING(name, type, member, ...)					\
	VI_MEMBER(name, type, "help", thing, member, __VA_ARGS__)

static const struct vi_field fields[] = {
	THING("one", VI_UINT, one),
	THING("two", VI_HEX, two, VI_IF_NOT(0xffff)),
	THING("four", VI_UINT, four, VI_IF_NOT(UINT32_MAX)),
	THING("eight", VI_HEX, eight, VI_IF_NOT(0)),
	THING("yes", VI_BOOL, yes),
	THING("real", VI_REAL, real),
	THING("wide", VI_FEATURES, wide),
	THING("text", VI_STRING, text),
	THING("inline", VI_STRING | VI_INLINE, inline_text, .known = &vi_by_text),
	THING("colour", VI_STRING, colour, .names = &colour_names),
	THING("list", VI_LIST, list, .known = &vi_by_count),
	VI_ARRAY("parts", VI_RECORDS, "help", thing, parts, num_parts, .schema = &part_schema),
	THING("inside", VI_RECORD, inside, .schema = &part_schema),
	VI_MEMBER("other_size", VI_UINT, "help", part, size, VI_THROUGH(thing, other), VI_IF_OTHER_FLAG(part, has_size)),
	VI_COMPUTED("denied", VI_RECORD, "help", deny, .schema = &part_schema),
	VI_FIELDS_END,
};

static const struct vi_schema schema = { fields };

static const struct part two_parts[] = { { 7, true }, { 8, false } };
static const char *const words[] = { "a", "b" };

static const struct thing full = {
	.other = &two_parts[0], .inside = { 9, true }, .one = 0xff,
	.two = 0xfffe, .four = 5, .eight = UINT64_MAX, .yes = true,
	.real = 0.5, .wide = { { 1, 2 } }, .text = "text",
	.inline_text = "inline", .colour = GREEN,
	.list = { (const char **)words, 2 }, .parts = two_parts,
	.num_parts = 2,
};

static const struct thing nothing = {
	.two = 0xffff, .four = -1, .real = NAN,
};

static uint64_t number(const struct thing *t, const char *path)
{
	uint64_t n;

	assert_int_equal(vi_get_uint(&schema, t, path, &n), 0);
	return n;
}

static const char *string(const struct thing *t, const char *path)
{
	const char *s;

	assert_int_equal(vi_get_string(&schema, t, path, &s), 0);
	return s;
}

static void members_of_each_type(void **state)
{
	struct vi_features wide;
	struct vi_value v;
	double real;
	bool yes;

	(void)state;
	assert_int_equal(number(&full, "one"), 0xff);
	assert_int_equal(number(&full, "two"), 0xfffe);
	assert_int_equal(number(&full, "four"), 5);
	assert_true(number(&full, "eight") == UINT64_MAX);
	assert_int_equal(vi_get_bool(&schema, &full, "yes", &yes), 0);
	assert_true(yes);
	assert_int_equal(vi_get_real(&schema, &full, "real", &real), 0);
	assert_true(real == 0.5);
	assert_int_equal(vi_get_features(&schema, &full, "wide", &wide), 0);
	assert_true(wide.w[0] == 1 && wide.w[1] == 2);
	assert_string_equal(string(&full, "text"), "text");
	assert_string_equal(string(&full, "inline"), "inline");
	assert_string_equal(string(&full, "colour"), "green");
	assert_int_equal(vi_get_value(&schema, &full, "list", &v), 0);
	assert_int_equal(v.count, 2);
	assert_string_equal(v.list[1], "b");
}

static void records_of_records(void **state)
{
	struct vi_value v;
	uint64_t n;

	(void)state;
	assert_int_equal(number(&full, "inside.size"), 9);
	assert_int_equal(number(&full, "other_size"), 7);
	assert_int_equal(vi_get_records(&schema, &full, "parts", &v), 0);
	assert_int_equal(v.count, 2);
	assert_ptr_equal(v.schema, &part_schema);
	assert_int_equal(vi_get_uint(v.schema, vi_record(&v, 0), "size", &n),
			 0);
	assert_int_equal(n, 7);
	assert_int_equal(vi_get_uint(v.schema, vi_record(&v, 1), "size", &n),
			 -ENODATA);
	assert_null(vi_record(&v, 2));
}

/* Each has a value that stands for none. */
static void what_is_not_known(void **state)
{
	static const char *const names[] = {
		"two", "four", "eight", "real", "text", "inline", "colour",
		"list", "inside.size", "other_size",
	};
	static const char *const known[] = { "one", "yes", "wide", "parts" };
	struct vi_value v;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(vi_get_value(&schema, &nothing, names[i], &v),
				 -ENODATA);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		assert_int_equal(vi_get_value(&schema, &nothing, known[i], &v),
				 0);
}

static void what_there_is_not(void **state)
{
	static const char *const names[] = {
		"", "on", "ones", ".", "one.", ".one", "one.size",
		"parts.size", "inside.", "inside.sizes", "inside.size.size",
	};
	struct vi_value v;
	uint64_t n = 42;
	const char *s = "as it was";
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(vi_get_value(&schema, &full, names[i], &v),
				 -ENOENT);
		assert_int_equal(vi_get_uint(&schema, &full, names[i], &n),
				 -ENOENT);
	}
	assert_int_equal(vi_get_uint(&schema, &full, "text", &n), -EINVAL);
	assert_int_equal(vi_get_string(&schema, &full, "one", &s), -EINVAL);
	v.count = 5;
	assert_int_equal(vi_get_records(&schema, &full, "one", &v), -EINVAL);
	assert_int_equal(v.count, 5);
	assert_int_equal(vi_get_uint(&schema, &full, "denied.size", &n),
			 -EACCES);
	assert_int_equal(vi_get_uint(&schema, &nothing, "two", &n), -ENODATA);
	assert_int_equal(n, 42);
	assert_string_equal(s, "as it was");
}

/* An enum that a hostile structure has beyond its names. */
static void numbers_without_a_name(void **state)
{
	struct thing t = { .colour = GREEN + 1 };
	const char *s;

	(void)state;
	assert_int_equal(vi_get_string(&schema, &t, "colour", &s), -ENODATA);
	t.colour = (enum colour)-1;
	assert_int_equal(vi_get_string(&schema, &t, "colour", &s), -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_each_type),
		cmocka_unit_test(records_of_records),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(what_there_is_not),
		cmocka_unit_test(numbers_without_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
