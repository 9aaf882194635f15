// SPDX-License-Identifier: GPL-2.0-or-later
/* Report how a run ended. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/device/wakeup.h"
#include "vqinject/output/outcome.h"

static const char *device(const struct engine *e)
{
	return e->o->device;
}

/* "buffer 1 in queue 0 requestq1" for the oldest buffer. */
static void add_waiting(const struct engine *e, struct text *t)
{
	const struct slot *oldest = NULL;
	unsigned int i;

	for (i = 0; i < e->num_slots; i++)
		if (e->slot[i]->chain &&
		    (!oldest || e->slot[i]->number < oldest->number))
			oldest = e->slot[i];
	if (!oldest)
		return;
	text_addf(t, "buffer %" PRIu64 " in queue %u", oldest->number,
		  oldest->queue->index);
	if (*oldest->queue->name)
		text_addf(t, " %s", oldest->queue->name);
}

/* Somebody else reset the device, for example through its PCI function. */
static bool was_reset(const struct engine *e)
{
	return e->vdev->config && e->vdev->config->get_status &&
	       !(e->vdev->config->get_status(e->vdev) &
		 VIRTIO_CONFIG_S_DRIVER_OK);
}

static void add_timeout(const struct engine *e, struct text *t)
{
	text_addf(t, "the device did not complete ");
	add_waiting(e, t);
	text_addf(t, " in %g s, %u in flight", e->o->timeout, e->in_flight);
	if (e->o->no_kick)
		text_add(t, "; the device was not notified (--no-kick)");
	if (was_reset(e))
		text_add(t, "; something else reset the device meanwhile");
}

/* Show the last used element, which broke the rules. */
static void add_broken(const struct engine *e, struct text *t)
{
	struct vi_ring_memory mem;
	const struct vring_used *used;
	unsigned int i, at;

	text_add(t, "the device broke the rules: it returned a buffer that it did not hold, or more bytes than the buffer has");
	for (i = 0; i < e->num_queues; i++) {
		const struct engine_queue *q = &e->queue[i];

		if (!virtqueue_is_broken(q->vq))
			continue;
		text_addf(t, " (queue %u", q->index);
		if (!vi_queue_memory(q->vq, &mem) && !mem.packed) {
			used = mem.device;
			at = q->completed % mem.num;
			text_addf(t, ": used element %u has id %u and length %u, the queue has %u entries",
				  at, used->ring[at].id, used->ring[at].len,
				  mem.num);
		}
		text_add(t, ")");
		return;
	}
}

static void add_words(const struct engine *e, struct text *t)
{
	switch (e->outcome) {
	case OUTCOME_TIMEOUT:
		add_timeout(e, t);
		break;
	case OUTCOME_LOST_IRQ:
		text_addf(t, "a buffer completed without an interrupt within %g s; use --poll to see such completions",
			  e->o->timeout);
		break;
	case OUTCOME_NEEDS_RESET:
		text_add(t, "the device gave up: it set DEVICE_NEEDS_RESET");
		break;
	case OUTCOME_GONE:
		text_addf(t, "the device disappeared or stopped responding with %u buffers in flight",
			  e->in_flight);
		break;
	case OUTCOME_WANTED_BACK:
		text_add(t, "the kernel wants the device back because it is being unplugged or unbound");
		break;
	case OUTCOME_BROKEN:
		add_broken(e, t);
		break;
	default:
		break;
	}
}

static bool is_expected(const struct engine *e)
{
	const struct expect *x = &e->o->expect;

	return (x->timeout && e->outcome == OUTCOME_TIMEOUT) ||
	       (x->needs_reset && e->outcome == OUTCOME_NEEDS_RESET);
}

static int not_expected(const struct engine *e)
{
	const struct expect *x = &e->o->expect;

	if (x->timeout || x->needs_reset)
		tool_error("%s: expected %s, but the device completed all buffers (%" PRIu64 ")",
			   device(e), x->timeout ? "a timeout" :
			   "that the device needs a reset", e->completed);
	return x->timeout || x->needs_reset ? EXIT_ERROR : 0;
}

int outcome_report(struct engine *e)
{
	struct text t = { 0 };

	if (e->outcome == OUTCOME_STOPPED)
		return caught_signal_status();
	if (e->outcome == OUTCOME_NO_READER)
		return EXIT_DONE;
	if (e->outcome == OUTCOME_ERROR || e->status)
		return e->status ? e->status : EXIT_ERROR;
	if (e->outcome == OUTCOME_DONE || e->outcome == OUTCOME_RUNNING)
		return not_expected(e);
	if (is_expected(e))
		return 0;
	add_words(e, &t);
	tool_error("%s: %s", device(e), t.failed || !t.s ? "it failed" : t.s);
	free(t.s);
	return EXIT_ERROR;
}

double outcome_rate(const struct engine *e)
{
	double seconds = (e->end_ns - e->begin_ns) / 1e9;

	return seconds > 0 ? e->completed / seconds : 0;
}
