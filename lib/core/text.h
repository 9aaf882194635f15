/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text that grows. */
#ifndef VI_CORE_TEXT_H
#define VI_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/compiler.h"

/*
 * Begins as zeros. When memory runs out it stays as it is and says so in
 * @failed, so that one look at the end is enough.
 */
struct vi_text {
	char *s;		/* ends with a NUL; NULL while nothing was added */
	size_t len, room;
	bool failed;
};

/* Room for @n more bytes and the NUL; false when out of memory. */
bool vi_text_grow(struct vi_text *t, size_t n);

/* Where @n more bytes go, of which vi_text_added() takes in what is used.
 * NULL: out of memory. */
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

/* Begin again, in the memory that is there. */
void vi_text_reset(struct vi_text *t);
void vi_text_free(struct vi_text *t);

#endif
