// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read bytes and text from the JSON of a capture. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"
#include "core/file.h"
#include "core/hex.h"

/* --- Bytes --- */

/* "0*4096": 4096 zero bytes. */
static bool is_zeros(const char *s, uint64_t *count)
{
	return !strncmp(s, "0*", 2) && !vi_parse_u64(s + 2, count);
}

/* Add the number of bytes in a piece to *@len. */
static bool measure(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, const json_t *piece, size_t max,
		    size_t *len)
{
	uint64_t more, zeros = 0;

	if (json_typeof(piece) != JSON_STRING)
		return vi_cap_bad(c, at, name,
				  "expected a string of hexadecimal digits");
	more = vi_p_json_string_length(piece) / 2;
	if (is_zeros(vi_p_json_string_value(piece), &zeros))
		more = zeros;
	if (more > max - *len)
		return vi_cap_bad(c, at, name,
				  "more than %zu bytes", max);
	*len += more;
	return !zeros || vi_cap_take(c, at, name, zeros, 1);
}

/* Decode a piece into zeroed memory, and advance *@len. */
static bool add_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		      const char *name, const json_t *piece, uint8_t *to,
		      size_t *len)
{
	const char *s = vi_p_json_string_value(piece);
	size_t n = vi_p_json_string_length(piece);
	uint64_t zeros;

	if (is_zeros(s, &zeros)) {
		*len += zeros;
		return true;
	}
	if (!vi_hex_decode(s, n, to + *len))
		return vi_cap_bad(c, at, name,
				  "not pairs of hexadecimal digits");
	*len += n / 2;
	return true;
}

/* The value is one string, or an array of strings. */
static const json_t *piece_of(const json_t *json, size_t i)
{
	return json_typeof(json) == JSON_ARRAY ? vi_p_json_array_get(json, i) :
						 json;
}

bool vi_cap_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, size_t max, uint8_t **bytes, size_t *len)
{
	const json_t *json = vi_cap_get(c, at, name);
	size_t i, count, n = 0;
	bool ok = true;

	*bytes = NULL;
	*len = 0;
	if (!json)
		return false;
	count = json_typeof(json) == JSON_ARRAY ?
		vi_p_json_array_size(json) : 1;
	for (i = 0; i < count && ok; i++)
		ok = measure(c, at, name, piece_of(json, i), max, &n);
	if (!ok)
		return false;
	/* calloc() leaves zeros that nobody touches without memory. */
	*bytes = calloc(n + 1, 1);
	if (!*bytes)
		return vi_cap_no_memory(c);
	for (i = 0; i < count && ok; i++)
		ok = add_bytes(c, at, name, piece_of(json, i), *bytes, len);
	if (!ok) {
		free(*bytes);
		*bytes = NULL;
		*len = 0;
	}
	return ok;
}

/* --- Text --- */

size_t vi_cap_twin_of(const char *name)
{
	size_t len = strlen(name), n = strlen(VI_CAP_TWIN);

	return len > n && !strcmp(name + len - n, VI_CAP_TWIN) ? len - n : 0;
}

/* Escape @text again: other versions may have escaped it differently. */
static char *escaped(const char *text)
{
	size_t n = vi_escape(NULL, 0, text, NULL);
	char *copy = malloc(n + 1);

	if (copy)
		vi_escape(copy, n + 1, text, NULL);
	return copy;
}

static bool same_text(struct vi_cap *c, const char *a, const char *b,
		      bool *same)
{
	char *one = escaped(a), *other = escaped(b);
	bool done = one && other;

	*same = done && !strcmp(one, other);
	free(one);
	free(other);
	return done || vi_cap_no_memory(c);
}

/*
 * Decode @twin, which must be the bytes of @text, to @to, which has room for
 * them and a NUL.
 */
