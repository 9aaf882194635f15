// SPDX-License-Identifier: LGPL-2.1-or-later
/* The device's completions (virtio spec 1.4, 2.7.8, 2.8.22). */
#include <stdlib.h>

#include "check/rules/rules.h"

static void bad_id(struct vi_judge *j, uint32_t at, uint32_t id)
{
	if (id < j->q->size)
		return;
	vi_found(j, "used entry %u refers to descriptor %u in a table of %u", at, id,
		 j->q->size);
	vi_evidence(j, "entry", at);
	vi_evidence(j, "id", id);
	vi_evidence(j, "size", j->q->size);
}

/* Judge completions that the driver has not seen; if unknown, all entries. */
void vi_judge_used_id(struct vi_judge *j)
{
	const struct vi_decoded *ring = j->ring;
	uint32_t i;

	if (ring->knows_unreaped) {
		for (i = 0; i < ring->num_unreaped; i++)
			if (!ring->unreaped[i].skipped)
				bad_id(j, ring->unreaped[i].at,
				       ring->unreaped[i].id);
		return;
	}
	for (i = 0; i < j->q->size; i++)
		bad_id(j, i, vi_split_used(j->q, i).id);
}

static bool can_match(struct vi_judge *j)
{
	if (!j->ring->knows_unreaped)
		vi_skip(j, "needs the driver's position, which is unknown");
	else if (!vi_has_tokens(j->q))
		vi_skip(j, "the driver's list of outstanding buffers is unknown");
	return !j->skipped;
}

void vi_judge_used_not_head(struct vi_judge *j)
{
	size_t i;

	if (!can_match(j))
		return;
	for (i = 0; i < j->ring->num_unreaped; i++) {
		const struct vi_used *u = &j->ring->unreaped[i];

		/* In a split ring, another rule reports ids out of range. */
		if (u->skipped || (u->id < j->q->size ?
				   j->q->tokens[u->id].present :
				   !j->q->packed))
			continue;
		vi_found(j, "the device completed %u, which is not outstanding",
			 u->id);
		vi_evidence(j, "entry", u->at);
		vi_evidence(j, "id", u->id);
		vi_evidence(j, "len", u->len);
	}
}

void vi_judge_dup_used(struct vi_judge *j)
{
	uint64_t *met;
	size_t i;

	if (!can_match(j))
		return;
	met = vi_bits_new(j->q->size);
	j->no_memory = !met;
	for (i = 0; met && i < j->ring->num_unreaped; i++) {
		const struct vi_used *u = &j->ring->unreaped[i];

		if (u->skipped || u->id >= j->q->size)
			continue;
		if (vi_bit(met, u->id)) {
			vi_found(j, "the device completed %u twice", u->id);
			vi_evidence(j, "id", u->id);
			vi_evidence(j, "entry", u->at);
		}
		vi_bit_set(met, u->id);
	}
	free(met);
}

/* Is the used length beyond the writable bytes of the chain? */
static bool too_long(struct vi_walker *w, const struct vi_used *u,
		     uint64_t *room, bool *ok)
{
	struct vi_chain c = { 0 };
	bool whole;

	*ok = vi_walk_split(w, u->id, &c);
	whole = vi_chain_is_whole(&c);
	*room = c.in_len;
	return *ok && whole && u->len > *room;
}

static void used_len(struct vi_judge *j)
{
	struct vi_walker w;
	bool ok = vi_walker_init(&w, j->q);
	size_t i;

	for (i = 0; ok && i < j->ring->num_unreaped; i++) {
		const struct vi_used *u = &j->ring->unreaped[i];
		uint64_t room;

		if (u->skipped || u->id >= j->q->size ||
		    !j->q->tokens[u->id].present ||
		    !too_long(&w, u, &room, &ok))
			continue;
		vi_found(j, "the device claims to have written %u bytes to the chain at %u, which has room for %llu",
			 u->len, u->id, (unsigned long long)room);
		vi_evidence(j, "id", u->id);
		vi_evidence(j, "len", u->len);
		vi_evidence(j, "room", room);
	}
	j->no_memory = !ok;
	vi_walker_fini(&w);
}

void vi_judge_used_len(struct vi_judge *j)
{
	if (!vi_needs_features(j) || !vi_feature(j, VIRTIO_F_VERSION_1) ||
	    !can_match(j))
		return;
	if (j->q->packed)
		vi_used_len_packed(j);
	else
		used_len(j);
}

/* Legacy devices often do this, and their drivers do not care. */
void vi_judge_used_len_legacy(struct vi_judge *j)
{
	if (vi_needs_features(j) && !vi_feature(j, VIRTIO_F_VERSION_1) &&
	    can_match(j))
		used_len(j);
}

/* The set of heads made available from entry @from on. */
static uint64_t *offered(const struct vi_decoded *ring, uint16_t from)
{
	uint64_t *bits = vi_bits_new(ring->q->size);
	uint16_t n = ring->avail - from, i;

	for (i = 0; bits && i < n && i < ring->q->size; i++) {
		uint16_t head = vi_split_avail(ring->q, from + i);

		if (head < ring->q->size)
			vi_bit_set(bits, head);
	}
	return bits;
}

/*
 * A used entry that skips buffers completes them, too, and the list has them as
 * skipped; so every entry should be the next in order (spec 2.7.9).
 */
static void inorder_used(struct vi_judge *j)
{
	const struct vi_decoded *ring = j->ring;
	uint64_t *known = offered(ring, ring->last);
	uint16_t expect = ring->last;
	size_t i;

	j->no_memory = !known;
	for (i = 0; known && i < ring->num_unreaped; i++, expect++) {
		const struct vi_used *u = &ring->unreaped[i];
		uint16_t head = vi_split_avail(j->q, expect);

		if (u->id == head || u->id >= j->q->size ||
		    !vi_bit(known, u->id))
			continue;
		vi_found(j, "the device completed %u before %u, which is next in order",
			 u->id, head);
		vi_evidence(j, "id", u->id);
		vi_evidence(j, "expected", head);
		vi_evidence(j, "entry", u->at);
	}
	free(known);
}

void vi_judge_inorder_used(struct vi_judge *j)
{
	if (!vi_needs_features(j) || !vi_feature(j, VIRTIO_F_IN_ORDER))
		return;
	if (!j->ring->knows_unreaped)
		vi_skip(j, "needs the driver's position, which is unknown");
	else if (j->q->packed)
		vi_inorder_used_packed(j);
	else
		inorder_used(j);
}
