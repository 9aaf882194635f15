// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices as JSON: {"devices":[…]}, a device a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lsvirtio/lsvirtio.h"

#define MAX_FIELDS	128

/* Is it the short form of a field that JSON has in full? */
static bool is_short_form(const char *field)
{
	const struct tool_column *c;

	for (c = ls_columns.all; c->name; c++)
		if (c->json && !strcmp(c->field, field))
			return true;
	return false;
}

/*
 * Without -o: what is known without a look into the device, which is slow;
 * that, and other long lists, are records. With -v all there is.
 */
static size_t choose_fields(const struct ls_options *o, const char **names)
{
	const struct vi_schema *schema = vi_device_schema();
	const struct vi_field *f;
	size_t i, n = 0;

	for (i = 0; (f = vi_schema_field(schema, i)) && n < MAX_FIELDS; i++)
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

bool ls_print_json(struct vi_ctx *ctx, const struct ls_options *o,
		   const struct tool_devices *d)
{
	const char *names[MAX_FIELDS + 1];
	size_t i, n;

	n = o->columns_chosen ? choose_columns(o, names) :
				choose_fields(o, names);
	names[n] = NULL;
	if (!d->count)
		puts("{\"devices\":[]}");
	for (i = 0; i < d->count; i++) {
		char *json = vi_to_json(ctx, vi_device_schema(), d->list[i],
					names);

		if (!json) {
			tool_error("%s", vi_error(ctx));
			return false;
		}
		printf("%s%s%s", i ? "" : "{\"devices\":[\n", json,
		       i + 1 < d->count ? ",\n" : "\n]}\n");
		free(json);
	}
	return true;
}
