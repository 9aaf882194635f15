// SPDX-License-Identifier: GPL-2.0-or-later
/* Pieces of address space, compared. */
#include <stdlib.h>

#include "check/judge.h"
#include "check/parts.h"

bool vi_parts(const struct vi_queue *q, struct vi_parts *parts)
{
	struct vi_ring_parts len;

	if (!vi_has(q, VI_Q_SIZE | VI_Q_ADDRESSES) || !q->size ||
	    q->size > VIRTQUEUE_MAX_SIZE)
		return false;
	len = vi_ring_parts(q->packed, q->size);
	/* The event index at the end is there only if it was negotiated. */
	if (!q->packed && !vi_queue_has_feature(q, VIRTIO_RING_F_EVENT_IDX)) {
		len.driver -= 2;
		len.device -= 2;
	}
	parts->part[0] = (struct vi_piece) { q->desc, len.desc, q->index };
	parts->part[1] = (struct vi_piece) { q->driver, len.driver, q->index };
	parts->part[2] = (struct vi_piece) { q->device, len.device, q->index };
	return true;
}

const char *vi_part_name(const struct vi_queue *q, size_t part)
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

static uint64_t last_byte(const struct vi_piece *p)
{
	return p->len - 1 > UINT64_MAX - p->addr ? UINT64_MAX :
	       p->addr + p->len - 1;
}

bool vi_overlap(const struct vi_piece *a, const struct vi_piece *b)
{
	return a->len && b->len && a->addr <= last_byte(b) &&
	       b->addr <= last_byte(a);
}

static int by_addr(const void *a, const void *b)
{
	const struct vi_piece *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return 0;
}

void vi_sort_pieces(struct vi_piece *pieces, size_t count)
{
	if (count)
		qsort(pieces, count, sizeof(*pieces), by_addr);
}

struct vi_piece *vi_all_parts(const struct vi_check *in, size_t *count)
{
	struct vi_piece *all = calloc(in->num_queues + 1, 3 * sizeof(*all));
	size_t i, n = 0;

	for (i = 0; all && i < in->num_queues; i++) {
		const struct vi_check_queue *queue = &in->queues[i];
		const struct vi_queue *q = queue->num_samples ?
			queue->samples[queue->num_samples - 1].q : NULL;
		struct vi_parts p;
		size_t k;

		if (!q || !vi_is_ready(q) || !vi_parts(q, &p))
			continue;
		for (k = 0; k < 3; k++) {
			all[n] = p.part[k];
			all[n++].queue = queue->index;
		}
	}
	vi_sort_pieces(all, n);
	*count = n;
	return all;
}

/*
 * Of the pieces that begin at or below @p's end, the last is the one to look
 * at; where rings lie over each other (a finding of its own) another may be
 * missed.
 */
const struct vi_piece *vi_find_overlap(const struct vi_piece *sorted,
				       size_t count, const struct vi_piece *p)
{
	size_t low = 0, high = count;

	if (!p->len)
		return NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sorted[mid].addr <= last_byte(p))
			low = mid + 1;
		else
			high = mid;
	}
	return low && vi_overlap(&sorted[low - 1], p) ? &sorted[low - 1] :
	       NULL;
}
