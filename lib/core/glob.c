// SPDX-License-Identifier: LGPL-2.1-or-later
/* Glob patterns of module aliases. */
#include <stddef.h>
#include <string.h>

#include "core/glob.h"

/* Is @c in the set "[a-f0]" at @p? *@end: past the ']', or NULL without one. */
static bool in_set(const char *p, char c, const char **end)
{
	const char *close = strchr(p + 1, ']');
	bool found = false;

	*end = close ? close + 1 : NULL;
	for (p++; close && p < close; p++) {
		if (p + 2 < close && p[1] == '-') {
			found |= c >= p[0] && c <= p[2];
			p += 2;
		} else {
			found |= c == *p;
		}
	}
	return found;
}

/* Match one character against the pattern at *@p, and advance *@p. */
static bool match_one(const char **p, char c)
{
	const char *end;
	bool found;

	if (**p == '[') {
		found = in_set(*p, c, &end);
		if (end) {
			*p = end;
			return found;
		}
	}
	found = **p == '?' || **p == c;
	*p += **p != '\0';
	return found;
}

bool vi_glob_match(const char *pattern, const char *s)
{
	/* On a mismatch, the last '*' takes one more character: resume here. */
	const char *star = NULL, *again = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			again = s;
			continue;
		}
		if (*pattern && match_one(&pattern, *s)) {
			s++;
			continue;
		}
		if (!star)
			return false;
		pattern = star;
		s = ++again;
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
