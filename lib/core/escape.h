/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vi_escape(), one character at a time. */
#ifndef VI_CORE_ESCAPE_H
#define VI_CORE_ESCAPE_H

#include <stdbool.h>

#define VI_ESCAPED_SIZE	16

/*
 * Escape the character at *@s into @to and advance *@s. Returns the bytes in
 * @to, which has no NUL. Sets *@changed if the output differs from the input.
 */
unsigned int vi_escape_one(const char **s, char to[VI_ESCAPED_SIZE],
			   bool *changed);

#endif
