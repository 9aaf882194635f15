// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Records as JSON, by their description. Plain values go through the JSON
 * library, a record's at a time: all of a ring at once would take many times
 * the memory of its text. The library is opened when the first record is
 * written, so nothing here may use the functions that its header defines
 * inline: those would link with it.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/lazy.h"
#include "record/schema.h"

static typeof(json_array) *p_json_array;
static typeof(json_array_append_new) *p_json_array_append_new;
static typeof(json_delete) *p_json_delete;
static typeof(json_dump_callback) *p_json_dump_callback;
static typeof(json_false) *p_json_false;
static typeof(json_integer) *p_json_integer;
static typeof(json_object) *p_json_object;
static typeof(json_object_set_new) *p_json_object_set_new;
static typeof(json_real) *p_json_real;
static typeof(json_string) *p_json_string;
static typeof(json_true) *p_json_true;

static const struct vi_lazy_symbol symbols[] = {
	{ "json_array", &p_json_array },
	{ "json_array_append_new", &p_json_array_append_new },
	{ "json_delete", &p_json_delete },
	{ "json_dump_callback", &p_json_dump_callback },
	{ "json_false", &p_json_false },
	{ "json_integer", &p_json_integer },
	{ "json_object", &p_json_object },
	{ "json_object_set_new", &p_json_object_set_new },
	{ "json_real", &p_json_real },
	{ "json_string", &p_json_string },
	{ "json_true", &p_json_true },
	{ NULL, NULL },
};

static struct vi_lazy jansson = { "libjansson.so.4", "libjansson4", symbols,
				  NULL };

/* Descriptions are nested no deeper than this; more is a mistake in them. */
#define MAX_DEPTH	4

/* Enough for what is measured; with all 17, 0.1 would not be written as such. */
#define REAL_DIGITS	15

/* Room for the longest name of a field and "_hex". */
#define NAME_SIZE	64

/*
 * A value that is not part of another one yet has one reference: ours. What
 * it holds goes with it.
 */
static void drop(json_t *json)
{
	if (json)
		p_json_delete(json);
}

static json_t *number(uint64_t n)
{
	/* What the library has no integer for: as near as JSON gets. */
	return n > INT64_MAX ? p_json_real((double)n) : p_json_integer(n);
}

static json_t *hex_number(const uint64_t w[2])
{
	char text[40];

	if (w[1])
		snprintf(text, sizeof(text), "0x%" PRIx64 "%016" PRIx64, w[1],
			 w[0]);
	else
		snprintf(text, sizeof(text), "0x%" PRIx64, w[0]);
	return p_json_string(text);
}

/* The bytes of @s, or NULL when out of memory. */
static json_t *hex_bytes(const char *s)
{
	static const char digits[] = "0123456789abcdef";
	size_t i, len = strlen(s);
	char *text = malloc(2 * len + 1);
	json_t *json;

	if (!text)
		return NULL;
	for (i = 0; i < len; i++) {
		text[2 * i] = digits[(unsigned char)s[i] >> 4];
		text[2 * i + 1] = digits[s[i] & 15];
	}
	text[2 * len] = '\0';
	json = p_json_string(text);
	free(text);
	return json;
}

static json_t *safe_string(const char *s, bool *changed)
{
	char small[256], *text = small;
	json_t *json;
	bool any;
	size_t n;

	n = vi_escape(small, sizeof(small), s, &any);
	if (n >= sizeof(small)) {
		text = malloc(n + 1);
		if (!text)
			return NULL;
		vi_escape(text, n + 1, s, &any);
	}
	json = p_json_string(text);
	if (text != small)
		free(text);
	*changed |= any;
	return json;
}

/* The strings of @v, or with @hex their bytes. */
static json_t *list(const struct vi_value *v, bool hex, bool *changed)
{
	json_t *json = p_json_array();
	size_t i;

	for (i = 0; json && i < v->count; i++) {
		const char *s = v->list[i];

		if (p_json_array_append_new(json, hex ? hex_bytes(s) :
					    safe_string(s, changed))) {
			drop(json);
			return NULL;
		}
	}
	return json;
}

static json_t *numbers(const struct vi_value *v)
{
	json_t *json = p_json_array();
	size_t i;

	for (i = 0; json && i < v->count; i++) {
		if (p_json_array_append_new(json, number(v->numbers[i]))) {
			drop(json);
			return NULL;
		}
	}
	return json;
}

/* --- Text --- */

/*
 * @failed: stays; the library writes a member's key without asking whether
 * that went well.
 */
struct text {
	char *s;
	size_t len, room;
	bool failed;
};

