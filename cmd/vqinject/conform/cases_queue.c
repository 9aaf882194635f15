// SPDX-License-Identifier: GPL-2.0-or-later
/* Queues as a whole: size, order of enabling, reset. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vqinject/conform/conform.h"

static void pause_ms(unsigned int ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000,
				      .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

static enum conform_verdict read_queue(struct conform *c, unsigned int queue,
				       const char *name, uint64_t *value)
{
	if (vi_register_write(c->vdev, "queue_select", queue) ||
	    vi_register_read(c->vdev, name, value))
		return conform_say(c, CONFORM_SKIP, "%s cannot be read here",
				   name);
	return CONFORM_PASS;
}

static enum conform_verdict queue_absent(struct conform *c)
{
	uint64_t n, size;
	enum conform_verdict v;

	if (vi_register_read(c->vdev, "num_queues", &n))
		return conform_say(c, CONFORM_SKIP,
				   "num_queues cannot be read here");
	v = read_queue(c, n, "queue_size", &size);
	if (v == CONFORM_PASS && size)
		return conform_say(c, CONFORM_FAIL,
				   "queue %llu of %llu has size %llu",
				   (unsigned long long)n,
				   (unsigned long long)n,
				   (unsigned long long)size);
	return v;
}

/* No layout is negotiated here, so sizes are those of split rings. */
static enum conform_verdict queue_size(struct conform *c)
{
	uint64_t n, i, size;
	enum conform_verdict v;

	if (vi_register_read(c->vdev, "num_queues", &n))
		return conform_say(c, CONFORM_SKIP,
				   "num_queues cannot be read here");
	for (i = 0; i < n; i++) {
		v = read_queue(c, i, "queue_size", &size);
		if (v != CONFORM_PASS)
			return v;
		if (size > VIRTQUEUE_MAX_SIZE || size & (size - 1))
			return conform_say(c, CONFORM_FAIL,
					   "queue %llu has size %llu",
					   (unsigned long long)i,
					   (unsigned long long)size);
	}
	return conform_say(c, CONFORM_PASS, "%llu queues",
			   (unsigned long long)n);
}

static enum conform_verdict queue_disabled_by_reset(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);
	unsigned int queue = c->request->queue;
	uint64_t enabled;

	if (v == CONFORM_PASS)
		v = read_queue(c, queue, "queue_enable", &enabled);
	if (v != CONFORM_PASS)
		return v;
	if (!enabled)
		return conform_say(c, CONFORM_FAIL,
				   "queue_enable of a queue in use is 0");
	if (conform_reset(c))
		return conform_say(c, CONFORM_FAIL, "the device does not reset");
	v = read_queue(c, queue, "queue_enable", &enabled);
	if (v == CONFORM_PASS && enabled)
		return conform_say(c, CONFORM_FAIL,
				   "queue_enable is %llu after a reset",
				   (unsigned long long)enabled);
	return v;
}

static enum conform_verdict queue_smaller(struct conform *c)
{
	enum conform_verdict v = conform_start_small(c, 0, 4);

	if (v != CONFORM_PASS)
		return v;
	if (conform_queue_size(c) > 4)
		return conform_say(c, CONFORM_REJECT,
				   "requested 4 entries, got %u",
				   conform_queue_size(c));
	return conform_do_request(c, 1);
}

static enum conform_verdict queue_smallest(struct conform *c)
{
	unsigned int entries = !!c->request->in + !!c->request->out;
	enum conform_verdict v = conform_start(c, 0, entries);

	if (v != CONFORM_PASS)
		return v;
	return conform_do_request(c, 1);
}

static enum conform_verdict before_driver_ok(struct conform *c)
{
	enum conform_verdict v = conform_start(c, START_NOT_READY, 0);

