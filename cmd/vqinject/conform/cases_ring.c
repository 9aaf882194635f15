// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests in rings of all shapes. */
#include <stdlib.h>
#include <string.h>

#include "vqinject/conform/conform.h"

static enum conform_verdict one_request(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);

	return v == CONFORM_PASS ? conform_do_request(c, 1) : v;
}

/* In @pieces, or as many as fit into a chain. */
static enum conform_verdict cut_request(struct conform *c, unsigned int pieces)
{
	unsigned int most = conform_queue_size(c);

	return conform_do_request(c, pieces < most ? pieces : most);
}

static enum conform_verdict framing(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);

	return v == CONFORM_PASS ? cut_request(c, 7) : v;
}

static enum conform_verdict indirect(struct conform *c)
{
	enum conform_verdict v = conform_start(c, START_INDIRECT, 0);

	if (v == CONFORM_PASS)
		v = conform_do_request(c, 1);
	return v == CONFORM_PASS ? cut_request(c, 5) : v;
}

/* The largest power of two up to @n. */
static unsigned int power_of_two(unsigned int n)
{
	unsigned int p = 1;

	while (p * 2 <= n && p * 2 <= VIRTQUEUE_MAX_SIZE)
		p *= 2;
	return p;
}

/* No answer at all: the device may have a limit (spec 1.4, 2.7.4.1). */
static enum conform_verdict too_long(struct conform *c, unsigned int size)
{
	return conform_say(c, CONFORM_REJECT,
			   "the device rejects %u descriptors, status 0x%x",
			   size, conform_status(c));
}

/* A request in as many pieces as the queue has entries. */
static enum conform_verdict full_chain(struct conform *c)
{
	unsigned int bytes = c->request->in + c->request->out, size;
	enum conform_verdict v = conform_start(c, 0, 0);

	if (v != CONFORM_PASS)
		return v;
	size = conform_queue_size(c);
	if (size > bytes) {
		size = power_of_two(bytes);
		v = conform_start(c, 0, size);
		if (v != CONFORM_PASS)
			return v;
	}
	c->used = UINT32_MAX;
	v = conform_do_request(c, size);
	if (v == CONFORM_FAIL && c->used == UINT32_MAX && c->works)
		return too_long(c, size);
	if (v != CONFORM_PASS)
		return v;
	return conform_say(c, CONFORM_PASS, "%u descriptors", size);
}

/* As many requests as fit at once. They share the same buffers, so all read the
 * same and write the same. */
static enum conform_verdict fill_and_drain(struct conform *c,
					   unsigned int *count)
{
	unsigned int n = 0, i;

	conform_prepare(c);
	while (!conform_add(c, 1, c))
		n++;
	if (!n)
		return conform_say(c, CONFORM_FAIL, "cannot add a buffer");
	c->vq->vq_ops->kick(c->vq);
	for (i = 0; i < n; i++) {
		if (!conform_wait(c, conform_timeout(c)))
			return conform_say(c, CONFORM_FAIL,
					   "%u of %u requests completed, status 0x%x",
					   i, n, conform_status(c));
		if (!conform_good_answer(c))
			return conform_say(c, CONFORM_FAIL,
					   "wrong answer of %u bytes",
					   c->used);
	}
	*count += n;
	return CONFORM_PASS;
}

static enum conform_verdict full_queue(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);
	unsigned int n = 0;

	if (v == CONFORM_PASS)
		v = fill_and_drain(c, &n);
	if (v == CONFORM_PASS)
		conform_say(c, v, "%u requests", n);
	return v;
}

/* Indices of 16 bits wrap after 65,536 requests; packed rings wrap each lap. */
static enum conform_verdict wrap(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);
	unsigned int n = 0, enough;

	if (v != CONFORM_PASS)
		return v;
	enough = c->packed ? 3 * conform_queue_size(c) : 65536 + 16;
	while (n < enough && v == CONFORM_PASS &&
	       !(c->o->stop && *c->o->stop))
		v = fill_and_drain(c, &n);
	if (v == CONFORM_PASS)
		conform_say(c, v, "%u requests", n);
	return v;
}

