/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers on command lines and in files: one syntax for all. */
#ifndef CMD_COMMON_NUMBER_H
#define CMD_COMMON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a hexadecimal digit; 16: not a digit. */
unsigned int number_digit(char c);

/*
 * Parse a decimal number, hexadecimal after 0x, with an optional suffix k, M or
 * G. Returns NULL and the end of the number in *@end, or an error message and
 * where the error is.
 */
const char *number_read(const char *s, const char **end, uint64_t *n);

/* Parse a decimal number such as "0.5", up to *@end. False: not a number. */
bool number_read_real(const char *s, const char **end, double *n);

#endif
