// SPDX-License-Identifier: LGPL-2.1-or-later
/* Split rings: indices, and the heads between them (spec 1.4, 2.7.6). */
#include <stdlib.h>

#include "check/rules/rules.h"

static bool is_lost(const struct vi_decoded *ring)
{
	return vi_lost_used(ring) || vi_lost_avail(ring);
}

static void show_indices(struct vi_judge *j)
{
	vi_evidence_place(j, "avail_idx", j->ring->avail);
	vi_evidence_place(j, "used_idx", j->ring->used);
	if (j->ring->has_last)
		vi_evidence_place(j, "last_used_idx", j->ring->last);
	if (vi_has(j->q, VI_Q_HOST_AVAIL))
		vi_evidence(j, "last_avail_idx", j->q->host_avail);
	vi_evidence(j, "size", j->q->size);
}

/*
 * The driver is not to blame for an available index that it did not write;
 * vi_judge_shadow() reports that. A full ring of 32768 reaches the limit of
 * signed 16-bit distances.
 */
void vi_judge_used_ahead(struct vi_judge *j)
{
	uint16_t avail = vi_driver_avail(j->ring);
	int16_t d = avail - j->ring->used;

	if (d >= 0 || (j->q->size == 32768 && d == INT16_MIN) ||
	    is_lost(j->ring))
		return;
	vi_found(j, "the used index %u is ahead of the available index %u by %d: the device completed buffers that were never submitted",
		 j->ring->used, avail, -d);
	show_indices(j);
}

void vi_judge_inflight(struct vi_judge *j)
{
	uint32_t d = j->q->packed ? vi_flight_count(j->ring) :
		     (uint16_t)(vi_driver_avail(j->ring) - j->ring->used);

	if (!j->ring->has_avail || !j->ring->has_used ||
	    (j->ring->inferred_positions && !j->ring->knows_driver))
		return;
	if (j->q->packed && j->ring->has_last) {
		uint32_t l = vi_packed_distance(j->q, j->ring->last,
						j->ring->avail);

		/* Count from L if that is too many; ignore U past A. */
		d = l > j->q->size ? l : d;
		if (vi_unseen_count(j->ring) > l)
			return;
	}
	if (d <= j->q->size || (!j->q->packed && (d & 0x8000)) ||
	    is_lost(j->ring))
		return;
	vi_found(j, "%u %s are in flight in a queue of %u", d,
		 j->q->packed ? "descriptors" : "buffers", j->q->size);
	show_indices(j);
}

/*
 * The device's position agrees with its used index, but the driver's is too far
 * ahead. If several samples show it, vi_judge_index_lost() reports it.
 */
static bool is_jump(const struct vi_judge *j)
{
	uint16_t taken = j->q->host_avail - j->ring->used;

	return vi_lost_avail(j->ring) && !vi_lost_used(j->ring) &&
	       taken <= j->q->size;
}

void vi_judge_avail_jump(struct vi_judge *j)
{
	if (!vi_has(j->q, VI_Q_HOST_AVAIL)) {
		vi_skip(j, "needs the device's internal position, which a guest cannot read");
		return;
	}
	if (!is_jump(j) || vi_consistent_count(j->queue) > 1)
		return;
	vi_found(j, "the available index %u is more than the queue size of %u ahead of the device's %u",
		 j->ring->avail, j->q->size, j->q->host_avail);
	show_indices(j);
}

void vi_judge_index_lost(struct vi_judge *j)
{
	size_t i, n = 0, passes = 0;

	if (vi_last_sample(j->queue) != j->sample)
		return;
	for (i = 0; i < j->queue->num_samples; i++) {
		const struct vi_check_sample *s = &j->queue->samples[i];

		if (!vi_is_consistent(s) || !s->ring->readable)
			continue;
		passes++;
		n += !vi_has_zero_page(s) && is_lost(s->ring);
	}
	if (!n || n < passes || (j->in->live && passes < 2) ||
	    (passes == 1 && is_jump(j)))
		return;
	vi_found(j, "one side lost its ring position: %s differ by more than the queue size of %u",
		 vi_lost_used(j->ring) ?
		 "the used index and the driver's position" :
		 "the available index and the device's position",
		 j->q->size);
	show_indices(j);
}

/* Both reads are of one pass, with one size and address (spec 2.7.6). */
void vi_judge_avail_decr(struct vi_judge *j)
{
	const struct vi_raw_queue *q = j->q;
	size_t i, n = 0;

	if (!vi_input_has(j, VI_C_STATUS) ||
	    !(j->in->status & VIRTIO_CONFIG_S_DRIVER_OK) || !vi_is_ready(q))
		return;
	for (i = 0; i < j->queue->num_samples; i++) {
		const struct vi_check_sample *s = &j->queue->samples[i];

		if (s->q->gone || !vi_has(s->q, VI_Q_AVAIL_AGAIN) ||
		    !s->ring->has_avail || s->q->packed)
			continue;
		if ((int16_t)(s->q->avail_again - s->ring->avail) < 0) {
			q = s->q;
			n++;
		}
	}
	if (!n || (j->in->live && n < 2))
		return;
	vi_found(j, "the available index went backwards within one read, to %u",
		 q->avail_again);
	vi_evidence(j, "avail_idx_again", q->avail_again);
}

/* How many available entries are pending, or 0 if the indices are bad. */
static uint32_t waiting(const struct vi_decoded *ring)
{
	uint32_t d = vi_flight_count(ring);

	return ring->has_avail && d <= ring->q->size ? d : 0;
}

void vi_judge_head(struct vi_judge *j)
{
	uint32_t n = waiting(j->ring), i;

	for (i = 0; i < n; i++) {
		uint16_t at = j->ring->used + i;
		uint16_t head = vi_split_avail(j->q, at);

		if (head < j->q->size)
			continue;
		vi_found(j, "available entry %u refers to descriptor %u in a table of %u",
			 at & (j->q->size - 1), head, j->q->size);
		vi_evidence(j, "entry", at & (j->q->size - 1));
		vi_evidence(j, "head", head);
		vi_evidence(j, "size", j->q->size);
	}
}

/*
 * With the driver's state, a head in flight twice leaves fewer tokens than
 * pending entries. (A head may rightly appear twice: it completed out of order
 * and was made available again.)
 */
static bool may_be_twice(const struct vi_decoded *ring, uint32_t waits)
{
	return !vi_has_tokens(ring->q) || ring->num_in_flight < waits;
}

void vi_judge_dup_head(struct vi_judge *j)
{
	uint32_t n = waiting(j->ring), i;
	uint64_t *met;

	if (!j->ring->exact) {
		vi_skip(j, "needs the exact list of buffers in flight, which had to be inferred");
		return;
	}
	/* A fresh ring's list comes from its whole history. */
	if (n < 2 || !may_be_twice(j->ring, n))
		return;
	met = vi_bits_new(j->q->size);
	j->no_memory = !met;
	for (i = 0; met && i < n; i++) {
		uint16_t at = j->ring->used + i;
		uint16_t head = j->ring->fresh && i < j->ring->num_in_flight ?
				j->ring->in_flight[i].head :
				vi_split_avail(j->q, at);

		if (head >= j->q->size)
			continue;
		if (vi_bit(met, head)) {
			vi_found(j, "descriptor %u was submitted again while it was in flight",
				 head);
			vi_evidence(j, "head", head);
			vi_evidence(j, "entry", at & (j->q->size - 1));
		}
		vi_bit_set(met, head);
	}
	free(met);
}
