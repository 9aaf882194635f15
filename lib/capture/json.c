// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Taking values out of the JSON of a capture. The library is opened when a
 * capture is read, so nothing here may use the functions that its header
 * defines inline: those would link with it.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json.h"
#include "core/file.h"
#include "core/lazy.h"
#include "spec/features.h"

static typeof(json_array_get) *p_json_array_get;
static typeof(json_array_size) *p_json_array_size;
static typeof(json_get_alloc_funcs) *p_json_get_alloc_funcs;
static typeof(json_integer_value) *p_json_integer_value;
static typeof(json_loadb) *p_json_loadb;
static typeof(json_object_get) *p_json_object_get;
static typeof(json_object_iter) *p_json_object_iter;
static typeof(json_object_iter_key) *p_json_object_iter_key;
static typeof(json_object_iter_next) *p_json_object_iter_next;
static typeof(json_set_alloc_funcs) *p_json_set_alloc_funcs;
static typeof(json_string_length) *p_json_string_length;
static typeof(json_string_value) *p_json_string_value;

static const struct vi_lazy_symbol symbols[] = {
	{ "json_array_get", &p_json_array_get },
	{ "json_array_size", &p_json_array_size },
	{ "json_get_alloc_funcs", &p_json_get_alloc_funcs },
	{ "json_integer_value", &p_json_integer_value },
	{ "json_loadb", &p_json_loadb },
	{ "json_object_get", &p_json_object_get },
	{ "json_object_iter", &p_json_object_iter },
	{ "json_object_iter_key", &p_json_object_iter_key },
	{ "json_object_iter_next", &p_json_object_iter_next },
	{ "json_set_alloc_funcs", &p_json_set_alloc_funcs },
	{ "json_string_length", &p_json_string_length },
	{ "json_string_value", &p_json_string_value },
	{ NULL, NULL },
};

static struct vi_lazy jansson = { "libjansson.so.4", "libjansson4", symbols,
				  NULL };

int vi_cap_open(struct vi_ctx *ctx)
{
	return vi_lazy_open(ctx, &jansson);
}

bool vi_cap_no_memory(struct vi_cap *c)
{
	if (!c->err)
		c->err = vi_fail(c->ctx, -ENOMEM, "%s: out of memory", c->file);
	return false;
}

/*
 * The parser goes on after an allocation that failed, with a text that lacks
 * some of its characters: it may end beyond it, or have another value. So
 * what it allocates is a pool's, as long as this thread parses, and it is left
 * for good when there is no more.
 */
struct parse {
	struct vi_pool *pool;
	jmp_buf no_memory;
};

static _Thread_local struct parse *parsing;
static json_malloc_t others_malloc = malloc;
static json_free_t others_free = free;

static void *parser_malloc(size_t size)
{
	void *p;

	if (!parsing)
		return others_malloc(size);
	p = vi_pool_alloc(parsing->pool, size);
	if (!p)
		longjmp(parsing->no_memory, 1);
	return p;
}

/* The pool goes as a whole. */
static void parser_free(void *p)
{
	if (!parsing)
		others_free(p);
}

/*
 * The library's are the whole process's: what others have set is theirs again
 * when nobody parses here any more, and goes on to them until then.
 */
static void use_pool(bool use)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static unsigned int users;

	pthread_mutex_lock(&lock);
	if (use && !users++) {
		p_json_get_alloc_funcs(&others_malloc, &others_free);
		p_json_set_alloc_funcs(parser_malloc, parser_free);
	} else if (!use && !--users) {
		p_json_set_alloc_funcs(others_malloc, others_free);
	}
	pthread_mutex_unlock(&lock);
}

static const json_t *parse_in_pool(struct vi_cap *c, const char *text,
				   size_t len, json_error_t *error)
{
	struct parse p = { .pool = &c->parsed };
	const json_t *json;

	if (setjmp(p.no_memory)) {
		parsing = NULL;
		vi_cap_no_memory(c);
		return NULL;
	}
	parsing = &p;
	json = p_json_loadb(text, len, JSON_REJECT_DUPLICATES, error);
	parsing = NULL;
	return json;
}

