// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whole numbers of more than 63 bits, which the JSON library refuses, although
 * counters may have them.
 */
#include <stdlib.h>
#include <string.h>

#include "capture/json_parts.h"

/* INT64_MIN and INT64_MAX have 19 digits; no number needs more than this. */
#define MIN_DIGITS	19
#define MAX_DIGITS	62

/* The number of digits of a whole number without a sign; 0: it is none. */
static size_t count_digits(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return n == len && *s != '0' ? n : 0;
}

static bool is_large(const char *s, size_t len)
{
	const char *most = *s == '-' ? "9223372036854775808" :
				       "9223372036854775807";
	size_t sign = *s == '-', n = count_digits(s + sign, len - sign);

	return n > MIN_DIGITS ? n <= MAX_DIGITS :
	       n == MIN_DIGITS && memcmp(s + sign, most, n) > 0;
}

/* The length of the string or number at @s, or 1. */
static size_t token_length(const char *s, size_t len)
{
	size_t n = 1;

	if (*s == '"') {
		while (n < len && s[n] != '"')
			n += s[n] == '\\' ? 2 : 1;
		return n < len ? n + 1 : len;
	}
	if (*s == '-' || (*s >= '0' && *s <= '9'))
		while (n < len && s[n] && strchr("0123456789+-.eE", s[n]))
			n++;
	return n;
}

/* Returns the length; @to has room for it, or is NULL. */
static size_t quote(char *to, const char *s, size_t len)
{
	size_t i, n, size = 0;

	for (i = 0; i < len; i += n) {
		bool large;

		n = token_length(s + i, len - i);
		large = is_large(s + i, n);
		if (to) {
			to[size] = '"';
			memcpy(to + size + large, s + i, n);
			to[size + large + n] = '"';
		}
		size += n + 2 * large;
	}
	return size;
}

char *vi_cap_quote_large(struct vi_cap *c, const char *text, size_t *len)
{
	size_t size = quote(NULL, text, *len);
	char *copy;

	if (size == *len)
		return NULL;
	/* One more: a quote after each token is overwritten by the next. */
	copy = malloc(size + 1);
	if (!copy) {
		vi_cap_no_memory(c);
		return NULL;
	}
	quote(copy, text, *len);
	*len = size;
	c->has_large = true;
	return copy;
}

const char *vi_cap_large(const struct vi_cap *c, const json_t *json)
{
	const char *s;
	size_t len;

	if (!c->has_large || json_typeof(json) != JSON_STRING)
		return NULL;
	s = vi_p_json_string_value(json);
	len = strlen(s);
	return len && is_large(s, len) ? s : NULL;
}