static int put(const char *s, size_t len, void *data)
{
	struct text *t = data;
	size_t room = t->room ? t->room : 1024;
	char *grown;

	while (!t->failed && room - t->len <= len)
		t->failed = __builtin_mul_overflow(room, 2, &room);
	if (t->failed)
		return -1;
	if (room != t->room) {
		grown = realloc(t->s, room);
		t->failed = !grown;
		if (!grown)
			return -1;
		t->s = grown;
		t->room = room;
	}
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
	return 0;
}

/* --- Records --- */

/*
 * A record that is being written.
 * @values: those that are not in the text yet; NULL: there are none.
 * @any:    there are some in the text.
 */
struct writing {
	struct text *t;
	json_t *values;
	bool any;
};

/*
 * Where a record is, for fields that are there on request only.
 * @names: what was asked for, NULL or ended by NULL.
 */
struct place {
	const struct place *up;
	const struct vi_field *field;	/* that holds it; NULL: none does */
	const char *const *names;
	unsigned int depth;
};

static int record(struct text *t, const struct vi_schema *schema,
		  const void *object, const struct place *at);

static int records(struct text *t, const struct vi_schema *schema,
		   const struct vi_value *v, const struct place *at)
{
	size_t i;
	int err = put("[", 1, t);

	for (i = 0; i < v->count && !err; i++) {
		if (i)
			err = put(",", 1, t);
		if (!err)
			err = record(t, schema, vi_record(v, i), at);
	}
	return err ? err : put("]", 1, t);
}

static int put_values(struct writing *w)
{
	int err = 0;

	if (!w->values)
		return 0;
	if (w->any)
		err = put(",", 1, w->t);
	if (!err)
		err = p_json_dump_callback(w->values, put, w->t,
					   JSON_COMPACT | JSON_EMBED |
					   JSON_PRESERVE_ORDER |
					   JSON_REAL_PRECISION(REAL_DIGITS));
	drop(w->values);
	w->values = NULL;
	w->any = true;
	return err;
}

/* Takes the value, also when it fails, and NULL is a failure. */
static int add_value(struct writing *w, const char *name, json_t *value)
{
	if (!w->values)
		w->values = p_json_object();
	if (w->values)
		return p_json_object_set_new(w->values, name, value);
	drop(value);
	return -1;
}

/* A record or several, behind the values that come before. */
static int add_nested(struct writing *w, const struct vi_field *f,
		      const struct vi_value *v, const struct place *up)
{
	const struct place at = { up, f, up->names, up->depth + 1 };
	char key[NAME_SIZE + 8];
	int err = put_values(w);

	snprintf(key, sizeof(key), "%s\"%s\":", w->any ? "," : "", f->name);
	w->any = true;
	if (!err)
		err = put(key, strlen(key), w->t);
	if (err)
		return err;
	return v->type == VI_RECORD ?
	       record(w->t, f->schema, vi_record(v, 0), &at) :
	       records(w->t, f->schema, v, &at);
}

static json_t *values(const struct vi_value *v);

/* *@changed: text was escaped, so its bytes are wanted as well. */
static json_t *value(const struct vi_value *v, bool *changed)
{
	const uint64_t n[2] = { v->number, 0 };

	switch (v->type) {
	case VI_BOOL:
		return v->boolean ? p_json_true() : p_json_false();
	case VI_UINT:
		return number(v->number);
	case VI_HEX:
		return hex_number(n);
	case VI_FEATURES:
		return hex_number(v->features.w);
	case VI_STRING:
		return safe_string(v->string, changed);
	case VI_LIST:
		return list(v, false, changed);
	case VI_NUMBERS:
		return numbers(v);
	case VI_REAL:
		return p_json_real(v->real);
	case VI_VALUES:
		return values(v);
	case VI_RECORD:
	case VI_RECORDS:
		break;
	}
	return NULL;
}

static int set_named(json_t *json, const struct vi_named *n)
{
	char name[NAME_SIZE];
	bool changed = false;

	if (p_json_object_set_new(json, n->name, value(&n->value, &changed)))
		return -1;
	if (!changed)
		return 0;
	snprintf(name, sizeof(name), "%s_hex", n->name);
	return p_json_object_set_new(json, name, hex_bytes(n->value.string));
}

static json_t *values(const struct vi_value *v)
{
	json_t *json = p_json_object();
	size_t i;

	for (i = 0; json && i < v->count; i++) {
		if (set_named(json, &v->values[i])) {
			drop(json);
			return NULL;
		}
	}
	return json;
}

static int add_bytes(struct writing *w, const struct vi_field *f,
		     const struct vi_value *v)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%s_hex", f->name);
	return add_value(w, name, v->type == VI_LIST ? list(v, true, NULL) :
			 hex_bytes(v->string));
}

