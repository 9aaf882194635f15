/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of address space: the parts of rings, tables, buffers. */
#ifndef VI_CHECK_RULES_INTERVALS_H
#define VI_CHECK_RULES_INTERVALS_H

#include "check/rules/rule.h"

/* @at, @part: of all queues and of a queue's parts, which it is. */
struct vi_interval {
	uint64_t addr, len;
	size_t at;
	uint16_t queue;
	uint8_t part;
};

struct vi_parts {
	struct vi_interval part[3];	/* descriptors, driver's, device's */
};

/* False where they are not known. */
bool vi_parts(const struct vi_raw_queue *q, struct vi_parts *parts);
const char *vi_part_name(const struct vi_raw_queue *q, size_t part);

/* Do two share a byte? Neither needs to be sane. */
bool vi_overlap(const struct vi_interval *a, const struct vi_interval *b);

/* A part of a queue that lies over one of another, with a lower number. */
struct vi_clash {
	bool found;
	uint8_t part;
	uint16_t other;
};

/* All parts of all rings of a device, sorted; of each queue, one clash. */
struct vi_all_parts {
	struct vi_interval *intervals;
	size_t count;
	struct vi_clash *clashes;
};

/* False when out of memory; end with vi_all_parts_free() nevertheless. */
bool vi_all_parts(const struct vi_check *in, struct vi_all_parts *all);
void vi_all_parts_free(struct vi_all_parts *all);

/* One of them that @p shares a byte with, or NULL. */
const struct vi_interval *vi_find_overlap(const struct vi_all_parts *all,
				       const struct vi_interval *p);

void vi_sort_intervals(struct vi_interval *intervals, size_t count);

#endif
