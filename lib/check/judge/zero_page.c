// SPDX-License-Identifier: LGPL-2.1-or-later
/* Whether a page of a ring was read as zeros that were never written there. */
#include <string.h>

#include "check/judge/judge.h"

#define PAGE	4096

bool vi_is_zero(const uint8_t *bytes, size_t len)
{
	return !len || (!bytes[0] && !memcmp(bytes, bytes + 1, len - 1));
}

/* Is the page with byte @at, of a part that starts at @addr, all zeros? */
static bool is_zero_page(const uint8_t *bytes, size_t len, uint64_t addr,
			 size_t at)
{
	size_t in_page = (addr + at) % PAGE;
	size_t from = at > in_page ? at - in_page : 0;
	size_t to = at - in_page + PAGE;

	return vi_is_zero(bytes + from, (to < len ? to : len) - from);
}

static uint64_t address(const struct vi_raw_queue *q, uint64_t va, uint64_t dma)
{
	return vi_has(q, VI_Q_RING_VA) ? va :
	       vi_has(q, VI_Q_ADDRESSES) ? dma : 0;
}

/* A descriptor in flight is never all zeros. */
static bool desc_is_gone(const struct vi_raw_queue *q, uint32_t i)
{
	size_t len = vi_ring_parts(q->packed, q->size).desc;
	size_t at = (size_t)i * sizeof(struct vring_desc);

	return vi_is_zero(q->desc_bytes + at, sizeof(struct vring_desc)) &&
	       is_zero_page(q->desc_bytes, len,
			    address(q, q->desc_va, q->desc), at);
}

/* Split: does a chain in flight use such a descriptor? */
static bool chain_is_gone(const struct vi_raw_queue *q,
			  const struct vi_chain *c)
{
	size_t i;

	for (i = 0; i < c->num && !c->desc[i].in_table; i++)
		if (desc_is_gone(q, c->desc[i].at))
			return true;
	return false;
}

/* Packed: the driver wrote each slot that is still pending. */
static bool slots_are_gone(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t left = vi_packed_distance(q, ring->used, ring->avail);
	uint16_t pos = ring->used;

	if (!ring->has_avail || ring->inferred_positions || left > q->size)
		return false;
	for (; left; left--) {
		if (desc_is_gone(q, VI_SLOT(pos)))
			return true;
		pos = vi_packed_step(q, pos, 1);
	}
	return false;
}

static bool descs_are_gone(const struct vi_decoded *ring)
{
	size_t i;

	if (!ring->known)
		return false;
	if (ring->q->packed)
		return slots_are_gone(ring);
	for (i = 0; i < ring->num_in_flight; i++)
		if (chain_is_gone(ring->q, &ring->in_flight[i]))
			return true;
	return false;
}

/* Split: is the entry for a free-running index in a page of zeros? */
static bool avail_is_zero(const struct vi_raw_queue *q, uint16_t idx)
{
	size_t at = 4 + 2 * (size_t)(idx & (q->size - 1));

	return !vi_split_avail(q, idx) &&
	       is_zero_page(q->driver_bytes,
			    vi_ring_parts(false, q->size).driver,
			    address(q, q->driver_va, q->driver), at);
}

/*
 * Pending heads differ, so two of them cannot be 0. With the driver's state,
 * old entries may be there, harmlessly.
 */
static bool heads_are_gone(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	uint16_t n = ring->avail - ring->used, i;
	unsigned int zeros = 0;

	if (q->packed || !ring->exact || vi_has_tokens(q) || n > q->size)
		return false;
	for (i = 0; i < n && zeros < 2; i++)
		zeros += avail_is_zero(q, ring->used + i);
	return zeros > 1;
}

/* Is a used entry that the driver has not seen all zeros? */
static bool used_is_zero(const struct vi_raw_queue *q, const struct vi_used *u)
{
	if (u->id || u->len || u->skipped)
		return false;
	if (q->packed)
		return desc_is_gone(q, u->at);
	return is_zero_page(q->device_bytes,
			    vi_ring_parts(false, q->size).device,
			    address(q, q->device_va, q->device),
			    4 + 8 * (size_t)u->at);
}

/* The device never completes a buffer twice before the driver sees it, nor one
 * that is not outstanding. */
static bool completions_are_gone(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	unsigned int zeros = 0;
	size_t i;

	if (!ring->knows_unreaped ||
	    (!q->packed && !vi_queue_lacks(q, VIRTIO_F_IN_ORDER)))
		return false;
	for (i = 0; i < ring->num_unreaped && zeros < 2; i++)
		zeros += used_is_zero(q, &ring->unreaped[i]);
	return zeros > 1 || (zeros && vi_has_tokens(q) &&
			     !q->tokens[0].present);
}

/* Is an index 0, in a page of zeros, though the driver knows better? */
static bool indices_are_gone(const struct vi_decoded *ring)
{
	const struct vi_raw_queue *q = ring->q;
	struct vi_ring_parts len = vi_ring_parts(false, q->size);

	if (q->packed)
		return false;
	if (!ring->avail && vi_has(q, VI_Q_AVAIL_SHADOW) && q->avail_shadow &&
	    is_zero_page(q->driver_bytes, len.driver,
			 address(q, q->driver_va, q->driver), 2))
		return true;
	/* An index that just wrapped to 0 is close to the driver's. */
	return !ring->used && vi_lost_used(ring) &&
	       is_zero_page(q->device_bytes, len.device,
			    address(q, q->device_va, q->device), 2);
}

bool vi_has_zero_page(const struct vi_check_sample *s)
{
	return s->ring->readable &&
	       (indices_are_gone(s->ring) || descs_are_gone(s->ring) ||
		heads_are_gone(s->ring) || completions_are_gone(s->ring));
}
