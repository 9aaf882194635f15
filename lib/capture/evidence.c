// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read named values, such as the evidence of findings. */
#include <errno.h>
#include <string.h>

#include "capture/json_parts.h"
#include "core/file.h"
#include "spec/features.h"

/* Messages have no room for longer names, and no check uses any. */
#define MAX_NAME	60

/* A name that ends with "_hex" would be confused with the bytes of a text. */
static bool is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n && n <= MAX_NAME && !s[n] && !vi_cap_twin_of(s);
}

static bool check_name(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *key, const char *name)
{
	return is_name(name) ||
	       vi_cap_bad(c, at, key, "a name consists of letters, digits and _");
}

/* --- Recovering the type of a value from its text --- */

/* Is it "0x…" as the writer makes it: in lower case, without leading zeros? */
static bool is_hex(const char *s)
{
	size_t n;

	if (strncmp(s, "0x", 2))
		return false;
	n = strspn(s + 2, "0123456789abcdef");
	return n && n <= 16 && !s[2 + n] && (s[2] != '0' || n == 1);
}

/* The writer makes reals of larger numbers. */
static bool is_decimal(const char *s, uint64_t *number)
{
	size_t n = strspn(s, "0123456789");

	return n && !s[n] && (*s != '0' || n == 1) &&
	       !vi_parse_u64(s, number) && *number <= INT64_MAX;
}

static void set_text(const char *s, struct vi_value *v)
{
	struct vi_features wide;

	v->type = VI_STRING;
	v->string = s;
	if (!is_hex(s) || vi_features_parse_hex(s, &wide))
		return;
	v->type = VI_HEX;
	v->number = wide.w[0];
}

/* --- Schema 2: an object --- */

static bool read_value(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *name, const json_t *json,
		       struct vi_value *v)
{
	const char *text;

	switch (json_typeof(json)) {
	case JSON_TRUE:
	case JSON_FALSE:
		v->type = VI_BOOL;
		return vi_cap_bool(c, at, name, &v->boolean);
	case JSON_INTEGER:
		v->type = VI_UINT;
		return vi_cap_number(c, at, name, INT64_MAX, &v->number);
	case JSON_REAL:
		v->type = VI_REAL;
		v->real = vi_p_json_real_value(json);
		return true;
	case JSON_STRING:
		if (!vi_cap_string(c, at, name, &text))
			return false;
		set_text(text, v);
		return true;
	default:
		return vi_cap_bad(c, at, name,
				  "expected a number, a string, true or false");
	}
}

/* Reading the text compares it with its bytes; here, it must exist. */
static bool check_twin(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *name, size_t len)
{
	char text[MAX_NAME + 1];
	const char *value;

	if (len < sizeof(text)) {
		memcpy(text, name, len);
		text[len] = '\0';
		if (vi_cap_text(c, at, text, &value))
			return true;
	}
	return vi_cap_bad(c, at, name,
			  "there is no text that these bytes belong to");
}

static bool read_member(struct vi_cap *c, const struct vi_cap_at *at,
			const char *name, struct vi_named *values,
			size_t *count)
{
	const json_t *json = vi_cap_get(c, at, name);
	size_t len = vi_cap_twin_of(name);
	struct vi_named *to = &values[*count];

	if (!json)
		return !c->err;
	if (len)
		return check_twin(c, at, name, len);
	if (!check_name(c, at, name, name) ||
	    !read_value(c, at, name, json, &to->value))
		return false;
	to->name = vi_pool_strdup(c->pool, name);
	++*count;
	return to->name || vi_cap_no_memory(c);
}

static struct vi_named *make_room(struct vi_cap *c, const struct vi_cap_at *at,
				  const char *name, size_t count)
{
	struct vi_named *values;

	if (!vi_cap_take(c, at, name, count, sizeof(*values)))
		return NULL;
	values = vi_pool_alloc(c->pool, count * sizeof(*values));
	if (!values)
		vi_cap_no_memory(c);
	return values;
}

static bool read_object(struct vi_cap *c, const struct vi_cap_at *at,
			const char *name, const struct vi_named **values,
			size_t *count)
{
	struct vi_cap_at object;
	struct vi_named *to;
	size_t most = 0;
	json_t *json;
	void *iter;

	if (!vi_cap_object(c, at, name, &object))
		return !c->err;
	json = (json_t *)object.json;
	for (iter = vi_p_json_object_iter(json); iter;
	     iter = vi_p_json_object_iter_next(json, iter))
		most++;
	to = make_room(c, at, name, most);
	if (!to)
		return false;
	*values = to;
	for (iter = vi_p_json_object_iter(json); iter;
	     iter = vi_p_json_object_iter_next(json, iter))
		if (!read_member(c, &object, vi_p_json_object_iter_key(iter),
				 to, count))
			return false;
	return true;
}

/* --- Schema 1: pairs of texts --- */

/* Names are compared pairwise. Checks never wrote more than 24 pairs. */
#define MAX_PAIRS	64

void vi_cap_value_of(const char *s, struct vi_value *v)
{
	uint64_t number;

	if (!strcmp(s, "true") || !strcmp(s, "false")) {
		v->type = VI_BOOL;
		v->boolean = *s == 't';
	} else if (is_decimal(s, &number)) {
		v->type = VI_UINT;
		v->number = number;
	} else {
		set_text(s, v);
	}
}

static bool read_pair(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_named *values, size_t *count)
{
	struct vi_named *to = &values[*count];
	const char *value;
	size_t i;

	if (!vi_cap_string(c, at, "name", &to->name))
		return vi_cap_bad(c, at, "name", "missing");
	if (!check_name(c, at, "name", to->name))
		return false;
	for (i = 0; i < *count; i++)
		if (!strcmp(values[i].name, to->name))
			return vi_cap_bad(c, at, "name", "appears twice");
	if (!vi_cap_string(c, at, "value", &value))
		return vi_cap_bad(c, at, "value", "missing");
	vi_cap_value_of(value, &to->value);
	++*count;
	return true;
}

static bool read_pairs(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *name, const struct vi_named **values,
		       size_t *count)
{
	struct vi_cap_at array, entry;
	struct vi_named *to;
	size_t i, most;

	to = vi_cap_records(c, at, name, sizeof(*to), &array, &most);
	if (!to)
		return !c->err;
	if (most > MAX_PAIRS)
		return vi_cap_bad(c, at, name, "more than %d entries",
				  MAX_PAIRS);
	*values = to;
	for (i = 0; i < most; i++)
		if (!vi_cap_entry(c, &array, i, &entry) ||
		    !read_pair(c, &entry, to, count))
			return false;
	return true;
}

bool vi_cap_values(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, const struct vi_named **values,
		   size_t *count)
{
	*values = NULL;
	*count = 0;
	return c->schema == 1 ? read_pairs(c, at, name, values, count) :
				read_object(c, at, name, values, count);
}
