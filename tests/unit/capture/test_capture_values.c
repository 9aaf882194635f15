// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures with one wrong value: each key, at every depth, gets a value of
 * every wrong kind. The reader either reports the place of the error, or
 * everything that it read is sound.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/snapshot.h>

#include "core/compiler.h"
#include "tool_views.h"

const char tool_name[] = "test";

#define FIXTURE	SRCDIR "/tests/fixtures/capture.json"
#define FIXTURE_1	SRCDIR "/tests/fixtures/capture-1.json"

/* The fixture to change. */
static const char *fixture = FIXTURE;

static FILE *nowhere;
static size_t taken, refused;

/* --- Reading everything back --- */

static uint64_t sum;

static void use_value(const struct vi_field *f, const struct vi_value *v,
		      unsigned int depth);

static void use_record(const struct vi_schema *schema, const void *object,
		       unsigned int depth)
{
	const struct vi_field *f;
	struct vi_value v;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)); i++)
		if (!vi_get(f, object, &v))
			use_value(f, &v, depth);
}

static void use_value(const struct vi_field *f, const struct vi_value *v,
		      unsigned int depth)
{
	size_t i;

	assert_true(depth < 8);
	switch (v->type) {
	case VI_STRING:
		sum += strlen(v->string);
		break;
	case VI_VALUES:
		for (i = 0; i < v->count; i++) {
			sum += strlen(v->values[i].name);
			use_value(f, &v->values[i].value, depth + 1);
		}
		break;
	case VI_LIST:
		for (i = 0; i < v->count; i++)
			sum += strlen(v->list[i]);
		break;
	case VI_NUMBERS:
		for (i = 0; i < v->count; i++)
			sum += v->numbers[i];
		break;
	case VI_RECORD:
	case VI_RECORDS:
		for (i = 0; i < v->count; i++)
			use_record(vi_field_schema(f), vi_record(v, i),
				   depth + 1);
		break;
	default:
		break;
	}
}

static void use_json(struct vi_ctx *ctx, struct vi_device *dev)
{
	static const char *const raw[] = { "queues.raw", NULL };
	char *json = vi_to_json(ctx, vi_device_schema(), dev, raw);

	assert_non_null(json);
	free(json);
}

static void use_views(struct vi_ctx *ctx)
{
	FILE *out = stdout;
	int status;

	stdout = nowhere;
	status = print_tool_views(ctx);
	stdout = out;
	assert_true(status <= EXIT_USAGE);
}

/* What was accepted is written as something acceptable. */
static void write_again(struct vi_ctx *ctx)
{
	int fd = memfd_create("again", 0);
	struct vi_ctx *again = vi_ctx_new();
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(vi_capture_write(ctx, NULL, fd, 16), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (vi_capture_read(again, path))
		fail_msg("written again: %s", vi_error(again));
	vi_ctx_free(again);
	close(fd);
}

static void use_all(struct vi_ctx *ctx)
{
	const struct vi_check_options now = {
		.size = sizeof(now), .now = true,
	};
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		use_record(vi_device_schema(), dev, 0);
		use_json(ctx, dev);
	}
	if (vi_machine(ctx))
		use_record(vi_machine_schema(), vi_machine(ctx), 0);
	use_views(ctx);
	assert_int_equal(vi_snapshot_take(ctx, NULL, "auto"), 0);
	assert_true(vi_check(ctx, NULL, &now) >= 0);
	while ((dev = vi_device_next(ctx, dev)))
		use_record(vi_device_schema(), dev, 0);
	write_again(ctx);
}

/* --- Reading one --- */

static const char *path_of(const char *text, size_t len)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("capture", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, text, len, 0), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

/* "FILE: devices[0].queues[1].size: …", or an error of JSON syntax. */
static bool names_a_place(const char *error)
{
	return strstr(error, ": devices") || strstr(error, ": host") ||
	       strstr(error, ": virtio_inspect") ||
	       (strstr(error, ": line ") && strstr(error, ", column "));
}

