/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Intervals of address space: parts of rings, tables, buffers. */
#ifndef VI_CHECK_JUDGE_INTERVALS_H
#define VI_CHECK_JUDGE_INTERVALS_H

#include "check/judge/rule.h"

/* @at: index of the queue in vi_check.queues; @part: of its three parts. */
struct vi_interval {
	uint64_t addr, len;
	size_t at;
	uint16_t queue;
	uint8_t part;
};

struct vi_parts {
	struct vi_interval part[3];	/* descriptors, driver's, device's */
};

/* False if the addresses or the size are unknown. */
bool vi_parts(const struct vi_raw_queue *q, struct vi_parts *parts);
const char *vi_part_name(const struct vi_raw_queue *q, size_t part);

/* Report part @i, at @part; @what: what is wrong with its place. */
void vi_found_part(struct vi_judge *j, size_t i,
		   const struct vi_interval *part, const char *what);

/* Do they share a byte? Lengths and addresses may be bad. */
bool vi_overlap(const struct vi_interval *a, const struct vi_interval *b);

/* A part of a queue that overlaps one of a queue with a lower number. */
struct vi_clash {
	bool found;
	uint8_t part;
	uint16_t other;
};

/* All parts of all rings of a device, sorted, and one clash per queue. */
struct vi_all_parts {
	struct vi_interval *intervals;
	size_t count;
	struct vi_clash *clashes;
};

/* False: out of memory; call vi_all_parts_free() in any case. */
bool vi_all_parts(const struct vi_check *in, struct vi_all_parts *all);
void vi_all_parts_free(struct vi_all_parts *all);

/* A part with which @p shares a byte, or NULL. */
const struct vi_interval *vi_find_overlap(const struct vi_all_parts *all,
				       const struct vi_interval *p);

void vi_sort_intervals(struct vi_interval *intervals, size_t count);

#endif
