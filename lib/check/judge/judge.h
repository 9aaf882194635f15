/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the files that judge: their input, and how they report. */
#ifndef VI_CHECK_JUDGE_JUDGE_H
#define VI_CHECK_JUDGE_JUDGE_H

#include "check/judge/intervals.h"
#include "check/judge/rule.h"
#include "core/compiler.h"
#include "devtype/request.h"
#include "view/walk.h"

#define VI_MAX_EVIDENCE	16
/* Occurrences after the first whose messages are kept. */
#define VI_MAX_OTHERS	64

/*
 * One rule, about one queue or sample. Members that do not apply are NULL.
 *
 * @found:   times 0: nothing found. Message and evidence stay in the members
 *           below until vi_keep_finding().
 * @places:  bit i: @evidence[i] is a position in a packed ring, shown as
 *           SLOT/WRAP.
 * @skipped: why the rule could not be judged, or NULL.
 * @undecided: what may hang, but cannot be told, or "".
 * @others:  messages of later occurrences, in @scratch, which ends after the
 *           rule.
 * @fresh:   evidence belongs to the first occurrence.
 */
struct vi_judge {
	const struct vi_check *in;
	const struct vi_all_parts *parts;	/* of all queues */
	const struct vi_rule *rule;
	const struct vi_check_queue *queue;
	const struct vi_check_sample *sample;
	const struct vi_raw_queue *q;
	const struct vi_decoded *ring;

	struct vi_finding found;
	char message[512];
	struct vi_strings others;
	struct vi_pool *scratch;
	struct vi_named evidence[VI_MAX_EVIDENCE];
	uint32_t places;
	const char *skipped;
	char undecided[160];
	bool fresh;
	bool no_memory;
};

/* Copy the complete finding to @pool. 0 or -ENOMEM. */
int vi_keep_finding(struct vi_pool *pool, const struct vi_judge *j,
		    struct vi_finding *out);

/* Report an occurrence; evidence that follows belongs to it. */
void vi_found(struct vi_judge *j, const char *fmt, ...) VI_PRINTF(2, 3);
void vi_evidence(struct vi_judge *j, const char *name, uint64_t number);
void vi_evidence_hex(struct vi_judge *j, const char *name, uint64_t number);
void vi_evidence_place(struct vi_judge *j, const char *name, uint16_t pos);
void vi_evidence_bool(struct vi_judge *j, const char *name, bool is);
/* Lower the severity of the finding. */
void vi_lower(struct vi_judge *j, enum vi_severity severity);
/* The rule lacks what it needs. */
void vi_skip(struct vi_judge *j, const char *reason);

/* The rule lacks what it needs, and so the queue cannot be called healthy. */
void vi_undecided(struct vi_judge *j, const char *reason,
		  const char *fmt, ...) VI_PRINTF(3, 4);

static inline bool vi_has(const struct vi_raw_queue *q, uint32_t bits)
{
	return (q->have & bits) == bits;
}

static inline bool vi_input_has(const struct vi_judge *j, uint32_t bits)
{
	return (j->in->have & bits) == bits;
}

/* Was it negotiated, as far as known? vi_queue_lacks() says whether it was not,
 * and vi_needs_features() counts the rule as not judged if they are unknown. */
static inline bool vi_feature(const struct vi_judge *j, unsigned int bit)
{
	return vi_features_test(j->q->features, bit);
}

#define VI_NO_FEATURES	"the negotiated features are unknown"
bool vi_needs_features(struct vi_judge *j);

static inline bool vi_has_tokens(const struct vi_raw_queue *q)
{
	return q->have & VI_Q_TOKENS && q->tokens;
}

/* May rules judge this sample? */
static inline bool vi_is_consistent(const struct vi_check_sample *s)
{
	return !s->q->torn && !s->q->gone;
}

/* Is the queue enabled, as far as known? */
static inline bool vi_is_ready(const struct vi_raw_queue *q)
{
	return !(q->have & VI_Q_READY && !q->ready) &&
	       !(q->have & VI_Q_RESET && q->reset);
}

bool vi_is_zero(const uint8_t *bytes, size_t len);
/* Was a page read as zeros that the driver knows to hold something else? */
bool vi_has_zero_page(const struct vi_check_sample *s);
/* Does the device need a reset, or did the driver set FAILED? Then nothing
 * moves in its queues, and nothing more can be said of them. */
bool vi_has_ended(const struct vi_check *in);
/* No driver is bound: the queue holds what firmware left behind. */
bool vi_is_left_behind(const struct vi_check *in);

/* Completions the driver has not seen; buffers in flight (split: by index). */
uint32_t vi_unseen_count(const struct vi_decoded *ring);
uint32_t vi_flight_count(const struct vi_decoded *ring);
/* Were indices lost, in this sample? */
bool vi_lost_avail(const struct vi_decoded *ring);
bool vi_lost_used(const struct vi_decoded *ring);

/* The available index as the driver counts it, which something else may have
 * overwritten in the ring. */
uint16_t vi_driver_avail(const struct vi_decoded *ring);
/* Is one of the indices impossible? The rules that compare them report it; all
 * differences of indices are then wrong, so other rules must not use them. */
bool vi_has_bad_index(const struct vi_decoded *ring);

/* Was the chain followed to its end? */
bool vi_chain_is_whole(const struct vi_chain *c);
/* Can chains be judged? In a packed ring only if it is known which lists are
 * whole. */
bool vi_has_chains(struct vi_judge *j);
/* Can single descriptors be judged? A damaged list still has some. */
bool vi_has_any(struct vi_judge *j);

