// SPDX-License-Identifier: LGPL-2.1-or-later
/* What several rules ask of a ring, of a queue's samples, and of a device. */
#include "check/judge/judge.h"

bool vi_needs_features(struct vi_judge *j)
{
	if (!(j->q->have & VI_Q_FEATURES))
		vi_skip(j, VI_NO_FEATURES);
	return j->q->have & VI_Q_FEATURES;
}

uint32_t vi_flight_count(const struct vi_decoded *ring)
{
	if (ring->q->packed)
		return vi_packed_distance(ring->q, ring->used, ring->avail);
	return (uint16_t)(ring->avail - ring->used);
}

uint32_t vi_unseen_count(const struct vi_decoded *ring)
{
	if (!ring->has_last || !ring->has_used)
		return 0;
	if (ring->q->packed)
		return vi_packed_distance(ring->q, ring->last, ring->used);
	return (uint16_t)(ring->used - ring->last);
}

bool vi_lost_used(const struct vi_decoded *ring)
{
	return !ring->q->packed && ring->has_last && ring->has_used &&
	       vi_unseen_count(ring) > ring->q->size;
}

bool vi_lost_avail(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;

	return !q->packed && q->have & VI_Q_HOST_AVAIL && ring->has_avail &&
	       (uint16_t)(ring->avail - q->host_avail) > q->size;
}

uint16_t vi_driver_avail(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;

	return !q->packed && q->have & VI_Q_AVAIL_SHADOW ? q->avail_shadow :
	       ring->avail;
}

bool vi_has_bad_index(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;

	if (vi_lost_used(ring) || vi_lost_avail(ring))
		return true;
	if (!ring->has_avail || ring->inferred_positions)
		return false;
	if (ring->avail != vi_driver_avail(ring))
		return true;
	if (ring->has_used && vi_flight_count(ring) > q->size)
		return true;
	return q->packed && ring->has_last &&
	       vi_packed_distance(q, ring->last, ring->avail) > q->size;
}

size_t vi_consistent_count(const struct vi_check_queue *queue)
{
	size_t i, n = 0;

	for (i = 0; i < queue->num_samples; i++)
		n += vi_is_consistent(&queue->samples[i]);
	return n;
}

bool vi_has_ended(const struct vi_check *in)
{
	return in->have & VI_C_STATUS &&
	       in->status & (VIRTIO_CONFIG_S_NEEDS_RESET |
			     VIRTIO_CONFIG_S_FAILED);
}

bool vi_is_left_behind(const struct vi_check *in)
{
	return in->have & VI_C_BOUND && !in->bound;
}

bool vi_has_requests(const struct vi_decoded *ring)
{
	return ring->has_avail && ring->has_used &&
	       !ring->inferred_positions && ring->avail != ring->used &&
	       !vi_has_bad_index(ring);
}

/* No room for another buffer like the last one. */
bool vi_is_full(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t last = 1;

	if (!vi_has(q, VI_Q_NUM_FREE))
		return false;
	if (ring->exact && ring->num_in_flight)
		last = ring->in_flight[ring->num_in_flight - 1].slots;
	return q->num_free < (last ? last : 1);
}

/*
 * Wherever the driver is, the slot that it wrote last ends a list. A used slot
 * is no longer as the driver wrote it.
 */
bool vi_has_no_end(const struct vi_raw_queue *q)
{
	uint32_t i;

	for (i = 0; i < q->size; i++) {
		uint16_t flags = vi_packed_desc(q, i).flags;

		if (!(flags & VRING_DESC_F_NEXT) ||
		    vi_packed_is_used(flags, 0) ||
		    vi_packed_is_used(flags, VI_WRAP))
			return false;
	}
	return true;
}
