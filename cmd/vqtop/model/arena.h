/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory for what a sample holds, which is given back all at once. */
#ifndef CMD_VQTOP_MODEL_ARENA_H
#define CMD_VQTOP_MODEL_ARENA_H

#include <stddef.h>

/* Begins as zeros. */
struct vt_arena {
	struct vt_chunk *chunk;
};

/* Aligned for any type; NULL when out of memory. */
void *vt_alloc(struct vt_arena *a, size_t size);
/* A copy with a NUL behind it. */
char *vt_copy(struct vt_arena *a, const char *s, size_t len);

/* All of it is free for new things; or is given back. */
void vt_arena_reset(struct vt_arena *a);
void vt_arena_free(struct vt_arena *a);

#endif
