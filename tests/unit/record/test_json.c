// SPDX-License-Identifier: GPL-2.0-or-later
/* Records as JSON, and libraries opened on demand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <virtio-inspect/json.h>

#include "core/lazy.h"
#include "record/schema.h"

/* The record is the value itself; NULL: unknown. */
struct thing {
	const char *text;
	uint64_t number;
	int err;
	const char *list[4];
	size_t count;
	struct thing *parts;
	size_t num_parts;
};

static int get_text(const void *o, struct vi_value *v)
{
	v->string = ((const struct thing *)o)->text;
	return 0;
}

static int get_number(const void *o, struct vi_value *v)
{
	const struct thing *t = o;

	v->number = t->number;
	return t->err;
}

static int get_odd(const void *o, struct vi_value *v)
{
	v->boolean = ((const struct thing *)o)->number & 1;
	return 0;
}

static int get_features(const void *o, struct vi_value *v)
{
	v->features.w[0] = ((const struct thing *)o)->number;
	v->features.w[1] = ((const struct thing *)o)->count;
	return 0;
}

static int get_list(const void *o, struct vi_value *v)
{
	const struct thing *t = o;

	v->list = t->list;
	v->count = t->count;
	return 0;
}

static int get_parts(const void *o, struct vi_value *v)
{
	const struct thing *t = o;

	v->records = t->parts;
	v->count = t->num_parts;
	v->stride = sizeof(*t);
	return t->parts ? 0 : -ENODATA;
}

static const struct vi_schema schema;

static const struct vi_field fields[] = {
	VI_COMPUTED("text", VI_STRING, "text", get_text),
	VI_COMPUTED("number", VI_UINT, "a number", get_number),
	VI_COMPUTED("hex", VI_HEX, "the same", get_number),
	VI_COMPUTED("odd", VI_BOOL, "is it odd?", get_odd),
	VI_COMPUTED("features", VI_FEATURES, "a wide number", get_features),
	VI_COMPUTED("list", VI_LIST, "strings", get_list),
	VI_COMPUTED("parts", VI_RECORDS, "more of the kind", get_parts, .schema = &schema),
	VI_FIELDS_END,
};

static const struct vi_schema schema = { fields };

static void is(const struct thing *t, const char *const *names,
	       const char *expected)
{
	struct vi_ctx *ctx = vi_ctx_new();
	char *text = vi_to_json(ctx, &schema, t, names);

	if (!text)
		print_error("%s\n", vi_error(ctx));
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
	vi_ctx_free(ctx);
}

#define IS(t, expected, ...) \
	is(t, (const char *[]){ __VA_ARGS__, NULL }, expected)

static void every_type_is_written(void **state)
{
	struct thing t = { .text = "vda", .number = 15, .count = 2,
			   .list = { "a", "b" } };

	(void)state;
	is(&t, NULL, "{\"text\":\"vda\",\"number\":15,\"hex\":\"0xf\","
	   "\"odd\":true,\"features\":\"0x2000000000000000f\","
	   "\"list\":[\"a\",\"b\"]}");
}

static int get_values(const void *o, struct vi_value *v)
{
	v->values = o;
	v->count = 5;
	return 0;
}

/* Escaped text has its bytes next to it, as a field's text has. */
static void values_have_names_of_their_own(void **state)
{
	static const struct vi_field field[] = {
		VI_COMPUTED("seen", VI_VALUES, "what was seen", get_values),
		VI_FIELDS_END,
	};
	static const struct vi_schema one = { field };
	static const struct vi_named values[] = {
		{ "age_ms", { .type = VI_UINT, .number = 3015 } },
		{ "addr", { .type = VI_HEX, .number = 0x1000 } },
		{ "moves", { .type = VI_BOOL, .boolean = true } },
		{ "share", { .type = VI_REAL, .real = 0.5 } },
		{ "at", { .type = VI_STRING, .string = "5/1\n" } },
	};
	struct vi_ctx *ctx = vi_ctx_new();
	char *text = vi_to_json(ctx, &one, values, NULL);

	(void)state;
	assert_non_null(text);
	assert_string_equal(text,
		"{\"seen\":{\"age_ms\":3015,\"addr\":\"0x1000\","
		"\"moves\":true,\"share\":0.5,\"at\":\"5/1\\\\x0a\","
		"\"at_hex\":\"352f310a\"}}");
	free(text);
	vi_ctx_free(ctx);
}

