// SPDX-License-Identifier: LGPL-2.1-or-later
/* Growing text. */
#include <stdlib.h>

#include "core/text.h"

#define FIRST_ROOM	1024

bool vi_text_grow(struct vi_text *t, size_t n)
{
	size_t room = t->room ? t->room : FIRST_ROOM;
	char *grown;

	while (!t->failed && room - t->len <= n)
		t->failed = __builtin_mul_overflow(room, 2, &room);
	if (t->failed)
		return false;
	if (room == t->room)
		return true;
	grown = realloc(t->s, room);
	if (!grown) {
		t->failed = true;
		return false;
	}
	t->s = grown;
	t->room = room;
	return true;
}

void vi_text_reset(struct vi_text *t)
{
	t->len = 0;
	if (t->s)
		*t->s = '\0';
}

void vi_text_free(struct vi_text *t)
{
	free(t->s);
	memset(t, 0, sizeof(*t));
}
