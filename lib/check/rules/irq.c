// SPDX-License-Identifier: LGPL-2.1-or-later
/* Completions that the driver has not seen, and why. */
#include "check/rules/rules.h"

#define NO_VECTOR	0xffff

/* An interface that is down leaves earlier completions in the ring. */
static bool is_down(const struct vi_judge *j)
{
	return vi_input_has(j, VI_C_TYPE | VI_C_LINK) &&
	       j->in->type == VIRTIO_ID_NET && !j->in->link_up;
}

/* A packed ring's indices count descriptors, not buffers. */
static uint32_t count_waiting(const struct vi_decoded *ring)
{
	return ring->q->packed && ring->knows_unreaped ? ring->num_unreaped :
	       vi_unseen_count(ring);
}

/* Are there completions that the driver has not taken? */
static bool has_pending(struct vi_judge *j)
{
	const struct vi_decoded *ring = j->ring;

	if (is_down(j) || (j->q->have & VI_Q_BROKEN && j->q->broken))
		return false;
	if (!ring->has_last) {
		vi_skip(j, "needs the driver's position, which is unknown");
		return false;
	}
	return ring->has_used && ring->last != ring->used;
}

/* Have these completions been pending for long enough? */
static bool stay_pending(struct vi_judge *j, struct vi_still *still)
{
	uint32_t n = count_waiting(j->ring);

	if (vi_stands(j, still))
		return true;
	if (j->skipped && !vi_has_ended(j->in))
		vi_undecided(j, j->skipped,
			     "%u %s pending%s; whether the driver takes %s cannot be told",
			     n, n == 1 ? "completion is" : "completions are",
			     vi_callbacks(j->q) == VI_YES &&
			     vi_interrupt_due(j->ring) ?
			     " past the event that the driver armed" : "",
			     n == 1 ? "it" : "them");
	return false;
}

/* "1 completion has", "2 completions have" */
#define HAVE(n)	(n), (n) == 1 ? "completion has" : "completions have"

static void show_waiting(struct vi_judge *j, const struct vi_still *still)
{
	vi_evidence(j, "unseen", count_waiting(j->ring));
	vi_evidence_place(j, "used", j->ring->used);
	vi_evidence_place(j, "last_used", j->ring->last);
	vi_evidence_place(j, "event", j->q->packed ? j->ring->driver_off_wrap :
		    j->ring->used_event);
	vi_evidence(j, "age_ms", still->age_ns / 1000000);
}

/* Did the queue's own interrupt arrive meanwhile? */
static enum vi_tristate came(struct vi_judge *j, const struct vi_still *still)
{
	if (!(j->queue->have & VI_CQ_VECTOR_OWN) || !j->queue->vector_own) {
		vi_skip(j, "the interrupt cannot be attributed: it is shared, or its queue is unknown");
		return VI_MAYBE;
	}
	if (!still->first->has_interrupts || !still->last->has_interrupts) {
		vi_skip(j, "the queue's interrupt count is unknown");
		return VI_MAYBE;
	}
	return still->first->interrupts != still->last->interrupts;
}

/* Does the driver want an interrupt that did not come? */
static bool is_due(struct vi_judge *j, const struct vi_still *still)
{
	enum vi_tristate arrived = VI_MAYBE;

	if (!j->ring->knows_events)
		vi_skip(j, VI_NO_FEATURES);
	else if (vi_callbacks(j->q) == VI_MAYBE)
		vi_skip(j, "it is unknown whether the driver wants interrupts");
	else
		arrived = came(j, still);
	if (arrived == VI_MAYBE)
		vi_undecided(j, j->skipped,
			     "%u %s been pending for %.1f s; whether an interrupt was lost cannot be told",
			     HAVE(count_waiting(j->ring)),
			     (double)still->age_ns / 1e9);
	return arrived == VI_NO;
}

/*
 * The ring alone may tell that the driver has taken everything, or that it has
 * not.
 */
static void doubt_position(struct vi_judge *j)
{
	const struct vi_decoded *ring = j->ring;

	if (vi_moves(j->queue) || vi_is_rearmed(ring) ||
	    (!j->q->packed && ring->fresh && !ring->used))
		return;
	vi_undecided(j, j->skipped, vi_armed_passed(ring) ?
		       "the completion for which the driver armed an event is there; whether the driver has taken it cannot be told" :
		       "whether the driver has taken all completions cannot be told");
}

/*
 * Output that was taken is in nobody's way while there is room for more. Input,
 * or a full queue: a program may wait for an interrupt that was lost, or none may
 * want to read or write.
 */
static void doubt_program(struct vi_judge *j)
{
	bool input = j->queue->role == VI_QUEUE_PARKED;
	uint32_t n = count_waiting(j->ring);
	struct vi_still still;

	if (!(input || vi_is_full(j->ring)) || !stay_pending(j, &still))
		return;
	vi_undecided(j, "the driver takes completions of this queue only when a program reads or writes",
		     "%u %s been pending for %.1f s%s; whether a program waits for an interrupt or does not %s cannot be told",
		     HAVE(n), (double)still.age_ns / 1e9,
		     input ? "" : " and fill the queue",
		     input ? "read" : "write");
}

