/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a device follow the virtio specification 1.4? Each case is a row of a
 * table. It finds the device reset, and may leave it in any state.
 */
#ifndef CMD_VQINJECT_CONFORM_CONFORM_H
#define CMD_VQINJECT_CONFORM_CONFORM_H

#include <virtio-inspect/inject.h>

#include "common/tool.h"

enum conform_verdict {
	CONFORM_PASS,
	CONFORM_FAIL,		/* violates a MUST */
	CONFORM_REJECT,		/* refused or ignored, which is allowed */
	CONFORM_WEDGED,		/* works no more, even after a reset */
	CONFORM_SKIP,		/* not run; the detail says why */
	CONFORM_VERDICTS,
};

/*
 * @target:   as for vi_attach().
 * @only:     the name of a case, or a prefix; NULL: all.
 * @hostile:  run malformed rings, too.
 * @json:     print a JSON object.
 * @timeout:  seconds until a request times out; 0: 2.
 * @stop:     end early once it is set; checked between cases. May be NULL.
 * @watch:    called with @watched between cases; may be NULL.
 */
struct conform_options {
	const char *target;
	const char *only;
	bool hostile;
	bool json;
	double timeout;
	const volatile int *stop;
	void (*watch)(void *data);
	void *watched;
};

/* Bits of conform_case.layouts: the ring layouts that a case needs. */
enum {
	CONFORM_SPLIT	= 1,
	CONFORM_PACKED	= 2,
	CONFORM_BOTH	= 3,
};

struct conform;
struct conform_raw;

/*
 * @layouts:  0: uses no rings, runs once.
 * @section:  in the specification.
 * @raw:      descriptors for conform_run_raw(); NULL for other cases.
 */
struct conform_case {
	const char *name;
	const char *section;
	unsigned int layouts;
	enum conform_verdict (*run)(struct conform *c);
	const char *title;
	const struct conform_raw *raw;
};

/* A harmless request for a type of device. */
struct conform_request {
	uint32_t device;
	unsigned int queue;
	uint32_t out, in;	/* bytes */
	uint32_t min_used;
	void (*fill)(uint8_t *out);
	bool (*good)(const uint8_t *in);	/* NULL: any answer */
};

struct conform {
	struct virtio_device *vdev;
	const struct conform_options *o;
	const struct conform_case *at;
	const struct conform_request *request;	/* NULL: none for this type */
	struct vi_features offered;
	bool packed;			/* layout of this case */
	bool works;			/* answered before the case */

	struct virtqueue *vq;		/* while started */
	uint8_t *out, *in;		/* virtio_alloc(), CONFORM_ROOM each */
	uint8_t *table;			/* likewise, for indirect descriptors */
	uint32_t used;			/* used length of the last request */

	char detail[160];		/* explains the verdict */
};

#define CONFORM_ROOM	8192

/* An unnamed row ends each table. */
extern const struct conform_case conform_device_cases[];
extern const struct conform_case conform_queue_cases[];
extern const struct conform_case conform_ring_cases[];
extern const struct conform_case conform_interrupt_cases[];
extern const struct conform_case conform_raw_cases[];
extern const struct conform_case conform_hostile_split[];
extern const struct conform_case conform_hostile_packed[];

/*
 * Attach the device, which no driver of this process must match, run the cases
 * and print each result at once. Returns EXIT_DONE; EXIT_FINDING if a case
 * failed or wedged the device; EXIT_ERROR after a message.
 */
int conform_run(const struct conform_options *o);

/* --- For cases --- */

/* Set the detail; returns @verdict. */
enum conform_verdict conform_say(struct conform *c,
				 enum conform_verdict verdict,
				 const char *fmt, ...) TOOL_PRINTF(3, 4);

static inline bool conform_offers(const struct conform *c, unsigned int bit)
{
	return c->offered.w[bit / 64] >> (bit % 64) & 1;
}

uint8_t conform_status(struct conform *c);
/* Set a status bit, as a driver does. */
void conform_add_status(struct conform *c, uint8_t bit);
/* Reset the device and delete the queue. 0, or a negative errno. */
int conform_reset(struct conform *c);

/* The features that the transport and this case's layout need. */
struct vi_features conform_basic_features(const struct conform *c);
static inline void conform_add_feature(struct vi_features *set,
				       unsigned int bit)
{
	set->w[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* Reset, ACKNOWLEDGE, DRIVER, @set, FEATURES_OK. Did FEATURES_OK stay? */
bool conform_negotiate(struct conform *c, const struct vi_features *set);

/* Flags of conform_start(). */
enum {
	START_INDIRECT	= 1,
	START_EVENT_IDX	= 2,
	START_IN_ORDER	= 4,
	START_RESET	= 8,	/* VIRTIO_F_RING_RESET */
	START_CALLBACK	= 16,	/* with interrupts */
	START_NOT_READY	= 32,	/* without DRIVER_OK */
};

/*
 * Start the device up to DRIVER_OK, with the queue of the harmless request in
 * c->vq. @size: its entries; 0: the device's choice. Returns CONFORM_PASS, or
 * the verdict of the case: a feature is missing, or the device does not start.
 */
enum conform_verdict conform_start(struct conform *c, unsigned int flags,
				   unsigned int size);
/* With at most @most entries. */
enum conform_verdict conform_start_small(struct conform *c, unsigned int flags,
					 unsigned int most);
unsigned int conform_queue_size(const struct conform *c);

/* Prepare the harmless request and an invalid answer, before any buffer is in
 * flight: the device may use a buffer as soon as it is added. */
void conform_prepare(struct conform *c);
/* Submit that request in at most @pieces, with @token. */
int conform_add(struct conform *c, unsigned int pieces, void *token);
/* Wait for a completion; returns its token, or NULL after @seconds. */
void *conform_wait(struct conform *c, double seconds);
double conform_timeout(const struct conform *c);
/* Submit, notify, wait and check the answer. */
enum conform_verdict conform_do_request(struct conform *c,
					unsigned int pieces);
/* Is the answer valid? */
bool conform_good_answer(struct conform *c);

/* requests.c */
const struct conform_request *conform_request_for(uint32_t device);

/* raw.c: write c->at->raw into a ring, notify and judge the outcome. */
enum conform_verdict conform_run_raw(struct conform *c);

/* report.c */
struct conform_report {
	const struct conform_options *o;
	struct vi_json *json;		/* NULL: text for people */
	unsigned int count[CONFORM_VERDICTS];
	unsigned int printed;
};
void conform_report_begin(struct conform_report *r, const struct conform *c);
/* Announce the case, in case the guest does not survive it. */
void conform_report_case(struct conform_report *r, const struct conform *c);
void conform_report_verdict(struct conform_report *r, const struct conform *c,
			    enum conform_verdict verdict);
void conform_report_end(struct conform_report *r);

#endif
