// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures that lack one value: each key, at every depth, is removed or null.
 * What is read then has no value that the whole capture does not have: a value
 * that is not in the file is unknown, and not 0, false or empty.
 */
#include <errno.h>
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

#include "core/compiler.h"
#include "record/schema.h"

#define FIXTURE	SRCDIR "/tests/fixtures/capture.json"

static size_t taken, refused, wrong;

/* --- What a capture says --- */

static json_t *say(struct vi_ctx *ctx)
{
	static const char *const raw[] = { "queues.raw", NULL };
	struct vi_device *dev = NULL;
	json_t *all = json_array();

	while ((dev = vi_device_next(ctx, dev))) {
		char *text = vi_to_json(ctx, vi_device_schema(), dev, raw);

		assert_non_null(text);
		json_array_append_new(all, json_loads(text, 0, NULL));
		free(text);
	}
	return all;
}

/* NULL: it was refused. */
static json_t *read_back(const json_t *document)
{
	struct vi_ctx *ctx = vi_ctx_new();
	int fd = memfd_create("capture", MFD_CLOEXEC);
	json_t *said = NULL;
	char path[64];
	int err;

	assert_int_equal(json_dumpfd(document, fd, 0), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	err = vi_capture_read(ctx, path);
	if (!err)
		said = say(ctx);
	else if (err != -EINVAL)
		fail_msg("%s", vi_error(ctx));
	vi_ctx_free(ctx);
	close(fd);
	return said;
}

/* --- Comparing --- */

/*
 * Decoded again from what is left: with less to go by, the answer is another,
 * and says so.
 */
static bool is_decoded(const char *key)
{
	static const char *const keys[] = {
		"avail", "used", "driver_event", "device_event",
		"role", "inferred", "positions_inferred", "in_flight",
		"num_in_flight", "unreaped", "num_unreaped", "would_kick",
		"would_interrupt", "memory_error", "next_avail", "avail_wrap",
		"next_used", "used_wrap", "feature_names", "truncated",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static void complain(const char *removed, const char *place, const json_t *json)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY);

	print_message("without %s, %s is %.80s\n", removed, place, text);
	free(text);
	wrong++;
}

static bool has(const json_t *array, const json_t *entry)
{
	const json_t *each;
	size_t i;

	json_array_foreach((json_t *)array, i, each)
		if (json_equal((json_t *)each, (json_t *)entry))
			return true;
	return false;
}

/* Nothing in @is is new, or another value than in @was. */
static void compare(const char *removed, const char *place, const json_t *was,
		    const json_t *is)
{
	const json_t *each;
	const char *key;
	char below[512];
	size_t i;

	if (json_is_object(was) && json_is_object(is)) {
		json_object_foreach((json_t *)is, key, each) {
			snprintf(below, sizeof(below), "%s.%s", place, key);
			if (!is_decoded(key))
				compare(removed, below,
					json_object_get(was, key), each);
		}
	} else if (json_is_array(was) && json_is_array(is) &&
		   json_is_object(json_array_get(is, 0))) {
		json_array_foreach(is, i, each) {
			/* Others may have gone. */
			if (has(was, each))
				continue;
			snprintf(below, sizeof(below), "%s[%zu]", place, i);
			compare(removed, below, json_array_get(was, i), each);
		}
	} else if (json_is_array(was) && json_is_array(is)) {
		/* Lists of names lack those that are unknown. */
		if (json_array_size(is) > json_array_size(was) ||
		    (!json_array_size(is) && json_array_size(was)))
			complain(removed, place, is);
	} else if (!was || !json_equal(was, is)) {
		complain(removed, place, is);
	}
}

/* --- Removing --- */

static json_t *document, *whole;

static const json_t *find(const json_t *said, const char *path)
{
	char key[64];
	size_t i, n;

	while (said && *path) {
		if (*path == '[') {
			sscanf(path, "[%zu]%zn", &i, &n);
			said = json_array_get(said, i);
		} else {
			path += *path == '.';
			n = strcspn(path, ".[");
			snprintf(key, sizeof(key), "%.*s", (int)n, path);
			said = json_object_get(said, key);
		}
		path += n;
	}
	return said;
}

static void check_without(const char *name, const struct vi_field *f)
{
	json_t *said = read_back(document);

	if (!said) {
		refused++;
		return;
	}
	taken++;
	/* Computed values are those of other keys. */
	if (f && (f->size || f->absent_bit) && find(said, name) &&
	    (f->type & VI_TYPE_MASK) != VI_RECORD)
		complain(name, "it", find(said, name));
	compare(name, "", whole, said);
	json_decref(said);
}

static void remove_each(const struct vi_schema *schema, const char *name,
			json_t *json);

static void remove_one(const struct vi_schema *schema, const char *name,
		       json_t *object, const char *key)
{
	const struct vi_field *f = schema ? vi_schema_find(schema, key) : NULL;
	json_t *value = json_object_get(object, key);

	json_incref(value);
	/* What is decoded is not read, and without an address there is no
	 * table. */
	remove_each(f && !is_decoded(key) && strcmp(key, "tables") ?
		    f->schema : NULL, name, value);
	json_object_set_new(object, key, json_null());
	check_without(name, f);
	json_object_set_new(object, key, value);
}

static void remove_each(const struct vi_schema *schema, const char *name,
			json_t *json)
{
	const char *key;
	json_t *value;
	char *below;
	void *next;
	size_t i;

	json_array_foreach(json, i, value) {
		assert_true(asprintf(&below, "%s[%zu]", name, i) > 0);
		remove_each(schema, below, value);
		free(below);
	}
	json_object_foreach_safe(json, next, key, value) {
		assert_true(asprintf(&below, "%s.%s", name, key) > 0);
		remove_one(schema, below, json, key);
		free(below);
	}
}

static void nothing_is_made_up(void **state)
{
	(void)state;
	document = json_load_file(FIXTURE, 0, NULL);
	assert_non_null(document);
	whole = read_back(document);
	assert_non_null(whole);
	remove_each(vi_device_schema(), "", json_object_get(document, "devices"));
	print_message("%zu taken, %zu refused\n", taken, refused);
	assert_true(taken > 300);
	assert_int_equal(wrong, 0);
	json_decref(document);
	json_decref(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_made_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