/* Chains whose lengths do not divide the size of the ring. */
static enum conform_verdict wrap_odd(struct conform *c)
{
	enum conform_verdict v = conform_start_small(c, 0, 8);
	unsigned int i, pieces = c->request->in && c->request->out ? 3 : 2;

	for (i = 0; i < 40 && v == CONFORM_PASS; i++)
		v = cut_request(c, 1 + i % pieces);
	return v;
}

static enum conform_verdict in_order(struct conform *c)
{
	enum conform_verdict v = conform_start(c, START_IN_ORDER, 0);
	char tokens[16];
	size_t i;

	if (v != CONFORM_PASS)
		return v;
	conform_prepare(c);
	for (i = 0; i < sizeof(tokens); i++)
		if (conform_add(c, 1, &tokens[i]))
			break;
	c->vq->vq_ops->kick(c->vq);
	if (!i)
		return conform_say(c, CONFORM_FAIL, "cannot add a buffer");
	while (i--)
		if (!conform_wait(c, conform_timeout(c)))
			return conform_say(c, CONFORM_FAIL,
					   virtqueue_is_broken(c->vq) ?
					   "a buffer completed out of order" :
					   "a request did not complete");
	return CONFORM_PASS;
}

static enum conform_verdict spurious_notification(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);
	unsigned int i;

	if (v != CONFORM_PASS)
		return v;
	for (i = 0; i < 16; i++)
		if (vi_notify(c->vq))
			return conform_say(c, CONFORM_SKIP,
					   "cannot send extra notifications");
	return conform_do_request(c, 1);
}

/* The device may write all of the buffer, but nothing behind it. */
static enum conform_verdict used_length(struct conform *c)
{
	enum conform_verdict v = conform_start(c, 0, 0);
	uint32_t i;

	if (!c->request->in)
		return conform_say(c, CONFORM_SKIP,
				   "its requests return no data");
	if (v == CONFORM_PASS)
		v = conform_do_request(c, 1);
	for (i = c->request->in; v == CONFORM_PASS && i < CONFORM_ROOM; i++)
		if (c->in[i] != 0xff)
			return conform_say(c, CONFORM_FAIL,
					   "the device wrote past the buffer, at byte %u",
					   i);
	if (v == CONFORM_PASS)
		conform_say(c, v, "%u of %u bytes", c->used, c->request->in);
	return v;
}

const struct conform_case conform_ring_cases[] = {
	{ "request", "2.7.13", CONFORM_SPLIT, one_request,
	  "a request completes", NULL },
	{ "request", "2.8.21", CONFORM_PACKED, one_request,
	  "a request completes", NULL },
	{ "used-length", "2.7.8.2", CONFORM_BOTH, used_length,
	  "nothing is written past the buffer", NULL },
	{ "framing", "2.7.4.1", CONFORM_BOTH, framing,
	  "a request may be split anywhere", NULL },
	{ "full-chain", "2.7.5.3.1", CONFORM_BOTH, full_chain,
	  "a request that fills its queue", NULL },
	{ "full-queue", "2.7.13", CONFORM_BOTH, full_queue,
	  "a full queue", NULL },
	{ "wrap", "2.7.13.3", CONFORM_SPLIT, wrap,
	  "indices wrap past 65,535", NULL },
	{ "wrap", "2.8.1", CONFORM_PACKED, wrap,
	  "wrap counters toggle", NULL },
	{ "wrap-odd", "2.8.6", CONFORM_BOTH, wrap_odd,
	  "requests that cross the end of the ring", NULL },
	{ "indirect", "2.7.5.3", CONFORM_SPLIT, indirect,
	  "a request in an indirect table", NULL },
	{ "indirect", "2.8.7", CONFORM_PACKED, indirect,
	  "a request in an indirect table", NULL },
	{ "in-order", "6.2", CONFORM_BOTH, in_order,
	  "buffers complete in order", NULL },
	{ "spurious-notification", "2.8.16", CONFORM_BOTH,
	  spurious_notification, "spurious notifications are harmless", NULL },
	{ 0 },
};
