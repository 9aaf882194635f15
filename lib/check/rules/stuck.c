// SPDX-License-Identifier: LGPL-2.1-or-later
/* Queues that do not move, and requests that age. */
#include <stdio.h>

#include "check/rules/rules.h"

/* Parked queues hold buffers by design. */
static bool may_be_stuck(struct vi_judge *j)
{
	if (!(j->queue->have & VI_CQ_ROLE)) {
		vi_skip(j, "the purpose of the queue is unknown");
		return false;
	}
	return j->queue->role != VI_QUEUE_PARKED;
}

/* A packed ring's indices count descriptors, not buffers. */
static uint32_t count_requests(const struct vi_decoded *ring)
{
	return ring->q->packed ? ring->num_in_flight : vi_flight_count(ring);
}

/*
 * Are there requests that the device should complete, and has none of the
 * indices moved for long enough? If that cannot be told, they may hang.
 */
static bool has_still_requests(struct vi_judge *j, struct vi_still *still)
{
	const struct vi_decoded *ring = j->ring;
	uint32_t n;

	if (j->queue->have & VI_CQ_ROLE && j->queue->role == VI_QUEUE_PARKED)
		return false;
	if (!ring->has_avail || !ring->has_used || ring->inferred_positions) {
		vi_undecided(j, "the positions of driver and device are unknown",
			     "whether requests are in flight cannot be told");
		return false;
	}
	if (!vi_has_requests(ring))
		return false;
	n = count_requests(ring);
	if (vi_stands(j, still)) {
		if (j->queue->have & VI_CQ_ROLE)
			return true;
		vi_undecided(j, "the purpose of the queue is unknown",
			     "%u in flight; whether they may wait is unknown, as is the purpose of the queue",
			     n);
	} else if (j->skipped && !vi_has_ended(j->in)) {
		vi_undecided(j, j->skipped,
			     "%u in flight; whether they move cannot be told",
			     n);
	}
	return false;
}

/* Does the device still wait for the very first buffer that it was given? */
static bool asks_for_first(const struct vi_decoded *ring)
{
	return ring->used == (ring->q->packed ? ring->device_off_wrap :
						ring->avail_event);
}

/* Does the host say that the device has taken all that is in flight? */
static bool has_taken_all(const struct vi_decoded *ring)
{
	return !ring->q->packed && vi_has(ring->q, VI_Q_HOST_AVAIL) &&
	       ring->q->host_avail == ring->avail;
}

/*
 * The event index says of which buffer the device asked to be notified (spec
 * 1.4, 2.7.10). A device that polls may have taken more since. In a queue that
 * parks buffers, it need not take any until it has a use for them; and where
 * requests may wait, it may hold some, and leave the others in the ring until it
 * is done with these.
 */
static bool is_kick_due(const struct vi_check_queue *queue,
			const struct vi_decoded *ring)
{
	if (has_taken_all(ring))
		return false;
	if (queue->role == VI_QUEUE_REQUEST)
		return vi_kick_due(ring);
	return queue->role == VI_QUEUE_MAY_WAIT && queue->kind &&
	       vi_kick_due(ring) && asks_for_first(ring);
}

/* By the driver's own count, which it clears when it is about to kick. */
static bool never_kicked(const struct vi_still *still)
{
	const struct vi_raw_queue *a = still->first->q, *b = still->last->q;

	return vi_has(a, VI_Q_NUM_ADDED) && vi_has(b, VI_Q_NUM_ADDED) &&
	       a->num_added && b->num_added;
}

static bool is_lost_kick(const struct vi_judge *j, const struct vi_still *still)
{
	return never_kicked(still) || is_kick_due(j->queue, still->last->ring);
}

/* Do other queues of the device move? */
static bool others_move(const struct vi_judge *j)
{
	size_t i;

	for (i = 0; i < j->in->num_queues; i++) {
		const struct vi_check_queue *o = &j->in->queues[i];
		struct vi_still still;

		if (o != j->queue && vi_last_sample(o) &&
		    o->num_samples > 1 &&
		    (!vi_still(o, &still) || still.snaps < o->num_samples))
			return true;
	}
	return false;
}

