// SPDX-License-Identifier: LGPL-2.1-or-later
/* Check the JSON of a capture against schemas. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"

/* --- Types --- */

static bool has_type(const struct vi_cap *c, const json_t *json,
		     const struct vi_field *f)
{
	switch ((enum vi_type)(f->type & VI_TYPE_MASK)) {
	case VI_BOOL:
		return json_typeof(json) == JSON_TRUE ||
		       json_typeof(json) == JSON_FALSE;
	case VI_UINT:
		return json_typeof(json) == JSON_INTEGER;
	case VI_REAL:
		return json_typeof(json) == JSON_INTEGER ||
		       json_typeof(json) == JSON_REAL;
	case VI_HEX:
	case VI_FEATURES:
		return json_typeof(json) == JSON_STRING;
	case VI_STRING:
		/* Bytes may be in pieces. */
		return json_typeof(json) == JSON_STRING ||
		       (json_typeof(json) == JSON_ARRAY &&
			f->type & VI_BYTES);
	case VI_RECORD:
		return json_typeof(json) == JSON_OBJECT;
	case VI_VALUES:
		return json_typeof(json) == (c->schema == 1 ? JSON_ARRAY :
							      JSON_OBJECT);
	case VI_LIST:
	case VI_NUMBERS:
	case VI_RECORDS:
		return json_typeof(json) == JSON_ARRAY;
	}
	return false;
}

/* Check the bytes of texts here, because the reader never gets to those of
 * computed fields. */
static bool check_twin(struct vi_cap *c, const struct vi_cap_at *at,
		       const struct vi_field *f, const char *twin_name)
{
	struct vi_pool pool = { NULL }, *kept = c->pool;
	struct vi_strings list = { NULL, 0 };
	const char *string;
	bool there;

	if (!vi_cap_get(c, at, twin_name))
		return !c->err;
	c->pool = &pool;
	there = (f->type & VI_TYPE_MASK) == VI_LIST ?
		vi_cap_strings(c, at, f->name, &list) :
		vi_cap_string(c, at, f->name, &string);
	c->pool = kept;
	vi_pool_free(&pool);
	return there || vi_cap_bad(c, at, twin_name,
				   "there is no \"%s\" that these bytes belong to",
				   f->name);
}

/* A key without a field has the bytes of a text, or is from a newer version. */
static bool check_other(struct vi_cap *c, const struct vi_schema *schema,
			const struct vi_cap_at *at, const char *name)
{
	const struct vi_field *f;
	char text[80];
	size_t len = vi_cap_twin_of(name);

	if (!len || len >= sizeof(text))
		return true;
	memcpy(text, name, len);
	text[len] = '\0';
	f = vi_schema_find(schema, text);
	if (!f || ((f->type & VI_TYPE_MASK) != VI_STRING &&
		   (f->type & VI_TYPE_MASK) != VI_LIST))
		return true;
	return check_twin(c, at, f, name);
}

/* The recursion is as deep as the schema, whatever the file contains. */
static bool entries_have_types(struct vi_cap *c, const struct vi_field *f,
			       const struct vi_cap_at *array)
{
	unsigned int type = f->type & VI_TYPE_MASK;
	size_t i, count = vi_p_json_array_size(array->json);
	struct vi_cap_at entry;

	for (i = 0; i < count; i++) {
		entry = (struct vi_cap_at) {
			array, NULL, i, vi_p_json_array_get(array->json, i),
		};
		if (type == VI_RECORDS) {
			if (!vi_cap_entry(c, array, i, &entry) ||
			    !vi_cap_types(c, f->schema, &entry))
				return false;
		} else if (type == VI_LIST) {
			if (!vi_cap_list_text(c, array, i))
				return false;
		} else if (json_typeof(entry.json) != JSON_INTEGER) {
			return vi_cap_bad(c, &entry, NULL,
					  "expected a whole number");
		}
	}
	return true;
}

/* @name: the key, which may be that of schema 1. */
static bool check_field(struct vi_cap *c, const struct vi_cap_at *at,
			const struct vi_field *f, const char *name)
{
	const struct vi_cap_at below = { at, name, 0, vi_cap_get(c, at, name) };

	if (!below.json)
		return !c->err;
	if (!has_type(c, below.json, f))
		return vi_cap_bad(c, at, name,
				  "wrong type");
	switch (f->type & VI_TYPE_MASK) {
	case VI_RECORD:
		return vi_cap_types(c, f->schema, &below);
	case VI_RECORDS:
	case VI_LIST:
	case VI_NUMBERS:
		return entries_have_types(c, f, &below);
	default:
		return true;
	}
}

/* Keys of schema 1 and their present names. */
static const char *const old_names[][2] = {
	{ "num_unseen", "num_unreaped" }, { "unseen", "unreaped" },
	{ "noticed", "reaped" }, { "way", "attach" },
};

const char *vi_cap_key(const struct vi_cap *c, const char *name)
{
	size_t i;

	for (i = 0; c->schema == 1 && i < ARRAY_SIZE(old_names); i++)
		if (!strcmp(old_names[i][1], name))
			return old_names[i][0];
	return name;
}

static const struct vi_field *find_field(const struct vi_cap *c,
					 const struct vi_schema *schema,
					 const char *name)
{
	size_t i;

	for (i = 0; c->schema == 1 && i < ARRAY_SIZE(old_names); i++)
		if (!strcmp(old_names[i][0], name))
			name = old_names[i][1];
	return vi_schema_find(schema, name);
}

bool vi_cap_types(struct vi_cap *c, const struct vi_schema *schema,
		  const struct vi_cap_at *at)
{
	json_t *object = (json_t *)at->json;
	void *iter;
	bool ok = !c->err;

	for (iter = vi_p_json_object_iter(object); iter && ok;
	     iter = vi_p_json_object_iter_next(object, iter)) {
		const char *name = vi_p_json_object_iter_key(iter);
		const struct vi_field *f = find_field(c, schema, name);

		ok = f ? check_field(c, at, f, name) :
			 check_other(c, schema, at, name);
	}
	return ok;
}
