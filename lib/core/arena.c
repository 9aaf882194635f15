// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory for many short arrays: blocks of growing size. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

#define FIRST	4096
#define LARGEST	(1 << 20)

bool vi_arena_block(struct vi_arena *a, const void *items, size_t n,
		    size_t each)
{
	size_t size = a->top ? 2 * a->top->size : FIRST;
	struct vi_arena_block *b;

	if (size > LARGEST)
		size = LARGEST;
	/* Leave room to double, so that a long array is not copied per item. */
	if (size < 2 * n + each)
		size = 2 * n + each;
	b = malloc(sizeof(*b) + size);
	if (!b)
		return false;
	b->next = a->top;
	b->size = size;
	b->used = 0;
	if (n)
		memcpy(b->bytes, items, n);
	a->top = b;
	return true;
}

void vi_arena_free(struct vi_arena *a)
{
	while (a->top) {
		struct vi_arena_block *b = a->top;

		a->top = b->next;
		free(b);
	}
}
