// SPDX-License-Identifier: GPL-2.0-or-later
/* How honest a snapshot is. */
#include <string.h>

#include "check/judge.h"

#define PAGE	4096

void vi_judge_torn(struct vi_judge *j)
{
	if (!j->q->torn || j->q->gone || vi_consistent_count(j->queue))
		return;
	vi_found(j, "the queue moved during each of %u reads: what is shown was not so at one time",
		 j->q->passes);
	vi_evidence(j, "passes", j->q->passes);
}

void vi_judge_gone(struct vi_judge *j)
{
	if (j->q->gone)
		vi_found(j, "the queue was freed, moved or resized while it was read");
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	return !len || (!bytes[0] && !memcmp(bytes, bytes + 1, len - 1));
}

/* The page that holds byte @at of a part that begins at @addr: all zero? */
static bool is_zero_page(const uint8_t *bytes, size_t len, uint64_t addr,
			 size_t at)
{
	size_t in_page = (addr + at) % PAGE;
	size_t from = at > in_page ? at - in_page : 0;
	size_t to = at - in_page + PAGE;

	return is_zero(bytes + from, (to < len ? to : len) - from);
}

static uint64_t address(const struct vi_queue *q, uint64_t va, uint64_t dma)
{
	return vi_has(q, VI_Q_RING_VA) ? va :
	       vi_has(q, VI_Q_ADDRESSES) ? dma : 0;
}

/* Descriptor @i in flight must be more than zeros. */
static bool desc_is_gone(const struct vi_queue *q, uint32_t i)
{
	size_t len = vi_ring_parts(q->packed, q->size).desc;
	size_t at = (size_t)i * sizeof(struct vring_desc);

	return is_zero(q->desc_bytes + at, sizeof(struct vring_desc)) &&
	       is_zero_page(q->desc_bytes, len,
			    address(q, q->desc_va, q->desc), at);
}

/* A page once: the descriptors of one are not looked at one by one. */
static bool descs_are_gone(const struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	size_t i;

	if (!ring->known)
		return false;
	for (i = 0; i < ring->num_in_flight; i++) {
		const struct vi_chain *c = &ring->in_flight[i];

		if (q->packed || c->head >= q->size)
			continue;
		if (desc_is_gone(q, c->head))
			return true;
	}
	if (q->packed && ring->has_avail && !ring->inferred_positions &&
	    ring->avail != ring->used)
		return desc_is_gone(q, ring->used & 0x7fff);
	return false;
}

/* Indices that the driver knows to have moved, in a page of zeros. */
static bool indices_are_gone(const struct vi_ring *ring)
{
	const struct vi_queue *q = ring->q;
	struct vi_ring_parts len = vi_ring_parts(false, q->size);

	if (q->packed)
		return false;
	if (!ring->avail && vi_has(q, VI_Q_AVAIL_SHADOW) && q->avail_shadow &&
	    is_zero_page(q->driver_bytes, len.driver,
			 address(q, q->driver_va, q->driver), 2))
		return true;
	return !ring->used && ring->has_last && ring->last &&
	       is_zero_page(q->device_bytes, len.device,
			    address(q, q->device_va, q->device), 2);
}

bool vi_has_zero_page(const struct vi_sample *s)
{
	return s->ring->readable &&
	       (indices_are_gone(s->ring) || descs_are_gone(s->ring));
}

void vi_judge_zero_page(struct vi_judge *j)
{
	if (j->q->torn || j->q->gone || !vi_has_zero_page(j->sample))
		return;
	vi_found(j, "a page of the ring was read as zeros, but other parts say that it was used");
	vi_evidence(j, "avail", j->ring->avail);
	vi_evidence(j, "used", j->ring->used);
}
