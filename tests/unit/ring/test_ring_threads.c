// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Driver and device in threads of their own, which sleep when idle and rely on
 * the other side to wake them; a third thread raises spurious interrupts all
 * the time. For ThreadSanitizer and for the barriers: a lost wake-up ends in
 * the alarm.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "hand_ring.h"

#define BUFFERS		20000
#define NUM		8

struct bed {
	struct virtio_device vdev;
	struct virtqueue *vq;
	void *pages;
	struct hand_ring dev;
	sem_t kicked, called;
	bool done;
	unsigned int wrong;	/* errors in the driver's thread */
};

/* A buffer: the device writes what it reads plus one. */
struct request {
	uint32_t question, answer, more;
	bool busy;
};

static void on_alarm(int sig)
{
	static const char text[] = "Bail out! a wake-up was lost\n";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

static void on_notify(struct virtqueue *vq)
{
	struct bed *b = vq->vdev->priv;

	sem_post(&b->kicked);
}

/* On any thread: disable callbacks, and wake the driver. */
static void on_callback(struct virtqueue *vq)
{
	struct bed *b = vq->vdev->priv;

	vq->vq_ops->disable_cb(vq);
	sem_post(&b->called);
}

/* --- The driver's thread, which must not assert --- */

static int driver_add(struct bed *b, struct request *req, uint32_t number)
{
	struct scatterlist sg[3];

	req->question = number;
	req->answer = 0;
	sg_set_buf(&sg[0], &req->question, sizeof(req->question));
	sg_set_buf(&sg[1], &req->answer, sizeof(req->answer));
	sg_set_buf(&sg[2], &req->more, sizeof(req->more));
	return b->vq->vq_ops->add_buf(b->vq, sg, 1, 1 + number % 2, req);
}

static unsigned int driver_fill(struct bed *b, struct request *req,
				unsigned int *next)
{
	unsigned int i, added = 0;

	for (i = 0; i < NUM && *next < BUFFERS; i++) {
		if (req[i].busy)
			continue;
		if (driver_add(b, &req[i], *next))
			break;
		req[i].busy = true;
		added++;
		++*next;
	}
	if (added)
		b->vq->vq_ops->kick(b->vq);
	return added;
}

static unsigned int driver_drain(struct bed *b)
{
	unsigned int len, got = 0;
	struct request *req;

	while ((req = b->vq->vq_ops->get_buf(b->vq, &len))) {
		if (!req->busy || req->answer != req->question + 1 || len != 4)
			b->wrong++;
		req->busy = false;
		got++;
	}
	return got;
}

static void *driver(void *arg)
{
	struct request req[NUM] = { 0 };
	unsigned int next = 0, returned = 0;
	struct bed *b = arg;

	while (returned < BUFFERS) {
		unsigned int added = driver_fill(b, req, &next);
		unsigned int got = driver_drain(b);

		returned += got;
		if (added || got || virtqueue_is_broken(b->vq))
			continue;
		if (b->vq->vq_ops->enable_cb(b->vq))
			sem_wait(&b->called);
		b->vq->vq_ops->disable_cb(b->vq);
	}
	return NULL;
}

static void *interrupts(void *arg)
{
	struct bed *b = arg;

	while (!hand_load(&b->done)) {
		vring_interrupt(b->vq);
		usleep(50);
	}
	return NULL;
}

/* --- The device, in the test's own thread --- */

static void device_answer(struct bed *b)
{
	const struct hand_chain *chain = hand_ring_chain(&b->dev);
	struct hand_used old = hand_ring_used(&b->dev);
	uint32_t *question = hand_ptr(chain->piece[0].addr, 0);
	uint32_t *answer = hand_ptr(chain->piece[1].addr, 0);

	*answer = *question + 1;
	hand_ring_use(&b->dev, 1, chain->id, chain->slots, 4);
	if (hand_ring_signals(&b->dev, old, chain->slots))
		vring_interrupt(b->vq);
}

static void device(struct bed *b)
{
	unsigned int used = 0;

	while (used < BUFFERS) {
		if (hand_ring_take(&b->dev)) {
			device_answer(b);
			used++;
			continue;
		}
		hand_ring_want_kick(&b->dev, true);
		if (!hand_ring_take(&b->dev)) {
			sem_wait(&b->kicked);
			hand_ring_want_kick(&b->dev, false);
			continue;
		}
		hand_ring_want_kick(&b->dev, false);
		device_answer(b);
		used++;
	}
}

/* --- Both --- */

static void stream(uint64_t features)
{
	static struct bed b;
	pthread_t threads[2];

	memset(&b, 0, sizeof(b));
	b.vdev.id.device = VIRTIO_ID_RNG;
	b.vdev.priv = &b;
	hand_features(&b.vdev, features);
	sem_init(&b.kicked, 0, 0);
	sem_init(&b.called, 0, 0);
	b.pages = hand_pages(hand_ring_size(NUM, PAGE, features), 0);
	hand_ring_open(&b.dev, NUM, PAGE, b.pages, features);
	b.vq = vring_new_virtqueue(NUM, PAGE, &b.vdev, b.pages, on_notify,
				   on_callback);
	assert_non_null(b.vq);

	alarm(120);
	assert_int_equal(pthread_create(&threads[0], NULL, driver, &b), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, interrupts, &b), 0);
	device(&b);
	pthread_join(threads[0], NULL);
	hand_store(&b.done, true);
	pthread_join(threads[1], NULL);
	alarm(0);

	assert_int_equal(b.wrong, 0);
	assert_false(virtqueue_is_broken(b.vq));
	vring_del_virtqueue(b.vq);
	hand_ring_close(&b.dev);
	sem_destroy(&b.kicked);
	sem_destroy(&b.called);
	free(b.pages);
}

static void stream_all(uint64_t layout)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		stream(layout | (i & 1 ? EVENT_IDX : 0) |
		       (i & 2 ? INDIRECT : 0) | (i & 4 ? IN_ORDER : 0));
}

static void split_rings(void **state)
{
	(void)state;
	stream_all(VERSION_1);
}

static void packed_rings(void **state)
{
	(void)state;
	stream_all(VERSION_1 | PACKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_rings),
		cmocka_unit_test(packed_rings),
	};

	signal(SIGALRM, on_alarm);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
