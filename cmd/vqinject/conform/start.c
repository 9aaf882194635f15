// SPDX-License-Identifier: GPL-2.0-or-later
/* Start the device step by step (spec 1.4, 3.1.1), and submit a request. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "vqinject/conform/conform.h"

#define DEFAULT_TIMEOUT	2
/* the most pieces of any request */
#define MAX_PIECES	1024

uint8_t conform_status(struct conform *c)
{
	return c->vdev->config->get_status(c->vdev);
}

void conform_add_status(struct conform *c, uint8_t bit)
{
	c->vdev->status = conform_status(c) | bit;
	c->vdev->config->set_status(c->vdev, c->vdev->status);
}

int conform_reset(struct conform *c)
{
	int err = virtio_reset(c->vdev);

	/* After a failed reset, the device may still write to its rings. */
	if (!err && c->vq) {
		virtio_del_vq(c->vq);
		c->vq = NULL;
	}
	return err;
}

struct vi_features conform_basic_features(const struct conform *c)
{
	static const unsigned int wanted[] = {
		VIRTIO_F_VERSION_1, VIRTIO_F_ACCESS_PLATFORM,
		VIRTIO_F_ORDER_PLATFORM,
	};
	struct vi_features set = { { 0, 0 } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		if (conform_offers(c, wanted[i]))
			conform_add_feature(&set, wanted[i]);
	if (c->packed)
		conform_add_feature(&set, VIRTIO_F_RING_PACKED);
	return set;
}

bool conform_negotiate(struct conform *c, const struct vi_features *set)
{
	if (conform_reset(c))
		return false;
	conform_add_status(c, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	conform_add_status(c, VIRTIO_CONFIG_S_DRIVER);
	c->vdev->features = *set;
	if (c->vdev->config->finalize_features(c->vdev))
		return false;
	conform_add_status(c, VIRTIO_CONFIG_S_FEATURES_OK);
	return conform_status(c) & VIRTIO_CONFIG_S_FEATURES_OK;
}

/* The library counts interrupts; there is nothing to do. */
static void called_back(struct virtqueue *vq)
{
	(void)vq;
}

static enum conform_verdict add_features(struct conform *c, unsigned int flags,
					 struct vi_features *set)
{
	static const struct {
		unsigned int flag, bit;
		const char *name;
	} rows[] = {
		{ START_INDIRECT, VIRTIO_RING_F_INDIRECT_DESC, "INDIRECT_DESC" },
		{ START_EVENT_IDX, VIRTIO_RING_F_EVENT_IDX, "EVENT_IDX" },
		{ START_IN_ORDER, VIRTIO_F_IN_ORDER, "IN_ORDER" },
		{ START_RESET, VIRTIO_F_RING_RESET, "RING_RESET" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!(flags & rows[i].flag))
			continue;
		if (!conform_offers(c, rows[i].bit))
			return conform_say(c, CONFORM_SKIP, "%s is not offered",
					   rows[i].name);
		conform_add_feature(set, rows[i].bit);
	}
	return CONFORM_PASS;
}

enum conform_verdict conform_start(struct conform *c, unsigned int flags,
				   unsigned int size)
{
	struct vi_features set = conform_basic_features(c);
	enum conform_verdict v = add_features(c, flags, &set);

	if (v != CONFORM_PASS)
		return v;
	if (!conform_negotiate(c, &set))
		return conform_say(c, CONFORM_FAIL,
				   "the device refuses features that it offers: status 0x%x",
				   conform_status(c));
	c->vdev->queue_size = size;
	c->vq = virtio_find_vq(c->vdev, c->request ? c->request->queue : 0,
			       flags & START_CALLBACK ? called_back : NULL);
	c->vdev->queue_size = 0;
	if (!c->vq)
		return conform_say(c, CONFORM_FAIL,
				   "cannot set up queue %u: %s",
				   c->request ? c->request->queue : 0,
				   strerror(errno));
	if (!(flags & START_NOT_READY))
		conform_add_status(c, VIRTIO_CONFIG_S_DRIVER_OK);
	return CONFORM_PASS;
}

enum conform_verdict conform_start_small(struct conform *c, unsigned int flags,
					 unsigned int most)
{
	enum conform_verdict v = conform_start(c, flags, 0);

	if (v == CONFORM_PASS && conform_queue_size(c) > most)
		v = conform_start(c, flags, most);
	return v;
}

unsigned int conform_queue_size(const struct conform *c)
{
	return virtqueue_get_vring_size(c->vq);
}

double conform_timeout(const struct conform *c)
{
	return c->o->timeout > 0 ? c->o->timeout : DEFAULT_TIMEOUT;
}

/* --- Requests --- */

/* Cut @len bytes at @buf into @pieces of one byte, and the rest. */
static unsigned int cut(struct scatterlist *sg, uint8_t *buf, uint32_t len,
			unsigned int pieces)
{
	unsigned int i;

	if (!len)
		return 0;
	if (pieces > len)
		pieces = len;
	for (i = 0; i < pieces; i++) {
		uint32_t part = i + 1 < pieces ? 1 : len - i;

		sg_set_buf(&sg[i], buf + i, part);
	}
	return pieces;
}

void conform_prepare(struct conform *c)
{
	const struct conform_request *r = c->request;

	memset(c->out, 0, r->out);
	memset(c->in, 0xff, r->in);
	if (r->fill)
		r->fill(c->out);
}

int conform_add(struct conform *c, unsigned int pieces, void *token)
{
	const struct conform_request *r = c->request;
	struct scatterlist sg[MAX_PIECES + 2];
	unsigned int out = 1, in = 1;

	if (pieces > MAX_PIECES)
		pieces = MAX_PIECES;
	/* Cut the answer as finely as possible, then the request. */
	if (pieces > 2 && r->in)
		in = r->in < pieces - !!r->out ? r->in : pieces - !!r->out;
	if (pieces > in && r->out)
		out = r->in ? pieces - in : pieces;
	sg_init_table(sg, ARRAY_SIZE(sg));
	out = cut(sg, c->out, r->out, out);
	in = cut(sg + out, c->in, r->in, in);
	return c->vq->vq_ops->add_buf(c->vq, sg, out, in, token);
}

void *conform_wait(struct conform *c, double seconds)
{
	double end = tool_now() + seconds;
	void *token;

	while (!(token = c->vq->vq_ops->get_buf(c->vq, &c->used))) {
		if (tool_now() >= end || virtqueue_is_broken(c->vq) ||
		    conform_status(c) & VIRTIO_CONFIG_S_NEEDS_RESET)
			return NULL;
		nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
	}
	return token;
}

bool conform_good_answer(struct conform *c)
{
	const struct conform_request *r = c->request;

	return c->used >= r->min_used && c->used <= r->in &&
	       (!r->good || r->good(c->in));
}

enum conform_verdict conform_do_request(struct conform *c,
					unsigned int pieces)
{
	int err;

	conform_prepare(c);
	err = conform_add(c, pieces, c);
	if (err)
		return conform_say(c, CONFORM_FAIL, "cannot add a buffer: %s",
				   strerror(-err));
	c->vq->vq_ops->kick(c->vq);
	if (!conform_wait(c, conform_timeout(c)))
		return conform_say(c, CONFORM_FAIL,
				   virtqueue_is_broken(c->vq) ?
				   "an invalid completion" :
				   "no completion within %.1f s, status 0x%x",
				   conform_timeout(c), conform_status(c));
	if (!conform_good_answer(c))
		return conform_say(c, CONFORM_FAIL,
				   "wrong answer of %u bytes", c->used);
	return CONFORM_PASS;
}
