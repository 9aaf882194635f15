/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Comparing names as people type them: the case of ASCII letters does not
 * matter, nor do - and _. Independent of the locale: what is a device type in
 * one language must not stop being one in another.
 */
#ifndef VI_SPEC_FOLD_H
#define VI_SPEC_FOLD_H

static inline unsigned char vi_fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned char)(c - 'A' + 'a');
	return c == '-' ? '_' : (unsigned char)c;
}

static inline int vi_fold_cmp(const char *a, const char *b)
{
	while (*a && vi_fold(*a) == vi_fold(*b)) {
		a++;
		b++;
	}
	return vi_fold(*a) - vi_fold(*b);
}

/* What follows @prefix in @s, or @s itself when it does not begin so. */
static inline const char *vi_fold_skip(const char *s, const char *prefix)
{
	const char *p = s;

	for (; *prefix; prefix++, p++) {
		if (vi_fold(*p) != vi_fold(*prefix))
			return s;
	}
	return p;
}

#endif
