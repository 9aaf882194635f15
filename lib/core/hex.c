// SPDX-License-Identifier: LGPL-2.1-or-later
/* Hexadecimal digits, and bytes as hexadecimal text. */
#include "core/hex.h"

size_t vi_hex_digits(const char *s, size_t max, uint64_t *value)
{
	size_t n = 0;
	int digit;

	*value = 0;
	while (n < max && (digit = vi_hex_digit(s[n])) >= 0) {
		*value = *value << 4 | (unsigned int)digit;
		n++;
	}
	return n;
}

void vi_hex_encode(const void *bytes, size_t len, char *to)
{
	const uint8_t *from = bytes;
	size_t i;

	for (i = 0; i < len; i++) {
		*to++ = vi_hex_char(from[i] >> 4);
		*to++ = vi_hex_char(from[i]);
	}
}

bool vi_hex_decode(const char *s, size_t len, uint8_t *to)
{
	size_t i;

	if (len % 2)
		return false;
	for (i = 0; i < len; i += 2) {
		int high = vi_hex_digit(s[i]), low = vi_hex_digit(s[i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i / 2] = high << 4 | low;
	}
	return true;
}
