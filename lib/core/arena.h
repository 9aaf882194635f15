/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for many short arrays with a common lifetime. The caller builds an
 * array item by item at the end of a block; vi_arena_keep() fixes its address.
 * The next array overwrites an array that was not kept. A pool (pool.h) cannot
 * do this: it allocates each item separately, and items do not grow.
 */
#ifndef VI_CORE_ARENA_H
#define VI_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vi_arena_block {
	struct vi_arena_block *next;
	size_t size, used;		/* in bytes; used: by kept arrays */
	max_align_t bytes[];
};

/* Zeroed: empty. All items of an arena have the same size. */
struct vi_arena {
	struct vi_arena_block *top;
};

/* Start a block with the @n bytes of an unfinished array; false: no memory. */
bool vi_arena_block(struct vi_arena *a, const void *items, size_t n,
		    size_t each);

/*
 * Return the place for an item of @each bytes after the @num @items of the
 * unfinished array, or NULL when out of memory. The array may move.
 */
static inline void *vi_arena_more(struct vi_arena *a, const void *items,
				  size_t num, size_t each)
{
	struct vi_arena_block *b = a->top;
	size_t n = num * each;

	if (!b || b->size - b->used < n + each) {
		if (!vi_arena_block(a, items, n, each))
			return NULL;
		b = a->top;
	}
	return (char *)b->bytes + b->used;
}

/* Finish the array: keep its @num items. */
static inline void vi_arena_keep(struct vi_arena *a, size_t num, size_t each)
{
	if (num)
		a->top->used += num * each;
}

void vi_arena_free(struct vi_arena *a);

#endif