/* Does @path, "queues.raw", end with the field @f of the record at @at? */
static bool is_path(const char *path, const struct vi_field *f,
		    const struct place *at)
{
	size_t len = strlen(path), n = strlen(f->name);

	for (; at->field; f = at->field, at = at->up, n = strlen(f->name)) {
		if (len < n + 1 || memcmp(path + len - n, f->name, n) ||
		    path[len - n - 1] != '.')
			return false;
		len -= n + 1;
	}
	return len == n && !memcmp(path, f->name, n);
}

static bool is_wanted(const struct vi_field *f, const struct place *at)
{
	const char *const *name;

	if (!(f->type & VI_ON_REQUEST))
		return true;
	for (name = at->names; name && *name; name++)
		if (is_path(*name, f, at))
			return true;
	return false;
}

/* A value that is not known is left out, whatever the reason. */
static int add_field(struct writing *w, const struct vi_field *f,
		     const void *object, const struct place *at)
{
	struct vi_value v;
	bool changed = false;

	if (f->schema && at->depth >= MAX_DEPTH)
		return 0;
	if (!is_wanted(f, at) || vi_get(f, object, &v) ||
	    (v.type == VI_STRING && !v.string) ||
	    (v.type == VI_REAL && !isfinite(v.real)))
		return 0;
	if (v.type == VI_RECORD || v.type == VI_RECORDS)
		return add_nested(w, f, &v, at);
	if (add_value(w, f->name, value(&v, &changed)))
		return -1;
	return changed ? add_bytes(w, f, &v) : 0;
}

static bool is_nested(const char *name)
{
	return strchr(name, '.');
}

/* Paths into records do not say which fields are wanted here. */
static bool names_fields(const struct place *at)
{
	const char *const *name;

	if (at->field || !at->names)
		return false;
	for (name = at->names; *name; name++)
		if (!is_nested(*name))
			return true;
	return !*at->names;
}

/* A field that was asked for twice is there once. */
static bool was_named(const char *const *names, const char *const *name)
{
	for (; names < name; names++)
		if (!strcmp(*names, *name))
			return true;
	return false;
}

static int add_fields(struct writing *w, const struct vi_schema *schema,
		      const void *object, const struct place *at)
{
	const char *const *name;
	const struct vi_field *f;
	int ret = 0;

	if (names_fields(at)) {
		for (name = at->names; *name && !ret; name++)
			if (!is_nested(*name) && !was_named(at->names, name))
				ret = add_field(w, vi_schema_find(schema,
								  *name),
						object, at);
	} else {
		for (f = schema->fields; f->name && !ret; f++)
			ret = add_field(w, f, object, at);
	}
	return ret;
}

static int record(struct text *t, const struct vi_schema *schema,
		  const void *object, const struct place *at)
{
	struct writing w = { .t = t };
	int err = put("{", 1, t);

	if (!err)
		err = add_fields(&w, schema, object, at);
	if (!err)
		err = put_values(&w);
	drop(w.values);
	return err ? err : put("}", 1, t);
}

/* Is there a field of that name, or path? */
static bool exists(const struct vi_schema *schema, const char *name)
{
	const char *dot;
	char part[NAME_SIZE];
	const struct vi_field *f;

	while ((dot = strchr(name, '.'))) {
		if (dot - name >= NAME_SIZE)
			return false;
		memcpy(part, name, dot - name);
		part[dot - name] = '\0';
		f = vi_schema_find(schema, part);
		if (!f || !f->schema)
			return false;
		schema = f->schema;
		name = dot + 1;
	}
	return vi_schema_find(schema, name);
}

VI_EXPORT char *vi_to_json(struct vi_ctx *ctx, const struct vi_schema *schema,
			   const void *object, const char *const *names)
{
	const struct place at = { NULL, NULL, names, 0 };
	const char *const *name;
	struct text text = { 0 };
	int err;

	for (name = names; name && *name; name++) {
		if (!exists(schema, *name)) {
			vi_fail(ctx, -EINVAL, "%s: there is no such field",
				*name);
			return NULL;
		}
	}
	if (vi_lazy_open(ctx, &jansson))
		return NULL;
	/* A text is all that the caller gets. */
	if (ctx)
		ctx->reads_for_itself++;
	err = record(&text, schema, object, &at);
	if (text.failed)
		err = -ENOMEM;
	if (ctx)
		ctx->reads_for_itself--;
	if (!err)
		return text.s;
	free(text.s);
	vi_fail(ctx, -ENOMEM, "JSON: out of memory");
	return NULL;
}
