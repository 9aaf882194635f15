// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random walks with fixed seeds: a driver on the library's queue, a small
 * hand-written device (hand_*.h), and a model of what both must see. Every
 * token comes back once, in the order of completion, with the right length, and
 * no sleeper misses its wake-up.
 */
#include "hand_ring.h"

#define STEPS		100000
#define MAX_NUM		64

enum state { FREE, GIVEN, TAKEN, DONE };

/* A buffer; its address is the token. */
struct request {
	enum state state;
	unsigned int out, in;
	struct scatterlist sg[MAX_NUM];
	unsigned int id, slots;
	unsigned int len;	/* the length that get_buf must return */
};

/* Requests in the order of some event. */
struct fifo {
	struct request *req[MAX_NUM];
	unsigned int first, count;
};

struct bed {
	struct virtio_device vdev;
	struct virtqueue *vq;
	void *pages;
	struct hand_ring dev;
	uint64_t features;
	unsigned int num;
	uint64_t seed;

	struct request req[MAX_NUM];
	struct fifo given, taken, done;
	unsigned int direct;	/* slots needed without tables */
	bool device_sleeps, driver_sleeps;
	bool callbacks;		/* on, as the driver believes */
	unsigned int used_since;	/* buffers since the last check */
	unsigned int slots_since;	/* slots since the last check */
	struct hand_used old;
	unsigned long returned;
};

static char mem[MAX_NUM * 4096];

/* Device addresses, with an occasional piece out of reach. */
#define BIAS	0x1000000000000ULL

static uint64_t map_seed;
static bool map_failed;

static uint64_t dma_map(struct virtio_device *vdev, const void *buf,
			size_t len)
{
	(void)vdev;
	(void)len;
	map_failed = hand_random(&map_seed) % 16 == 0;
	return map_failed ? VIRTIO_DMA_ERROR : (uintptr_t)buf + BIAS;
}

static void *dma_alloc(struct virtio_device *vdev, size_t size,
		       uint64_t *addr)
{
	void *buf;

	(void)vdev;
	buf = hand_pages((size + PAGE - 1) / PAGE * PAGE, 0);
	*addr = (uintptr_t)buf + BIAS;
	return buf;
}

static void dma_free(struct virtio_device *vdev, void *buf, size_t size)
{
	(void)vdev;
	(void)size;
	free(buf);
}

static const struct virtio_dma_ops dma_ops = {
	.map = dma_map, .alloc = dma_alloc, .free = dma_free,
};

static void fifo_push(struct fifo *f, struct request *req)
{
	assert_true(f->count < MAX_NUM);
	f->req[(f->first + f->count++) % MAX_NUM] = req;
}

/* Remove the request at @place; 0 is the oldest. */
static struct request *fifo_take(struct fifo *f, unsigned int place)
{
	struct request *req = f->req[(f->first + place) % MAX_NUM];

	assert_true(place < f->count);
	for (; place; place--)
		f->req[(f->first + place) % MAX_NUM] =
			f->req[(f->first + place - 1) % MAX_NUM];
	f->first = (f->first + 1) % MAX_NUM;
	f->count--;
	return req;
}

static unsigned int below(struct bed *b, unsigned int limit)
{
	return hand_random(&b->seed) % limit;
}

/* --- The device, for either layout --- */

/* The device finds the oldest buffer, exactly as submitted. */
static void device_take(struct bed *b)
{
	const struct hand_chain *chain = hand_ring_chain(&b->dev);
	struct request *req;

	assert_true(hand_ring_take(&b->dev));
	req = fifo_take(&b->given, 0);
	hand_assert_same(chain, req->sg, req->out, req->in,
			 b->vdev.dma ? BIAS : 0);
	req->id = chain->id;
	req->slots = chain->slots;
	req->state = TAKEN;
	fifo_push(&b->taken, req);
}

static unsigned int in_len(const struct request *req)
{
	unsigned int i, len = 0;

	for (i = 0; i < req->in; i++)
		len += req->sg[req->out + i].length;
	return len;
}

/* Complete @batch buffers with one answer, for the last of them. */
static void device_use(struct bed *b, unsigned int place, unsigned int batch)
{
	struct request *req = NULL;
	unsigned int i, slots = 0;

	for (i = 0; i < batch; i++) {
		req = fifo_take(&b->taken, place);
		req->state = DONE;
		req->len = in_len(req);
		slots += req->slots;
		fifo_push(&b->done, req);
	}
	req->len = req->len ? below(b, req->len + 1) : 0;
	hand_ring_use(&b->dev, batch, req->id, slots, req->len);
	b->used_since += batch;
	b->slots_since += slots;
}

