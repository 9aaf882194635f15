// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Parsing JSON. The library is opened when a capture is read, so nothing here
 * may use the functions that its header defines inline: those would link with
 * it.
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
