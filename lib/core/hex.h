/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hexadecimal digits, and bytes as hexadecimal text. */
#ifndef VI_CORE_HEX_H
#define VI_CORE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The digit for the low four bits. */
static inline char vi_hex_char(unsigned int n)
{
	return "0123456789abcdef"[n & 15];
}

/* Upper or lower case; -1 if @c is not a digit. */
static inline int vi_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Parse at most @max digits at @s into *@value; returns their number. */
size_t vi_hex_digits(const char *s, size_t max, uint64_t *value);

/* Write 2 * @len digits to @to, without a NUL. */
void vi_hex_encode(const void *bytes, size_t len, char *to);
/* Decode @len digits into @to; false if odd in number or not all digits. */
bool vi_hex_decode(const char *s, size_t len, uint8_t *to);

#endif