static const json_t *parse(struct vi_cap *c, const char *text, size_t len,
			   json_error_t *error)
{
	const json_t *json;

	use_pool(true);
	json = parse_in_pool(c, text, len, error);
	use_pool(false);
	return json;
}

const json_t *vi_cap_parse(struct vi_cap *c, const char *text, size_t len)
{
	json_error_t error;
	const json_t *json = parse(c, text, len, &error);

	if (json && json_typeof(json) == JSON_OBJECT)
		return json;
	if (json)
		c->err = vi_fail(c->ctx, -EINVAL,
				 "%s: it is JSON, but no object", c->file);
	else if (!c->err)
		c->err = vi_fail(c->ctx, -EINVAL, "%s: line %d, column %d: %s",
				 c->file, error.line, error.column,
				 error.text);
	return NULL;
}

/* --- Where, and what is wrong --- */

/* "devices[2].queues[0].size", written from its end, as much as there is room
 * for; returns where it begins. */
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
				  "here it stands for more memory than a capture of its length does");
	c->left -= bytes;
	return true;
}

/* --- Values --- */

/* NULL when it is not there; "null" says no more than that. */
static const json_t *get(struct vi_cap *c, const struct vi_cap_at *at,
			 const char *name)
{
	const json_t *json = c->err ? NULL :
				      p_json_object_get(at->json, name);

	return json && json_typeof(json) != JSON_NULL ? json : NULL;
}

/* The text of a string; false when there is none or it is not one. */
static bool get_text(struct vi_cap *c, const struct vi_cap_at *at,
		     const char *name, const char **text)
{
	const json_t *json = get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) != JSON_STRING)
		return vi_cap_bad(c, at, name, "a string was expected");
	*text = p_json_string_value(json);
	return true;
}

bool vi_cap_number(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, uint64_t max, uint64_t *value)
{
	const json_t *json = get(c, at, name);
	json_int_t n;

	if (!json)
		return false;
	if (json_typeof(json) != JSON_INTEGER)
		return vi_cap_bad(c, at, name, "a whole number was expected");
	n = p_json_integer_value(json);
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

	if (!get_text(c, at, name, &text))
		return false;
	if (vi_features_parse_hex(text, value))
		return vi_cap_bad(c, at, name,
				  "\"0x…\" of at most 32 digits was expected");
	return true;
}

bool vi_cap_hex(struct vi_cap *c, const struct vi_cap_at *at, const char *name,
		uint64_t max, uint64_t *value)
{
	struct vi_features wide;
	const char *text;

	if (!get_text(c, at, name, &text))
		return false;
	if (vi_features_parse_hex(text, &wide) || wide.w[1])
		return vi_cap_bad(c, at, name,
				  "\"0x…\" of at most 16 digits was expected");
	if (wide.w[0] > max)
		return vi_cap_bad(c, at, name, "it is more than 0x%" PRIx64,
				  max);
	*value = wide.w[0];
	return true;
}

bool vi_cap_bool(struct vi_cap *c, const struct vi_cap_at *at,
		 const char *name, bool *value)
{
	const json_t *json = get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) != JSON_TRUE && json_typeof(json) != JSON_FALSE)
		return vi_cap_bad(c, at, name, "true or false was expected");
	*value = json_typeof(json) == JSON_TRUE;
	return true;
}

