// SPDX-License-Identifier: GPL-2.0-or-later
/* --json: the devices in the format of a capture. */
#include <string.h>

#include "common/json.h"
#include "vqdump/vqdump.h"

/* Keys of devices and queues start a line; deeper ones do not. */
#define LINES	4
#define MARGIN	2

/* Lists of a device in which each entry belongs to a queue. */
static bool is_about_queues(const struct vi_field *list)
{
	static const char *const keys[] = { "queues", "findings", "answers" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (list == vi_schema_find(vi_device_schema(), keys[i]))
			return true;
	return false;
}

/* Entries that belong to no queue belong to the device; keep them. */
static bool is_wanted(void *data, const struct vi_field *list,
		      const void *record)
{
	const struct rec entry = { vi_field_schema(list), record };
	const struct vq_options *o = data;
	uint64_t index;

	if (!is_about_queues(list))
		return true;
	if (entry.schema == vi_queue_schema())
		return vq_wanted(o, entry);
	return !rec_number(entry, "queue", &index) || vq_is_chosen(o, index);
}

/* Raw bytes are long; include them only with --raw. */
static const char *const with_raw[] = { "queues.raw", NULL };

static void add_devices(struct vi_json *json, const struct vq_options *o,
			const struct tool_devices *d)
{
	const struct vi_json_options how = {
		.size = sizeof(how), .names = o->raw ? with_raw : NULL,
		.keep = o->queues.count ? is_wanted : NULL, .data = (void *)o,
		.lines = LINES, .margin = MARGIN,
	};
	size_t i;

	vi_json_begin_array(json);
	for (i = 0; i < d->count; i++) {
		vi_json_newline(json, MARGIN);
		vi_json_record(json, vi_device_schema(), d->list[i], &how);
	}
	vi_json_close(json);
}

static void add_head(struct vi_json *json)
{
	vi_json_key(json, "virtio_inspect");
	vi_json_begin_object(json);
	vi_json_key(json, "version");
	vi_json_string(json, vi_version());
	vi_json_key(json, "schema");
	vi_json_number(json, VI_CAPTURE_SCHEMA);
	vi_json_close(json);
}

bool vq_print_json(struct vi_ctx *ctx, const struct vq_options *o,
		   const struct tool_devices *d)
{
	const void *machine = vi_machine(ctx);
	struct vi_json *json;

	if (!machine) {
		tool_error("out of memory");
		return false;
	}
	json = tool_json_new(ctx);
	vi_json_begin_object(json);
	add_head(json);
	vi_json_newline(json, 0);
	vi_json_key(json, "host");
	vi_json_record(json, vi_machine_schema(), machine, NULL);
	vi_json_newline(json, 0);
	vi_json_key(json, "devices");
	add_devices(json, o, d);
	vi_json_close(json);
	vi_json_newline(json, 0);
	return tool_json_end(ctx, json);
}
