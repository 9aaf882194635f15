// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The driver's own state in Linux, against the ring and against itself. The
 * device never sees this state.
 */
#include <stdlib.h>

#include "check/rules/rules.h"

/*
 * With event indices the driver leaves the flags alone; and after an interrupt
 * it does not bother to write that it wants no more.
 */
static bool flags_follow(struct vi_judge *j)
{
	const struct vi_raw_queue *q = j->q;

	if (!q->packed && (!vi_needs_features(j) ||
			   vi_feature(j, VIRTIO_RING_F_EVENT_IDX)))
		return false;
	return vi_callbacks(q) == VI_YES ||
	       !(vi_has(q, VI_Q_EVENT_TRIGGERED) && q->event_triggered);
}

void vi_judge_shadow(struct vi_judge *j)
{
	const struct vi_raw_queue *q = j->q;
	uint16_t flags = q->packed ? j->ring->driver_flags :
				     j->ring->avail_flags;

	if (!(q->have & (VI_Q_AVAIL_SHADOW | VI_Q_FLAGS_SHADOW))) {
		vi_skip(j, "needs the driver's private state");
		return;
	}
	if (!q->packed && vi_has(q, VI_Q_AVAIL_SHADOW) &&
	    q->avail_shadow != j->ring->avail) {
		vi_found(j, "the available index is %u in the ring but %u in the driver",
			 j->ring->avail, q->avail_shadow);
		vi_evidence(j, "avail_idx", j->ring->avail);
		vi_evidence(j, "shadow", q->avail_shadow);
	}
	if (vi_has(q, VI_Q_FLAGS_SHADOW) && flags_follow(j) &&
	    q->flags_shadow != flags) {
		vi_found(j, "the driver's flags are 0x%x in the ring but 0x%x in the driver",
			 flags, q->flags_shadow);
		vi_evidence_hex(j, "flags", flags);
		vi_evidence_hex(j, "shadow", q->flags_shadow);
	}
}

/* The sum of the driver's tokens. */
struct sum {
	uint32_t tokens, slots;
	bool whole;		/* all chains could be followed */
};

static bool sum_up(const struct vi_raw_queue *q, struct sum *sum)
{
	struct vi_walker w;
	bool ok = vi_walker_init(&w, q);
	uint32_t i;

	*sum = (struct sum) { .whole = true };
	for (i = 0; ok && i < q->size; i++) {
		struct vi_chain c = { 0 };

		if (!q->tokens[i].present)
			continue;
		sum->tokens++;
		if (q->packed) {
			sum->slots += q->tokens[i].num;
			continue;
		}
		ok = vi_walk_split(&w, i, &c);
		sum->slots += c.slots;
		sum->whole &= !vi_chain_has(&c, VI_WALK_LOOP) &&
			      !vi_chain_has(&c, VI_WALK_NEXT) &&
			      !vi_chain_has(&c, VI_WALK_CUT);
	}
	vi_walker_fini(&w);
	return ok;
}

/* Exactly the buffers between L and A have a token. */
static void compare_tokens(struct vi_judge *j, const struct sum *sum)
{
	const struct vi_decoded *ring = j->ring;
	uint32_t have = j->q->packed ? sum->slots : sum->tokens, want;

	if (!ring->has_last || !ring->has_avail || ring->inferred_positions ||
	    vi_has_bad_index(ring))
		return;
	want = j->q->packed ?
	       vi_packed_distance(j->q, ring->last, ring->avail) :
	       (uint16_t)(ring->avail - ring->last);
	/* Too few: a buffer was submitted twice, which other rules report. */
	if (want > j->q->size || have <= want)
		return;
	vi_found(j, "the driver keeps state for %u %s, but only %u are outstanding",
		 have, j->q->packed ? "descriptors" : "buffers", want);
	vi_evidence(j, "kept", have);
	vi_evidence(j, "outstanding", want);
}

static void compare_free(struct vi_judge *j, const struct sum *sum)
{
	if (!vi_has(j->q, VI_Q_NUM_FREE) || !sum->whole ||
	    (uint64_t)j->q->num_free + sum->slots == j->q->size)
		return;
	vi_found(j, "%u descriptors are free and %u in use, in a queue of %u",
		 j->q->num_free, sum->slots, j->q->size);
	vi_evidence(j, "num_free", j->q->num_free);
	vi_evidence(j, "taken", sum->slots);
	vi_evidence(j, "size", j->q->size);
}

/* num_free distinct entries, of which none is outstanding. */
static void follow_free(struct vi_judge *j, uint64_t *met)
{
	const struct vi_raw_queue *q = j->q;
	uint32_t at = q->free_head, i;

	for (i = 0; i < q->num_free && i < q->size; i++) {
		const char *why = at >= q->size ? "leaves the queue" :
				  vi_bit(met, at) ? "contains a loop" :
				  q->tokens[at].present ?
				  "reaches an outstanding one" : NULL;

		if (why) {
			vi_found(j, "the driver's list of free descriptors %s after %u of %u",
				 why, i, q->num_free);
			vi_evidence(j, "at", at);
			vi_evidence(j, "steps", i);
			vi_evidence(j, "num_free", q->num_free);
			return;
		}
		vi_bit_set(met, at);
		at = q->extra[at].next;
	}
}

/* With IN_ORDER, drivers use descriptors in sequence and keep no list. */
static bool has_list(struct vi_judge *j)
{
	return vi_has(j->q, VI_Q_FREE_HEAD | VI_Q_NUM_FREE | VI_Q_EXTRA) &&
	       j->q->extra && vi_needs_features(j) &&
	       !vi_feature(j, VIRTIO_F_IN_ORDER);
}

void vi_judge_free_leak(struct vi_judge *j)
{
	struct sum sum;
	uint64_t *met;

	if (!vi_has_tokens(j->q)) {
		vi_skip(j, "needs the driver's private state");
		return;
	}
	met = vi_bits_new(j->q->size);
	if (!met || !sum_up(j->q, &sum)) {
		j->no_memory = true;
		free(met);
		return;
	}
	compare_free(j, &sum);
	compare_tokens(j, &sum);
	if (has_list(j))
		follow_free(j, met);
	free(met);
}
