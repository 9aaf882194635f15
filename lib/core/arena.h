/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for many short arrays that live as long as each other: an array is
 * put together at the end of a block, one item after the other, and stays
 * where it is once it is kept. One that is not kept makes room for the next.
 * A pool (pool.h) cannot do that: its items do not grow, and each of them is
 * allocated on its own.
 */
#ifndef VI_CORE_ARENA_H
#define VI_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vi_arena_block {
	struct vi_arena_block *next;
	size_t size, used;		/* of bytes; used: those kept */
	max_align_t bytes[];
};

/* Zeroed, it is empty. All its items are of one size. */
struct vi_arena {
	struct vi_arena_block *top;
};

/* A new block with @n bytes of the unfinished array in it, and room for more;
 * false when out of memory. */
bool vi_arena_block(struct vi_arena *a, const void *items, size_t n,
		    size_t each);

/*
 * Room for one more item of @each bytes after the @num of @items, the array
 * that is being put together: where it is now, or NULL when out of memory.
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

/* The array is finished, and has @num items. */
static inline void vi_arena_keep(struct vi_arena *a, size_t num, size_t each)
{
	if (num)
		a->top->used += num * each;
}

void vi_arena_free(struct vi_arena *a);

#endif