/* Note that some chains were not followed to their ends. */
void vi_skip_cut(struct vi_judge *j);

/*
 * Call @fn for each descriptor in flight, once for those of a table that
 * several chains share. Table entries are passed only if the list of buffers in
 * flight is exact, as the driver may have reused an old table; otherwise the
 * rule counts as not judged.
 */
static vi_always_inline void
vi_each_desc(struct vi_judge *j,
	     void (*fn)(struct vi_judge *j, const struct vi_chain *c,
			const struct vi_desc *d))
{
	bool passed = false;
	size_t i, k;

	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		for (k = 0; k < vi_chain_own(c); k++) {
			if (j->ring->exact || !c->desc[k].in_table)
				fn(j, c, &c->desc[k]);
			else
				passed = true;
		}
	}
	if (passed)
		vi_skip(j, "which buffers are in flight had to be inferred, and the indirect tables of others are not what they were");
	vi_skip_cut(j);
}

/* --- Series --- */

/* Five samples: both ends and three in between. */
#define VI_STILL_LOOKS	5
#define VI_AGE_WARNING	UINT64_C(500000000)
#define VI_AGE_ERROR	UINT64_C(3000000000)

/* The last consistent sample, or NULL. */
const struct vi_check_sample *vi_last_sample(const struct vi_check_queue *queue);
size_t vi_consistent_count(const struct vi_check_queue *queue);

/* The last samples, in which no index moved. */
struct vi_still {
	const struct vi_check_sample *first, *last;
	size_t snaps;
	uint64_t age_ns;
};

bool vi_still(const struct vi_check_queue *queue, struct vi_still *still);
/* Did it change between two samples, or while one was taken? */
bool vi_moves(const struct vi_check_queue *queue);
#define VI_NEEDS_TIME	"needs several snapshots over time"
/* Has the queue stood still long enough, in enough samples, to diagnose it? */
bool vi_stands(struct vi_judge *j, struct vi_still *still);

/* Of a packed ring's event structure, in its flags (spec 2.8.14). */
#define VI_EVENT_FLAGS	3

static inline bool vi_has_event_idx(const struct vi_decoded *ring)
{
	return vi_features_test(ring->q->features, VIRTIO_RING_F_EVENT_IDX);
}

/* A packed ring's own flags say whether they ask for an event at one position,
 * which is valid only with event indices; see asks_at_one(). */
static inline bool vi_lacks_event_idx(const struct vi_decoded *ring)
{
	return vi_queue_lacks(ring->q, VIRTIO_RING_F_EVENT_IDX);
}

/* May the rule judge by event indices? If that is unknown, it counts as not
 * judged. */
bool vi_uses_event_idx(struct vi_judge *j);

/* Packed: is the position inside the ring? */
static inline bool vi_is_position(const struct vi_raw_queue *q, uint16_t pos)
{
	return VI_SLOT(pos) < q->size;
}

enum vi_tristate { VI_NO, VI_YES, VI_MAYBE };

/* Are callbacks on, by the driver's shadow flags? */
enum vi_tristate vi_callbacks(const struct vi_raw_queue *q);
/* Did the device pass the point at which it owes an interrupt? Valid only with
 * callbacks on, and if ring->knows_events. */
bool vi_interrupt_due(const struct vi_decoded *ring);
/* Does the driver want to hear of the next completion? Then it took all earlier
 * ones. */
bool vi_is_rearmed(const struct vi_decoded *ring);
/* Packed: is the descriptor used whose completion the driver asked for? */
bool vi_armed_passed(const struct vi_decoded *ring);
/*
 * When the device asked to be notified, and what that tells of the buffers in
 * flight.
 *
 * @seen:  how many of @total the device has seen; ASKED_NEXT and PENDING only.
 *         Packed rings count descriptors.
 * @event: the buffer that it asked for; not if for each or none.
 * @held:  ASKED_FAR: for how many further buffers the driver will not kick.
 */
struct vi_asked {
	enum {
		VI_ASKED_UNKNOWN,	/* or nothing is in flight */
		VI_ASKED_NEXT,		/* at the next that is added */
		VI_ASKED_PENDING,	/* at one that was added already */
		VI_ASKED_FAR,		/* at one that is far off */
		VI_ASKED_EACH,
		VI_ASKED_NONE,
	} when;
	uint16_t event;
	uint32_t seen, total, held;
};

void vi_asked(const struct vi_decoded *ring, struct vi_asked *out);
/* Did the driver pass the point at which it owes a kick? No, for all that is
 * known, without ring->knows_events. */
bool vi_kick_due(const struct vi_decoded *ring);
/* Is the driver's event index outside [L, A)? @inclusive: outside [L, A]. */
bool vi_event_outside(const struct vi_decoded *ring, bool inclusive);
bool vi_is_full(const struct vi_decoded *ring);
/* Packed: has every slot NEXT, and is none used? */
bool vi_has_no_end(const struct vi_raw_queue *q);
/* Is anything in flight? */
bool vi_has_requests(const struct vi_decoded *ring);

/*
 * waiting.c: whether what a queue holds waits by nature.
 *
 * @waits:    VI_WAITS_NOT if one request at least does not.
 * @limit_ns: after which it is odd that one still waits; 0: none.
 * @request:  the first that does not wait, or else the oldest; "": unknown.
 */
struct vi_waiting {
	enum vi_waits waits;
	uint64_t limit_ns;
	char request[112];
};

void vi_waiting(const struct vi_check_queue *queue,
		const struct vi_check_sample *s, struct vi_waiting *out);

#endif
