// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers on command lines and in files. */
#include <stdlib.h>
#include <string.h>

#include "common/number.h"

unsigned int number_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static unsigned int suffix_shift(char c)
{
	switch (c) {
	case 'k':
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	}
	return 0;
}

const char *number_read(const char *s, const char **end, uint64_t *n)
{
	unsigned int base = 10, shift;
	const char *at = s;

	if (s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	}
	*end = at;
	if (number_digit(*at) >= base)
		return "number expected";
	*end = s;
	for (*n = 0; number_digit(*at) < base; at++)
		if (__builtin_mul_overflow(*n, (uint64_t)base, n) ||
		    __builtin_add_overflow(*n, number_digit(*at), n))
			return "number too large";
	shift = suffix_shift(*at);
	if (*n > UINT64_MAX >> shift)
		return "number too large";
	*n <<= shift;
	*end = shift ? at + 1 : at;
	return NULL;
}

/* Unlike strtod(3), accept no hexadecimal, words and leading blanks. */
bool number_read_real(const char *s, const char **end, double *n)
{
	size_t len = strspn(s, "0123456789.+-eE");
	char *stop;

	*n = strtod(s, &stop);
	*end = stop;
	return len && stop == s + len;
}