/* Does the host say how many of them the device has taken? */
static bool knows_taken(const struct vi_judge *j, uint16_t *taken)
{
	const struct vi_raw_queue *q = j->q;

	*taken = q->host_avail - j->ring->used;
	return !q->packed && vi_has(q, VI_Q_HOST_AVAIL) &&
	       *taken <= vi_flight_count(j->ring);
}

/* What the host says, or else what the ring proves. */
static void show_taken(struct vi_judge *j)
{
	struct vi_asked a;
	uint16_t taken;

	vi_asked(j->ring, &a);
	if (knows_taken(j, &taken))
		vi_evidence(j, "taken", taken);
	else if (a.seen)
		vi_evidence(j, "seen_by_device", a.seen);
	if (a.when == VI_ASKED_FAR)
		vi_evidence(j, "no_kick_for", a.held);
}

static void show_stuck(struct vi_judge *j, const struct vi_still *still)
{
	const struct vi_decoded *ring = still->last->ring;

	vi_evidence(j, "age_ms", still->age_ns / 1000000);
	vi_evidence(j, "in_flight", count_requests(ring));
	vi_evidence_place(j, "avail", ring->avail);
	vi_evidence_place(j, "used", ring->used);
	if (ring->num_in_flight)
		vi_evidence(j, "oldest", j->q->packed ?
			    ring->in_flight[0].id : ring->in_flight[0].head);
	if (j->in->num_queues > 1)
		vi_evidence_bool(j, "other_queues_move", others_move(j));
	show_taken(j);
}

/* "; the host side of port 1 (vport0p1, org.example.agent) takes no output" */
static const char *taker_text(const struct vi_judge *j, char *buf, size_t size)
{
	*buf = '\0';
	if (*j->queue->taker)
		snprintf(buf, size, "; the host side of %s takes no output",
			 j->queue->taker);
	return buf;
}

/* What a device has done of which nothing more is seen, likelier first. */
static const char *causes(const struct vi_judge *j, bool awake)
{
	if (awake)
		return "the device is stopped or blocked, or sleeps without having asked again";
	return others_move(j) ?
	       "a notification was lost, or the device is stopped, blocked or dead" :
	       "the device is stopped, blocked or dead, or a notification was lost";
}

/* "buffers", of which packed rings show only how many descriptors they have */
static const char *unit(const struct vi_judge *j, uint32_t n)
{
	if (j->q->packed)
		return n == 1 ? "descriptor" : "descriptors";
	return n == 1 ? "buffer" : "buffers";
}

/* "avail_event is 7", as the specification calls it */
static const char *event_text(const struct vi_judge *j,
			      const struct vi_asked *a, char buf[48])
{
	char at[VI_PLACE_SIZE];

	snprintf(buf, 48, "%s is %s", j->q->packed ? "the device's event offset" :
		 "avail_event", vi_place(j->q->packed, a->event, at));
	return buf;
}

/*
 * What the ring says of notifications, and which causes this leaves. A device
 * that asked for none, or has not asked anew since it saw earlier buffers, was
 * awake the last time it did anything.
 */
static const char *asked_text(const struct vi_judge *j,
			      const struct vi_asked *a, char *buf, size_t size)
{
	char event[48];

	event_text(j, a, event);
	*buf = '\0';
	if (has_taken_all(j->ring)) {
		snprintf(buf, size, "; by what the host says, it has taken %s",
			 a->total == 1 ? "it" : "all of them");
		return buf;
	}
	switch (a->when) {
	case VI_ASKED_NEXT:
		snprintf(buf, size, "; it has seen %s (%s)",
			 a->total == 1 ? "it" : "all of them", event);
		break;
	case VI_ASKED_PENDING:
		snprintf(buf, size, "; it has seen %u of %u %s (%s)",
			 a->seen, a->total, unit(j, a->total), event);
		break;
	case VI_ASKED_FAR:
		snprintf(buf, size, "; %s, so the driver will not kick for %u more %s: %s",
			 event, a->held, unit(j, a->held), causes(j, true));
		break;
	case VI_ASKED_NONE:
		snprintf(buf, size, "; it asked for no notifications, as devices do while they work: %s",
			 causes(j, true));
		break;
	case VI_ASKED_EACH:
	case VI_ASKED_UNKNOWN:
		snprintf(buf, size, "; whether it was notified of %s is unknown: %s",
			 a->total == 1 ? "it" : "them", causes(j, false));
		break;
	}
	return buf;
}

