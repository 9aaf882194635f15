// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Parse JSON. The JSON library is opened on demand, so this code must not use
 * inline functions of its header: they would need to be linked with it.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"
#include "core/lazy.h"

typeof(json_array_get) *vi_p_json_array_get;
typeof(json_array_size) *vi_p_json_array_size;
static typeof(json_get_alloc_funcs) *p_json_get_alloc_funcs;
typeof(json_integer_value) *vi_p_json_integer_value;
static typeof(json_loadb) *p_json_loadb;
typeof(json_object_get) *vi_p_json_object_get;
typeof(json_object_iter) *vi_p_json_object_iter;
typeof(json_object_iter_key) *vi_p_json_object_iter_key;
typeof(json_object_iter_next) *vi_p_json_object_iter_next;
typeof(json_real_value) *vi_p_json_real_value;
static typeof(json_set_alloc_funcs) *p_json_set_alloc_funcs;
typeof(json_string_length) *vi_p_json_string_length;
typeof(json_string_value) *vi_p_json_string_value;

/* Each value takes about a hundred bytes of memory, whatever its length. */
#define MAX_VALUES	((size_t)4 << 20)
/* Captures have twelve levels, and recordings fewer. */
#define MAX_DEPTH	32
/* The memory that a file may take besides its values: a fixed part, and a
 * multiple of its length. An idle queue of 1,024 entries takes forty times the
 * length of its text, one of 32,768 a thousand times. */
#define ALLOWANCE	((size_t)32 << 20)
#define ALLOWED_TIMES	16
/* Objects take the most memory, and "{}" is short: allow one for so many bytes,
 * plus a fixed number. No object in a capture is shorter. */
#define OBJECT_BYTES	8
#define MORE_OBJECTS	1024

static const struct vi_lazy_symbol symbols[] = {
	{ "json_array_get", &vi_p_json_array_get },
	{ "json_array_size", &vi_p_json_array_size },
	{ "json_get_alloc_funcs", &p_json_get_alloc_funcs },
	{ "json_integer_value", &vi_p_json_integer_value },
	{ "json_loadb", &p_json_loadb },
	{ "json_object_get", &vi_p_json_object_get },
	{ "json_object_iter", &vi_p_json_object_iter },
	{ "json_object_iter_key", &vi_p_json_object_iter_key },
	{ "json_object_iter_next", &vi_p_json_object_iter_next },
	{ "json_real_value", &vi_p_json_real_value },
	{ "json_set_alloc_funcs", &p_json_set_alloc_funcs },
	{ "json_string_length", &vi_p_json_string_length },
	{ "json_string_value", &vi_p_json_string_value },
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

/* --- Before it is parsed --- */

static int too_many_objects(struct vi_cap *c, const char *text, size_t at)
{
	size_t i, lines = 1, columns = 1;

	for (i = 0; i < at; i++) {
		columns = text[i] == '\n' ? 1 : columns + 1;
		lines += text[i] == '\n';
	}
	return vi_fail(c->ctx, -EINVAL,
		       "%s: line %zu, column %zu: more objects up to here than a file of this length may have",
		       c->file, lines, columns);
}

/* Nesting and values cost the parser memory, so count them first. */
static int count_values(struct vi_cap *c, const char *text, size_t len)
{
	size_t i, depth = 0, values = 0, objects = 0;
	bool in_string = false;

	for (i = 0; i < len; i++) {
		if (in_string) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				in_string = false;
			continue;
		}
		in_string = text[i] == '"';
		if (text[i] == '{' || text[i] == '[')
			depth++;
		else if ((text[i] == '}' || text[i] == ']') && depth)
			depth--;
		values += text[i] == ',' || text[i] == '{' || text[i] == '[';
		objects += text[i] == '{';
		if (depth > MAX_DEPTH)
			return vi_fail(c->ctx, -EINVAL,
				       "%s: byte %zu: nested more than %d levels deep, which no capture or recording is",
				       c->file, i, MAX_DEPTH);
		if (objects > len / OBJECT_BYTES + MORE_OBJECTS)
			return too_many_objects(c, text, i);
		if (values > MAX_VALUES)
			return vi_fail(c->ctx, -EINVAL,
				       "%s: more than %zu values, which no capture or recording has",
				       c->file, MAX_VALUES);
	}
	return 0;
}

/* --- The parser --- */

/*
 * After a failed allocation the parser continues with text that lacks some
 * characters: it may read past the end, or return a wrong value. Therefore it
 * allocates from a pool while this thread parses, and running out of memory
 * leaves the parser by longjmp().
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

/* The pool is freed as a whole. */
static void parser_free(void *p)
{
	if (!parsing)
		others_free(p);
}

/*
 * The parser's allocation functions are global to the process. Those that
 * others have set are called for other threads, and are restored when no thread
 * parses here any more.
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
	const json_t *json;

	c->left = ALLOWANCE + ALLOWED_TIMES * len;
	c->err = count_values(c, text, len);
	if (c->err)
		return NULL;
	json = parse(c, text, len, &error);
	if (json && json_typeof(json) == JSON_OBJECT)
		return json;
	if (json)
		c->err = vi_fail(c->ctx, -EINVAL,
				 "%s: JSON, but not an object", c->file);
	else if (!c->err && c->is_line)
		c->err = vi_fail(c->ctx, -EINVAL, "%s: column %d: %s", c->file,
				 error.column, error.text);
	else if (!c->err)
		c->err = vi_fail(c->ctx, -EINVAL, "%s: line %d, column %d: %s",
				 c->file, error.line, error.column,
				 error.text);
	return NULL;
}