/* Signal if the driver wants it. */
static void device_signal(struct bed *b)
{
	bool signals;

	if (!b->used_since)
		return;
	signals = hand_ring_signals(&b->dev, b->old, b->slots_since);
	b->used_since = b->slots_since = 0;
	b->old = hand_ring_used(&b->dev);
	if (signals)
		assert_int_equal(vring_interrupt(b->vq), b->done.count > 0);
	/* A driver asleep with completions pending would sleep forever. */
	assert_false(b->driver_sleeps && b->done.count);
}

static void device_step(struct bed *b)
{
	unsigned int batch;

	switch (below(b, 4)) {
	case 0:
		if (b->device_sleeps)
			break;
		if (!hand_ring_waiting(&b->dev)) {
			hand_ring_want_kick(&b->dev, true);
			b->device_sleeps = !hand_ring_waiting(&b->dev);
			break;
		}
		if (below(b, 2))
			hand_ring_want_kick(&b->dev, false);
		do
			device_take(b);
		while (hand_ring_waiting(&b->dev) && below(b, 4));
		break;
	case 1:
	case 2:
		if (!b->taken.count)
			break;
		batch = 1;
		if (b->features & IN_ORDER && below(b, 2))
			batch = 1 + below(b, b->taken.count);
		device_use(b, b->features & IN_ORDER ? 0 :
			   below(b, b->taken.count), batch);
		if (b->used_since > 1000 || below(b, 2))
			device_signal(b);
		break;
	default:
		device_signal(b);
	}
}

/* --- The driver --- */

static void on_notify(struct virtqueue *vq)
{
	struct bed *b = vq->priv;

	b->device_sleeps = false;
}

static void on_callback(struct virtqueue *vq)
{
	struct bed *b = vq->priv;

	b->driver_sleeps = false;
}

static void driver_kick(struct bed *b)
{
	b->vq->vq_ops->kick(b->vq);
	/* A device asleep with buffers available would sleep forever. */
	assert_false(b->device_sleeps && hand_ring_waiting(&b->dev));
}

static unsigned int some_pieces(struct bed *b)
{
	unsigned int limit = below(b, 8) ? 4 : b->num;

	return 1 + below(b, limit < b->num ? limit : b->num);
}

static void driver_add(struct bed *b)
{
	unsigned int pieces = some_pieces(b), i;
	struct request *req = b->req;
	int ret;

	while (req < b->req + MAX_NUM && req->state != FREE)
		req++;
	if (req == b->req + MAX_NUM)
		return;
	req->out = below(b, pieces + 1);
	req->in = pieces - req->out;
	for (i = 0; i < pieces; i++)
		sg_set_buf(&req->sg[i], mem + below(b, sizeof(mem) - 4096),
			   below(b, 4096));
	map_failed = false;
	ret = b->vq->vq_ops->add_buf(b->vq, req->sg, req->out, req->in, req);
	if (map_failed)
		assert_int_equal(ret, -EFAULT);
	else if (b->direct + pieces <= b->num)
		assert_int_equal(ret, 0);
	else if (!(b->features & INDIRECT))
		assert_int_equal(ret, -ENOSPC);
	else
		assert_true(ret == 0 || ret == -ENOSPC);
	if (ret)
		return;
	req->state = GIVEN;
	b->direct += pieces;
	fifo_push(&b->given, req);
}

/* The next token must be the buffer completed first. */
static bool driver_get(struct bed *b)
{
	unsigned int len = UINT32_MAX;
	struct request *req = b->vq->vq_ops->get_buf(b->vq, &len), *oldest;

	assert_false(virtqueue_is_broken(b->vq));
	if (!b->done.count) {
		assert_null(req);
		return false;
	}
	oldest = fifo_take(&b->done, 0);
	assert_ptr_equal(req, oldest);
	assert_int_equal(req->state, DONE);
	assert_int_equal(len, req->len);
	req->state = FREE;
	b->direct -= req->out + req->in;
	b->returned++;
	return true;
}

