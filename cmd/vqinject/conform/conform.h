/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a device do what the virtio specification 1.4 says? A case is a row of
 * one of the tables; it finds the device reset, and may leave it in any state.
 */
#ifndef CMD_VQINJECT_CONFORM_CONFORM_H
#define CMD_VQINJECT_CONFORM_CONFORM_H

#include <virtio-inspect/inject.h>

#include "common/tool.h"

enum conform_verdict {
	CONFORM_PASS,
	CONFORM_FAIL,		/* not what a MUST asks for */
	CONFORM_REJECT,		/* refused or ignored, as it may */
	CONFORM_WEDGED,		/* it does not work any more, also after reset */
	CONFORM_SKIP,		/* the detail says why */
	CONFORM_VERDICTS,
};

/*
 * @target:   as for vi_attach().
 * @only:     a case's name, or the beginning of several; NULL: all.
 * @hostile:  the malformed rings as well.
 * @json:     print one object.
 * @timeout:  seconds until a request that was not answered is given up; 0: 2.
 * @stop:     looked at between cases: end early. May be NULL.
 * @watch:    called between cases, with @watched; may be NULL.
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

/* Bits of conform_case.layouts: what a case needs rings of. */
enum {
	CONFORM_SPLIT	= 1,
	CONFORM_PACKED	= 2,
	CONFORM_BOTH	= 3,
};

struct conform;
struct conform_raw;

/*
 * @layouts:  0: nothing to do with rings, run once.
 * @section:  of the specification.
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

/* A request that does no harm, of the device's type. */
struct conform_request {
	uint32_t device;
	unsigned int queue;
	uint32_t out, in;	/* bytes */
	uint32_t min_used;
	void (*fill)(uint8_t *out);
	bool (*good)(const uint8_t *in);	/* NULL: any answer is */
};

struct conform {
	struct virtio_device *vdev;
	const struct conform_options *o;
	const struct conform_case *at;
	const struct conform_request *request;	/* NULL: none is known */
	struct vi_features offered;
	bool packed;			/* rings of this case */
	bool works;			/* it answered before the case */

	struct virtqueue *vq;		/* while the device is started */
	uint8_t *out, *in;		/* virtio_alloc(), CONFORM_ROOM each */
	uint8_t *table;			/* likewise, for indirect descriptors */
	uint32_t used;			/* of the last request */

	char detail[160];		/* of the verdict */
};

#define CONFORM_ROOM	8192

/* Tables end with a row without a name. */
extern const struct conform_case conform_device_cases[];
extern const struct conform_case conform_queue_cases[];
extern const struct conform_case conform_ring_cases[];
extern const struct conform_case conform_interrupt_cases[];
extern const struct conform_case conform_raw_cases[];
extern const struct conform_case conform_hostile_split[];
extern const struct conform_case conform_hostile_packed[];

/*
 * Attach the device, which no driver of this process may want, and run the
 * cases, printing each as it ends. EXIT_DONE, EXIT_FINDING when one failed or
 * wedged the device, or EXIT_ERROR after a message.
 */
int conform_run(const struct conform_options *o);

/* --- For cases --- */

/* @verdict, with a reason. */
enum conform_verdict conform_say(struct conform *c,
				 enum conform_verdict verdict,
				 const char *fmt, ...) TOOL_PRINTF(3, 4);

static inline bool conform_offers(const struct conform *c, unsigned int bit)
{
	return c->offered.w[bit / 64] >> (bit % 64) & 1;
}

uint8_t conform_status(struct conform *c);
/* Add a bit to the status, as a driver does. */
void conform_add_status(struct conform *c, uint8_t bit);
/* Status 0, and no queue. 0, or a negative errno. */
int conform_reset(struct conform *c);

/* The bits that rings and the transport need, for this case's layout. */
struct vi_features conform_basic_features(const struct conform *c);
static inline void conform_add_feature(struct vi_features *set,
				       unsigned int bit)
{
	set->w[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* Reset, ACKNOWLEDGE, DRIVER, the set, FEATURES_OK. Did that stay? */
bool conform_negotiate(struct conform *c, const struct vi_features *set);

/* Bits for conform_start(). */
enum {
	START_INDIRECT	= 1,
	START_EVENT_IDX	= 2,
	START_IN_ORDER	= 4,
	START_RESET	= 8,	/* VIRTIO_F_RING_RESET */
	START_CALLBACK	= 16,	/* interrupts are wanted */
	START_NOT_READY	= 32,	/* without DRIVER_OK */
};

/*
 * Up to DRIVER_OK, with the queue of the harmless request in c->vq. @size: its
 * entries, 0: as the device offers. CONFORM_PASS, or what the case ends with:
 * a feature that the device does not have, or a device that does not start.
 */
enum conform_verdict conform_start(struct conform *c, unsigned int flags,
				   unsigned int size);
/* With no more entries than @most, and with fewer if the device has fewer. */
enum conform_verdict conform_start_small(struct conform *c, unsigned int flags,
					 unsigned int most);
unsigned int conform_queue_size(const struct conform *c);

/* The harmless request's question, and an answer that is none: while no buffer
 * is with the device, which may look at one as soon as it is added. */
void conform_prepare(struct conform *c);
/* Make that request available, in @pieces or fewer; the token. */
int conform_add(struct conform *c, unsigned int pieces, void *token);
/* Wait for an answer; its token, or NULL once the time is over. */
void *conform_wait(struct conform *c, double seconds);
double conform_timeout(const struct conform *c);
/* Add, kick, wait, and see to the answer. */
enum conform_verdict conform_do_request(struct conform *c,
					unsigned int pieces);
/* Is the answer what it has to be? */
bool conform_good_answer(struct conform *c);

/* requests.c */
const struct conform_request *conform_request_for(uint32_t device);

/* raw.c: write c->at->raw into a ring, notify, and see what comes of it. */
enum conform_verdict conform_run_raw(struct conform *c);

/* report.c */
struct conform_report {
	const struct conform_options *o;
	struct vi_json *json;		/* NULL: it is for people */
	unsigned int count[CONFORM_VERDICTS];
	unsigned int printed;
};
void conform_report_begin(struct conform_report *r, const struct conform *c);
/* What runs now: for who watches, should the guest not survive it. */
void conform_report_case(struct conform_report *r, const struct conform *c);
void conform_report_verdict(struct conform_report *r, const struct conform *c,
			    enum conform_verdict verdict);
void conform_report_end(struct conform_report *r);

#endif
