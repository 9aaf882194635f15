/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Validation of a flattened device tree before any other code reads it
 * (devicetree specification, chapter 5).
 */
#ifndef VI_ACCESS_FDT_BLOB_H
#define VI_ACCESS_FDT_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Beyond the nesting of real device trees. */
#define VI_FDT_MAX_DEPTH	64

static inline uint32_t vi_fdt32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

/*
 * Is this a device tree, or a packed file, in a form that is not read here? Its
 * name, and what to do, are written to @what.
 */
bool vi_fdt_is_other(const void *blob, size_t len, char what[128]);

/*
 * Do all parts of the tree lie within @len bytes, and is the structure block a
 * valid sequence of tokens? NULL, or a static text that says what is wrong.
 */
const char *vi_fdt_check(const void *blob, size_t len);

#endif