/* --- Bytes --- */

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Whole bytes of digits to @to; false when they are none. */
static bool decode(const char *s, size_t len, uint8_t *to)
{
	size_t i;

	if (len % 2)
		return false;
	for (i = 0; i < len; i += 2) {
		int high = nibble(s[i]), low = nibble(s[i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i / 2] = high << 4 | low;
	}
	return true;
}

/* "0*4096": that many bytes of zeros. */
static bool is_zeros(const char *s, uint64_t *count)
{
	return !strncmp(s, "0*", 2) && !vi_parse_u64(s + 2, count);
}

/* How many bytes a piece stands for, added to *@len. */
static bool measure(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, const json_t *piece, size_t max,
		    size_t *len)
{
	uint64_t more, zeros = 0;

	if (json_typeof(piece) != JSON_STRING)
		return vi_cap_bad(c, at, name,
				  "a string of hexadecimal digits was expected");
	more = p_json_string_length(piece) / 2;
	if (is_zeros(p_json_string_value(piece), &zeros))
		more = zeros;
	if (more > max - *len)
		return vi_cap_bad(c, at, name,
				  "there are more than %zu bytes", max);
	*len += more;
	return !zeros || vi_cap_take(c, at, name, zeros, 1);
}

/* Those of a piece, to where there are zeros; *@len moves on. */
static bool add_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		      const char *name, const json_t *piece, uint8_t *to,
		      size_t *len)
{
	const char *s = p_json_string_value(piece);
	size_t n = p_json_string_length(piece);
	uint64_t zeros;

	if (is_zeros(s, &zeros)) {
		*len += zeros;
		return true;
	}
	if (!decode(s, n, to + *len))
		return vi_cap_bad(c, at, name,
				  "these are not hexadecimal digits, two to a byte");
	*len += n / 2;
	return true;
}

/* One string, or an array of them. */
static const json_t *piece_of(const json_t *json, size_t i)
{
	return json_typeof(json) == JSON_ARRAY ? p_json_array_get(json, i) :
						 json;
}

bool vi_cap_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, size_t max, uint8_t **bytes, size_t *len)
{
	const json_t *json = get(c, at, name);
	size_t i, count, n = 0;
	bool ok = true;

	*bytes = NULL;
	*len = 0;
	if (!json)
		return false;
	count = json_typeof(json) == JSON_ARRAY ? p_json_array_size(json) : 1;
	for (i = 0; i < count && ok; i++)
		ok = measure(c, at, name, piece_of(json, i), max, &n);
	if (!ok)
		return false;
	/* Zeros that nobody writes to, or touches, take no memory at all. */
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

#define TWIN	"_hex"

/* The length of the name of the text that @name has the bytes of; or 0. */
static size_t twin_of(const char *name)
{
	size_t len = strlen(name), n = strlen(TWIN);

	return len > n && !strcmp(name + len - n, TWIN) ? len - n : 0;
}

/* @text escaped, so that texts compare whichever version escaped them. */
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
 * The bytes that @twin has of @text, both of which may be anything: to @to,
 * with room for half of its digits and a NUL.
 */
static bool twin_bytes(struct vi_cap *c, const struct vi_cap_at *at,
		       const char *name, const json_t *text,
		       const json_t *twin, char *to)
{
	size_t len = p_json_string_length(twin);
	bool same;

	if (!decode(p_json_string_value(twin), len, (uint8_t *)to) ||
	    memchr(to, '\0', len / 2))
		return vi_cap_bad(c, at, name,
				  "these are not the bytes of a text, two digits each");
	to[len / 2] = '\0';
	if (!same_text(c, to, p_json_string_value(text), &same))
		return false;
	return same || vi_cap_bad(c, at, name,
				  "these are the bytes of another text");
}

/* What was escaped has its bytes beside it. The pool's; NULL with c->err set. */
static const char *unescape(struct vi_cap *c, const struct vi_cap_at *at,
			    const char *name, const json_t *text,
			    const json_t *twin)
{
	char *bytes;

	if (!twin)
		bytes = vi_pool_strdup(c->pool, p_json_string_value(text));
	else
		bytes = vi_pool_alloc(c->pool,
				      p_json_string_length(twin) / 2 + 1);
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

	if (!get_text(c, at, name, &string))
		return false;
	text = get(c, at, name);
	snprintf(twin_name, sizeof(twin_name), "%s" TWIN, name);
	if (get_text(c, at, twin_name, &string))
		twin = get(c, at, twin_name);
	if (c->err)
		return false;
	string = unescape(c, at, twin_name, text, twin);
	if (!string)
		return false;
	*value = string;
	return true;
}

/* The entry @i of a list, which must be a string. */
static const json_t *list_text(struct vi_cap *c, const struct vi_cap_at *list,
			       size_t i)
{
	const struct vi_cap_at here = { list, NULL, i, NULL };
	const json_t *json = p_json_array_get(list->json, i);

	if (json_typeof(json) == JSON_STRING)
		return json;
	vi_cap_bad(c, &here, NULL, "a string was expected");
	return NULL;
}

/* A list of texts and, unless .json is NULL, the list of their bytes. */
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
				  "it has %zu entries, but \"%s\" has %zu",
				  num_twins, name, *count);
	return !c->err;
}