/* @what: the change, for messages. */
static void read_text(const char *text, size_t len, const char *what)
{
	struct vi_ctx *ctx = vi_ctx_new();
	int err = vi_capture_read(ctx, path_of(text, len));

	if (err) {
		if (err != -EINVAL || !names_a_place(vi_error(ctx)))
			fail_msg("%s: %d, %s", what, err, vi_error(ctx));
		assert_null(vi_device_next(ctx, NULL));
		refused++;
	} else {
		use_all(ctx);
		taken++;
	}
	vi_ctx_free(ctx);
}

/* --- Changing one --- */

/* The current place, for messages. */
struct at {
	const struct at *up;
	const char *name;
};

static void name_place(const struct at *at, char *buf, size_t size)
{
	size_t n;

	*buf = '\0';
	if (at->up)
		name_place(at->up, buf, size);
	n = strlen(buf);
	snprintf(buf + n, size - n, "%s%s", n ? "." : "", at->name);
}

static json_t *document;

static void read_changed(const struct at *at, const char *how)
{
	char *text = json_dumps(document, JSON_COMPACT);
	char what[512];
	size_t n;

	assert_non_null(text);
	name_place(at, what, sizeof(what));
	n = strlen(what);
	snprintf(what + n, sizeof(what) - n, " with %.80s", how);
	read_text(text, strlen(text), what);
	free(text);
}

/* Values that are wrong almost everywhere. */
static const char *const values[] = {
	"null", "true", "0", "-1", "5", "65535", "65536", "4294967295",
	"9223372036854775807", "0.5", "1e300", "\"\"", "\"00\"", "\"zz\"",
	"\"0x0\"", "\"0xffffffffffffffff\"",
	"\"0xffffffffffffffffffffffffffffffff\"", "\"0*16\"",
	"\"0*18446744073709551616\"", "\"packed\"", "\"physical\"",
	"\"\\u001b[1m\"", "[]", "[null]", "[0]", "[\"00\"]", "[{}]", "{}",
};

/* Bytes next to a text: wrong everywhere, as no text matches them. */
static const char *const twins[] = {
	"\"00\"", "\"zz\"", "\"\"", "\"a\"", "\"ff\"", "5", "null", "true",
	"{}", "[]", "[\"00\"]", "[5]", "[\"\"]", "\"1b5b316d\"",
};

/* Numbers too large for the JSON library's types. */
static const char *const huge[] = {
	"18446744073709551616", "-9223372036854775809", "1e400", "1e-400",
	"NaN", "00", "\"\\u0000\"", "\"\\ud800\"",
};

static json_t *value_of(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	if (!json)
		fail_msg("%s is no JSON", text);
	return json;
}

static json_t *long_list(const char *each, size_t count)
{
	json_t *list = json_array(), *value = value_of(each);

	while (count--)
		json_array_append(list, value);
	json_decref(value);
	return list;
}

static json_t *long_string(char c, size_t len)
{
	char *s = malloc(len);
	json_t *json;

	memset(s, c, len);
	json = json_stringn(s, len);
	free(s);
	return json;
}

/* Replace @key of @object by @value, whose reference this takes. */
static void try_value(json_t *object, const char *key, json_t *value,
		      const struct at *at, const char *how)
{
	json_t *kept = json_incref(json_object_get(object, key));

	assert_int_equal(json_object_set_new(object, key, value), 0);
	read_changed(at, how);
	json_object_set_new(object, key, kept);
}

static void try_values(json_t *object, const char *key, const struct at *at)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++)
		try_value(object, key, value_of(values[i]), at, values[i]);
}

