/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of numbers. */
#ifndef VI_DEVTYPE_NAMES_H
#define VI_DEVTYPE_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Terminated by an empty row. */
struct vi_name {
	uint32_t value;
	const char *name;
};

/* NULL: no name. @names may be NULL. */
static inline const char *vi_name(const struct vi_name *names, uint32_t value)
{
	for (; names && names->name; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}

#endif
