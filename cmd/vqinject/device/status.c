// SPDX-License-Identifier: GPL-2.0-or-later
/* Taken devices and their processes, as a table or JSON. */
#include <stdio.h>

#include "common/json.h"
#include "common/table.h"
#include "vqinject/device/take.h"

static const struct tool_column columns[] = {
	{ .name = "ADDRESS", .field = "address" },
	{ .name = "NAME", .field = "name" },
	{ .name = "STATE", .field = "state" },
	{ .name = "DRIVER", .field = "driver" },
	{ .name = "ORIGINAL", .field = "original_driver" },
	{ .name = "PID", .field = "pid", .right = true },
	{ .name = "RUNNING", .field = "running" },
	{ .name = "SINCE", .field = "since" },
	{ .name = NULL },
};

static int print_json(struct vi_ctx *ctx, const struct vi_value *list)
{
	struct vi_json *json = tool_json_new(ctx);
	size_t i;

	vi_json_begin_object(json);
	vi_json_key(json, "taken");
	vi_json_begin_array(json);
	for (i = 0; i < list->count; i++) {
		vi_json_newline(json, 0);
		vi_json_record(json, vi_taken_schema(), vi_record(list, i),
			       NULL);
	}
	vi_json_newline(json, 0);
	vi_json_close(json);
	vi_json_close(json);
	vi_json_newline(json, 0);
	return tool_json_end(ctx, json) ? 0 : EXIT_ERROR;
}

static int print_table(const struct vi_value *list)
{
	static const struct tool_column_table all = {
		columns, "ADDRESS", vi_taken_schema,
	};
	struct tool_columns c;
	struct tool_table t;
	size_t i;

	tool_columns_all(&c, &all);
	if (!tool_table_begin(&t, &c, vi_taken_schema(), TOOL_TABLE, false,
			      true))
		return tool_no_memory();
	for (i = 0; !t.failed && i < list->count; i++)
		tool_table_add(&t, NULL, vi_record(list, i));
	return tool_table_print(&t) ? 0 : EXIT_ERROR;
}

int take_status(struct vi_ctx *ctx, bool json)
{
	struct vi_value list;

	if (vi_taken(ctx, &list))
		return tool_failed(ctx);
	if (json)
		return print_json(ctx, &list);
	if (!list.count) {
		puts("no devices are taken");
		return 0;
	}
	return print_table(&list);
}
