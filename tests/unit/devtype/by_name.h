/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers for tests that write device types and bytes as text. */
#ifndef VI_TESTS_BY_NAME_H
#define VI_TESTS_BY_NAME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "devtype/device_type.h"

static inline const struct vi_device_type *type_by_name(const char *name)
{
	const struct vi_device_type *type;
	size_t i;

	for (i = 0; (type = vi_device_type_at(i)); i++)
		if (!strcmp(type->driver.driver.name, name))
			return type;
	fail_msg("no device type %s", name);
	return NULL;
}

static inline const struct vi_queue_kind *
kind_by_name(const struct vi_device_type *type, const char *name)
{
	const struct vi_queue_kind *kind;

	for (kind = type->queues; kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	fail_msg("%s has no queue %s", type->driver.driver.name, name);
	return NULL;
}

/* In memory of exact size, so that a checker sees any read past the end. */
static inline uint8_t *from_hex(const char *hex, size_t *len)
{
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
	unsigned int byte;
	size_t n = 0;
	int used;

	while (sscanf(hex, " %2x%n", &byte, &used) == 1) {
		bytes[n++] = byte;
		hex += used;
	}
	*len = n;
	return realloc(bytes, n ? n : 1);
}

#endif
