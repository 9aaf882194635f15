/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For worlds.h: every call that passes JSON to a function. */
#ifndef VI_TESTS_WORLDS_JSON_H
#define VI_TESTS_WORLDS_JSON_H

#include <limits.h>

#include <virtio-inspect/json.h>
#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>

static int drop_text(void *data, const char *s, size_t len)
{
	int *left = data;

	assert_int_equal(strlen(s), len);
	return (*left)-- ? 0 : -EPIPE;
}

static void call_capture_to(struct vi_ctx *ctx)
{
	int left = INT_MAX;

	assert_int_equal(vi_capture_write_to(ctx, NULL, 0, drop_text, &left),
			 0);
	left = 0;
	assert_int_equal(vi_capture_write_to(ctx, NULL, 64, drop_text, &left),
			 -EPIPE);
	assert_non_null(strstr(vi_error(ctx), "cannot write"));
}

static bool keep_some(void *data, const struct vi_field *list,
		      const void *record)
{
	struct vi_value v;
	int *calls = data;
	size_t i;

	for (i = 0; vi_schema_field(vi_field_schema(list), i); i++)
		vi_get(vi_schema_field(vi_field_schema(list), i), record, &v);
	return ++*calls % 3;
}

static void call_write_json(struct vi_ctx *ctx)
{
	static const char *const none[] = { "nope", NULL };
	struct vi_device *dev = NULL;
	struct vi_json_options o = {
		.size = sizeof(o), .keep = keep_some, .lines = 3,
	};
	int left, calls = 0;

	o.data = &calls;
	while ((dev = vi_device_next(ctx, dev))) {
		left = INT_MAX;
		assert_int_equal(vi_write_json(ctx, vi_device_schema(), dev,
					       &o, drop_text, &left), 0);
		o.names = none;
		assert_int_equal(vi_write_json(ctx, vi_device_schema(), dev,
					       &o, drop_text, &left), -EINVAL);
		o.names = NULL;
		left = 0;
		assert_int_equal(vi_write_json(ctx, vi_device_schema(), dev,
					       NULL, drop_text, &left), -EPIPE);
	}
}

/* Every call that writes JSON other than records. */
static void call_json_values(struct vi_ctx *ctx)
{
	int left = INT_MAX;
	struct vi_json *json = vi_json_new(ctx, drop_text, &left);

	assert_non_null(json);
	vi_json_begin_object(json);
	vi_json_key(json, "all");
	vi_json_begin_array(json);
	vi_json_string(json, "\x1b");
	vi_json_bytes(json, "\x1b", 1);
	vi_json_number(json, 1);
	vi_json_hex(json, &(struct vi_features) { { 1, 0 } });
	vi_json_fixed(json, 1.5, 3);
	vi_json_newline(json, 1);
	vi_json_bool(json, true);
	assert_int_equal(vi_json_flush(json), 0);
	if (vi_machine(ctx))
		vi_json_record(json, vi_machine_schema(), vi_machine(ctx),
			       NULL);
	vi_json_close(json);
	vi_json_close(json);
	assert_int_equal(vi_json_end(json), 0);
	assert_true(left < INT_MAX);
}

static void call_reports(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;
	struct vi_report *report;

	while ((dev = vi_device_next(ctx, dev))) {
		report = vi_device_report(dev);
		if (report)
			vi_report_unref(vi_report_ref(report));
		if (report)
			free(vi_to_json(ctx, vi_report_schema(), report, NULL));
		vi_report_unref(report);
	}
}

/* What call_json_values() stands for, as rows of a table. */
#define CALLS_JSON							\
	{ "vi_json_begin_array", call_json_values },				\
	{ "vi_json_begin_object", call_json_values },				\
	{ "vi_json_bool", call_json_values },				\
	{ "vi_json_bytes", call_json_values },				\
	{ "vi_json_close", call_json_values },				\
	{ "vi_json_end", call_json_values },				\
	{ "vi_json_fixed", call_json_values },				\
	{ "vi_json_flush", call_json_values },				\
	{ "vi_json_hex", call_json_values },				\
	{ "vi_json_key", call_json_values },				\
	{ "vi_json_new", call_json_values },				\
	{ "vi_json_newline", call_json_values },				\
	{ "vi_json_number", call_json_values },				\
	{ "vi_json_record", call_json_values },				\
	{ "vi_json_string", call_json_values },

#endif