/* Take all completions, and sleep until the device signals. */
static void driver_drain(struct bed *b)
{
	bool always_on = b->callbacks && below(b, 2);

	if (!always_on) {
		b->vq->vq_ops->disable_cb(b->vq);
		b->callbacks = false;
	}
	while (driver_get(b))
		;
	if (!always_on) {
		if (below(b, 2))
			return;	/* keeps polling with callbacks off */
		assert_true(b->vq->vq_ops->enable_cb(b->vq));
		b->callbacks = true;
	}
	b->driver_sleeps = true;
}

static void driver_step(struct bed *b)
{
	switch (below(b, 8)) {
	case 0: case 1: case 2:
		driver_add(b);
		break;
	case 3: case 4:
		driver_kick(b);
		break;
	case 5: case 6:
		if (!b->driver_sleeps)
			driver_get(b);
		break;
	default:
		if (b->driver_sleeps)
			break;
		if (below(b, 2)) {
			driver_drain(b);
			break;
		}
		assert_int_equal(b->vq->vq_ops->enable_cb(b->vq),
				 !b->done.count);
		b->callbacks = true;
	}
}

/* --- The walk --- */

static void bed_open(struct bed *b, unsigned int num, uint64_t features,
		     bool dma, uint64_t seed)
{
	memset(b, 0, sizeof(*b));
	b->num = num;
	b->features = features;
	b->seed = seed;
	b->vdev.id.device = VIRTIO_ID_RNG;
	hand_features(&b->vdev, features);
	if (dma)
		b->vdev.dma = &dma_ops;
	map_seed = ~seed;
	b->pages = hand_pages(hand_ring_size(num, 64, features), 0xff);
	hand_ring_open(&b->dev, num, 64, b->pages, features);
	hand_ring_set_bias(&b->dev, dma ? BIAS : 0);
	b->old = hand_ring_used(&b->dev);
	b->vq = vring_new_virtqueue(num, 64, &b->vdev, b->pages, on_notify,
				    on_callback);
	assert_non_null(b->vq);
	b->vq->priv = b;
	b->callbacks = true;
}

/* Each outstanding buffer comes back once. */
static void bed_close(struct bed *b)
{
	unsigned int left = b->given.count + b->taken.count + b->done.count;
	struct request *req;

	while ((req = virtqueue_detach_unused_buf(b->vq))) {
		assert_int_not_equal(req->state, FREE);
		req->state = FREE;
		assert_true(left-- > 0);
	}
	assert_int_equal(left, 0);
	vring_del_virtqueue(b->vq);
	hand_ring_close(&b->dev);
	free(b->pages);
}

static void walk(unsigned int num, uint64_t features, bool dma, uint64_t seed)
{
	static struct bed b;
	unsigned int i, drain = seed % 2;

	bed_open(&b, num, features, dma, seed);
	for (i = 0; i < STEPS; i++) {
		if (below(&b, 2))
			driver_step(&b);
		else
			device_step(&b);
	}
	assert_true(b.returned > STEPS / 50);
	while (drain && b.given.count + b.taken.count) {
		if (b.given.count)
			device_take(&b);
		device_use(&b, 0, 1);
	}
	while (drain && driver_get(&b))
		;
	if (drain)
		assert_int_equal(b.direct, 0);
	bed_close(&b);
}

static void walk_all(uint64_t layout, bool dma, const unsigned int sizes[4])
{
	static const uint64_t bits[] = { INDIRECT, EVENT_IDX, IN_ORDER };
	unsigned int combo, s, i;

	for (combo = 0; combo < 8; combo++)
	for (s = 0; s < 4; s++) {
		uint64_t features = layout;

		for (i = 0; i < 3; i++)
			if (combo & 1U << i)
				features |= bits[i];
		walk(sizes[s], features, dma,
		     0x9e3779b97f4a7c15ULL + combo * 4 + s);
	}
}

static void split_rings(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 8, 64 };

	(void)state;
	walk_all(VERSION_1, false, sizes);
	walk_all(0, true, sizes);
}

static void packed_rings(void **state)
{
	static const unsigned int sizes[] = { 1, 3, 7, 64 };
	static const unsigned int more[] = { 2, 5, 16, 61 };

	(void)state;
	walk_all(PACKED | VERSION_1, false, sizes);
	walk_all(PACKED | VERSION_1, true, more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_rings),
		cmocka_unit_test(packed_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