/* One at least should have been completed by now. */
static void found_stuck(struct vi_judge *j, const struct vi_still *still,
			const struct vi_waiting *w)
{
	bool named = j->queue->role != VI_QUEUE_REQUEST && *w->request;
	uint32_t n = count_requests(j->ring);
	char taker[176], asked[224];
	struct vi_asked a;

	vi_asked(j->ring, &a);
	vi_found(j, "the device has not completed %u %s for %.1f s%s%s%s%s", n,
		 n == 1 ? "request" : "requests", (double)still->age_ns / 1e9,
		 named ? n == 1 ? ": " : ", among them " : "",
		 named ? w->request : "",
		 named ? ", which does not wait by nature" : "",
		 *j->queue->taker ?
		 taker_text(j, taker, sizeof(taker)) :
		 asked_text(j, &a, asked, sizeof(asked)));
	if (still->age_ns < VI_AGE_ERROR)
		vi_lower(j, VI_WARNING);
}

/* For all that is known, they wait by nature; but not for ever. */
static void found_waiting(struct vi_judge *j, const struct vi_still *still,
			  const struct vi_waiting *w)
{
	uint32_t n = count_requests(j->ring);
	bool late = w->limit_ns && still->age_ns >= w->limit_ns;
	bool named = *w->request && w->waits == VI_WAITS_MAYBE;

	vi_found(j, "the device has had %u %s for %.1f s, %s may wait by nature%s%s%s%s",
		 n, n == 1 ? "request" : "requests",
		 (double)still->age_ns / 1e9, n == 1 ? "which" : "all of which",
		 late ? ", but not for so long" : "",
		 w->waits == VI_WAITS_UNKNOWN ?
		 " for all that is known: what they ask for was not read" : "",
		 named ? n == 1 ? ": " : "; the oldest: " : "",
		 named ? w->request : "");
	vi_lower(j, late ? VI_WARNING : VI_INFO);
	if (w->waits == VI_WAITS_UNKNOWN)
		vi_skip(j, "what the requests ask for was not read, and some may wait by nature");
}

void vi_judge_device_stuck(struct vi_judge *j)
{
	struct vi_still still;
	struct vi_waiting w;

	if (!has_still_requests(j, &still) || is_lost_kick(j, &still))
		return;
	vi_waiting(j->queue, still.last, &w);
	if (w.waits == VI_WAITS_NOT)
		found_stuck(j, &still, &w);
	else
		found_waiting(j, &still, &w);
	show_stuck(j, &still);
}

/* Buffers of a parked queue stand still by design, so of these only the driver's
 * own count tells whether it owes a kick. */
static bool stands_unkicked(struct vi_judge *j, struct vi_still *still)
{
	if (j->queue->have & VI_CQ_ROLE && j->queue->role == VI_QUEUE_PARKED)
		return vi_has_requests(j->ring) && j->q->num_added &&
		       vi_stands(j, still);
	return has_still_requests(j, still);
}

/* How far it got, and of which buffer it asked to be notified. */
static const char *due_text(const struct vi_judge *j, const struct vi_asked *a,
			    char *buf, size_t size)
{
	uint16_t taken;

	if (knows_taken(j, &taken) && taken)
		snprintf(buf, size, "has taken %u of them, and asked to be notified of the next",
			 taken);
	else if (knows_taken(j, &taken))
		snprintf(buf, size, "has not taken %s, and asked to be notified of %s",
			 a->total == 1 ? "it" : "any of them",
			 a->total == 1 ? "it" : "the first");
	else if (a->seen)
		snprintf(buf, size, "has seen %u of them, and asked to be notified of the next",
			 a->seen);
	else
		snprintf(buf, size, "asked to be notified of %s",
			 a->total == 1 ? "it" : "the first");
	return buf;
}

/* The device asked to be notified of a buffer that is there. */
static void found_due(struct vi_judge *j, const struct vi_still *still)
{
	struct vi_asked a;
	char event[48], due[96];

	vi_asked(j->ring, &a);
	vi_found(j, "%u %s %s been pending for %.1f s; the device %s (%s): %s",
		 a.total, unit(j, a.total), a.total == 1 ? "has" : "have",
		 (double)still->age_ns / 1e9, due_text(j, &a, due, sizeof(due)),
		 event_text(j, &a, event), causes(j, false));
}

