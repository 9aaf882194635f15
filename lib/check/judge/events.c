// SPDX-License-Identifier: LGPL-2.1-or-later
/* Who owes whom a notification (virtio spec 1.4, 2.7.7, 2.7.10, 2.8.10). */
#include "check/judge/judge.h"

enum vi_tristate vi_callbacks(const struct vi_raw_queue *q)
{
	if (!vi_has(q, VI_Q_FLAGS_SHADOW))
		return VI_MAYBE;
	if (q->packed)
		return (q->flags_shadow & VI_EVENT_FLAGS) !=
		       VRING_PACKED_EVENT_FLAG_DISABLE;
	return !(q->flags_shadow & VRING_AVAIL_F_NO_INTERRUPT);
}

bool vi_uses_event_idx(struct vi_judge *j)
{
	if (j->q->packed)
		return !vi_lacks_event_idx(j->ring);
	return vi_needs_features(j) && vi_has_event_idx(j->ring);
}

/* Packed: do the flags ask for an event at one position? They may only with
 * event indices, and so say that these were negotiated (spec 2.8.10). */
static bool asks_at_one(uint16_t flags)
{
	return (flags & VI_EVENT_FLAGS) == VRING_PACKED_EVENT_FLAG_DESC;
}

/* Packed: does an event structure ask for an event between two positions? */
static bool packed_due(const struct vi_decoded *ring, uint16_t flags,
		       uint16_t where, uint16_t from, uint16_t to)
{
	const struct vi_raw_queue *q = ring->q;

	flags &= VI_EVENT_FLAGS;
	if (flags != VRING_PACKED_EVENT_FLAG_DESC || vi_lacks_event_idx(ring))
		return flags == VRING_PACKED_EVENT_FLAG_ENABLE;
	return vi_is_position(q, where) &&
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
	if (vi_has_event_idx(ring))
		return (uint16_t)(ring->used_event - ring->last) <
		       (uint16_t)(ring->used - ring->last);
	return !(ring->avail_flags & VRING_AVAIL_F_NO_INTERRUPT);
}

bool vi_is_rearmed(const struct vi_decoded *ring)
{
	if (vi_lacks_event_idx(ring) || !ring->has_used)
		return false;
	if (!ring->q->packed)
		return vi_has_event_idx(ring) &&
		       ring->used_event == ring->used;
	return asks_at_one(ring->driver_flags) &&
	       ring->driver_off_wrap == ring->used;
}

bool vi_armed_passed(const struct vi_decoded *ring)
{
	uint16_t at = ring->driver_off_wrap;

	return ring->q->packed && !vi_lacks_event_idx(ring) && ring->readable &&
	       asks_at_one(ring->driver_flags) &&
	       vi_is_position(ring->q, at) &&
	       vi_packed_is_used(vi_packed_desc(ring->q, VI_SLOT(at)).flags,
				 at);
}

static uint32_t distance(const struct vi_decoded *ring, uint16_t from,
			 uint16_t to)
{
	return ring->q->packed ? vi_packed_distance(ring->q, from, to) :
	       (uint16_t)(to - from);
}

/* By the index or position that the device published. */
static void asked_at(const struct vi_decoded *ring, uint16_t event,
		     struct vi_asked *out)
{
	uint32_t at = distance(ring, ring->used, event);

	out->event = event;
	if (at > out->total) {
		out->when = VI_ASKED_FAR;
		out->held = distance(ring, ring->avail, event);
	} else {
		out->when = at < out->total ? VI_ASKED_PENDING : VI_ASKED_NEXT;
		out->seen = at;
	}
}

static void asked_packed(const struct vi_decoded *ring, struct vi_asked *out)
{
	switch (ring->device_flags & VI_EVENT_FLAGS) {
	case VRING_PACKED_EVENT_FLAG_ENABLE:
		out->when = VI_ASKED_EACH;
		break;
	case VRING_PACKED_EVENT_FLAG_DISABLE:
		out->when = VI_ASKED_NONE;
		break;
	case VRING_PACKED_EVENT_FLAG_DESC:
		if (!vi_lacks_event_idx(ring) &&
		    vi_is_position(ring->q, ring->device_off_wrap))
			asked_at(ring, ring->device_off_wrap, out);
		break;
	}
}

void vi_asked(const struct vi_decoded *ring, struct vi_asked *out)
{
	*out = (struct vi_asked) { .when = VI_ASKED_UNKNOWN };
	if (!ring->has_avail || !ring->has_used || ring->inferred_positions ||
	    ring->avail == ring->used)
		return;
	out->total = distance(ring, ring->used, ring->avail);
	if (ring->q->packed)
		asked_packed(ring, out);
	else if (vi_has_event_idx(ring))
		asked_at(ring, ring->avail_event, out);
	else if (ring->knows_events)
		out->when = ring->used_flags & VRING_USED_F_NO_NOTIFY ?
			    VI_ASKED_NONE : VI_ASKED_EACH;
}

/* Only event indices tell. */
bool vi_kick_due(const struct vi_decoded *ring)
{
	struct vi_asked asked;

	vi_asked(ring, &asked);
	return asked.when == VI_ASKED_PENDING;
}

bool vi_event_outside(const struct vi_decoded *ring, bool inclusive)
{
	const struct vi_raw_queue *q = ring->q;
	uint32_t to, event;

	if (vi_lacks_event_idx(ring) || !ring->has_last || !ring->has_avail ||
	    ring->inferred_positions ||
	    (!q->packed && !vi_has_event_idx(ring)))
		return false;
	if (!q->packed) {
		event = (uint16_t)(ring->used_event - ring->last);
		to = (uint16_t)(ring->avail - ring->last);
	} else {
		if (!asks_at_one(ring->driver_flags) ||
		    !vi_is_position(q, ring->driver_off_wrap))
			return false;
		event = vi_packed_distance(q, ring->last,
					   ring->driver_off_wrap);
		to = vi_packed_distance(q, ring->last, ring->avail);
	}
	return inclusive ? event > to : event >= to;
}
