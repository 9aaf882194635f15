// SPDX-License-Identifier: GPL-2.0-or-later
/* Write text to standard output. */
#include <stdio.h>
#include <stdlib.h>

#include "vqdump/vqdump.h"

bool vq_print(struct text *t)
{
	char *s = text_take(t);

	if (!s)
		tool_no_memory();
	else
		fputs(s, stdout);
	free(s);
	return s;
}

/* Flush while the text still fits into caches. */
#define MUCH	(64 << 10)

void vq_flush(struct text *t)
{
	if (t->len < MUCH || t->failed)
		return;
	fwrite(t->s, 1, t->len, stdout);
	t->len = 0;
	t->s[0] = '\0';
}
