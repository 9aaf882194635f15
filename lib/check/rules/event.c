// SPDX-License-Identifier: LGPL-2.1-or-later
/* Who wants notifications when (virtio spec 1.4, 2.7.7, 2.7.10, 2.8.10). */
#include "check/rules/judge.h"

#define FLAGS		3

enum vi_tristate vi_callbacks(const struct vi_raw_queue *q)
{
	if (!vi_has(q, VI_Q_FLAGS_SHADOW))
		return VI_MAYBE;
	if (q->packed)
		return (q->flags_shadow & FLAGS) !=
		       VRING_PACKED_EVENT_FLAG_DISABLE;
	return !(q->flags_shadow & VRING_AVAIL_F_NO_INTERRUPT);
}

static bool has_event_idx(const struct vi_decoded *ring)
{
	return vi_features_test(ring->q->features, VIRTIO_RING_F_EVENT_IDX);
}

/* Is the packed position inside the ring? */
static bool is_position(const struct vi_raw_queue *q, uint16_t pos)
{
	return VI_SLOT(pos) < q->size;
}

/* Packed: does an event structure ask for an event between two positions? */
static bool packed_due(const struct vi_decoded *ring, uint16_t flags,
		       uint16_t where, uint16_t from, uint16_t to)
{
	const struct vi_raw_queue *q = ring->q;

	flags &= FLAGS;
	if (flags != VRING_PACKED_EVENT_FLAG_DESC || !has_event_idx(ring))
		return flags == VRING_PACKED_EVENT_FLAG_ENABLE;
	return is_position(q, where) &&
	       vi_packed_distance(q, from, where) <
	       vi_packed_distance(q, from, to);
}

bool vi_interrupt_due(const struct vi_decoded *ring)
{
	if (!ring->has_last || !ring->has_used || ring->last == ring->used)
		return false;
	if (ring->q->packed)
		return packed_due(ring, ring->driver_flags,
				  ring->driver_off_wrap, ring->last,
				  ring->used);
	if (has_event_idx(ring))
		return (uint16_t)(ring->used_event - ring->last) <
		       (uint16_t)(ring->used - ring->last);
	return !(ring->avail_flags & VRING_AVAIL_F_NO_INTERRUPT);
}

bool vi_is_rearmed(const struct vi_decoded *ring)
{
	if (!has_event_idx(ring) || !ring->has_used)
		return false;
	if (!ring->q->packed)
		return ring->used_event == ring->used;
	return (ring->driver_flags & FLAGS) == VRING_PACKED_EVENT_FLAG_DESC &&
	       ring->driver_off_wrap == ring->used;
}

bool vi_armed_passed(const struct vi_decoded *ring)
{
	uint16_t at = ring->driver_off_wrap;

	return ring->q->packed && has_event_idx(ring) && ring->readable &&
	       (ring->driver_flags & FLAGS) == VRING_PACKED_EVENT_FLAG_DESC &&
	       is_position(ring->q, at) &&
	       vi_packed_is_used(vi_packed_desc(ring->q, VI_SLOT(at)).flags,
				 at);
}

/* Only event indices tell. */
bool vi_kick_due(const struct vi_decoded *ring)
{
	if (!has_event_idx(ring) || !ring->has_avail || !ring->has_used ||
	    ring->inferred_positions || ring->avail == ring->used)
		return false;
	if (!ring->q->packed)
		return (uint16_t)(ring->avail_event - ring->used) <
		       (uint16_t)(ring->avail - ring->used);
	return (ring->device_flags & FLAGS) == VRING_PACKED_EVENT_FLAG_DESC &&
	       packed_due(ring, ring->device_flags, ring->device_off_wrap,
			  ring->used, ring->avail);
}

bool vi_event_outside(const struct vi_decoded *ring, bool inclusive)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t to, event;

	if (!has_event_idx(ring) || !ring->has_last || !ring->has_avail ||
	    ring->inferred_positions)
		return false;
	if (!q->packed) {
		event = (uint16_t)(ring->used_event - ring->last);
		to = (uint16_t)(ring->avail - ring->last);
	} else {
		if ((ring->driver_flags & FLAGS) !=
		    VRING_PACKED_EVENT_FLAG_DESC ||
		    !is_position(q, ring->driver_off_wrap))
			return false;
		event = vi_packed_distance(q, ring->last,
					   ring->driver_off_wrap);
		to = vi_packed_distance(q, ring->last, ring->avail);
	}
	return inclusive ? event > to : event >= to;
}

