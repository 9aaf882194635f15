// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_ring CASE ROUNDS [packed]: what tests/bench/run measures. A round is
 * a batch of 64 buffers.
 *
 *	loop	the harness alone: calls through empty vq_ops, and the
 *		hand-written device
 *	ring	add_buf, kick, get_buf with a hand-written device
 *	chain	the same with three pieces in indirect tables
 *	device	pop and push, with a hand-written driver
 *	stream	driver and device in two threads, polling; prints nanoseconds
 *		per buffer and per round trip of a cache line
 */
#include <stdio.h>

#include "../unit/ring/exchange.h"

#define NUM	256
#define BATCH	64

static char buffer[64];

static struct vring split;
static struct vring_packed_desc *packed;
static uint16_t avail_idx, used_idx;
static uint32_t slot;
static uint16_t lap = 0x8080;	/* AVAIL and USED of this lap */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* Complete a batch, like a device that trusts everything. */
static void play_device_split(void)
{
	int i;

	for (i = 0; i < BATCH; i++, used_idx++) {
		split.used->ring[used_idx % NUM].id =
			split.avail->ring[used_idx % NUM];
		split.used->ring[used_idx % NUM].len = 0;
	}
	vi_store_release(&split.used->idx, used_idx);
}

static void play_device_packed(void)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		packed[slot].len = 0;
		vi_store_release(&packed[slot].flags, lap);
		if (++slot == NUM) {
			slot = 0;
			lap ^= 0x8080;
		}
	}
}

static int no_add(struct virtqueue *vq, struct scatterlist sg[],
		  unsigned int out, unsigned int in, void *data)
{
	(void)vq;
	(void)sg;
	(void)out;
	(void)in;
	(void)data;
	return 0;
}

static void *no_get(struct virtqueue *vq, unsigned int *len)
{
	(void)vq;
	*len = 0;
	return buffer;
}

static void no_kick(struct virtqueue *vq)
{
	(void)vq;
}

static void drive(struct virtqueue *vq, const struct virtqueue_ops *ops,
		  bool is_packed, unsigned int pieces, long rounds)
{
	struct scatterlist sg[3];
	unsigned int len;
	int i;

	for (i = 0; i < 3; i++)
		sg_set_buf(&sg[i], buffer, sizeof(buffer));
	while (rounds--) {
		for (i = 0; i < BATCH; i++)
			if (ops->add_buf(vq, sg, pieces, 0, buffer))
				abort();
		ops->kick(vq);
		if (is_packed)
			play_device_packed();
		else
			play_device_split();
		for (i = 0; i < BATCH; i++)
			if (!ops->get_buf(vq, &len))
				abort();
	}
}

static void bench_ring(const char *what, bool is_packed, long rounds)
{
	static const struct virtqueue_ops empty = {
		.add_buf = no_add, .kick = no_kick, .get_buf = no_get,
	};
	struct virtio_device vdev = { .id = { 4, 0 } };
	void *pages = aligned_alloc(4096, 16384);
	unsigned int pieces = strcmp(what, "chain") ? 1 : 3;
	struct virtqueue *vq;

	virtio_set_feature(&vdev, VIRTIO_F_VERSION_1);
	if (is_packed)
		virtio_set_feature(&vdev, VIRTIO_F_RING_PACKED);
	if (pieces > 1)
		virtio_set_feature(&vdev, VIRTIO_RING_F_INDIRECT_DESC);
	vq = vring_new_virtqueue(NUM, 4096, &vdev, pages, NULL, NULL);
	vring_init(&split, NUM, pages, 4096);
	packed = pages;
	drive(vq, strcmp(what, "loop") ? vq->vq_ops : &empty, is_packed,
	      pieces, rounds);
	vring_del_virtqueue(vq);
	free(pages);
}

/* Submit a batch, like a driver that never reads the answer. */
static void play_driver_split(void)
{
	int i;

	for (i = 0; i < BATCH; i++, avail_idx++)
		split.avail->ring[avail_idx % NUM] = avail_idx % NUM;
	vi_store_release(&split.avail->idx, avail_idx);
}

static void play_driver_packed(void)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		packed[slot].id = slot;
		vi_store_release(&packed[slot].flags, lap ^ 0x8000);
		if (++slot == NUM) {
			slot = 0;
			lap ^= 0x8080;
		}
	}
}

static void bench_device(bool is_packed, long rounds)
{
	struct vi_features features = { { 0, 0 } };
	struct vring_packed_desc_event *events;
	void *pages = calloc(1, 16384);
	struct vi_buffer buf;
	struct vi_devq dq;
	int i;

	if (is_packed)
		features.w[0] |= (uint64_t)1 << VIRTIO_F_RING_PACKED;
	vring_init(&split, NUM, pages, 4096);
	packed = pages;
	events = (void *)&packed[NUM];
	if (is_packed)
		vi_devq_init(&dq, NUM, &features, pages, events, events + 1);
	else
		vi_devq_init(&dq, NUM, &features, pages, split.avail,
			     split.used);
	for (i = 0; i < NUM; i++)
		split.desc[i].len = sizeof(buffer);
	while (rounds--) {
		if (is_packed)
			play_driver_packed();
		else
			play_driver_split();
		for (i = 0; i < BATCH; i++) {
			if (vi_devq_pop(&dq, &buf) != 1)
				abort();
			vi_devq_push(&dq, &buf, 0);
		}
	}
	vi_devq_fini(&dq);
	free(pages);
}

/* The round trip of a cache line to another core. */
static _Alignas(128) uint32_t ping;
static _Alignas(128) uint32_t pong;

static void *answer(void *arg)
{
	uint32_t i, n = *(uint32_t *)arg;

	for (i = 1; i <= n; i++) {
		while (vi_load_acquire(&ping) != i)
			vi_cpu_relax();
		vi_store_release(&pong, i);
	}
	return NULL;
}

static double round_trip(void)
{
	uint32_t i, n = 1000000;
	pthread_t thread;
	double start;

	ping = 0;
	pong = 0;
	pthread_create(&thread, NULL, answer, &n);
	start = now();
	for (i = 1; i <= n; i++) {
		vi_store_release(&ping, i);
		while (vi_load_acquire(&pong) != i)
			vi_cpu_relax();
	}
	pthread_join(thread, NULL);
	return (now() - start) / n;
}

static void bench_stream(bool is_packed, long rounds)
{
	struct exchange x = {
		.buffers = (uint64_t)rounds * BATCH,
		.size = NUM,
		.pieces = 1,
		.packed = is_packed,
		.poll = true,
	};
	double rtt = round_trip(), start = now(), each;

	if (!exchange_run(&x))
		abort();
	each = (now() - start) / x.buffers;
	printf("%.2f %.2f %.3f\n", each, rtt, each / rtt);
}

int main(int argc, char **argv)
{
	bool is_packed = argc > 3 && !strcmp(argv[3], "packed");
	long rounds = argc > 2 ? atol(argv[2]) : 1;

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "device"))
		bench_device(is_packed, rounds);
	else if (!strcmp(argv[1], "stream"))
		bench_stream(is_packed, rounds);
	else
		bench_ring(argv[1], is_packed, rounds);
	return 0;
}