bool vi_cap_strings(struct vi_cap *c, const struct vi_cap_at *at,
		    const char *name, struct vi_strings *list)
{
	struct vi_strings whole = { NULL, 0, 0 };
	struct vi_cap_at texts, twins;
	char twin_name[80];
	size_t i, count;

	snprintf(twin_name, sizeof(twin_name), "%s" TWIN, name);
	if (!get_list(c, at, name, twin_name, &texts, &twins, &count))
		return false;
	for (i = 0; i < count && !c->err; i++) {
		const struct vi_cap_at here = { &twins, NULL, i, NULL };
		const json_t *text = list_text(c, &texts, i);
		const json_t *twin = !c->err && twins.json ?
				     list_text(c, &twins, i) : NULL;
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

/* --- Objects and arrays --- */

bool vi_cap_object(struct vi_cap *c, const struct vi_cap_at *at,
		   const char *name, struct vi_cap_at *object)
{
	const json_t *json = get(c, at, name);

	if (!json)
		return false;
	if (json_typeof(json) != JSON_OBJECT)
		return vi_cap_bad(c, at, name, "an object was expected");
	*object = (struct vi_cap_at) { at, name, 0, json };
	return true;
}

bool vi_cap_array(struct vi_cap *c, const struct vi_cap_at *at,
		  const char *name, struct vi_cap_at *array, size_t *count)
{
	const json_t *json = get(c, at, name);

	*count = 0;
	if (!json)
		return false;
	if (json_typeof(json) != JSON_ARRAY)
		return vi_cap_bad(c, at, name, "an array was expected");
	*array = (struct vi_cap_at) { at, name, 0, json };
	*count = p_json_array_size(json);
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
		array, NULL, i, p_json_array_get(array->json, i),
	};
	if (json_typeof(entry->json) != JSON_OBJECT)
		return vi_cap_bad(c, entry, NULL, "an object was expected");
	return true;
}

/* --- Types --- */

static bool has_type(const json_t *json, const struct vi_field *f)
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
		/* Bytes are in pieces. */
		return json_typeof(json) == JSON_STRING ||
		       (json_typeof(json) == JSON_ARRAY &&
			vi_capture_is_bytes(f->name, strlen(f->name)));
	case VI_RECORD:
		return json_typeof(json) == JSON_OBJECT;
	case VI_LIST:
	case VI_NUMBERS:
	case VI_RECORDS:
		return json_typeof(json) == JSON_ARRAY;
	}
	return false;
}

/* The bytes of a text, or of a list of texts, that the reader may never ask
 * for: those of what is derived from the rest. */
static bool check_twin(struct vi_cap *c, const struct vi_cap_at *at,
		       const struct vi_field *f, const char *twin_name)
{
	struct vi_pool pool = { NULL }, *kept = c->pool;
	struct vi_strings list = { NULL, 0, 0 };
	const char *string;
	bool there;

	if (!get(c, at, twin_name))
		return !c->err;
	c->pool = &pool;
	there = (f->type & VI_TYPE_MASK) == VI_LIST ?
		vi_cap_strings(c, at, f->name, &list) :
		vi_cap_string(c, at, f->name, &string);
	c->pool = kept;
	vi_pool_free(&pool);
	return there || vi_cap_bad(c, at, twin_name,
				   "there is no \"%s\" that it has the bytes of",
				   f->name);
}

