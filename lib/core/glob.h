/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VI_CORE_GLOB_H
#define VI_CORE_GLOB_H

#include <stdbool.h>

/*
 * Does @s match @pattern? '*' stands for any text, '?' for any character,
 * "[a-f]" for one of a set. The worst-case time is the product of the two
 * lengths.
 */
bool vi_glob_match(const char *pattern, const char *s);

#endif
