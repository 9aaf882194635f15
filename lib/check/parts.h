/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of address space: the parts of rings, tables, buffers. */
#ifndef VI_CHECK_PARTS_H
#define VI_CHECK_PARTS_H

#include "check/check.h"

struct vi_piece {
	uint64_t addr, len;
	uint16_t queue;
};

struct vi_parts {
	struct vi_piece part[3];	/* descriptors, driver's, device's */
};

/* False where they are not known. */
bool vi_parts(const struct vi_queue *q, struct vi_parts *parts);
const char *vi_part_name(const struct vi_queue *q, size_t part);

/* Do two share a byte? Neither needs to be sane. */
bool vi_overlap(const struct vi_piece *a, const struct vi_piece *b);

/* All parts of all rings of a device, sorted; NULL when out of memory. */
struct vi_piece *vi_all_parts(const struct vi_check *in, size_t *count);

/* One of sorted pieces that @p shares a byte with, or NULL. */
const struct vi_piece *vi_find_overlap(const struct vi_piece *sorted,
				       size_t count, const struct vi_piece *p);

void vi_sort_pieces(struct vi_piece *pieces, size_t count);

#endif
