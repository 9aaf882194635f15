// SPDX-License-Identifier: GPL-2.0-or-later
/* Does the device interrupt when it must, and only then? */
#include <time.h>

#include "vqinject/conform/conform.h"

/* how long an interrupt may be on its way */
#define SETTLE_US	100000

static bool interrupted(struct conform *c, uint64_t before)
{
	unsigned int i;

	for (i = 0; i < 20; i++) {
		if (vi_interrupts(c->vdev, c->vq) != before)
			return true;
		nanosleep(&(struct timespec){
				  .tv_nsec = SETTLE_US / 20 * 1000 }, NULL);
	}
	return false;
}

/* Skip devices that are polled: they never interrupt. */
static enum conform_verdict start(struct conform *c, unsigned int flags)
{
	enum conform_verdict v = conform_start(c, flags | START_CALLBACK, 0);
	uint64_t vector;

	if (v != CONFORM_PASS)
		return v;
	if (!vi_register_write(c->vdev, "queue_select", c->request->queue) &&
	    !vi_register_read(c->vdev, "queue_msix_vector", &vector) &&
	    vector == 0xffff)
		return conform_say(c, CONFORM_SKIP,
				   "the device is polled and has no vector");
	return v;
}

static enum conform_verdict wanted(struct conform *c, unsigned int flags)
{
	enum conform_verdict v = start(c, flags);
	uint64_t before;
	unsigned int i;

	for (i = 0; i < 3 && v == CONFORM_PASS; i++) {
		c->vq->vq_ops->enable_cb(c->vq);
		before = vi_interrupts(c->vdev, c->vq);
		v = conform_do_request(c, 1);
		if (v == CONFORM_PASS && !interrupted(c, before))
			return conform_say(c, CONFORM_FAIL,
					   "request %u completed without an interrupt",
					   i + 1);
	}
	return v;
}

static enum conform_verdict unwanted(struct conform *c, unsigned int flags)
{
	enum conform_verdict v = start(c, flags);
	uint64_t before;

	/* With event indices, the first answer may interrupt. */
	if (v == CONFORM_PASS)
		v = conform_do_request(c, 1);
	if (v != CONFORM_PASS)
		return v;
	interrupted(c, vi_interrupts(c->vdev, c->vq));
	c->vq->vq_ops->disable_cb(c->vq);
	before = vi_interrupts(c->vdev, c->vq);
	v = conform_do_request(c, 1);
	if (v == CONFORM_PASS && interrupted(c, before))
		return conform_say(c, CONFORM_REJECT,
				   "the device interrupts all the same, as it may");
	return v;
}

static enum conform_verdict wanted_by_flags(struct conform *c)
{
	return wanted(c, 0);
}

static enum conform_verdict wanted_by_event(struct conform *c)
{
	return wanted(c, START_EVENT_IDX);
}

static enum conform_verdict unwanted_by_flags(struct conform *c)
{
	return unwanted(c, 0);
}

static enum conform_verdict unwanted_by_event(struct conform *c)
{
	return unwanted(c, START_EVENT_IDX);
}

const struct conform_case conform_interrupt_cases[] = {
	{ "interrupt", "2.7.7.2", CONFORM_SPLIT, wanted_by_flags,
	  "a completion raises an interrupt", NULL },
	{ "interrupt", "2.8.10", CONFORM_PACKED, wanted_by_flags,
	  "a completion raises an interrupt", NULL },
	{ "interrupt-event-idx", "2.7.7.2", CONFORM_SPLIT, wanted_by_event,
	  "the requested completion raises an interrupt", NULL },
	{ "interrupt-event-idx", "2.8.10", CONFORM_PACKED, wanted_by_event,
	  "the requested completion raises an interrupt", NULL },
	{ "interrupt-off", "2.7.7.2", CONFORM_SPLIT, unwanted_by_flags,
	  "no unwanted interrupt", NULL },
	{ "interrupt-off", "2.8.10", CONFORM_PACKED, unwanted_by_flags,
	  "no unwanted interrupt", NULL },
	{ "interrupt-off-event-idx", "2.7.7.2", CONFORM_SPLIT,
	  unwanted_by_event, "no unwanted interrupt", NULL },
	{ "interrupt-off-event-idx", "2.8.10", CONFORM_PACKED,
	  unwanted_by_event, "no unwanted interrupt", NULL },
	{ 0 },
};
