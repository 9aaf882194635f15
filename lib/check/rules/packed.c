// SPDX-License-Identifier: LGPL-2.1-or-later
/* The descriptor ring of a packed queue (virtio spec 1.4, 2.8.1 to 2.8.6). */
#include <stdlib.h>

#include "check/rules/rules.h"

/* Faults of a slot between the device's position and the driver's. */
enum fault {
	FAULT_WRAP,		/* wrap bits of another lap */
	FAULT_RESTAMP,		/* made available again */
	FAULT_TORN,		/* its list's head is available, it is not */
};

/* Position while scanning these slots. */
struct scan {
	uint16_t pos, head;	/* of this slot; of its list */
	bool in_list;
	bool from_start;	/* no sound slot so far */
};

/* The fault of a slot that is not available; -1: none. */
static int fault_of(const struct scan *s, uint16_t flags)
{
	if (vi_packed_is_avail(flags, s->pos ^ VI_WRAP)) {
		if (s->in_list && (s->head & VI_WRAP) != (s->pos & VI_WRAP))
			return FAULT_WRAP;
		return FAULT_RESTAMP;
	}
	if (s->in_list)
		return FAULT_TORN;
	/* A device may write a batch of used entries backwards. */
	if (vi_packed_is_used(flags, s->pos))
		return -1;
	return s->from_start ? FAULT_WRAP : FAULT_RESTAMP;
}

static const char *const faults[] = {
	[FAULT_WRAP] = "has the wrap bits of another lap",
	[FAULT_RESTAMP] = "was overwritten before the device had finished with it",
	[FAULT_TORN] = "is not available although the head of its list is",
};

static void found_fault(struct vi_judge *j, int fault, uint16_t pos,
			uint16_t flags)
{
	vi_found(j, "slot %u %s", VI_SLOT(pos), faults[fault]);
	vi_evidence(j, "slot", VI_SLOT(pos));
	vi_evidence(j, "wrap", pos >> 15);
	vi_evidence_hex(j, "flags", flags);
}

static bool has_lists(struct vi_judge *j)
{
	if (!j->ring->exact) {
		vi_skip(j, "needs the driver's private state to know which lists are in flight");
		return false;
	}
	return vi_packed_distance(j->q, j->ring->used, j->ring->avail) <=
	       j->q->size;
}

static void scan(struct vi_judge *j, enum fault wanted)
{
	struct scan s = { .pos = j->ring->used, .from_start = true };
	uint32_t left, whole;

	if (!has_lists(j))
		return;
	whole = vi_packed_distance(j->q, j->ring->used, j->ring->avail);
	for (left = whole; left; left--) {
		uint16_t flags = vi_packed_desc(j->q, VI_SLOT(s.pos)).flags;
		int fault = -1;

		if (vi_packed_is_avail(flags, s.pos)) {
			s.head = s.in_list ? s.head : s.pos;
			s.in_list = flags & VRING_DESC_F_NEXT;
			s.from_start = false;
		} else {
			fault = fault_of(&s, flags);
			if (fault == (int)wanted)
				found_fault(j, fault, s.pos, flags);
			/* A list continues if only its wrap bits are wrong. */
			s.in_list &= fault == FAULT_WRAP &&
				     flags & VRING_DESC_F_NEXT;
		}
		s.pos = vi_packed_step(j->q, s.pos, 1);
	}
	if (s.in_list && whole < j->q->size && wanted == FAULT_TORN)
		found_fault(j, FAULT_TORN, s.pos,
			    vi_packed_desc(j->q, VI_SLOT(s.pos)).flags);
}

void vi_judge_wrap_bits(struct vi_judge *j)
{
	scan(j, FAULT_WRAP);
}

void vi_judge_restamp(struct vi_judge *j)
{
	scan(j, FAULT_RESTAMP);
}

/*
 * The last slot before the driver's position ends a list, whatever the device
 * has done since, if it is still as the driver wrote it. This holds while the
 * driver writes a further list, too, whose head is to become available last
 * (spec 2.8.6).
 */
