/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Following requests, not only queues: quick looks at what is in flight, and
 * what they prove together.
 *
 * A head (split) or buffer id (packed) that is in flight in two looks may have
 * completed in between and be in use again. The ring remembers the last n
 * entries, so if it moved by no more than that, it shows whether that happened.
 * If it moved further, or may have gone round unnoticed, nothing is proved, and
 * every request counts as new: an age is never too high.
 */
#ifndef VI_VIEW_FOLLOW_H
#define VI_VIEW_FOLLOW_H

#include "view/count.h"

/*
 * A quick look at a queue, made in this order: @last, @avail, @present and
 * @token, @ring, @end.
 *
 * @last:    split: the device's used index; packed: the driver's position in
 *           the used entries.
 * @avail:   the driver's position.
 * @present: by head or id: in flight, neither free nor completed.
 * @token:   by head or id: what the driver keeps for it; 0: unknown.
 * @ring:    split: the heads by entry of the available ring; packed: the
 *           descriptors by slot, see vi_ring_slot().
 * @end:     the driver's position afterwards.
 * @batch:   with IN_ORDER: the id of the last buffer of the batch that the
 *           driver is halfway through; VI_NO_BATCH: it is not, or not known.
 */
#define VI_NO_BATCH	UINT32_MAX

struct vi_heads {
	uint16_t last, avail, end;
	uint32_t batch;
	bool *present;
	uint64_t *token;
	uint32_t *ring;
};

/* Make room for a queue of any size. 0 or -ENOMEM; free in any case. */
int vi_heads_reserve(struct vi_heads *heads);
void vi_heads_free(struct vi_heads *heads);

static inline uint32_t vi_ring_slot(uint16_t id, uint16_t flags)
{
	return id | (uint32_t)flags << 16;
}

/*
 * Drop what the device completed and the driver has not taken, as far as @ring
 * tells: not heads of a split ring without IN_ORDER, which the used ring names.
 */
void vi_heads_drop_unreaped(const struct vi_raw_queue *q,
			    struct vi_heads *heads);

/*
 * What is known of the request of a head or id. Times are monotonic.
 *
 * @since_ns: in flight since then at least, as this very request; 0: not in
 *            flight.
 * @seen_ns:  in flight in every look since then, with the same token, but
 *            perhaps as another request.
 * @done:     what the queue had completed at @since_ns.
 * @vague:    may have been in flight before @since_ns.
 */
struct vi_followed {
	uint64_t since_ns, seen_ns, done, token;
	bool vague;
};

/*
 * A queue whose requests are followed; all zeros to begin with.
 *
 * @of:       by head or id; NULL before the first look.
 * @first_ns: of the first look, @ns: of the last one.
 * @done:     completions since the first look; not counted in a packed ring with
 *            IN_ORDER, where one entry stands for several.
 * @peak:     most requests in flight.
 * @seen_ns:  the earliest seen_ns of those in flight; 0: none is.
 * @empty:    nothing was in flight in the last look.
 */
struct vi_follow {
	uint32_t size, peak;
	struct vi_followed *of;
	uint64_t first_ns, ns, done, seen_ns;
	bool empty;
	uint16_t from;
	struct vi_counter made, completed;
	double rate;
};

/* Can requests of this queue be followed, if a driver keeps tokens? */
bool vi_can_follow(const struct vi_raw_queue *q);
/* May they overtake each other? */
bool vi_can_overtake(const struct vi_raw_queue *q);

/*
 * Note what @heads showed of @q at @now. @recent: requests that are new have
 * begun since the last look, and that is near enough to call their age known.
 * 0 or -ENOMEM.
 */
int vi_follow_look(struct vi_follow *f, const struct vi_raw_queue *q,
		   const struct vi_heads *heads, uint64_t now, bool recent);
/* Nothing is in flight at @now. */
void vi_follow_nothing(struct vi_follow *f, uint64_t now);
/* The next look proves nothing together with earlier ones. */
void vi_follow_break(struct vi_follow *f);
/* How long until the ring should be looked at again, in ns. */
uint64_t vi_follow_pause(const struct vi_follow *f,
			 const struct vi_raw_queue *q);
/* Forget all; free what it holds. */
void vi_follow_end(struct vi_follow *f);

#endif