/* What a key that is no field's may be: a twin, or something newer. */
static bool check_other(struct vi_cap *c, const struct vi_schema *schema,
			const struct vi_cap_at *at, const char *name)
{
	const struct vi_field *f;
	char text[80];
	size_t len = twin_of(name);

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

/* As deep as the description, which is a table, and no deeper. */
static bool entries_have_types(struct vi_cap *c, const struct vi_field *f,
			       const struct vi_cap_at *array)
{
	unsigned int type = f->type & VI_TYPE_MASK;
	size_t i, count = p_json_array_size(array->json);
	struct vi_cap_at entry;

	for (i = 0; i < count; i++) {
		entry = (struct vi_cap_at) {
			array, NULL, i, p_json_array_get(array->json, i),
		};
		if (type == VI_RECORDS) {
			if (!vi_cap_entry(c, array, i, &entry) ||
			    !vi_cap_types(c, f->schema, &entry))
				return false;
		} else if (type == VI_LIST) {
			if (!list_text(c, array, i))
				return false;
		} else if (json_typeof(entry.json) != JSON_INTEGER) {
			return vi_cap_bad(c, &entry, NULL,
					  "a whole number was expected");
		}
	}
	return true;
}

static bool check_field(struct vi_cap *c, const struct vi_cap_at *at,
			const struct vi_field *f)
{
	const struct vi_cap_at below = { at, f->name, 0, get(c, at, f->name) };

	if (!below.json)
		return !c->err;
	if (!has_type(below.json, f))
		return vi_cap_bad(c, at, f->name,
				  "it is of another type than it should be");
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

bool vi_cap_types(struct vi_cap *c, const struct vi_schema *schema,
		  const struct vi_cap_at *at)
{
	json_t *object = (json_t *)at->json;
	void *iter;
	bool ok = !c->err;

	for (iter = p_json_object_iter(object); iter && ok;
	     iter = p_json_object_iter_next(object, iter)) {
		const char *name = p_json_object_iter_key(iter);
		const struct vi_field *f = vi_schema_find(schema, name);

		ok = f ? check_field(c, at, f) :
			 check_other(c, schema, at, name);
	}
	return ok;
}

/* --- Structures --- */

static void put_number(void *to, size_t size, uint64_t value)
{
	uint8_t v8 = value;
	uint16_t v16 = value;
	uint32_t v32 = value;

	switch (size) {
	case 1:
		memcpy(to, &v8, size);
		break;
	case 2:
		memcpy(to, &v16, size);
		break;
	case 4:
		memcpy(to, &v32, size);
		break;
	case 8:
		memcpy(to, &value, size);
		break;
	}
}

/* No more than the member has room for. */
static uint64_t limit(const struct vi_cap_member *m)
{
	uint64_t room = m->size < 8 ? ((uint64_t)1 << 8 * m->size) - 1 :
				      UINT64_MAX;

	return m->max && m->max < room ? m->max : room;
}

static bool member(struct vi_cap *c, const struct vi_cap_at *at,
		   const struct vi_cap_member *m, void *to)
{
	uint64_t number = 0;
	bool there;

	switch (m->type) {
	case VI_BOOL:
		return vi_cap_bool(c, at, m->name, to);
	case VI_STRING:
		return vi_cap_string(c, at, m->name, to);
	case VI_HEX:
		there = vi_cap_hex(c, at, m->name, limit(m), &number);
		break;
	default:
		there = vi_cap_number(c, at, m->name, limit(m), &number);
		break;
	}
	if (there)
		put_number(to, m->size, number);
	return there;
}

uint32_t vi_cap_members(struct vi_cap *c, const struct vi_cap_at *at,
			const struct vi_cap_member *members, void *object)
{
	const struct vi_cap_member *m;
	uint32_t have = 0;

	for (m = members; m->name && !c->err; m++)
		if (member(c, at, m, (char *)object + m->offset))
			have |= m->have;
	return have;
}
