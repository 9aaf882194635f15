// SPDX-License-Identifier: LGPL-2.1-or-later
/* Who wants notifications when (virtio spec 1.4, 2.7.7, 2.7.10, 2.8.10). */
#include "check/rules/rules.h"

static void split_flags(struct vi_judge *j, const char *whose, uint16_t flags)
{
	if (!flags || (flags == 1 && !vi_uses_event_idx(j)))
		return;
	vi_found(j, "the flags of the %s ring are 0x%x%s", whose, flags,
		 flags & ~1 ? "; only bit 0 is defined" :
		 ", although event indices replace them");
	vi_evidence_hex(j, "flags", flags);
}

static void packed_flags(struct vi_judge *j, const char *whose,
			 uint16_t flags)
{
	if (!(flags & ~VI_EVENT_FLAGS))
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
	if (!vi_uses_event_idx(j))
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
	if ((flags & VI_EVENT_FLAGS) != 3)
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
	if ((flags & VI_EVENT_FLAGS) != VRING_PACKED_EVENT_FLAG_DESC ||
	    !vi_needs_features(j) || vi_has_event_idx(j->ring))
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
	if ((flags & VI_EVENT_FLAGS) != VRING_PACKED_EVENT_FLAG_DESC ||
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