static void the_names_asked_for_are_written(void **state)
{
	struct thing t = { .text = "vda", .number = 16 };

	(void)state;
	IS(&t, "{\"odd\":false,\"text\":\"vda\"}", "odd", "text");
	is(&t, (const char *[]){ NULL }, "{}");
}

static void an_unknown_name_is_an_error(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct thing t = { .text = "vda" };

	(void)state;
	assert_null(vi_to_json(ctx, &schema, &t,
			       (const char *[]){ "colour", NULL }));
	assert_non_null(strstr(vi_error(ctx), "colour"));
	vi_ctx_free(ctx);
}

static void what_is_not_known_is_absent(void **state)
{
	struct thing t = { .err = -ENODATA };
	struct thing denied = { .err = -EACCES };

	(void)state;
	IS(&t, "{\"list\":[]}", "text", "number", "hex", "list", "parts");
	IS(&denied, "{}", "number", "hex");
}

static void numbers_have_their_full_range(void **state)
{
	struct thing t = { .number = INT64_MAX };
	struct vi_ctx *ctx = vi_ctx_new();
	char *text;

	(void)state;
	IS(&t, "{\"number\":9223372036854775807}", "number");
	t.number = 0;
	IS(&t, "{\"number\":0,\"hex\":\"0x0\",\"features\":\"0x0\"}",
	   "number", "hex", "features");
	t.number = UINT64_MAX;
	IS(&t, "{\"hex\":\"0xffffffffffffffff\"}", "hex");
	/* A number too large is still a number, and positive. */
	text = vi_to_json(ctx, &schema, &t, (const char *[]){ "number", NULL });
	assert_true(strtod(strchr(text, ':') + 1, NULL) > 1.8e19);
	free(text);
	vi_ctx_free(ctx);
}

static void text_that_is_not_safe_is_escaped(void **state)
{
	struct thing t = { .text = "\x1b[31m\xff\xe2\x80\xae" };

	(void)state;
	IS(&t, "{\"text\":\"\\\\x1b[31m\\\\xff\\\\u{202e}\","
	   "\"text_hex\":\"1b5b33316dffe280ae\"}", "text");
	t.text = "\"quoted\" and back\\slash, gr\xc3\xbc\xc3\x9f";
	IS(&t, "{\"text\":\"\\\"quoted\\\" and back\\\\slash, "
	   "gr\xc3\xbc\xc3\x9f\"}", "text");
	t.text = "";
	IS(&t, "{\"text\":\"\"}", "text");
}

static void a_list_gets_one_twin(void **state)
{
	struct thing t = { .list = { "plain", "a\nb" }, .count = 2 };

	(void)state;
	IS(&t, "{\"list\":[\"plain\",\"a\\\\x0ab\"],"
	   "\"list_hex\":[\"706c61696e\",\"610a62\"]}", "list");
}

static void long_text_is_whole(void **state)
{
	char text[4001], expected[7 * 4000 + 64], *at = expected;
	struct thing t = { .text = text };
	int i;

	(void)state;
	memset(text, 0x07, 4000);
	text[4000] = '\0';
	at += sprintf(at, "{\"text\":\"");
	for (i = 0; i < 4000; i++)
		at += sprintf(at, "\\\\x07");
	at += sprintf(at, "\",\"text_hex\":\"");
	for (i = 0; i < 4000; i++)
		at += sprintf(at, "07");
	sprintf(at, "\"}");
	IS(&t, expected, "text");
}

