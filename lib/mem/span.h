/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of address space, which may overlap. */
#ifndef VI_MEM_SPAN_H
#define VI_MEM_SPAN_H

#include <stddef.h>
#include <stdint.h>

struct vi_span {
	uint64_t addr, len;
};

/*
 * How many different bytes they cover: what is read of one address several
 * times counts once. Sorts them by address. What would go past the end of the
 * address space ends there.
 */
uint64_t vi_span_cover(struct vi_span *spans, size_t count);

#endif
