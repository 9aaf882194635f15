// SPDX-License-Identifier: GPL-2.0-or-later
/* The width of text in columns of a terminal. */
#include <wchar.h>

#include "common/text.h"

size_t text_next(const char *s, int *columns)
{
	unsigned char c = *s;
	size_t i, len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	wchar_t w = len == 1 ? c : c & (0x7f >> len);

	for (i = 1; i < len; i++) {
		if (!s[i])
			return i;
		w = w << 6 | (s[i] & 0x3f);
	}
	*columns = c < 0x80 ? 1 : wcwidth(w);
	if (*columns < 0)
		*columns = 1;
	return len;
}

unsigned int text_columns(const char *s)
{
	unsigned int n = 0;
	int columns = 1;

	while (*s && !(*s & 0x80)) {
		n++;
		s++;
	}
	while (*s) {
		s += text_next(s, &columns);
		n += columns;
	}
	return n;
}