static void records_hold_records(void **state)
{
	struct thing inner[2] = { { .number = 1 }, { .text = "x" } };
	struct thing t = { .parts = inner, .num_parts = 2 };

	(void)state;
	IS(&t, "{\"parts\":[{\"number\":1,\"hex\":\"0x1\",\"odd\":true,"
	   "\"features\":\"0x1\",\"list\":[]},{\"text\":\"x\",\"number\":0,"
	   "\"hex\":\"0x0\",\"odd\":false,\"features\":\"0x0\",\"list\":[]}]}",
	   "parts");
}

/* Output of a record that contains itself ends, without a mark. */
static void depth_is_bounded(void **state)
{
	struct thing t = { .num_parts = 1 };

	(void)state;
	t.parts = &t;
	IS(&t, "{\"parts\":[{\"number\":0,\"hex\":\"0x0\",\"odd\":false,"
	   "\"features\":\"0x0\",\"list\":[],\"parts\":[{\"number\":0,"
	   "\"hex\":\"0x0\",\"odd\":false,\"features\":\"0x0\",\"list\":[],"
	   "\"parts\":[{\"number\":0,\"hex\":\"0x0\",\"odd\":false,"
	   "\"features\":\"0x0\",\"list\":[],\"parts\":[{\"number\":0,"
	   "\"hex\":\"0x0\",\"odd\":false,\"features\":\"0x0\",\"list\":[]"
	   "}]}]}]}]}", "parts");
}

/* --- In pieces, with a filter --- */

struct sink {
	char text[4096];
	size_t len;
	int err;
};

static int take(void *data, const char *s, size_t len)
{
	struct sink *sink = data;

	assert_int_equal(strlen(s), len);
	assert_true(len < sizeof(sink->text) - sink->len);
	memcpy(sink->text + sink->len, s, len + 1);
	sink->len += len;
	return sink->err;
}

/* Keep records of "parts" with an odd number. */
static bool is_odd(void *data, const struct vi_field *list, const void *record)
{
	assert_string_equal(data, "data");
	assert_string_equal(vi_field_name(list), "parts");
	return ((const struct thing *)record)->number & 1;
}

static void records_that_are_not_kept_are_left_out(void **state)
{
	struct thing inner[3] = { { .number = 2 }, { .number = 3 },
				  { .number = 4 } };
	struct thing t = { .text = "x", .parts = inner, .num_parts = 3 };
	struct vi_json_options o = {
		.size = sizeof(o), .keep = is_odd, .data = "data",
		.names = (const char *[]){ "text", "parts", NULL },
		.lines = 1, .margin = 2,
	};
	struct sink sink = { .len = 0 };

	(void)state;
	assert_int_equal(vi_write_json(NULL, &schema, &t, &o, take, &sink), 0);
	assert_string_equal(sink.text, "{\n   \"text\":\"x\",\n   \"parts\":"
			    "[{\"number\":3,\"hex\":\"0x3\",\"odd\":true,"
			    "\"features\":\"0x3\",\"list\":[]}]\n  }");
}

/* A program built when the options were shorter. */
static void shorter_options_lack_what_is_new(void **state)
{
	struct thing t = { .text = "x" };
	struct vi_json_options o = {
		.size = offsetof(struct vi_json_options, keep),
		.names = (const char *[]){ "text", NULL },
		.keep = (void *)1, .lines = 7,
	};
	struct sink sink = { .len = 0 };

	(void)state;
	assert_int_equal(vi_write_json(NULL, &schema, &t, &o, take, &sink), 0);
	assert_string_equal(sink.text, "{\"text\":\"x\"}");
}

static void values_surround_records(void **state)
{
	struct vi_json_options o = {
		.size = sizeof(o), .lines = 1, .margin = 1,
		.names = (const char *[]){ "text", "odd", NULL },
	};
	struct thing t = { .text = "x" };
	struct sink sink = { .len = 0 };
	struct vi_json *json = vi_json_new(NULL, take, &sink);

	(void)state;
	vi_json_begin_object(json);
	vi_json_key(json, "things");
	vi_json_begin_array(json);
	vi_json_newline(json, 1);
	vi_json_record(json, &schema, &t, &o);
	vi_json_newline(json, 1);
	vi_json_fixed(json, 0.0625, 3);
	vi_json_close(json);
	vi_json_close(json);
	vi_json_newline(json, 0);
	assert_int_equal(vi_json_end(json), 0);
	assert_string_equal(sink.text, "{\"things\":[\n {\n  \"text\":\"x\",\n"
			    "  \"odd\":false\n },\n 0.062]}\n");
}