void vi_judge_lost_irq(struct vi_judge *j)
{
	uint32_t n = count_waiting(j->ring);
	struct vi_still still;

	if (!has_pending(j)) {
		if (j->skipped)
			doubt_position(j);
		return;
	}
	if (vi_callbacks(j->q) == VI_NO ||
	    (j->ring->knows_events && !vi_interrupt_due(j->ring)) ||
	    (j->q->have & VI_Q_CALLBACK && !j->q->callback))
		return;
	if (j->queue->kind && j->queue->kind->lazy &&
	    !(j->queue->have & VI_CQ_MASKED && j->queue->masked)) {
		doubt_program(j);
		return;
	}
	if (!stay_pending(j, &still) || !is_due(j, &still))
		return;
	vi_found(j, "%u %s been pending for %.1f s without an interrupt for %s%s",
		 HAVE(n), (double)still.age_ns / 1e9, n == 1 ? "it" : "them",
		 j->queue->have & VI_CQ_MASKED && j->queue->masked ?
		 ": its vector is masked" : "");
	show_waiting(j, &still);
	vi_evidence(j, "irq_count", still.last->interrupts);
	if (j->queue->have & VI_CQ_IRQ)
		vi_evidence(j, "irq", j->queue->irq);
	if (j->queue->have & VI_CQ_MASKED)
		vi_evidence_bool(j, "masked", j->queue->masked);
	if (vi_has(j->q, VI_Q_VECTOR))
		vi_evidence(j, "vector", j->q->vector);
}

/* By the driver's shadow flags, or else by the ring if its flags count. */
static bool is_off(struct vi_judge *j)
{
	enum vi_tristate on = vi_callbacks(j->q);

	if (on != VI_MAYBE)
		return on == VI_NO;
	if (j->q->packed)
		return (j->ring->driver_flags & 3) ==
		       VRING_PACKED_EVENT_FLAG_DISABLE;
	return j->ring->avail_flags & VRING_AVAIL_F_NO_INTERRUPT &&
	       vi_needs_features(j) && !vi_feature(j, VIRTIO_RING_F_EVENT_IDX);
}

/* A driver may poll a queue now and then; report it only when it hurts. */
void vi_judge_callbacks_off(struct vi_judge *j)
{
	bool ages = j->queue->have & VI_CQ_ROLE &&
		    j->queue->role == VI_QUEUE_REQUEST &&
		    vi_has_requests(j->ring);
	uint32_t n = count_waiting(j->ring);
	struct vi_still still;

	if (!has_pending(j) || !is_off(j) || !(ages || vi_is_full(j->ring)) ||
	    !stay_pending(j, &still))
		return;
	vi_found(j, "%u %s been pending for %.1f s, but the driver's callbacks are disabled",
		 HAVE(n), (double)still.age_ns / 1e9);
	show_waiting(j, &still);
	if (vi_has(j->q, VI_Q_NUM_FREE))
		vi_evidence(j, "num_free", j->q->num_free);
}

void vi_judge_event_stuck(struct vi_judge *j)
{
	uint32_t n = count_waiting(j->ring);
	struct vi_still still;

	if (vi_lacks_event_idx(j->ring) || !has_pending(j) ||
	    !vi_uses_event_idx(j))
		return;
	if (vi_callbacks(j->q) == VI_MAYBE) {
		vi_skip(j, "it is unknown whether the driver wants interrupts");
		return;
	}
	if (vi_callbacks(j->q) != VI_YES || !vi_event_outside(j->ring, false) ||
	    !stay_pending(j, &still))
		return;
	vi_found(j, "%u %s been pending for %.1f s; the driver requested an interrupt for a buffer that is not in flight",
		 HAVE(n), (double)still.age_ns / 1e9);
	show_waiting(j, &still);
	vi_evidence_place(j, "avail", j->ring->avail);
}

/* Under INTx no queue has a vector. */
void vi_judge_no_vector(struct vi_judge *j)
{
	const struct vi_raw_queue *q = j->q;

	if (vi_input_has(j, VI_C_MSIX) && !j->in->msix)
		return;
	if (!vi_input_has(j, VI_C_MSIX) ||
	    !vi_has(q, VI_Q_VECTOR | VI_Q_CALLBACK)) {
		vi_skip(j, "needs to know whether MSI-X is enabled, the queue's vector, and whether it has a callback");
		return;
	}
	if (!q->callback || !vi_is_ready(q))
		return;
	if (q->vector != NO_VECTOR &&
	    !(vi_input_has(j, VI_C_VECTORS) && q->vector >= j->in->vectors))
		return;
	vi_found(j, "the driver waits for interrupts of the queue, but its vector is %s",
		 q->vector == NO_VECTOR ? "none" :
		 "one that the device does not have");
	vi_evidence(j, "vector", q->vector);
	if (vi_input_has(j, VI_C_VECTORS))
		vi_evidence(j, "vectors", j->in->vectors);
}
