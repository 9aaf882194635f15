// SPDX-License-Identifier: GPL-2.0-or-later
/* Wait for buffers in flight and reap them. */
#include <linux/virtio_config.h>
#include <sched.h>

#include "vqinject/device/wakeup.h"
#include "vqinject/engine/engine.h"

/* how often to check the device while nothing completes, in seconds */
#define LOOK		0.1
/* how many polls between two checks of the device */
#define SPINS		4096

/* --- Reaping --- */

static struct slot *take_one(struct engine *e, struct engine_queue *q)
{
	unsigned int len;
	struct slot *slot = q->vq->vq_ops->get_buf(q->vq, &len);

	if (!slot)
		return NULL;
	slot->done_ns = tool_now_ns();
	slot->used = len;
	slot->next_done = NULL;
	q->in_flight--;
	q->completed++;
	e->in_flight--;
	return slot;
}

/* Reap all completions first: handling them takes time. */
static struct slot *take_all(struct engine *e)
{
	struct slot *first = NULL, **last = &first, *slot;
	unsigned int i;

	for (i = 0; i < e->num_queues; i++)
		while ((slot = take_one(e, &e->queue[i]))) {
			*last = slot;
			last = &slot->next_done;
		}
	return first;
}

static int handle_all(struct engine *e, struct slot *slot)
{
	struct slot *next;
	int status;

	for (; slot; slot = next) {
		next = slot->next_done;
		e->completed++;
		e->end_ns = slot->done_ns;
		latency_add(&e->latency, slot->done_ns - slot->added_ns);
		status = e->complete(e->data, slot);
		slot->chain = NULL;
		e->free_slot = slot;
		if (status && !e->status)
			e->status = status;
		if (status)
			flight_end(e, OUTCOME_ERROR);
		if (e->outcome != OUTCOME_RUNNING)
			return -1;
	}
	return 0;
}

/* --- Waiting --- */

static bool any_broken(const struct engine *e)
{
	unsigned int i;

	for (i = 0; i < e->num_queues; i++)
		if (virtqueue_is_broken(e->queue[i].vq))
			return true;
	return false;
}

static uint8_t read_status(struct virtio_device *vdev)
{
	const struct virtio_config_ops *config = vdev->config;

	return config && config->get_status ? config->get_status(vdev) :
	       vdev->status;
}

int flight_check_device(struct engine *e)
{
	if (e->watch)
		e->watch(e->watched);
	if (caught_signal)
		return flight_end(e, OUTCOME_STOPPED);
	if (any_broken(e))
		return flight_end(e, OUTCOME_BROKEN);
	switch (vi_presence(e->vdev)) {
	case VI_PRESENT:
		break;
	case VI_WANTED_BACK:
		return flight_end(e, OUTCOME_WANTED_BACK);
	case VI_GONE:
		return flight_end(e, OUTCOME_GONE);
	}
	if (read_status(e->vdev) & VIRTIO_CONFIG_S_NEEDS_RESET)
		return flight_end(e, OUTCOME_NEEDS_RESET);
	return 0;
}

/* Seconds until the oldest buffer times out; negative: never. */
static double time_left(const struct engine *e)
{
	uint64_t oldest = UINT64_MAX, now = tool_now_ns();
	unsigned int i;

	if (!e->o->timeout)
		return -1;
	for (i = 0; i < e->num_slots; i++)
		if (e->slot[i]->chain && e->slot[i]->added_ns < oldest)
			oldest = e->slot[i]->added_ns;
	if (oldest > now)
		oldest = now;
	return e->o->timeout > (now - oldest) / 1e9 ?
	       e->o->timeout - (now - oldest) / 1e9 : 0;
}

/* Enable callbacks. False: something has completed meanwhile. */
static bool enable(struct engine *e)
{
	bool none = true;
	unsigned int i;

	for (i = 0; i < e->num_queues; i++)
		none &= e->queue[i].vq->vq_ops->enable_cb(e->queue[i].vq);
	return none;
}

static void disable(struct engine *e)
{
	unsigned int i;

	for (i = 0; i < e->num_queues; i++)
		e->queue[i].vq->vq_ops->disable_cb(e->queue[i].vq);
}

/*
 * Reap what an interrupt announced. Callbacks stay enabled except while
 * reaping, so that a completion without an interrupt is not found by accident.
 */
static struct slot *sleep_for_some(struct engine *e, double left, bool block)
{
	struct slot *slot;

	if (e->armed) {
		if (!block ||
		    !wait_for_wakeup(left >= 0 && left < LOOK ? left : LOOK))
			return NULL;
		disable(e);
		e->armed = false;
	}
	slot = take_all(e);
	if (!slot)
		e->armed = enable(e);
	return slot;
}

static struct slot *spin_for_some(struct engine *e)
{
	struct slot *slot;
	unsigned int i;

	for (i = 0; i < SPINS && !caught_signal; i++) {
		slot = take_all(e);
		if (slot)
			return slot;
	}
	/* The device may need this CPU to proceed. */
	sched_yield();
	return NULL;
}

static bool is_time_to_look(struct engine *e)
{
	uint64_t now = tool_now_ns();

	if (!caught_signal && !e->changed && now - e->looked_ns < LOOK * 1e9)
		return false;
	e->looked_ns = now;
	return true;
}

/* On a timeout: was the device late, or was the interrupt lost? */
static int give_up(struct engine *e)
{
	struct slot *slot = take_all(e);

	if (!slot)
		return flight_end(e, OUTCOME_TIMEOUT);
	if (!handle_all(e, slot))
		flight_end(e, e->polled ? OUTCOME_TIMEOUT : OUTCOME_LOST_IRQ);
	return -1;
}

int flight_wait(struct engine *e, unsigned int most)
{
	struct slot *slot;
	double left;

	while (e->in_flight > most || (!e->polled && !e->armed)) {
		/* time_left() walks all buffers: avoid it while polling. */
		left = e->armed && !e->polled ? time_left(e) : -1;
		slot = e->polled ? spin_for_some(e) :
		       sleep_for_some(e, left, e->in_flight > most);
		if (!slot && e->polled)
			left = time_left(e);
		if (handle_all(e, slot))
			return -1;
		e->progress(e);
		if (is_time_to_look(e) && flight_check_device(e))
			return -1;
		if (!slot && !left)
			return give_up(e);
	}
	return 0;
}

int flight_sleep(struct engine *e, double seconds)
{
	uint64_t end = tool_now_ns() + (uint64_t)(seconds * 1e9), now;

	while ((now = tool_now_ns()) < end) {
		double left = (end - now) / 1e9;

		wait_for_wakeup(left < LOOK ? left : LOOK);
		if (flight_check_device(e))
			return -1;
	}
	/* An interrupt may have ended the sleep; handle it later. */
	wake_up();
	return 0;
}

int flight_pace(struct engine *e)
{
	uint64_t now = tool_now_ns(), step;

	if (!e->o->rate)
		return 0;
	step = (uint64_t)(1e9 / e->o->rate);
	if (e->next_ns > now &&
	    flight_sleep(e, (e->next_ns - now) / 1e9))
		return -1;
	/* Do not catch up after a delay. */
	e->next_ns = (e->next_ns > now ? e->next_ns : now) + step;
	return 0;
}