static void split_flags(struct vi_judge *j, const char *whose, uint16_t flags)
{
	if (!(flags & ~1) && !(flags && has_event_idx(j->ring)))
		return;
	vi_found(j, "the flags of the %s ring are 0x%x%s", whose, flags,
		 flags & ~1 ? "; only bit 0 is defined" :
		 ", although event indices replace them");
	vi_evidence_hex(j, "flags", flags);
}

static void packed_flags(struct vi_judge *j, const char *whose,
			 uint16_t flags)
{
	if (!(flags & ~FLAGS))
		return;
	vi_found(j, "the %s's event flags are 0x%x; only bits 0 and 1 are defined",
		 whose, flags);
	vi_evidence_hex(j, "flags", flags);
}

void vi_judge_evt_flags(struct vi_judge *j)
{
	if (j->q->packed) {
		packed_flags(j, "driver", j->ring->driver_flags);
		packed_flags(j, "device", j->ring->device_flags);
		return;
	}
	split_flags(j, "available", j->ring->avail_flags);
	split_flags(j, "used", j->ring->used_flags);
}

/* With callbacks off, the driver's event fields mean nothing. */
void vi_judge_evt_stale(struct vi_judge *j)
{
	if (!has_event_idx(j->ring))
		return;
	if (vi_callbacks(j->q) == VI_MAYBE || !j->ring->has_last) {
		vi_skip(j, "it is unknown whether the driver wants interrupts, and which completions it has seen");
		return;
	}
	if (vi_callbacks(j->q) != VI_YES || vi_lost_used(j->ring) ||
	    !vi_event_outside(j->ring, true))
		return;
	vi_found(j, "callbacks are enabled, but the driver's event index is outside the range from the last seen completion to the last submitted buffer");
	vi_evidence_place(j, "event", j->q->packed ? j->ring->driver_off_wrap :
		    j->ring->used_event);
	vi_evidence_place(j, "last_used", j->ring->last);
	vi_evidence_place(j, "avail", j->ring->avail);
}

/* Both event structures of a packed ring, in turn. */
static void each_event(struct vi_judge *j,
		       void (*fn)(struct vi_judge *j, const char *whose,
				  uint16_t flags, uint16_t where))
{
	fn(j, "driver", j->ring->driver_flags, j->ring->driver_off_wrap);
	fn(j, "device", j->ring->device_flags, j->ring->device_off_wrap);
}

static void reserved(struct vi_judge *j, const char *whose, uint16_t flags,
		     uint16_t where)
{
	(void)where;
	if ((flags & FLAGS) != 3)
		return;
	vi_found(j, "the %s's event flags are 3, a reserved value", whose);
	vi_evidence_hex(j, "flags", flags);
}

void vi_judge_evt_rsvd(struct vi_judge *j)
{
	each_event(j, reserved);
}

static void no_feature(struct vi_judge *j, const char *whose, uint16_t flags,
		       uint16_t where)
{
	if ((flags & FLAGS) != VRING_PACKED_EVENT_FLAG_DESC ||
	    has_event_idx(j->ring))
		return;
	vi_found(j, "the %s waits for a specific descriptor, but VIRTIO_F_EVENT_IDX was not negotiated",
		 whose);
	vi_evidence_hex(j, "flags", flags);
	vi_evidence(j, "offset", VI_SLOT(where));
}

void vi_judge_evt_feature(struct vi_judge *j)
{
	each_event(j, no_feature);
}

static void offset(struct vi_judge *j, const char *whose, uint16_t flags,
		   uint16_t where)
{
	if ((flags & FLAGS) != VRING_PACKED_EVENT_FLAG_DESC ||
	    VI_SLOT(where) < j->q->size)
		return;
	vi_found(j, "the %s waits for descriptor %u in a ring of %u", whose,
		 VI_SLOT(where), j->q->size);
	vi_evidence(j, "offset", VI_SLOT(where));
	vi_evidence(j, "size", j->q->size);
}

void vi_judge_evt_off(struct vi_judge *j)
{
	each_event(j, offset);
}