	if (v != CONFORM_PASS)
		return v;
	conform_prepare(c);
	if (conform_add(c, 1, c))
		return conform_say(c, CONFORM_FAIL, "cannot add a buffer");
	if (conform_wait(c, 0.1))
		return conform_say(c, CONFORM_FAIL,
				   "the device used the buffer before DRIVER_OK");
	conform_add_status(c, VIRTIO_CONFIG_S_DRIVER_OK);
	vi_notify(c->vq);
	if (!conform_wait(c, conform_timeout(c)))
		return conform_say(c, CONFORM_FAIL,
				   "the device did not use the buffer after DRIVER_OK either");
	return CONFORM_PASS;
}

static size_t ring_bytes(const struct vi_ring_memory *mem)
{
	return mem->packed ? mem->num * 16 : mem->num * 8 + 6;
}

/* What the device writes: the used ring, or packed descriptors. */
static const void *written(const struct vi_ring_memory *mem)
{
	return mem->packed ? mem->desc : mem->device;
}

static enum conform_verdict reset_in_flight(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);
	struct vi_ring_memory mem;
	unsigned int n = 0;
	void *copy;
	bool same;

	if (v != CONFORM_PASS || vi_queue_memory(c->vq, &mem))
		return v;
	conform_prepare(c);
	while (n < 32 && !conform_add(c, 1, c))
		n++;
	c->vq->vq_ops->kick(c->vq);
	/* Keep the queue, to see whether the device still writes to it. */
	if (virtio_reset(c->vdev))
		return conform_say(c, CONFORM_FAIL, "the device does not reset");
	copy = malloc(ring_bytes(&mem));
	if (!copy)
		return conform_say(c, CONFORM_SKIP, "out of memory");
	memcpy(copy, written(&mem), ring_bytes(&mem));
	pause_ms(100);
	same = !memcmp(copy, written(&mem), ring_bytes(&mem));
	free(copy);
	if (!same)
		return conform_say(c, CONFORM_FAIL,
				   "the device wrote to the ring after the reset");
	return conform_say(c, CONFORM_PASS, "with %u requests in flight", n);
}

static enum conform_verdict queue_reset(struct conform *c)
{
	unsigned int queue = c->request->queue;
	enum conform_verdict v = conform_start(c, START_RESET, 0);
	int err;

	if (v == CONFORM_PASS)
		v = conform_do_request(c, 1);
	if (v != CONFORM_PASS)
		return v;
	err = vi_queue_reset(c->vq);
	if (err)
		return conform_say(c, err == -ENOTSUP ? CONFORM_SKIP :
				   CONFORM_FAIL, "cannot reset the queue: %s",
				   strerror(-err));
	virtio_del_vq(c->vq);
	c->vq = virtio_find_vq(c->vdev, queue, NULL);
	if (!c->vq)
		return conform_say(c, CONFORM_FAIL,
				   "cannot re-enable the queue: %s",
				   strerror(errno));
	return conform_do_request(c, 1);
}

const struct conform_case conform_queue_cases[] = {
	{ "queue-absent", "4.1.4.3.1", 0, queue_absent,
	  "a nonexistent queue has size 0", NULL },
	{ "queue-size", "4.1.4.3.1", 0, queue_size,
	  "sizes are powers of two, 32768 at most", NULL },
	{ "queue-disabled-by-reset", "4.1.4.3.1", CONFORM_BOTH,
	  queue_disabled_by_reset, "queue_enable is 0 after a reset", NULL },
	{ "queue-smaller", "4.1.5.1.3", CONFORM_BOTH, queue_smaller,
	  "a queue of 4 entries works", NULL },
	{ "queue-smallest", "4.1.5.1.3", CONFORM_BOTH, queue_smallest,
	  "a queue just large enough for one request works", NULL },
	{ "before-driver-ok", "2.1.2", CONFORM_BOTH, before_driver_ok,
	  "no buffer is used before DRIVER_OK", NULL },
	{ "reset-in-flight", "2.4.1", CONFORM_BOTH, reset_in_flight,
	  "no ring is touched after a reset", NULL },
	{ "queue-reset", "2.6.1.1.1", CONFORM_BOTH, queue_reset,
	  "a queue works again after its reset", NULL },
	{ 0 },
};
