// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory for what a sample holds, which is given back all at once. */
#include <stdlib.h>
#include <string.h>

#include "vqtop/model/arena.h"

#define CHUNK	(16 << 10)
#define ALIGN	16

struct vt_chunk {
	struct vt_chunk *next;
	size_t size, used;
	_Alignas(ALIGN) char bytes[];
};

static struct vt_chunk *new_chunk(struct vt_arena *a, size_t size)
{
	struct vt_chunk *c;

	if (size < CHUNK)
		size = CHUNK;
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	c->next = a->chunk;
	c->size = size;
	c->used = 0;
	a->chunk = c;
	return c;
}

void *vt_alloc(struct vt_arena *a, size_t size)
{
	struct vt_chunk *c = a->chunk;
	void *p;

	if (size > (size_t)-1 / 2)
		return NULL;
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!c || c->size - c->used < size)
		c = new_chunk(a, size);
	if (!c)
		return NULL;
	p = c->bytes + c->used;
	c->used += size;
	return p;
}

char *vt_copy(struct vt_arena *a, const char *s, size_t len)
{
	char *copy = vt_alloc(a, len + 1);

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}

/* One chunk stays, of the size that was enough, so that samples of one size
 * need no more memory. */
void vt_arena_reset(struct vt_arena *a)
{
	size_t total = 0;
	struct vt_chunk *c;

	for (c = a->chunk; c; c = c->next)
		total += c->size;
	if (a->chunk && a->chunk->next) {
		vt_arena_free(a);
		new_chunk(a, total);
	}
	if (a->chunk)
		a->chunk->used = 0;
}

void vt_arena_free(struct vt_arena *a)
{
	struct vt_chunk *c, *next;

	for (c = a->chunk; c; c = next) {
		next = c->next;
		free(c);
	}
	a->chunk = NULL;
}
