// SPDX-License-Identifier: LGPL-2.1-or-later
/* Get values out of the JSON of a capture, and tell where they are in it. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"
#include "core/file.h"
#include "spec/features.h"

/* --- Error messages --- */

/* Write a place such as "devices[2].queues[0].size" to the end of @buf, cut at
 * the front if there is no room; returns its beginning. */
static char *place_text(const struct vi_cap_at *at, const char *name,
			char *buf, size_t size)
{
	char *p = buf + size - 1;
	char part[64];
	size_t n;

	*p = '\0';
	snprintf(part, sizeof(part), "%.60s", name ? name : "");
	for (;;) {
		n = strlen(part);
		if ((size_t)(p - buf) < n)
			return p;
		p -= n;
		memcpy(p, part, n);
		if (!at || !at->up)
			return p;
		if (at->name)
			snprintf(part, sizeof(part), "%.60s%s", at->name,
				 *p && *p != '[' ? "." : "");
		else
			snprintf(part, sizeof(part), "[%zu]%s", at->index,
				 *p && *p != '[' ? "." : "");
		at = at->up;
	}
}

bool vi_cap_bad(struct vi_cap *c, const struct vi_cap_at *at,
		const char *name, const char *fmt, ...)
{
	char where[256], what[192];
	va_list ap;

	if (c->err)
		return false;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	c->err = vi_fail(c->ctx, -EINVAL, "%s: %s: %s", c->file,
			 place_text(at, name, where, sizeof(where)), what);
	return false;
}

bool vi_cap_take(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, size_t count, size_t each)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, each, &bytes) || bytes > c->left)
		return vi_cap_bad(c, at, name,
				  "needs more memory than a capture of this length may use");
	c->left -= bytes;
	return true;
}

/* --- Values --- */

const json_t *vi_cap_get(struct vi_cap *c, const struct vi_cap_at *at,
			 const char *name)
{
	const json_t *json = c->err ? NULL :
				      vi_p_json_object_get(at->json, name);

	return json && json_typeof(json) != JSON_NULL ? json : NULL;
}

bool vi_cap_text(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, const char **text)
{
	const json_t *json = vi_cap_get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) != JSON_STRING)
		return vi_cap_bad(c, at, name, "expected a string");
	*text = vi_p_json_string_value(json);
	return true;
}

bool vi_cap_number(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, uint64_t max, uint64_t *value)
{
	const json_t *json = vi_cap_get(c, at, name);
	json_int_t n;

	if (!json)
		return false;
	if (json_typeof(json) != JSON_INTEGER)
		return vi_cap_bad(c, at, name, "expected a whole number");
	n = vi_p_json_integer_value(json);
	if (n < 0 || (uint64_t)n > max)
		return vi_cap_bad(c, at, name,
				  "%" JSON_INTEGER_FORMAT " is not between 0 and %" PRIu64,
				  n, max);
	*value = n;
	return true;
}

bool vi_cap_features(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, struct vi_features *value)
{
	const char *text;

	if (!vi_cap_text(c, at, name, &text))
		return false;
	if (vi_features_parse_hex(text, value))
		return vi_cap_bad(c, at, name,
				  "expected \"0x…\" with at most 32 digits");
	return true;
}

bool vi_cap_hex(struct vi_cap *c, const struct vi_cap_at *at, const char *name,
		uint64_t max, uint64_t *value)
{
	struct vi_features wide;
	const char *text;

	if (!vi_cap_text(c, at, name, &text))
		return false;
	if (vi_features_parse_hex(text, &wide) || wide.w[1])
		return vi_cap_bad(c, at, name,
				  "expected \"0x…\" with at most 16 digits");
	if (wide.w[0] > max)
		return vi_cap_bad(c, at, name, "more than 0x%" PRIx64,
				  max);
	*value = wide.w[0];
	return true;
}

bool vi_cap_bool(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, bool *value)
{
	const json_t *json = vi_cap_get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) != JSON_TRUE && json_typeof(json) != JSON_FALSE)
		return vi_cap_bad(c, at, name, "expected true or false");
	*value = json_typeof(json) == JSON_TRUE;
	return true;
}

bool vi_cap_real(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, double *value)
{
	const json_t *json = vi_cap_get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) == JSON_INTEGER)
		*value = (double)vi_p_json_integer_value(json);
	else if (json_typeof(json) == JSON_REAL)
		*value = vi_p_json_real_value(json);
	else
		return vi_cap_bad(c, at, name, "expected a number");
	return true;
}

/* --- Objects and arrays --- */

bool vi_cap_object(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, struct vi_cap_at *object)
{
	const json_t *json = vi_cap_get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) != JSON_OBJECT)
		return vi_cap_bad(c, at, name, "expected an object");
	*object = (struct vi_cap_at) { at, name, 0, json };
	return true;
}

bool vi_cap_array(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, struct vi_cap_at *array, size_t *count)
{
	const json_t *json = vi_cap_get(c, at, name);

	*count = 0;
	if (!json)
		return false;
	if (json_typeof(json) != JSON_ARRAY)
		return vi_cap_bad(c, at, name, "expected an array");
	*array = (struct vi_cap_at) { at, name, 0, json };
	*count = vi_p_json_array_size(json);
	return true;
}

static void *take_room(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *name, size_t count, size_t each)
{
	void *p = NULL;

	if (!c->err && vi_cap_take(c, at, name, count, each)) {
		p = vi_pool_alloc(c->pool, count * each);
		if (!p)
			vi_cap_no_memory(c);
	}
	return p;
}

void *vi_cap_alloc(struct vi_cap *c, size_t count, size_t each)
{
	return take_room(c, NULL, "it", count, each);
}

void *vi_cap_records(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, size_t each, struct vi_cap_at *array,
		     size_t *count)
{
	void *p;

	if (!vi_cap_array(c, at, name, array, count))
		return NULL;
	p = take_room(c, at, name, *count, each);
	if (!p)
		*count = 0;
	return p;
}

bool vi_cap_entry(struct vi_cap *c, const struct vi_cap_at *array, size_t i,
		  struct vi_cap_at *entry)
{
	if (c->err)
		return false;
	*entry = (struct vi_cap_at) {
		array, NULL, i, vi_p_json_array_get(array->json, i),
	};
	if (json_typeof(entry->json) != JSON_OBJECT)
		return vi_cap_bad(c, entry, NULL, "expected an object");
	return true;
}
