/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that is freed at once, as that of one scan or one snapshot is, and
 * what else must be ended with it. For things of any size, each of which stays
 * where it is; arrays that grow item by item are for an arena (arena.h).
 */
#ifndef VI_CORE_POOL_H
#define VI_CORE_POOL_H

#include <stddef.h>

struct vi_ctx;
struct vi_pool_item;

/* @ctx: where it is noted when memory runs out, see vi_fault(); or NULL. */
struct vi_pool {
	struct vi_pool_item *items;
	struct vi_ctx *ctx;
};

/* Zeroed, aligned for anything; NULL when out of memory. */
void *vi_pool_alloc(struct vi_pool *pool, size_t size);

/*
 * Room for one more at the end of @array, which has @have entries of @each
 * bytes: @array, or a copy with more room, where the old one stays until all is
 * freed. NULL when out of memory.
 */
void *vi_pool_more(struct vi_pool *pool, void *array, size_t have, size_t each);

char *vi_pool_strndup(struct vi_pool *pool, const char *s, size_t n);
char *vi_pool_strdup(struct vi_pool *pool, const char *s);

/*
 * Have @end called with @data when the pool is freed: last come, first ended.
 * Called at once when out of memory, which is returned.
 */
int vi_pool_defer(struct vi_pool *pool, void (*end)(void *data), void *data);

void vi_pool_free(struct vi_pool *pool);

/* A growing list of strings; the strings themselves are not copied. */
struct vi_strings {
	const char **v;
	size_t count;
	size_t room;
};

int vi_strings_add(struct vi_pool *pool, struct vi_strings *list,
		   const char *s);

/*
 * The copy of @s in @list, made when it is not there yet: for a text that is
 * read over and over and has few values. NULL: out of memory.
 */
const char *vi_strings_intern(struct vi_pool *pool, struct vi_strings *list,
			      const char *s);

/* Into the order of vi_natural_cmp(). */
void vi_strings_sort(struct vi_strings *list);

/* As strcmp(), but numbers in the names count as such: "vda2" < "vda10". */
int vi_natural_cmp(const char *a, const char *b);

#endif
