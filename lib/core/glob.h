/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VI_CORE_GLOB_H
#define VI_CORE_GLOB_H

#include <stdbool.h>

/*
 * Does @s match @pattern, in which '*' is any text, '?' any character, and
 * "[a-f]" one of those? In time that grows with the product of their lengths
 * at worst, whatever is in them.
 */
bool vi_glob_match(const char *pattern, const char *s);

#endif