static void what_fails_is_told(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct sink sink = { .err = -ENOSPC };
	struct thing t = { .text = "x" };
	struct vi_json *json;

	(void)state;
	assert_int_equal(vi_write_json(ctx, &schema, &t, NULL, take, &sink),
			 -ENOSPC);
	assert_non_null(strstr(vi_error(ctx), strerror(ENOSPC)));
	json = vi_json_new(ctx, take, &sink);
	assert_int_equal(vi_json_record(json, &schema, &t,
					&(struct vi_json_options) {
		.size = sizeof(struct vi_json_options),
		.names = (const char *[]){ "colour", NULL } }), -EINVAL);
	assert_int_equal(vi_json_end(json), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "colour"));
	vi_json_begin_object(NULL);
	assert_int_equal(vi_json_end(NULL), -ENOMEM);
	vi_ctx_free(ctx);
}

/* --- Libraries --- */

static void a_missing_library_is_named(void **state)
{
	static const struct vi_lazy_symbol none[] = { { NULL, NULL } };
	static struct vi_lazy lib = { "libnot-there.so.7", "libnot-there7",
				      none, NULL };
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_int_equal(vi_lazy_open(ctx, &lib), -ENOENT);
	assert_non_null(strstr(vi_error(ctx), "cannot open libnot-there.so.7"));
	assert_non_null(strstr(vi_error(ctx), "install libnot-there7"));
	/* Again, as it may have been installed since. */
	assert_int_equal(vi_lazy_open(NULL, &lib), -ENOENT);
	vi_ctx_free(ctx);
}

static void a_missing_function_is_named(void **state)
{
	static void *slot;
	static const struct vi_lazy_symbol odd[] = {
		{ "json_object_but_not_this", &slot }, { NULL, NULL },
	};
	static struct vi_lazy lib = { "libjansson.so.4", "libjansson4", odd,
				      NULL };
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_int_equal(vi_lazy_open(ctx, &lib), -ENOENT);
	assert_non_null(strstr(vi_error(ctx), "json_object_but_not_this"));
	assert_null(lib.handle);
	vi_ctx_free(ctx);
}

static void a_library_is_opened_once(void **state)
{
	static size_t (*length)(const char *s);
	static const struct vi_lazy_symbol some[] = {
		{ "strlen", &length }, { NULL, NULL },
	};
	static struct vi_lazy lib = { "libc.so.6", "libc6", some, NULL };
	void *handle;

	(void)state;
	assert_int_equal(vi_lazy_open(NULL, &lib), 0);
	assert_int_equal(length("four"), 4);
	handle = lib.handle;
	assert_int_equal(vi_lazy_open(NULL, &lib), 0);
	assert_ptr_equal(lib.handle, handle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_written),
		cmocka_unit_test(values_have_names_of_their_own),
		cmocka_unit_test(the_names_asked_for_are_written),
		cmocka_unit_test(an_unknown_name_is_an_error),
		cmocka_unit_test(what_is_not_known_is_absent),
		cmocka_unit_test(numbers_have_their_full_range),
		cmocka_unit_test(text_that_is_not_safe_is_escaped),
		cmocka_unit_test(a_list_gets_one_twin),
		cmocka_unit_test(long_text_is_whole),
		cmocka_unit_test(records_hold_records),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(records_that_are_not_kept_are_left_out),
		cmocka_unit_test(shorter_options_lack_what_is_new),
		cmocka_unit_test(values_surround_records),
		cmocka_unit_test(what_fails_is_told),
		cmocka_unit_test(a_missing_library_is_named),
		cmocka_unit_test(a_missing_function_is_named),
		cmocka_unit_test(a_library_is_opened_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
