// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices as JSON: {"devices":[…]}, one device per line. */
#include <string.h>

#include "common/json.h"
#include "lsvirtio/lsvirtio.h"

/* Does JSON have the same in full in another field? */
static bool is_short_form(const char *field)
{
	const struct tool_column *c;

	for (c = ls_columns.all; c->name; c++)
		if (c->json && !strcmp(c->field, field))
			return true;
	return false;
}

/*
 * Without -o and -v, leave out records: some are long lists, and others are
 * slow to read from the device.
 */
static size_t choose_fields(const struct ls_options *o, const char **names)
{
	const struct vi_schema *schema = vi_device_schema();
	const struct vi_field *f;
	size_t i, n = 0;

	for (i = 0; (f = vi_schema_field(schema, i)) && n < LS_MAX_FIELDS; i++)
		if (!is_short_form(vi_field_name(f)) &&
		    (o->verbose || (vi_field_type(f) != VI_RECORDS &&
				    vi_field_type(f) != VI_RECORD)))
			names[n++] = vi_field_name(f);
	return n;
}

static size_t choose_columns(const struct ls_options *o, const char **names)
{
	size_t i, n = 0;

	for (i = 0; i < o->columns.count; i++) {
		const struct tool_column *c = o->columns.shown[i];
		const char *name = c->json ? c->json : c->field;

		if (vi_schema_find(vi_device_schema(), name))
			names[n++] = name;
	}
	return n;
}

size_t ls_json_fields(const struct ls_options *o, const char **names)
{
	size_t n = o->columns_chosen ? choose_columns(o, names) :
				       choose_fields(o, names);

	names[n] = NULL;
	return n;
}

bool ls_print_json(struct vi_ctx *ctx, const struct ls_options *o,
		   const struct tool_devices *d)
{
	const char *names[LS_MAX_FIELDS + 1];
	const struct vi_json_options how = {
		.size = sizeof(how), .names = names,
	};
	struct vi_json *json = tool_json_new(ctx);
	size_t i;

	ls_json_fields(o, names);
	vi_json_begin_object(json);
	vi_json_key(json, "devices");
	vi_json_begin_array(json);
	for (i = 0; i < d->count; i++) {
		vi_json_newline(json, 0);
		vi_json_record(json, vi_device_schema(), d->list[i], &how);
	}
	if (d->count)
		vi_json_newline(json, 0);
	vi_json_close(json);
	vi_json_close(json);
	vi_json_newline(json, 0);
	return tool_json_end(ctx, json);
}