/* An absurd length of the right type; wrong types fail before that. */
static void try_lengths(json_t *object, const char *key, const struct at *at)
{
	json_t *kept = json_object_get(object, key), *list;
	size_t i;

	if (json_is_string(kept)) {
		try_value(object, key, long_string('0', 1 << 20), at,
			  "long digits");
		try_value(object, key, long_string('\x01', 1 << 14), at,
			  "long bytes");
		try_value(object, key, long_list("\"0*1\"", 10000), at,
			  "many strings");
	}
	if (!json_is_array(kept))
		return;
	try_value(object, key, long_list("0", 100000), at, "many numbers");
	try_value(object, key, long_list("\"0*1\"", 100000), at,
		  "many strings");
	try_value(object, key, long_list("{}", 100000), at, "many objects");
	list = json_array();
	for (i = 0; i < 500 && json_array_size(kept); i++)
		json_array_append(list, json_array_get(kept, 0));
	try_value(object, key, list, at, "its first entry again and again");
}

static void try_missing(json_t *object, const char *key, const struct at *at)
{
	json_t *kept = json_incref(json_object_get(object, key));

	json_object_del(object, key);
	read_changed(at, "it missing");
	json_object_set_new(object, key, kept);
}

static void try_twins(json_t *object, const char *key, const struct at *at)
{
	json_t *kept = json_object_get(object, key);
	char name[80];
	size_t i;

	if (!json_is_string(kept) && !json_is_array(kept))
		return;
	snprintf(name, sizeof(name), "%s_hex", key);
	kept = json_incref(json_object_get(object, name));
	for (i = 0; i < ARRAY_SIZE(twins); i++) {
		json_object_set_new(object, name, value_of(twins[i]));
		read_changed(at, twins[i]);
	}
	json_object_del(object, name);
	if (kept)
		json_object_set_new(object, name, kept);
}

/* Values that need raw text: "KEY":TEXT, which may repeat a key. */
static void try_text(json_t *object, const char *key, const struct at *at,
		     const char *text, bool second)
{
	static const char mark[] = "THE MARK";
	json_t *kept = json_incref(json_object_get(object, key));
	char *before, *found, *after;
	char what[256];
	size_t len;

	if (second)
		json_object_set_new(object, mark, json_string(mark));
	else
		json_object_set_new(object, key, json_string(mark));
	before = json_dumps(document, JSON_COMPACT);
	if (second)
		json_object_del(object, mark);
	else
		json_object_set(object, key, kept);
	found = strstr(before, second ? "\"THE MARK\":\"THE MARK\"" :
				       "\"THE MARK\"");
	assert_non_null(found);
	*found = '\0';
	found += second ? 2 * sizeof(mark) + 3 : sizeof(mark) + 1;
	len = strlen(before) + strlen(text) + strlen(key) + strlen(found) + 8;
	after = malloc(len);
	if (second)
		snprintf(after, len, "%s\"%s\":%s%s", before, key, text,
			 found);
	else
		snprintf(after, len, "%s%s%s", before, text, found);
	name_place(at, what, sizeof(what));
	read_text(after, strlen(after), what);
	free(before);
	free(after);
	json_decref(kept);
}

static void try_texts(json_t *object, const char *key, const struct at *at)
{
	char *same = json_dumps(json_object_get(object, key),
				JSON_COMPACT | JSON_ENCODE_ANY);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(huge); i++)
		try_text(object, key, at, huge[i], false);
	try_text(object, key, at, same, true);
	free(same);
}

/* --- All places --- */

typedef void change_fn(json_t *object, const char *key, const struct at *at);

/* Array entries are alike: change a key in one of them only. */
static json_t *done;

static bool is_new(const struct at *at, const json_t *value)
{
	char place[512];
	size_t n;

	name_place(at, place, sizeof(place));
	n = strlen(place);
	snprintf(place + n, sizeof(place) - n, " %d", json_typeof(value));
	if (json_object_get(done, place))
		return false;
	json_object_set_new(done, place, json_true());
	return true;
}

static void walk(json_t *json, const struct at *up, change_fn *change);

