// SPDX-License-Identifier: LGPL-2.1-or-later
/* The total size of overlapping spans of address space. */
#include <stdbool.h>
#include <stdlib.h>

#include "mem/span.h"

static int by_addr(const void *a, const void *b)
{
	const struct vi_span *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return 0;
}

uint64_t vi_span_cover(struct vi_span *spans, size_t count)
{
	uint64_t next = 0, cover = 0;
	bool sorted = true;
	size_t i;

	for (i = 1; i < count && sorted; i++)
		sorted = spans[i - 1].addr <= spans[i].addr;
	if (!sorted)
		qsort(spans, count, sizeof(*spans), by_addr);
	for (i = 0; i < count; i++) {
		uint64_t from = spans[i].addr > next ? spans[i].addr : next;
		uint64_t end = spans[i].addr + spans[i].len;

		if (end < spans[i].addr)
			end = UINT64_MAX;
		if (end <= from)
			continue;
		cover += end - from;
		next = end;
	}
	return cover;
}