static bool twin_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *name, const json_t *text,
		       const json_t *twin, char *to)
{
	size_t len = vi_p_json_string_length(twin);
	bool same;

	if (!vi_hex_decode(vi_p_json_string_value(twin), len, (uint8_t *)to) ||
	    memchr(to, '\0', len / 2))
		return vi_cap_bad(c, at, name,
				  "not the bytes of a text in pairs of hexadecimal digits");
	to[len / 2] = '\0';
	if (!same_text(c, to, vi_p_json_string_value(text), &same))
		return false;
	return same || vi_cap_bad(c, at, name,
				  "these bytes belong to another text");
}

/* The original text, in the pool, from @twin if there is one. NULL with c->err
 * set. */
static const char *unescape(struct vi_cap *c, const struct vi_cap_at *at,
			    const char *name, const json_t *text,
			    const json_t *twin)
{
	char *bytes;

	if (!twin)
		bytes = vi_pool_strdup(c->pool, vi_p_json_string_value(text));
	else
		bytes = vi_pool_alloc(c->pool,
				      vi_p_json_string_length(twin) / 2 + 1);
	if (!bytes) {
		vi_cap_no_memory(c);
		return NULL;
	}
	return !twin || twin_bytes(c, at, name, text, twin, bytes) ? bytes :
								     NULL;
}

bool vi_cap_string(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, const char **value)
{
	const json_t *text, *twin = NULL;
	char twin_name[80];
	const char *string;

	if (!vi_cap_text(c, at, name, &string))
		return false;
	text = vi_cap_get(c, at, name);
	snprintf(twin_name, sizeof(twin_name), "%s" VI_CAP_TWIN, name);
	if (vi_cap_text(c, at, twin_name, &string))
		twin = vi_cap_get(c, at, twin_name);
	if (c->err)
		return false;
	string = unescape(c, at, twin_name, text, twin);
	if (!string)
		return false;
	*value = string;
	return true;
}

const json_t *vi_cap_list_text(struct vi_cap *c, const struct vi_cap_at *list,
			       size_t i)
{
	const struct vi_cap_at here = { list, NULL, i, NULL };
	const json_t *json = vi_p_json_array_get(list->json, i);

	if (json_typeof(json) == JSON_STRING)
		return json;
	vi_cap_bad(c, &here, NULL, "expected a string");
	return NULL;
}

/* A list of texts and the list of their bytes, whose .json may be NULL. */
static bool get_list(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, const char *twin_name,
		     struct vi_cap_at *texts, struct vi_cap_at *twins,
		     size_t *count)
{
	size_t num_twins;

	if (!vi_cap_array(c, at, name, texts, count))
		return false;
	twins->json = NULL;
	if (vi_cap_array(c, at, twin_name, twins, &num_twins) &&
	    num_twins != *count)
		return vi_cap_bad(c, at, twin_name,
				  "%zu entries, but \"%s\" has %zu",
				  num_twins, name, *count);
	return !c->err;
}

bool vi_cap_strings(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, struct vi_strings *list)
{
	struct vi_strings whole = { NULL, 0 };
	struct vi_cap_at texts, twins;
	char twin_name[80];
	size_t i, count;

	snprintf(twin_name, sizeof(twin_name), "%s" VI_CAP_TWIN, name);
	if (!get_list(c, at, name, twin_name, &texts, &twins, &count))
		return false;
	/* The texts themselves are no longer than the file. */
	vi_cap_take(c, at, name, count, sizeof(*whole.v));
	for (i = 0; i < count && !c->err; i++) {
		const struct vi_cap_at here = { &twins, NULL, i, NULL };
		const json_t *text = vi_cap_list_text(c, &texts, i);
		const json_t *twin = !c->err && twins.json ?
				     vi_cap_list_text(c, &twins, i) : NULL;
		const char *string = c->err ? NULL :
				     unescape(c, &here, NULL, text, twin);

		if (string && vi_strings_add(c->pool, &whole, string))
			vi_cap_no_memory(c);
	}
	if (c->err)
		return false;
	*list = whole;
	return true;
}
