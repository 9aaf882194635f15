/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A flattened device tree, before anything else looks at it (devicetree
 * specification, chapter 5).
 */
#ifndef VI_ACCESS_FDT_BLOB_H
#define VI_ACCESS_FDT_BLOB_H

#include <stddef.h>
#include <stdint.h>

/* Nothing real is nested as deeply. */
#define VI_FDT_MAX_DEPTH	64

static inline uint32_t vi_fdt32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

/*
 * Is every part of the tree within its @len bytes, and the structure block a
 * sound sequence of tokens? NULL: it is; else what is wrong, in words.
 */
const char *vi_fdt_check(const void *blob, size_t len);

#endif