void vi_judge_lost_kick(struct vi_judge *j)
{
	struct vi_still still;
	struct vi_waiting w;

	if (!stands_unkicked(j, &still))
		return;
	if (!is_lost_kick(j, &still)) {
		if (!j->ring->knows_events)
			vi_skip(j, VI_NO_FEATURES);
		return;
	}
	if (!never_kicked(&still))
		found_due(j, &still);
	else
		vi_found(j, "the driver added %u %s %.1f s ago and never kicked",
			 j->q->num_added,
			 j->q->num_added == 1 ? "buffer" : "buffers",
			 (double)still.age_ns / 1e9);
	vi_evidence_place(j, "event", j->q->packed ? j->ring->device_off_wrap :
		    j->ring->avail_event);
	if (vi_has(j->q, VI_Q_NUM_ADDED))
		vi_evidence(j, "num_added", j->q->num_added);
	vi_waiting(j->queue, still.last, &w);
	/* A device that waits for what they need may not take them at once. */
	if (w.waits != VI_WAITS_NOT && !never_kicked(&still) &&
	    still.age_ns < VI_AGE_ERROR)
		vi_lower(j, VI_WARNING);
	show_stuck(j, &still);
}

/* Completions alone fill it, which the driver takes when it writes again. */
static bool is_only_untaken(const struct vi_judge *j)
{
	return j->queue->kind && j->queue->kind->lazy &&
	       !vi_has_requests(j->ring);
}

void vi_judge_ring_full(struct vi_judge *j)
{
	struct vi_still still;
	struct vi_waiting w;
	char taker[176];

	if (!vi_has(j->q, VI_Q_NUM_FREE)) {
		vi_skip(j, "the driver's number of free descriptors is unknown");
		return;
	}
	if (j->ring->inferred_positions) {
		vi_skip(j, "the ring does not show the device's position");
		return;
	}
	if (!may_be_stuck(j) || !vi_stands(j, &still) ||
	    !vi_is_full(j->ring) || is_only_untaken(j))
		return;
	vi_found(j, "the queue is full (%u of %u descriptors are free) and has not moved for %.1f s%s",
		 j->q->num_free, j->q->size, (double)still.age_ns / 1e9,
		 taker_text(j, taker, sizeof(taker)));
	vi_evidence(j, "num_free", j->q->num_free);
	vi_waiting(j->queue, still.last, &w);
	if (w.waits != VI_WAITS_NOT)
		vi_lower(j, VI_INFO);
	show_stuck(j, &still);
}

/*
 * Linux sets up all pairs of queues that a device has, and fills the receive
 * queues of those that the interface uses: one for each CPU at first, or as many
 * as "ethtool -L" says. Pair N are the queues 2N and 2N + 1 (spec 1.4, 5.1.2).
 */
static bool is_in_use(const struct vi_judge *j)
{
	return !vi_input_has(j, VI_C_IN_USE) ||
	       j->queue->index / 2 < j->in->in_use / 2;
}

/* The parked queues of a network device are its receive queues. */
void vi_judge_rx_starved(struct vi_judge *j)
{
	struct vi_still still;

	if (!vi_input_has(j, VI_C_TYPE) || j->in->type != VIRTIO_ID_NET ||
	    !(j->queue->have & VI_CQ_ROLE) ||
	    j->queue->role != VI_QUEUE_PARKED)
		return;
	if (!vi_input_has(j, VI_C_LINK)) {
		vi_skip(j, "it is unknown whether the interface is up");
		return;
	}
	if (!j->in->link_up || !is_in_use(j) || !vi_stands(j, &still) ||
	    !j->ring->has_avail || j->ring->inferred_positions ||
	    j->ring->avail != j->ring->used)
		return;
	vi_found(j, "the receive queue has had no buffers for %.1f s",
		 (double)still.age_ns / 1e9);
	vi_evidence_place(j, "avail", j->ring->avail);
	vi_evidence_place(j, "used", j->ring->used);
	vi_evidence(j, "age_ms", still.age_ns / 1000000);
}
