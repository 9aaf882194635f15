/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver thread and a device thread that pass numbered buffers through a
 * ring, for tests and benchmarks.
 */
#ifndef VI_TESTS_EXCHANGE_H
#define VI_TESTS_EXCHANGE_H

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ring/devq.h"

struct exchange {
	/* Parameters. */
	uint64_t buffers;
	unsigned int size;		/* ring size */
	unsigned int pieces;		/* most per buffer */
	bool packed, indirect, event, in_order;
	bool poll;			/* busy-poll without notifications */

	/* The result: NULL, or an error. */
	const char *error;
	uint64_t at;			/* at which buffer */
	uint64_t kicks, interrupts;

	/* Shared by the threads. */
	struct virtio_device vdev;
	struct virtqueue *vq;
	struct vi_devq dq;
	bool kicked, interrupted, stop;
};

#define EXCHANGE_PATIENCE	60	/* seconds without any progress */

static inline void vi_cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

static inline void exchange_relax(unsigned int *spins)
{
	if (++*spins % 256)
		vi_cpu_relax();
	else
		sched_yield();
}

/* Wait for the other side's signal; false: timed out. */
static inline bool exchange_wait(struct exchange *x, bool *flag)
{
	unsigned int spins = 0;
	time_t start = time(NULL);

	while (!__atomic_exchange_n(flag, false, __ATOMIC_ACQUIRE)) {
		if (vi_load(&x->stop))
			return false;
		exchange_relax(&spins);
		if (!(spins % 65536) && time(NULL) - start > EXCHANGE_PATIENCE)
			return false;
	}
	return true;
}

static inline void exchange_notify(struct virtqueue *vq)
{
	struct exchange *x = vq->vdev->priv;

	x->kicks++;
	vi_store_release(&x->kicked, true);
}

static inline void exchange_callback(struct virtqueue *vq)
{
	struct exchange *x = vq->vdev->priv;

	x->interrupts++;
	vi_store_release(&x->interrupted, true);
}

static inline bool exchange_fail(struct exchange *x, const char *error,
				 uint64_t at)
{
	if (!x->error) {
		x->error = error;
		x->at = at;
	}
	vi_store(&x->stop, true);
	return false;
}

/* The first piece of buffer @n holds its number, which the device sums up. */
static inline unsigned int exchange_pieces(const struct exchange *x,
					   uint64_t n)
{
	return x->pieces > 1 ? 1 + n % x->pieces : 1;
}

static inline void *exchange_device(void *arg)
{
	struct exchange *x = arg;
	unsigned int spins = 0;
	uint64_t n = 0, number;
	struct vi_buffer buf;

	while (n < x->buffers && !vi_load(&x->stop)) {
		bool any = false;
		int ret;

		while ((ret = vi_devq_pop(&x->dq, &buf)) == 1) {
			memcpy(&number, buf.sg[0].buf, sizeof(number));
			if (number != n ||
			    buf.out_num != exchange_pieces(x, n)) {
				exchange_fail(x, "the device got a wrong buffer", n);
				return NULL;
			}
			vi_devq_push(&x->dq, &buf, 0);
			n++;
			any = true;
			if (!(n % 16) && !x->poll && vi_devq_interrupt(&x->dq))
				vring_interrupt(x->vq);
		}
		if (ret < 0) {
			exchange_fail(x, x->dq.fault, n);
			return NULL;
		}
		if (x->poll) {
			if (!any)
				exchange_relax(&spins);
			continue;
		}
		if (any && vi_devq_interrupt(&x->dq))
			vring_interrupt(x->vq);
		if (any || n == x->buffers)
			continue;
		if (vi_devq_enable_kick(&x->dq)) {
			if (!exchange_wait(x, &x->kicked)) {
				exchange_fail(x, "no kick came", n);
				return NULL;
			}
		}
		vi_devq_disable_kick(&x->dq);
	}
	return NULL;
}

static inline bool exchange_drive(struct exchange *x)
{
	const struct virtqueue_ops *ops = x->vq->vq_ops;
	uint64_t sent = 0, got = 0, *numbers;
	struct scatterlist *sg;
	unsigned int i, spins = 0, len;
	bool ok = true;

	numbers = calloc(x->size * 2, sizeof(*numbers));
	sg = calloc(x->pieces, sizeof(*sg));
	while (got < x->buffers && ok && !vi_load(&x->stop)) {
		uint64_t before = got, added = sent;
		uint64_t *token;

		while (sent < x->buffers && sent - got < x->size) {
			unsigned int pieces = exchange_pieces(x, sent);

			token = &numbers[sent % (x->size * 2)];
			*token = sent;
			for (i = 0; i < pieces; i++)
				sg_set_buf(&sg[i], token, sizeof(*token));
			if (ops->add_buf(x->vq, sg, pieces, 0, token))
				break;
			sent++;
			if (!(sent % 32))
				break;
		}
		if (sent != added)
			ops->kick(x->vq);
		while ((token = ops->get_buf(x->vq, &len))) {
			if (*token != got)
				ok = exchange_fail(x, "tokens out of order", got);
			got++;
		}
		if (got != before || sent != added)
			continue;
		if (x->poll)
			exchange_relax(&spins);
		else if (ops->enable_cb(x->vq) &&
			 !exchange_wait(x, &x->interrupted))
			ok = exchange_fail(x, "no interrupt came", got);
	}
	free(numbers);
	free(sg);
	return ok && !x->error;
}

/* Run it; true if every buffer went there and back once and in order. */
static inline bool exchange_run(struct exchange *x)
{
	struct vring_packed_desc *packed;
	struct vring split;
	size_t bytes = (size_t)x->size * 64 + 65536;
	pthread_t thread;
	void *pages;
	bool ok;

	virtio_set_feature(&x->vdev, VIRTIO_F_VERSION_1);
	if (x->packed)
		virtio_set_feature(&x->vdev, VIRTIO_F_RING_PACKED);
	if (x->indirect)
		virtio_set_feature(&x->vdev, VIRTIO_RING_F_INDIRECT_DESC);
	if (x->event)
		virtio_set_feature(&x->vdev, VIRTIO_RING_F_EVENT_IDX);
	if (x->in_order)
		virtio_set_feature(&x->vdev, VIRTIO_F_IN_ORDER);
	x->vdev.priv = x;
	pages = aligned_alloc(4096, bytes & ~(size_t)4095);
	x->vq = vring_new_virtqueue(x->size, 64, &x->vdev, pages,
				    exchange_notify,
				    x->poll ? NULL : exchange_callback);
	if (!x->vq)
		return exchange_fail(x, "no queue", 0);
	if (x->packed) {
		packed = pages;
		vi_devq_init(&x->dq, x->size, &x->vdev.features, packed,
			     packed + x->size,
			     (struct vring_packed_desc_event *)(packed +
				x->size) + 1);
	} else {
		vring_init(&split, x->size, pages, 64);
		vi_devq_init(&x->dq, x->size, &x->vdev.features, split.desc,
			     split.avail, split.used);
	}
	if (x->poll)
		vi_devq_disable_kick(&x->dq);
	pthread_create(&thread, NULL, exchange_device, x);
	ok = exchange_drive(x);
	vi_store(&x->stop, true);
	pthread_join(thread, NULL);
	vi_devq_fini(&x->dq);
	vring_del_virtqueue(x->vq);
	free(pages);
	return ok && !x->error;
}

#endif