static void walk_object(json_t *object, const struct at *up,
			change_fn *change)
{
	const char *names[128], *name;
	size_t count = 0, i;
	json_t *value;

	json_object_foreach(object, name, value) {
		assert_true(count < ARRAY_SIZE(names));
		names[count++] = name;
	}
	for (i = 0; i < count; i++) {
		/* A copy, because the key is freed with its value. */
		char *own = strdup(names[i]);
		const struct at at = { up, own };

		walk(json_object_get(object, own), &at, change);
		names[i] = own;
	}
	for (i = 0; i < count; i++) {
		const struct at at = { up, names[i] };

		if (is_new(&at, json_object_get(object, names[i])))
			change(object, names[i], &at);
		free((char *)names[i]);
	}
}

static void walk(json_t *json, const struct at *up, change_fn *change)
{
	json_t *entry;
	size_t i;

	if (json_is_object(json)) {
		walk_object(json, up, change);
	} else {
		json_array_foreach(json, i, entry)
			walk(entry, up, change);
	}
}

static int load(void **state)
{
	json_error_t error;

	(void)state;
	nowhere = fopen("/dev/null", "w");
	document = json_load_file(fixture, 0, &error);
	if (!document)
		print_error("%s: %s\n", error.source, error.text);
	return document && nowhere ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	json_decref(document);
	fclose(nowhere);
	return 0;
}

static void change_all(change_fn *change)
{
	taken = refused = 0;
	done = json_object();
	walk(document, NULL, change);
	json_decref(done);
	assert_true(refused > 0);
}

static void wrong_values_are_named_or_do_no_harm(void **state)
{
	(void)state;
	change_all(try_values);
}

static void bad_twins_are_named(void **state)
{
	(void)state;
	change_all(try_twins);
}

static void absurd_lengths_are_named_or_do_no_harm(void **state)
{
	(void)state;
	change_all(try_lengths);
}

static void missing_keys_are_named_or_not_needed(void **state)
{
	(void)state;
	change_all(try_missing);
}

static void what_no_type_holds_is_refused(void **state)
{
	(void)state;
	change_all(try_texts);
}

/* --- The capture to change --- */

/* It contains every possible key; "time_ns" is there as "time". */
static void has_keys_of(json_t *json, const char *name, bool *found)
{
	json_t *value;
	const char *key;
	size_t i;

	json_object_foreach(json, key, value) {
		*found |= !strcmp(key, name);
		has_keys_of(value, name, found);
	}
	json_array_foreach(json, i, value)
		has_keys_of(value, name, found);
}

static void check_keys(const struct vi_schema *schema)
{
	const struct vi_field *f;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)); i++) {
		bool found = !strcmp(vi_field_name(f), "time_ns");

		has_keys_of(document, vi_field_name(f), &found);
		if (!found)
			fail_msg("%s: \"%s\" is in no record", FIXTURE,
				 vi_field_name(f));
		if (vi_field_schema(f))
			check_keys(vi_field_schema(f));
	}
}

static void the_fixture_has_every_key(void **state)
{
	(void)state;
	check_keys(vi_device_schema());
	check_keys(vi_machine_schema());
}

static void the_fixture_is_read(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	if (vi_capture_read(ctx, fixture))
		fail_msg("%s", vi_error(ctx));
	use_all(ctx);
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fixture_is_read),
		cmocka_unit_test(the_fixture_has_every_key),
		cmocka_unit_test(wrong_values_are_named_or_do_no_harm),
		cmocka_unit_test(bad_twins_are_named),
		cmocka_unit_test(missing_keys_are_named_or_not_needed),
		cmocka_unit_test(what_no_type_holds_is_refused),
		cmocka_unit_test(absurd_lengths_are_named_or_do_no_harm),
	};
	const struct CMUnitTest tests_1[] = {
		cmocka_unit_test(the_fixture_is_read),
		cmocka_unit_test(wrong_values_are_named_or_do_no_harm),
		cmocka_unit_test(missing_keys_are_named_or_not_needed),
	};
	int failed = cmocka_run_group_tests_name("schema 2", tests, load,
						 unload);

	fixture = FIXTURE_1;
	return failed + cmocka_run_group_tests_name("schema 1", tests_1, load,
						    unload);
}
