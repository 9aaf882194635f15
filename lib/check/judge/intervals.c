// SPDX-License-Identifier: LGPL-2.1-or-later
/* Comparing intervals of address space. */
#include <stdlib.h>

#include "check/judge/intervals.h"
#include "check/judge/judge.h"
#include "core/sorted.h"

bool vi_parts(const struct vi_raw_queue *q, struct vi_parts *parts)
{
	struct vi_ring_parts len;

	if (!vi_has(q, VI_Q_SIZE | VI_Q_ADDRESSES) || !q->size ||
	    q->size > VIRTQUEUE_MAX_SIZE)
		return false;
	len = vi_ring_parts(q->packed, q->size);
	/* The ring ends with an event index only if negotiated. */
	if (!q->packed &&
	    !vi_features_test(q->features, VIRTIO_RING_F_EVENT_IDX)) {
		len.driver -= 2;
		len.device -= 2;
	}
	parts->part[0] = (struct vi_interval) {
		.addr = q->desc, .len = len.desc };
	parts->part[1] = (struct vi_interval) {
		.addr = q->driver, .len = len.driver };
	parts->part[2] = (struct vi_interval) {
		.addr = q->device, .len = len.device };
	return true;
}

const char *vi_part_name(const struct vi_raw_queue *q, size_t part)
{
	static const char *const split[] = {
		"descriptor table", "available ring", "used ring",
	};
	static const char *const packed[] = {
		"descriptor ring", "driver event structure",
		"device event structure",
	};

	return q->packed ? packed[part] : split[part];
}

void vi_found_part(struct vi_judge *j, size_t i,
		   const struct vi_interval *part, const char *what)
{
	vi_found(j, "the %s at 0x%llx %s", vi_part_name(j->q, i),
		 (unsigned long long)part->addr, what);
	vi_evidence_hex(j, "address", part->addr);
	vi_evidence(j, "bytes", part->len);
}

static uint64_t last_byte(const struct vi_interval *p)
{
	return p->len - 1 > UINT64_MAX - p->addr ? UINT64_MAX :
	       p->addr + p->len - 1;
}

bool vi_overlap(const struct vi_interval *a, const struct vi_interval *b)
{
	return a->len && b->len && a->addr <= last_byte(b) &&
	       b->addr <= last_byte(a);
}

static int by_addr(const void *a, const void *b)
{
	const struct vi_interval *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return 0;
}

void vi_sort_intervals(struct vi_interval *intervals, size_t count)
{
	vi_sort(intervals, count, by_addr);
}

static size_t collect(const struct vi_check *in, struct vi_interval *all)
{
	size_t i, n = 0;

	for (i = 0; i < in->num_queues; i++) {
		const struct vi_check_queue *queue = &in->queues[i];
		const struct vi_raw_queue *q = queue->num_samples ?
			queue->samples[queue->num_samples - 1].q : NULL;
		struct vi_parts p;
		size_t k;

		if (!q || !vi_is_ready(q) || !vi_parts(q, &p))
			continue;
		for (k = 0; k < 3; k++) {
			all[n] = p.part[k];
			all[n].at = i;
			all[n].part = k;
			all[n++].queue = queue->index;
		}
	}
	return n;
}

/* Sorted: whatever overlaps any also overlaps what reaches furthest. */
static void find_clashes(struct vi_all_parts *all)
{
	const struct vi_interval *reach = all->intervals;
	size_t i;

	for (i = 1; i < all->count; i++) {
		const struct vi_interval *p = &all->intervals[i];

		if (reach->at != p->at && vi_overlap(reach, p)) {
			bool later = p->at > reach->at;

			all->clashes[later ? p->at : reach->at] =
				(struct vi_clash) {
					true, later ? p->part : reach->part,
					later ? reach->queue : p->queue };
		}
		if (last_byte(p) > last_byte(reach))
			reach = p;
	}
}

bool vi_all_parts(const struct vi_check *in, struct vi_all_parts *all)
{
	all->count = 0;
	all->intervals =
		calloc(in->num_queues + 1, 3 * sizeof(*all->intervals));
	all->clashes = calloc(in->num_queues + 1, sizeof(*all->clashes));
	if (!all->intervals || !all->clashes)
		return false;
	all->count = collect(in, all->intervals);
	vi_sort_intervals(all->intervals, all->count);
	find_clashes(all);
	return true;
}

void vi_all_parts_free(struct vi_all_parts *all)
{
	free(all->intervals);
	free(all->clashes);
}

/*
 * The last interval that starts at or below @p's end decides; if rings overlap
 * each other (a separate finding), another hit may be missed.
 */
const struct vi_interval *vi_find_overlap(const struct vi_all_parts *all,
				       const struct vi_interval *p)
{
	const struct vi_interval *sorted = all->intervals;
	size_t i;

	if (!p->len)
		return NULL;
	vi_bisect(i, all->count, sorted[i].addr <= last_byte(p));
	return i && vi_overlap(&sorted[i - 1], p) ? &sorted[i - 1] : NULL;
}
