/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that is freed all at once, such as that of a scan or snapshot, and
 * cleanup to run with it. Items have any size and never move; arrays that grow
 * item by item belong in an arena (arena.h).
 */
#ifndef VI_CORE_POOL_H
#define VI_CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct vi_ctx;
struct vi_pool_item;

/* @ctx: records allocation failures, see vi_fault(); may be NULL. */
struct vi_pool {
	struct vi_pool_item *items;
	struct vi_ctx *ctx;
};

/* Zeroed memory, aligned for any type; NULL when out of memory. */
void *vi_pool_alloc(struct vi_pool *pool, size_t size);

/*
 * Make room for one more entry in @array, which has @have entries of @each
 * bytes. Returns @array or a larger copy; the old array stays allocated until
 * the pool is freed. NULL when out of memory.
 */
void *vi_pool_more(struct vi_pool *pool, void *array, size_t have, size_t each);

/*
 * Likewise for the array at *@array that malloc() made, or NULL. It is resized
 * at powers of two, so nothing else may resize it. False, with the array
 * unchanged, when out of memory.
 */
bool vi_grow(void *array, size_t have, size_t each);

char *vi_pool_strndup(struct vi_pool *pool, const char *s, size_t n);
char *vi_pool_strdup(struct vi_pool *pool, const char *s);

/*
 * Call @end with @data when the pool is freed, in reverse order of
 * registration. When out of memory, calls @end at once and returns -ENOMEM.
 */
int vi_pool_defer(struct vi_pool *pool, void (*end)(void *data), void *data);

void vi_pool_free(struct vi_pool *pool);

/* A growing list of strings, which it does not copy. */
struct vi_strings {
	const char **v;
	size_t count;
};

int vi_strings_add(struct vi_pool *pool, struct vi_strings *list,
		   const char *s);

/*
 * Return the copy of @s in @list, adding one if needed: for texts that are read
 * often and take few values. NULL: out of memory.
 */
const char *vi_strings_intern(struct vi_pool *pool, struct vi_strings *list,
			      const char *s);

/* Sort in the order of vi_natural_cmp(). */
void vi_strings_sort(struct vi_strings *list);

/* Like strcmp(), but digits compare as numbers: "vda2" < "vda10". */
int vi_natural_cmp(const char *a, const char *b);

#endif