static void torn_at_end(struct vi_judge *j)
{
	const struct vi_raw_queue *q = j->q;
	uint16_t end = j->ring->avail;
	uint16_t last = vi_packed_step(q, end ^ VI_WRAP, q->size - 1);
	uint16_t flags = vi_packed_desc(q, VI_SLOT(last)).flags;

	if (vi_packed_is_avail(flags, last) && flags & VRING_DESC_F_NEXT &&
	    !vi_has_no_end(q))
		found_fault(j, FAULT_TORN, end,
			    vi_packed_desc(q, VI_SLOT(end)).flags);
}

void vi_judge_torn_chain(struct vi_judge *j)
{
	if (j->ring->exact)
		scan(j, FAULT_TORN);
	else
		torn_at_end(j);
	if (!j->found.times)
		has_lists(j);
}

void vi_judge_packed_id(struct vi_judge *j)
{
	size_t i;

	if (!vi_has_chains(j))
		return;
	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		if (c->id < j->q->size)
			continue;
		vi_found(j, "the list at slot %u has id %u in a queue of %u",
			 c->head, c->id, j->q->size);
		vi_evidence(j, "slot", c->head);
		vi_evidence(j, "id", c->id);
	}
}

/* Between used entries, no slot is used in this lap. */
void vi_judge_used_pos(struct vi_judge *j)
{
	size_t i;

	if (!j->ring->knows_unreaped || !vi_has_tokens(j->q)) {
		vi_skip(j, "needs the driver's private state to know how many slots a used entry stands for");
		return;
	}
	if (!j->ring->exact)
		return;
	for (i = 0; i < j->ring->num_unreaped; i++) {
		const struct vi_used *u = &j->ring->unreaped[i];
		uint16_t pos = u->at | (j->ring->last & VI_WRAP);
		uint32_t k;

		/* In the driver's lap or the next one. */
		if (u->at < VI_SLOT(j->ring->last))
			pos ^= VI_WRAP;
		for (k = 1; k < u->slots; k++) {
			uint16_t flags;

			pos = vi_packed_step(j->q, pos, 1);
			flags = vi_packed_desc(j->q, VI_SLOT(pos)).flags;
			if (!vi_packed_is_used(flags, pos))
				continue;
			vi_found(j, "slot %u is marked used, but belongs to the %u slots of the used entry at %u",
				 VI_SLOT(pos), u->slots, u->at);
			vi_evidence(j, "slot", VI_SLOT(pos));
			vi_evidence(j, "entry", u->at);
			vi_evidence(j, "slots", u->slots);
		}
	}
}

void vi_judge_stale_avail(struct vi_judge *j)
{
	uint16_t pos = j->ring->avail;
	uint32_t taken, left;

	if (!j->ring->knows_driver) {
		vi_skip(j, "the driver's position is unknown");
		return;
	}
	taken = vi_packed_distance(j->q, j->ring->last, j->ring->avail);
	if (taken > j->q->size)
		return;
	for (left = j->q->size - taken; left; left--) {
		uint16_t flags = vi_packed_desc(j->q, VI_SLOT(pos)).flags;

		if (vi_packed_is_avail(flags, pos)) {
			vi_found(j, "slot %u looks available, but the driver has not reached it",
				 VI_SLOT(pos));
			vi_evidence(j, "slot", VI_SLOT(pos));
			vi_evidence(j, "next_avail", VI_SLOT(j->ring->avail));
		}
		pos = vi_packed_step(j->q, pos, 1);
	}
}

void vi_judge_dup_id(struct vi_judge *j)
{
	uint64_t *met;
	size_t i;

	if (!vi_has_chains(j))
		return;
	met = vi_bits_new(j->q->size);
	j->no_memory = !met;
	for (i = 0; met && i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		if (c->id >= j->q->size)
			continue;
		if (vi_bit(met, c->id)) {
			vi_found(j, "two lists in flight have id %u",
				 c->id);
			vi_evidence(j, "id", c->id);
			vi_evidence(j, "slot", c->head);
		}
		vi_bit_set(met, c->id);
	}
	free(met);
}
