// SPDX-License-Identifier: GPL-2.0-or-later
/* Write text to standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void vq_add_remark(const struct vq_options *o, struct text *t,
		   unsigned int indent, const char *what, const char *s)
{
	text_add_spaces(t, indent);
	text_add(t, what);
	text_add_wrapped(t, s, indent + strlen(what), o->term.width);
	text_add(t, "\n");
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
