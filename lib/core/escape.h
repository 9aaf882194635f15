/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vi_escape(), a character at a time. */
#ifndef VI_CORE_ESCAPE_H
#define VI_CORE_ESCAPE_H

#include <stdbool.h>

#define VI_ESCAPED_SIZE	16

/*
 * The character at *@s, which goes on to the next one, made safe: so many bytes
 * of @to, without a NUL. *@changed is set where that is not what it was.
 */
unsigned int vi_escape_one(const char **s, char to[VI_ESCAPED_SIZE],
			   bool *changed);

#endif
