/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hexadecimal digits, and bytes as two of them each. */
#ifndef VI_CORE_HEX_H
#define VI_CORE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the lowest four bits. */
static inline char vi_hex_char(unsigned int n)
{
	return "0123456789abcdef"[n & 15];
}

/* Of either case; -1: it is no digit. */
static inline int vi_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number that the digits at @s make, of at most @max: how many they are. */
size_t vi_hex_digits(const char *s, size_t max, uint64_t *value);

/* 2 * @len digits to @to, without a NUL. */
void vi_hex_encode(const void *bytes, size_t len, char *to);
/* @len digits as bytes to @to; false: they are not whole bytes of digits. */
bool vi_hex_decode(const char *s, size_t len, uint8_t *to);

#endif
