/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growing text. */
#ifndef VI_CORE_TEXT_H
#define VI_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/compiler.h"

/*
 * Zeroed: an empty text. When memory runs out, the text keeps its contents and
 * sets @failed, so that callers check once at the end.
 */
struct vi_text {
	char *s;		/* NUL-terminated; NULL while empty */
	size_t len, room;
	bool failed;
};

/* Make room for @n more bytes and the NUL; false when out of memory. */
bool vi_text_grow(struct vi_text *t, size_t n);

/*
 * Return the place for @n more bytes, NULL when out of memory. vi_text_added()
 * then appends those written.
 */
static inline char *vi_text_room(struct vi_text *t, size_t n)
{
	if (unlikely(t->failed || t->room - t->len <= n) &&
	    !vi_text_grow(t, n))
		return NULL;
	return t->s + t->len;
}

static inline void vi_text_added(struct vi_text *t, size_t n)
{
	t->len += n;
	t->s[t->len] = '\0';
}

static inline void vi_text_add(struct vi_text *t, const char *s, size_t len)
{
	char *to = vi_text_room(t, len);

	if (!to)
		return;
	memcpy(to, s, len);
	vi_text_added(t, len);
}

/* Empty the text but keep its memory. */
void vi_text_reset(struct vi_text *t);
void vi_text_free(struct vi_text *t);

#endif
