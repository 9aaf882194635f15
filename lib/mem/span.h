/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Spans of address space, which may overlap. */
#ifndef VI_MEM_SPAN_H
#define VI_MEM_SPAN_H

#include <stddef.h>
#include <stdint.h>

struct vi_span {
	uint64_t addr, len;
};

/*
 * Count the distinct bytes that the spans cover. Sorts them by address. A span
 * that would wrap ends with the address space.
 */
uint64_t vi_span_cover(struct vi_span *spans, size_t count);

#endif
