/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that a user wrote: the same ones everywhere. */
#ifndef CMD_COMMON_NUMBER_H
#define CMD_COMMON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a hexadecimal digit; 16: it is none. */
unsigned int number_digit(char c);

/*
 * A number in decimal or, after 0x, in hexadecimal, with an optional k, M or G
 * behind it. NULL, with *@end behind it; or what is wrong, at *@end.
 */
const char *number_read(const char *s, const char **end, uint64_t *n);

/* A decimal number such as "0.5", *@end behind it. False: there is none. */
bool number_read_real(const char *s, const char **end, double *n);

#endif
