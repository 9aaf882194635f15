// SPDX-License-Identifier: LGPL-2.1-or-later
/* The public JSON writer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/options.h"
#include "record/select.h"
#include "record/stream.h"

/* --- Begin and end --- */

VI_EXPORT struct vi_json *vi_json_new(struct vi_ctx *ctx,
				      int (*write)(void *data, const char *s,
						   size_t len),
				      void *data)
{
	struct vi_json *json = calloc(1, sizeof(*json));

	if (!json) {
		vi_fail(ctx, -ENOMEM, "JSON: out of memory");
		return NULL;
	}
	json->ctx = ctx;
	json->w.write = write;
	json->w.data = data;
	return json;
}

VI_EXPORT int vi_json_flush(struct vi_json *json)
{
	int err = json ? vi_writer_end(&json->w) : -ENOMEM;

	if (!err || !json || json->told)
		return err;
	json->told = true;
	if (err == -ENOMEM)
		return vi_fail(json->ctx, err, "JSON: out of memory");
	return vi_fail(json->ctx, err, "cannot write JSON: %s",
		       strerror(-err));
}

VI_EXPORT int vi_json_end(struct vi_json *json)
{
	int err = vi_json_flush(json);

	if (json)
		vi_writer_free(&json->w);
	free(json);
	return err;
}

/* --- Values --- */

VI_EXPORT void vi_json_begin_object(struct vi_json *json)
{
	if (json)
		vi_writer_begin_object(&json->w);
}

VI_EXPORT void vi_json_begin_array(struct vi_json *json)
{
	if (json)
		vi_writer_begin_array(&json->w);
}

VI_EXPORT void vi_json_close(struct vi_json *json)
{
	if (json)
		vi_writer_close(&json->w);
}

VI_EXPORT void vi_json_key(struct vi_json *json, const char *name)
{
	if (json)
		vi_writer_key(&json->w, name);
}

VI_EXPORT void vi_json_newline(struct vi_json *json, unsigned int margin)
{
	if (json)
		vi_writer_newline(&json->w, margin);
}

VI_EXPORT void vi_json_string(struct vi_json *json, const char *s)
{
	if (json)
		vi_writer_string(&json->w, s);
}

VI_EXPORT void vi_json_bytes(struct vi_json *json, const void *bytes,
			     size_t len)
{
	if (json)
		vi_writer_bytes(&json->w, bytes, len);
}

VI_EXPORT void vi_json_number(struct vi_json *json, uint64_t n)
{
	if (json)
		vi_writer_number(&json->w, n);
}

VI_EXPORT void vi_json_hex(struct vi_json *json, const struct vi_features *n)
{
	if (json)
		vi_writer_hex(&json->w, n);
}

VI_EXPORT void vi_json_bool(struct vi_json *json, bool yes)
{
	if (json)
		vi_writer_bool(&json->w, yes);
}

VI_EXPORT void vi_json_fixed(struct vi_json *json, double n,
			     unsigned int digits)
{
	if (json)
		vi_writer_fixed(&json->w, n, digits);
}

/* --- Records --- */

/* It has a message. The first error counts. */
int vi_json_fail(struct vi_json *json, int err)
{
	json->told = true;
	json->w.err = json->w.err ? json->w.err : err;
	return err;
}

static int write_selected(struct vi_json *json, const struct vi_schema *schema,
			  const void *object, const struct vi_json_options *o)
{
	struct vi_selection s = { .keep = o->keep, .data = o->data };
	struct vi_writer *w = &json->w;
	int err = vi_select_names(json->ctx, &s, schema, o->names);

	if (err)
		vi_json_fail(json, err);
	if (o->lines) {
		w->style = VI_STYLE_LINES;
		w->lines = o->lines;
		w->margin = o->margin;
		w->base = w->depth;
	}
	vi_write_record(json->ctx, w, schema, object, &s);
	w->style = VI_STYLE_ONE_LINE;
	vi_select_free(&s);
	return err;
}

VI_EXPORT int vi_json_record(struct vi_json *json,
			     const struct vi_schema *schema,
			     const void *object,
			     const struct vi_json_options *options)
{
	struct vi_json_options o;
	int err;

	if (!json)
		return -ENOMEM;
	err = vi_options(json->ctx, &o, options);
	return err ? vi_json_fail(json, err) :
		     write_selected(json, schema, object, &o);
}

VI_EXPORT int vi_write_json(struct vi_ctx *ctx, const struct vi_schema *schema,
			    const void *object,
			    const struct vi_json_options *options,
			    int (*write)(void *data, const char *s,
					 size_t len),
			    void *data)
{
	struct vi_json *json = vi_json_new(ctx, write, data);

	vi_json_record(json, schema, object, options);
	return vi_json_end(json);
}
