// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A split ring from both ends: the driver's operations, and a device that is
 * played by hand over the layout of vring_init() (spec 1.4, 2.7).
 */
#include "hand_split.h"

struct bed {
	struct virtio_device vdev;
	struct virtqueue *vq;
	struct hand_split dev;
	void *pages;
	unsigned int notified;
	unsigned int called;
};

static char mem[65536];

static void on_notify(struct virtqueue *vq)
{
	((struct bed *)vq->vdev->priv)->notified++;
}

static void on_callback(struct virtqueue *vq)
{
	((struct bed *)vq->vdev->priv)->called++;
}

static void bed_open_with(struct bed *b, unsigned int num, uint64_t features,
			  void (*callback)(struct virtqueue *vq))
{
	memset(b, 0, sizeof(*b));
	b->vdev.id.device = VIRTIO_ID_RNG;
	b->vdev.priv = b;
	hand_features(&b->vdev, features);
	b->pages = hand_pages(vring_size(num, PAGE), 0xff);
	hand_split_open(&b->dev, num, PAGE, b->pages, features);
	b->vq = vring_new_virtqueue(num, PAGE, &b->vdev, b->pages, on_notify,
				    callback);
	assert_non_null(b->vq);
}

static void bed_open(struct bed *b, unsigned int num, uint64_t features)
{
	bed_open_with(b, num, features, on_callback);
}

static void bed_close(struct bed *b)
{
	vring_del_virtqueue(b->vq);
	hand_split_close(&b->dev);
	free(b->pages);
}

/* @out + @in pieces of @len bytes each, one after the other in mem. */
static int add(struct bed *b, unsigned int out, unsigned int in,
	       unsigned int len, void *data)
{
	static struct scatterlist sg[VIRTQUEUE_MAX_SIZE + 1];
	unsigned int i;

	sg_init_table(sg, out + in);
	for (i = 0; i < out + in; i++)
		sg_set_buf(&sg[i], mem + i, len);
	return b->vq->vq_ops->add_buf(b->vq, sg, out, in, data);
}

static void *get(struct bed *b, unsigned int *len)
{
	return b->vq->vq_ops->get_buf(b->vq, len);
}

/* A token for number @i. */
static void *token(unsigned int i)
{
	return mem + i;
}

/* One readable byte, through the ring and back. */
static void round_trip(struct bed *b, unsigned int i)
{
	unsigned int len = 99;

	assert_int_equal(add(b, 1, 0, 1, token(i)), 0);
	assert_true(hand_split_take(&b->dev));
	hand_split_use(&b->dev, b->dev.chain.id, 0);
	assert_ptr_equal(get(b, &len), token(i));
	assert_int_equal(len, 0);
}

/* --- Making a queue --- */

static void a_new_queue(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b, 8, 0);
	assert_ptr_equal(b.vq->vdev, &b.vdev);
	assert_true(b.vq->callback == on_callback);
	assert_null(b.vq->priv);
	assert_int_equal(virtqueue_get_vring_size(b.vq), 8);
	assert_false(virtqueue_is_broken(b.vq));
	assert_null(virtqueue_detach_unused_buf(b.vq));
	assert_int_equal(b.dev.vr.avail->idx, 0);
	assert_int_equal(b.dev.vr.avail->flags, 0);
	assert_int_equal(b.notified + b.called, 0);
	bed_close(&b);
	vring_del_virtqueue(NULL);
}

static void sizes_that_cannot_be(void **state)
{
	static const struct {
		unsigned int num, align, offset;
	} bad[] = {
		{ 0, PAGE, 0 },		{ 3, PAGE, 0 },
		{ 5, PAGE, 0 },		{ 255, PAGE, 0 },
		{ 32767, PAGE, 0 },	{ 32769, PAGE, 0 },
		{ 65536, PAGE, 0 },	{ 0x80000000, PAGE, 0 },
		{ UINT32_MAX, PAGE, 0 },
		{ 8, 0, 0 },		{ 8, 1, 0 },
		{ 8, 2, 0 },		{ 8, 3, 0 },
		{ 8, 6, 0 },		{ 8, 4095, 0 },
		{ 8, UINT32_MAX, 0 },
		{ 8, PAGE, 1 },		{ 8, PAGE, 2 },
		{ 8, PAGE, 4 },		{ 8, PAGE, 8 },
	};
	static unsigned char pages[4 * PAGE] __attribute__((aligned(PAGE)));
	static unsigned char before[sizeof(pages)];
	struct virtio_device vdev = { .id = { VIRTIO_ID_RNG, 0 } };
	unsigned int i;

	(void)state;
	memset(pages, 0xa5, sizeof(pages));
	memcpy(before, pages, sizeof(pages));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		errno = 0;
		assert_null(vring_new_virtqueue(bad[i].num, bad[i].align, &vdev,
						pages + bad[i].offset, NULL,
						NULL));
		assert_int_equal(errno, EINVAL);
		assert_memory_equal(pages, before, sizeof(pages));
	}
	errno = 0;
	assert_null(vring_new_virtqueue(8, PAGE, &vdev, NULL, NULL, NULL));
	assert_int_equal(errno, EINVAL);
}

/*
 * vring_init() aligns the used ring's address, not its offset: so does the
 * library, wherever the pages begin, and it touches nothing around the ring.
 */
static void check_layout(unsigned int num, unsigned int align,
			 unsigned int offset)
{
	static unsigned char area[24 * PAGE] __attribute__((aligned(4 * PAGE)));
	unsigned char *pages = area + PAGE + offset, *end;
	unsigned int k;
	struct bed b;

	memset(&b, 0, sizeof(b));
	b.vdev.id.device = VIRTIO_ID_RNG;
	memset(area, 0xa5, sizeof(area));
	hand_split_open(&b.dev, num, align, pages, 0);
	b.vq = vring_new_virtqueue(num, align, &b.vdev, pages, NULL, NULL);
	assert_non_null(b.vq);
	assert_int_equal(b.dev.vr.used->idx, 0);
	assert_int_equal(b.dev.vr.used->flags, 0);
	for (k = 0; k < num + 1; k++)
		round_trip(&b, k);
	/* The ring ends with the device's avail_event. */
	end = (unsigned char *)(&vring_avail_event(&b.dev.vr) + 1);
	for (k = 0; k < sizeof(area); k++)
		if (area + k < pages || area + k >= end)
			assert_int_equal(area[k], 0xa5);
	bed_close(&b);
}

static void the_layout_is_vring_inits(void **state)
{
	static const unsigned int aligns[] = { 4, 8, 64, 512, PAGE, 4 * PAGE };
	unsigned int i, num, offset;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(aligns); i++)
	for (num = 1; num <= 128; num *= 2) {
		for (offset = 0; offset < 256; offset += 16)
			check_layout(num, aligns[i], offset);
		for (; offset < 2 * PAGE; offset += 1008)
			check_layout(num, aligns[i], offset);
	}
}

static void dirty_pages_are_zeroed(void **state)
{
	struct bed b;
	unsigned int i;

	(void)state;
	bed_open(&b, 4, EVENT_IDX);	/* over pages of 0xff */
	for (i = 0; i < 4; i++) {
		assert_int_equal(b.dev.vr.used->ring[i].id, 0);
		assert_int_equal(b.dev.vr.used->ring[i].len, 0);
		assert_int_equal(b.dev.vr.avail->ring[i], 0);
		assert_int_equal(b.dev.vr.desc[i].addr, 0);
		assert_int_equal(b.dev.vr.desc[i].flags, 0);
	}
	assert_int_equal(b.dev.vr.used->idx, 0);
	assert_int_equal(b.dev.vr.used->flags, 0);
	assert_int_equal(vring_avail_event(&b.dev.vr), 0);
	bed_close(&b);
}

/* --- One buffer --- */

static void one_buffer(void **state)
{
	struct scatterlist sg;
	unsigned int len = 99;
	struct bed b;

	(void)state;
	bed_open(&b, 8, VERSION_1);
	sg_init_one(&sg, mem, 64);
	assert_null(get(&b, &len));
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, &sg, 0, 1, token(1)), 0);

	/* There for the device to take before it is told. */
	assert_int_equal(b.notified, 0);
	assert_int_equal(b.dev.vr.avail->idx, 1);
	assert_true(hand_split_take(&b.dev));
	hand_assert_same(&b.dev.chain, &sg, 0, 1, 0);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);

	assert_null(get(&b, &len));
	hand_split_use(&b.dev, b.dev.chain.id, 64);
	assert_ptr_equal(get(&b, &len), token(1));
	assert_int_equal(len, 64);
	assert_null(get(&b, &len));
	assert_false(virtqueue_is_broken(b.vq));
	bed_close(&b);
}

static void chains_in_every_shape(void **state)
{
	static const uint64_t features[] = {
		0, VERSION_1, INDIRECT, IN_ORDER, INDIRECT | IN_ORDER,
	};
	unsigned int f, out, in, i, len;
	struct scatterlist sg[8];
	struct bed b;

	(void)state;
	for (i = 0; i < 8; i++)
		sg_set_buf(&sg[i], mem + 100 * i, 10 + i);
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 8, features[f]);
		for (out = 0; out <= 8; out++)
		for (in = 0; in <= 8 - out; in++) {
			if (!out && !in)
				continue;
			assert_int_equal(b.vq->vq_ops->add_buf(
				b.vq, sg, out, in, token(out * 8 + in)), 0);
			assert_true(hand_split_take(&b.dev));
			hand_assert_same(&b.dev.chain, sg, out, in, 0);
			if (!(features[f] & INDIRECT))
				assert_int_equal(b.dev.chain.slots, out + in);
			hand_split_use(&b.dev, b.dev.chain.id,
				       (uint32_t)b.dev.chain.in_len);
			assert_ptr_equal(get(&b, &len), token(out * 8 + in));
			assert_int_equal(len, b.dev.chain.in_len);
		}
		bed_close(&b);
	}
}

static void buffers_that_cannot_be(void **state)
{
	static const struct {
		unsigned int out, in;
	} bad[] = {
		{ 0, 0 }, { 9, 0 }, { 0, 9 }, { 4, 5 }, { 8, 1 },
		{ UINT32_MAX, 0 }, { UINT32_MAX, 2 }, { 1, UINT32_MAX },
		{ 0x80000000, 0x80000000 }, { 0x80000001, 0x80000000 },
	};
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	struct scatterlist sg[9];
	unsigned int f, i;
	struct bed b;

	(void)state;
	for (i = 0; i < 9; i++)
		sg_set_buf(&sg[i], mem, 1);
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 8, features[f]);
		for (i = 0; i < ARRAY_SIZE(bad); i++)
			assert_int_equal(b.vq->vq_ops->add_buf(
				b.vq, sg, bad[i].out, bad[i].in, token(1)),
				-EINVAL);
		assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 0, NULL),
				 -EINVAL);
		assert_int_equal(b.dev.vr.avail->idx, 0);
		assert_false(virtqueue_is_broken(b.vq));
		round_trip(&b, 1);
		bed_close(&b);
	}
}

/*
 * A used length has 32 bits, so no buffer may have more writable bytes. All
 * pieces together may have 2^32 (spec 2.7.5.2).
 */
static void the_most_bytes(void **state)
{
	static const struct {
		uint32_t out[2], in[2];
		int ret;
	} row[] = {
		{ { 0, 0 }, { 0, 0 }, 0 },
		{ { 0, 0 }, { UINT32_MAX, 0 }, 0 },
		{ { 0, 0 }, { UINT32_MAX - 1, 1 }, 0 },
		{ { 0, 0 }, { UINT32_MAX, 1 }, -EINVAL },
		{ { 0, 0 }, { UINT32_MAX, UINT32_MAX }, -EINVAL },
		{ { 0, 0 }, { 0x80000000, 0x80000000 }, -EINVAL },
		{ { UINT32_MAX, 0 }, { 0, 0 }, 0 },
		{ { UINT32_MAX, 1 }, { 0, 0 }, 0 },
		{ { UINT32_MAX, 2 }, { 0, 0 }, -EINVAL },
		{ { UINT32_MAX, UINT32_MAX }, { 0, 0 }, -EINVAL },
		{ { 1, 0 }, { UINT32_MAX, 0 }, 0 },
		{ { 2, 0 }, { UINT32_MAX, 0 }, -EINVAL },
		{ { 0x80000000, 0 }, { 0x80000001, 0 }, -EINVAL },
	};
	static const uint64_t features[] = { 0, INDIRECT };
	unsigned int f, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scatterlist sg[4] = {
			{ mem, row[i].out[0], 0 }, { mem, row[i].out[1], 0 },
			{ mem, row[i].in[0], 0 }, { mem, row[i].in[1], 0 },
		};

		bed_open(&b, 8, VERSION_1 | features[f]);
		assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 2, 2, mem),
				 row[i].ret);
		assert_int_equal(b.dev.vr.avail->idx, !row[i].ret);
		if (!row[i].ret) {
			assert_true(hand_split_take(&b.dev));
			hand_split_use(&b.dev, b.dev.chain.id,
				       (uint32_t)b.dev.chain.in_len);
			assert_ptr_equal(get(&b, &len), mem);
			assert_int_equal(len, b.dev.chain.in_len);
		}
		bed_close(&b);
	}
}

/* --- Full and empty --- */

static void every_size_fills_up(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 4, 256, 32768 };
	static const uint64_t features[] = {
		0, IN_ORDER, EVENT_IDX, INDIRECT, INDIRECT | IN_ORDER,
	};
	unsigned int s, f, i, round, len;
	struct bed b;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, sizes[s], features[f]);
		for (round = 0; round < 3; round++) {
			for (i = 0; i < sizes[s]; i++)
				assert_int_equal(add(&b, 1, 0, 1, token(i)), 0);
			assert_int_equal(add(&b, 1, 0, 1, mem), -ENOSPC);
			assert_int_equal(add(&b, 0, 1, 1, mem), -ENOSPC);
			for (i = 0; i < sizes[s]; i++) {
				assert_true(hand_split_take(&b.dev));
				hand_split_use(&b.dev, b.dev.chain.id, 0);
				assert_int_equal(add(&b, 1, 0, 1, mem),
						 -ENOSPC);
				assert_ptr_equal(get(&b, &len), token(i));
				assert_int_equal(add(&b, 1, 0, 1, token(i)), 0);
			}
			for (i = 0; i < sizes[s]; i++) {
				assert_true(hand_split_take(&b.dev));
				hand_split_use(&b.dev, b.dev.chain.id, 0);
			}
			for (i = 0; i < sizes[s]; i++)
				assert_ptr_equal(get(&b, &len), token(i));
			assert_null(get(&b, &len));
		}
		bed_close(&b);
	}
}

/* One chain may have as many pieces as the queue has descriptors. */
static void a_chain_of_the_whole_ring(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 256, 32768 };
	static const uint64_t features[] = { 0, IN_ORDER, INDIRECT };
	unsigned int s, f, round, len;
	struct bed b;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, sizes[s], features[f]);
		for (round = 0; round < 3; round++) {
			assert_int_equal(add(&b, sizes[s], 1, 1, mem), -EINVAL);
			assert_int_equal(add(&b, 0, sizes[s], 1, mem), 0);
			if (!(features[f] & INDIRECT))
				assert_int_equal(add(&b, 1, 0, 1, mem),
						 -ENOSPC);
			assert_true(hand_split_take(&b.dev));
			assert_int_equal(b.dev.chain.num, sizes[s]);
			hand_split_use(&b.dev, b.dev.chain.id, sizes[s]);
			assert_ptr_equal(get(&b, &len), mem);
			assert_int_equal(len, sizes[s]);
		}
		bed_close(&b);
	}
}

/* Room for some pieces but not for all: nothing of it is to be seen. */
static void no_half_buffers(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open(&b, 8, 0);
	assert_int_equal(add(&b, 3, 3, 1, token(0)), 0);
	assert_int_equal(add(&b, 2, 1, 1, token(1)), -ENOSPC);
	assert_int_equal(b.dev.vr.avail->idx, 1);
	assert_int_equal(add(&b, 1, 1, 1, token(2)), 0);
	assert_int_equal(add(&b, 1, 0, 1, token(3)), -ENOSPC);
	assert_true(hand_split_take(&b.dev));
	assert_int_equal(b.dev.chain.num, 6);
	hand_split_use(&b.dev, b.dev.chain.id, 3);
	assert_true(hand_split_take(&b.dev));
	assert_int_equal(b.dev.chain.num, 2);
	hand_split_use(&b.dev, b.dev.chain.id, 0);
	assert_ptr_equal(get(&b, &len), token(0));
	assert_int_equal(len, 3);
	assert_ptr_equal(get(&b, &len), token(2));
	bed_close(&b);
}

/* --- Completion in any order --- */

static void ids_out_of_order(void **state)
{
	static const unsigned int order[] = { 5, 0, 7, 2, 1, 6, 4, 3 };
	unsigned int id[8], i, round, len;
	struct bed b;

	(void)state;
	bed_open(&b, 16, VERSION_1);
	for (round = 0; round < 50; round++) {
		for (i = 0; i < 8; i++) {
			assert_int_equal(add(&b, i % 2, 1, 100, token(i)), 0);
			assert_true(hand_split_take(&b.dev));
			assert_int_equal(b.dev.chain.num, i % 2 + 1);
			id[i] = b.dev.chain.id;
		}
		for (i = 0; i < 8; i++)
			hand_split_use(&b.dev, id[order[i]], order[i] + 1);
		for (i = 0; i < 8; i++) {
			assert_ptr_equal(get(&b, &len), token(order[i]));
			assert_int_equal(len, order[i] + 1);
		}
		assert_null(get(&b, &len));
	}
	bed_close(&b);
}

static void indices_wrap(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER | INDIRECT,
	};
	unsigned int f, i;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 4, features[f]);
		for (i = 0; i < 3 * 65536 + 5; i++)
			round_trip(&b, i % 1000);
		assert_int_equal(b.dev.vr.avail->idx, 5);
		bed_close(&b);
	}
}

/* --- Devices that break the rules --- */

/* What is left to do with a broken queue, and that loops over it end. */
static void assert_broken(struct bed *b)
{
	unsigned int len, called = b->called;

	assert_true(virtqueue_is_broken(b->vq));
	assert_int_equal(add(b, 1, 0, 1, mem), -EIO);
	assert_null(get(b, &len));
	assert_null(get(b, &len));
	b->vq->vq_ops->kick(b->vq);
	b->vq->vq_ops->disable_cb(b->vq);
	/* "get them and try again" must not go on for ever. */
	assert_true(b->vq->vq_ops->enable_cb(b->vq));
	assert_true(vring_interrupt(b->vq));
	assert_true(b->called <= called + 1);
	assert_null(get(b, &len));
}

/* The tokens still in the device come back once each. */
static unsigned int detach_all(struct bed *b)
{
	unsigned int n = 0;

	while (virtqueue_detach_unused_buf(b->vq))
		assert_true(++n <= b->dev.vr.num);
	return n;
}

static void ids_that_cannot_be(void **state)
{
	static const uint32_t ids[] = {
		8, 9, 255, 256, 32768, 65535, 65536, 0x10000, 0x10001,
		0x80000000, 0xffff0000, UINT32_MAX,
	};
	static const uint64_t features[] = { 0, VERSION_1, INDIRECT, IN_ORDER };
	unsigned int f, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		bed_open(&b, 8, features[f]);
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		assert_int_equal(add(&b, 1, 0, 1, token(2)), 0);
		hand_split_use(&b.dev, ids[i], 0);
		assert_null(get(&b, &len));
		assert_broken(&b);
		assert_int_equal(detach_all(&b), 2);
		bed_close(&b);
	}
}

/* Ids of free descriptors, and of those inside a chain. */
static void ids_not_outstanding(void **state)
{
	unsigned int id, head, len;
	struct bed b;

	(void)state;
	for (id = 0; id < 8; id++) {
		bed_open(&b, 8, 0);
		assert_int_equal(add(&b, 2, 1, 1, token(1)), 0);
		assert_true(hand_split_take(&b.dev));
		head = b.dev.chain.id;
		hand_split_use(&b.dev, id, 0);
		if (id == head) {
			assert_ptr_equal(get(&b, &len), token(1));
		} else {
			assert_null(get(&b, &len));
			assert_broken(&b);
			assert_int_equal(detach_all(&b), 1);
		}
		bed_close(&b);
	}
}

static void an_id_twice(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 8, features[f]);
		assert_int_equal(add(&b, 2, 0, 1, token(1)), 0);
		assert_int_equal(add(&b, 2, 0, 1, token(2)), 0);
		assert_true(hand_split_take(&b.dev));
		hand_split_use(&b.dev, b.dev.chain.id, 0);
		hand_split_use(&b.dev, b.dev.chain.id, 0);
		assert_ptr_equal(get(&b, &len), token(1));
		assert_null(get(&b, &len));
		assert_broken(&b);
		assert_int_equal(detach_all(&b), 1);
		bed_close(&b);
	}
}

static void used_without_being_asked(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 8, features[f]);
		hand_split_use(&b.dev, 0, 0);
		assert_null(get(&b, &len));
		assert_broken(&b);
		bed_close(&b);
	}
}

/*
 * A used index that leaps ahead or goes back cannot be trusted: whatever the
 * entries say, no token comes that is not outstanding, and the queue breaks.
 */
static void a_used_index_out_of_bounds(void **state)
{
	static const uint16_t jumps[] = { 3, 8, 9, 100, 32768, 65535 };
	static const uint64_t features[] = { 0, IN_ORDER };
	unsigned int f, i, n, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(jumps); i++) {
		bed_open(&b, 8, features[f]);
		round_trip(&b, 1);
		round_trip(&b, 1);
		assert_int_equal(add(&b, 1, 0, 1, token(2)), 0);
		assert_int_equal(add(&b, 1, 0, 1, token(3)), 0);
		hand_store(&b.dev.vr.used->idx,
			   (uint16_t)(b.dev.used + jumps[i]));
		for (n = 0; get(&b, &len); n++)
			assert_true(n < 2);
		assert_broken(&b);
		assert_int_equal(detach_all(&b), 2 - n);
		bed_close(&b);
	}
}

/* Nothing is outstanding, or one buffer that got an old entry's id. */
static void a_used_index_that_goes_back(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open(&b, 8, 0);
	round_trip(&b, 1);
	assert_int_equal(add(&b, 1, 0, 1, token(2)), 0);
	hand_store(&b.dev.vr.used->idx, (uint16_t)(b.dev.used - 1));
	assert_null(get(&b, &len));
	assert_broken(&b);
	assert_int_equal(detach_all(&b), 1);
	bed_close(&b);
}

static void lengths_that_cannot_be(void **state)
{
	static const struct {
		unsigned int out, in;
		uint32_t len, legacy_len;
		bool good;
	} row[] = {
		{ 0, 1, 100, 100, true },
		{ 0, 1, 0, 0, true },
		{ 0, 1, 101, 100, false },
		{ 1, 1, 200, 100, false },
		{ 1, 0, 0, 0, true },
		{ 1, 0, 1, 0, false },
		{ 2, 3, 300, 300, true },
		{ 2, 3, 301, 300, false },
		{ 2, 3, 0x80000000, 300, false },
		{ 2, 3, UINT32_MAX, 300, false },
	};
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bed_open(&b, 8, VERSION_1 | features[f]);
		assert_int_equal(add(&b, row[i].out, row[i].in, 100, mem), 0);
		assert_true(hand_split_take(&b.dev));
		hand_split_use(&b.dev, b.dev.chain.id, row[i].len);
		if (row[i].good) {
			assert_ptr_equal(get(&b, &len), mem);
			assert_int_equal(len, row[i].len);
		} else {
			assert_null(get(&b, &len));
			assert_broken(&b);
			assert_int_equal(detach_all(&b), 1);
		}
		bed_close(&b);

		/* Old devices said anything (spec 2.7.8.1). */
		bed_open(&b, 8, features[f]);
		assert_int_equal(add(&b, row[i].out, row[i].in, 100, mem), 0);
		assert_true(hand_split_take(&b.dev));
		hand_split_use(&b.dev, b.dev.chain.id, row[i].len);
		assert_ptr_equal(get(&b, &len), mem);
		assert_int_equal(len, row[i].legacy_len);
		assert_false(virtqueue_is_broken(b.vq));
		bed_close(&b);
	}
}

/* What the device scribbles over its readable parts changes nothing. */
static void descriptors_overwritten_by_the_device(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, i, round, len, id[4];
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 8, VERSION_1 | features[f]);
		for (round = 0; round < 20; round++) {
			for (i = 0; i < 4; i++) {
				assert_int_equal(add(&b, 1, 1, 7, token(i)), 0);
				assert_true(hand_split_take(&b.dev));
				id[i] = b.dev.chain.id;
			}
			memset(b.dev.vr.desc, 0xff,
			       8 * sizeof(*b.dev.vr.desc));
			memset(b.dev.vr.avail->ring, 0xff, 16);
			for (i = 0; i < 4; i++)
				hand_split_use(&b.dev, id[i], 7);
			for (i = 0; i < 4; i++) {
				assert_ptr_equal(get(&b, &len), token(i));
				assert_int_equal(len, 7);
			}
		}
		bed_close(&b);
	}
}

/* --- Telling the device --- */

static void kicks_and_no_notify(void **state)
{
	struct bed b;

	(void)state;
	bed_open(&b, 8, 0);
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	b.dev.vr.used->flags = VRING_USED_F_NO_NOTIFY;
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 0);
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	b.dev.vr.used->flags = 0;
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);

	/* Without the feature avail_event means nothing. */
	vring_avail_event(&b.dev.vr) = 77;
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 2);
	bed_close(&b);

	/* With it the flag means nothing. */
	bed_open(&b, 8, EVENT_IDX);
	b.dev.vr.used->flags = VRING_USED_F_NO_NOTIFY;
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);
	bed_close(&b);
}

static void a_queue_without_notify(void **state)
{
	struct virtio_device vdev = { .id = { VIRTIO_ID_RNG, 0 } };
	void *pages = hand_pages(vring_size(2, PAGE), 0);
	struct virtqueue *vq;
	struct scatterlist sg;

	(void)state;
	vq = vring_new_virtqueue(2, PAGE, &vdev, pages, NULL, NULL);
	assert_non_null(vq);
	sg_init_one(&sg, mem, 1);
	assert_int_equal(vq->vq_ops->add_buf(vq, &sg, 1, 0, mem), 0);
	vq->vq_ops->kick(vq);
	vring_del_virtqueue(vq);
	free(pages);
}

/* Exactly when the index passes avail_event, also where it wraps. */
static void kicks_by_event_index(void **state)
{
	unsigned int batch, i;
	struct bed b;
	int delta;

	(void)state;
	bed_open(&b, 8, EVENT_IDX);
	for (i = 0; i < 65536 - 400; i++)
		round_trip(&b, 1);
	b.vq->vq_ops->kick(b.vq);
	for (batch = 0; batch < 12; batch++)
	for (delta = -15; delta < 15; delta++) {
		uint16_t old = b.dev.vr.avail->idx, event = old + delta;

		for (i = 0; i < batch; i++)
			round_trip(&b, 1);
		vring_avail_event(&b.dev.vr) = event;
		b.notified = 0;
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified,
				 vring_need_event(event, old + batch, old));
		/* Nothing was added since. */
		b.vq->vq_ops->kick(b.vq);
		assert_true(b.notified <= 1);
	}
	assert_true(b.dev.vr.avail->idx < 10000);
	bed_close(&b);
}

/*
 * A device that goes to sleep between two kicks must be told, however many
 * buffers came between them (spec 2.7.10.1).
 */
static void kicks_seldom(void **state)
{
	static const unsigned int counts[] = {
		32767, 32768, 65535, 65536, 65537, 2 * 65536, 2 * 65536 + 1,
	};
	unsigned int c, i;
	struct bed b;

	(void)state;
	for (c = 0; c < ARRAY_SIZE(counts); c++) {
		bed_open(&b, 2, EVENT_IDX);
		for (i = 0; i < counts[c]; i++)
			round_trip(&b, 1);
		vring_avail_event(&b.dev.vr) = b.dev.seen;
		assert_int_equal(add(&b, 1, 0, 1, mem), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);
		bed_close(&b);
	}
}

/* --- Being told by the device --- */

/* The device uses one buffer: would it signal? */
static bool signals_one(struct bed *b)
{
	uint16_t old = b->dev.used;

	assert_int_equal(add(b, 1, 0, 1, mem), 0);
	assert_true(hand_split_take(&b->dev));
	hand_split_use(&b->dev, b->dev.chain.id, 0);
	return hand_split_signals(&b->dev, old);
}

static void callbacks_on_and_off(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER,
	};
	unsigned int f, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 4, features[f]);
		for (i = 0; i < 70000; i++) {
			bool on = i % 7 < 4;

			if (i % 7 == 0)
				assert_true(b.vq->vq_ops->enable_cb(b.vq));
			if (i % 7 == 4)
				b.vq->vq_ops->disable_cb(b.vq);
			assert_int_equal(signals_one(&b), on);
			assert_ptr_equal(get(&b, &len), mem);
			assert_null(get(&b, &len));
			if (features[f] & EVENT_IDX)	/* spec 2.7.7.1 */
				assert_int_equal(b.dev.vr.avail->flags, 0);
			else
				assert_true(b.dev.vr.avail->flags <= 1);
		}
		bed_close(&b);
	}
}

static void no_callback_starts_disabled(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	unsigned int f, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open_with(&b, 4, features[f], NULL);
		if (features[f] & EVENT_IDX)
			assert_int_equal(b.dev.vr.avail->flags, 0);
		else
			assert_int_equal(b.dev.vr.avail->flags, 1);
		assert_false(signals_one(&b));
		assert_true(vring_interrupt(b.vq));
		assert_ptr_equal(get(&b, &len), mem);
		bed_close(&b);

		bed_open(&b, 4, features[f]);
		assert_true(signals_one(&b));
		bed_close(&b);
	}
}

static void enable_cb_sees_what_is_pending(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER,
	};
	unsigned int f, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 4, features[f]);
		assert_true(b.vq->vq_ops->enable_cb(b.vq));
		b.vq->vq_ops->disable_cb(b.vq);
		assert_int_equal(add(&b, 1, 0, 1, token(0)), 0);
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		assert_true(b.vq->vq_ops->enable_cb(b.vq));
		b.vq->vq_ops->disable_cb(b.vq);
		while (hand_split_take(&b.dev))
			hand_split_use(&b.dev, b.dev.chain.id, 0);
		assert_false(b.vq->vq_ops->enable_cb(b.vq));
		b.vq->vq_ops->disable_cb(b.vq);
		assert_ptr_equal(get(&b, &len), token(0));
		assert_false(b.vq->vq_ops->enable_cb(b.vq));
		assert_ptr_equal(get(&b, &len), token(1));
		assert_true(b.vq->vq_ops->enable_cb(b.vq));
		assert_true(signals_one(&b));
		bed_close(&b);
	}
}

static void interrupts(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open(&b, 4, 0);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(add(&b, 1, 0, 1, mem), 0);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.called, 0);
	assert_true(hand_split_take(&b.dev));
	hand_split_use(&b.dev, b.dev.chain.id, 0);
	assert_true(vring_interrupt(b.vq));
	assert_int_equal(b.called, 1);
	/* Still there, so it is called again. */
	assert_true(vring_interrupt(b.vq));
	assert_int_equal(b.called, 2);
	assert_ptr_equal(get(&b, &len), mem);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.called, 2);
	bed_close(&b);
}

/* --- In order (spec 2.7.9) --- */

static void in_order_batches(void **state)
{
	static const unsigned int batches[] = { 1, 3, 2, 6, 1, 5, 4 };
	static const uint64_t features[] = { 0, INDIRECT, EVENT_IDX };
	unsigned int f, i, k, n = 0, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 16, VERSION_1 | IN_ORDER | features[f]);
		for (i = 0; i < 20000; i++) {
			unsigned int batch = batches[i % 7];

			for (k = 0; k < batch; k++) {
				assert_int_equal(add(&b, (n + k) % 2, 1, 10 + k,
						     token(n % 50 + k)), 0);
				assert_true(hand_split_take(&b.dev));
			}
			hand_split_use_batch(&b.dev, batch, b.dev.chain.id, 3);
			for (k = 0; k < batch; k++) {
				assert_false(b.vq->vq_ops->enable_cb(b.vq));
				assert_true(vring_interrupt(b.vq));
				assert_ptr_equal(get(&b, &len),
						 token(n % 50 + k));
				/* The skipped ones were used completely. */
				assert_int_equal(len, k + 1 < batch ? 10 + k :
						 3);
			}
			assert_null(get(&b, &len));
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			assert_false(vring_interrupt(b.vq));
			n += batch;
		}
		bed_close(&b);
	}
}

/* Several batches before the driver looks, and room as it takes each token. */
static void in_order_batches_wait(void **state)
{
	unsigned int i, len;
	struct bed b;

	(void)state;
	bed_open(&b, 8, VERSION_1 | IN_ORDER);
	for (i = 0; i < 8; i++)
		assert_int_equal(add(&b, 0, 1, 10 + i, token(i)), 0);
	for (i = 0; i < 8; i++) {
		assert_true(hand_split_take(&b.dev));
		if (i == 2)
			hand_split_use_batch(&b.dev, 3, b.dev.chain.id, 1);
		if (i == 3)
			hand_split_use(&b.dev, b.dev.chain.id, 2);
		if (i == 7)
			hand_split_use_batch(&b.dev, 4, b.dev.chain.id, 3);
	}
	for (i = 0; i < 8; i++) {
		assert_ptr_equal(get(&b, &len), token(i));
		assert_int_equal(len, i == 2 ? 1 : i == 3 ? 2 : i == 7 ? 3 :
				 10 + i);
		assert_int_equal(add(&b, 0, 1, 1, token(100 + i)), 0);
	}
	assert_null(get(&b, &len));
	for (i = 0; i < 8; i++)
		assert_true(hand_split_take(&b.dev));
	hand_split_use_batch(&b.dev, 8, b.dev.chain.id, 1);
	for (i = 0; i < 8; i++)
		assert_ptr_equal(get(&b, &len), token(100 + i));
	bed_close(&b);
}

/* A batch answer must be about as many buffers as the index moved by. */
static void in_order_batches_that_cannot_be(void **state)
{
	static const struct {
		unsigned int moved, last;
	} row[] = {
		{ 1, 1 },	/* two buffers, index moved by one */
		{ 1, 3 },
		{ 3, 0 },	/* entries that were never written */
		{ 3, 1 },
		{ 4, 1 },
	};
	unsigned int i, k, n, len, id[4];
	struct bed b;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bed_open(&b, 8, VERSION_1 | IN_ORDER);
		round_trip(&b, 9);	/* so that id 0 is not outstanding */
		for (k = 0; k < 4; k++) {
			assert_int_equal(add(&b, 0, 1, 1, token(k)), 0);
			assert_true(hand_split_take(&b.dev));
			id[k] = b.dev.chain.id;
		}
		hand_split_use_batch(&b.dev, row[i].moved, id[row[i].last], 1);
		for (n = 0; get(&b, &len); n++)
			assert_true(n <= row[i].last && n < row[i].moved);
		assert_broken(&b);
		assert_int_equal(detach_all(&b), 4 - n);
		bed_close(&b);
	}
}

/* --- Indirect tables (spec 2.7.5.3) --- */

static void an_indirect_table(void **state)
{
	struct scatterlist sg[4];
	const struct vring_desc *d, *table;
	unsigned int i, len;
	struct bed b;

	(void)state;
	bed_open(&b, 8, INDIRECT | VERSION_1);
	for (i = 0; i < 4; i++)
		sg_set_buf(&sg[i], mem + 1000 * i, 11 * (i + 1));
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 3, mem), 0);
	d = &b.dev.vr.desc[b.dev.vr.avail->ring[0]];
	assert_int_equal(d->flags & ~VRING_DESC_F_WRITE, VRING_DESC_F_INDIRECT);
	assert_int_equal(d->len, 4 * sizeof(*table));
	table = hand_ptr(d->addr, 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(table[i].addr, (uintptr_t)sg[i].buf);
		assert_int_equal(table[i].len, sg[i].length);
		assert_int_equal(table[i].flags,
				 (i ? VRING_DESC_F_WRITE : 0) |
				 (i < 3 ? VRING_DESC_F_NEXT : 0));
		if (i < 3)
			assert_int_equal(table[i].next, i + 1);
	}
	assert_true(hand_split_take(&b.dev));
	hand_assert_same(&b.dev.chain, sg, 1, 3, 0);
	hand_split_use(&b.dev, b.dev.chain.id, 22 + 33 + 44);
	assert_ptr_equal(get(&b, &len), mem);
	assert_int_equal(len, 22 + 33 + 44);
	bed_close(&b);
}

/*
 * More buffers of several pieces than a direct ring has room for. Tables in
 * use at the same time are all different; what finds none goes direct.
 */
static void indirect_makes_room(void **state)
{
	static const unsigned int sizes[] = { 2, 8, 256, 32768 };
	unsigned int s, i, n, round, len;
	struct scatterlist sg[2];
	struct bed b;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		bed_open(&b, sizes[s], INDIRECT);
		for (round = 0; round < 3; round++) {
			for (n = 0; n < sizes[s]; n++) {
				sg_set_buf(&sg[0], mem + n, n + 1);
				sg_set_buf(&sg[1], mem + n + 999, n + 2);
				if (b.vq->vq_ops->add_buf(b.vq, sg, 1, 1,
							  token(n)))
					break;
			}
			assert_true(n > sizes[s] / 2);
			/* All are in the ring before the first is read. */
			for (i = 0; i < n; i++) {
				assert_true(hand_split_take(&b.dev));
				sg_set_buf(&sg[0], mem + i, i + 1);
				sg_set_buf(&sg[1], mem + i + 999, i + 2);
				hand_assert_same(&b.dev.chain, sg, 1, 1, 0);
				hand_split_use(&b.dev, b.dev.chain.id, i + 2);
			}
			for (i = 0; i < n; i++)
				assert_ptr_equal(get(&b, &len), token(i));
		}
		bed_close(&b);
	}
}

/* Where it was not negotiated, none is to be seen: hand_split_walk() looks. */
static void no_indirect_unless_negotiated(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open(&b, 8, VERSION_1);
	assert_int_equal(add(&b, 4, 4, 1, mem), 0);
	assert_true(hand_split_take(&b.dev));
	assert_false(b.dev.chain.indirect);
	assert_int_equal(b.dev.chain.slots, 8);
	hand_split_use(&b.dev, b.dev.chain.id, 0);
	assert_ptr_equal(get(&b, &len), mem);
	bed_close(&b);
}

/* --- Memory as the device addresses it --- */

#define BIAS	0x1000000000000ULL

static struct {
	unsigned int maps, fail_at, allocs, frees;
	bool no_memory;
} dma;

static uint64_t dma_map(struct virtio_device *vdev, const void *buf,
			size_t len)
{
	(void)vdev;
	(void)len;
	if (++dma.maps == dma.fail_at)
		return VIRTIO_DMA_ERROR;
	return (uintptr_t)buf + BIAS;
}

static void *dma_alloc(struct virtio_device *vdev, size_t size, uint64_t *addr)
{
	size_t whole = (size + PAGE - 1) / PAGE * PAGE;
	void *buf;

	(void)vdev;
	if (dma.no_memory)
		return NULL;
	buf = hand_pages(whole, 0);
	*addr = (uintptr_t)buf + BIAS;
	dma.allocs++;
	return buf;
}

static void dma_free(struct virtio_device *vdev, void *buf, size_t size)
{
	(void)vdev;
	(void)size;
	dma.frees++;
	free(buf);
}

static const struct virtio_dma_ops dma_ops = {
	.map = dma_map, .alloc = dma_alloc, .free = dma_free,
};

/* A queue of a device whose addresses are not the driver's. */
static void bed_open_dma(struct bed *b, unsigned int num, uint64_t features)
{
	memset(&dma, 0, sizeof(dma));
	memset(b, 0, sizeof(*b));
	b->vdev.id.device = VIRTIO_ID_RNG;
	b->vdev.priv = b;
	b->vdev.dma = &dma_ops;
	hand_features(&b->vdev, features);
	b->pages = hand_pages(vring_size(num, PAGE), 0xff);
	hand_split_open(&b->dev, num, PAGE, b->pages, features);
	b->dev.bias = BIAS;
}

static void bed_dma_ready(struct bed *b)
{
	b->vq = vring_new_virtqueue(b->dev.vr.num, PAGE, &b->vdev, b->pages,
				    on_notify, on_callback);
	assert_non_null(b->vq);
	dma.maps = 0;
}

static void addresses_are_translated(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	struct scatterlist sg[6];
	unsigned int f, i, n, len;
	struct bed b;

	(void)state;
	for (i = 0; i < 6; i++)
		sg_set_buf(&sg[i], mem + 1000 * i, i);
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open_dma(&b, 8, features[f]);
		bed_dma_ready(&b);
		for (n = 0; n < 20; n++) {
			assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 3, 3,
							       mem), 0);
			assert_true(hand_split_take(&b.dev));
			hand_assert_same(&b.dev.chain, sg, 3, 3, BIAS);
			assert_int_equal(b.dev.chain.indirect,
					 features[f] == INDIRECT);
			hand_split_use(&b.dev, b.dev.chain.id, 0);
			assert_ptr_equal(get(&b, &len), mem);
		}
		bed_close(&b);
		assert_int_equal(dma.allocs, dma.frees);
	}
}

/* A piece out of reach: nothing of the buffer is published or kept. */
static void a_piece_out_of_reach(void **state)
{
	static const uint64_t features[] = {
		0, INDIRECT, IN_ORDER, INDIRECT | IN_ORDER,
	};
	unsigned int f, i, k, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open_dma(&b, 8, features[f]);
		bed_dma_ready(&b);
		assert_int_equal(add(&b, 1, 0, 1, token(0)), 0);
		for (i = 0; i < 100; i++) {
			dma.maps = 0;
			dma.fail_at = 1 + i % 5;
			assert_int_equal(add(&b, 3, 2, 1, mem), -EFAULT);
			assert_int_equal(b.dev.vr.avail->idx, 1);
			b.vq->vq_ops->kick(b.vq);
			assert_false(virtqueue_is_broken(b.vq));
		}
		dma.fail_at = 0;
		for (k = 1; k < 8; k++)
			assert_int_equal(add(&b, 1, 0, 1, token(k)), 0);
		assert_int_equal(add(&b, 1, 0, 1, mem), -ENOSPC);
		for (k = 0; k < 8; k++) {
			assert_true(hand_split_take(&b.dev));
			assert_int_equal(b.dev.chain.num, 1);
			hand_split_use(&b.dev, b.dev.chain.id, 0);
			assert_ptr_equal(get(&b, &len), token(k));
		}
		/* And a table is to be had again. */
		assert_int_equal(add(&b, 3, 2, 1, mem), 0);
		assert_true(hand_split_take(&b.dev));
		assert_int_equal(b.dev.chain.indirect,
				 !!(features[f] & INDIRECT));
		bed_close(&b);
		assert_int_equal(dma.allocs, dma.frees);
	}
}

/* No memory for tables: buffers go direct. */
static void no_memory_for_tables(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open_dma(&b, 8, INDIRECT);
	dma.no_memory = true;
	bed_dma_ready(&b);
	assert_int_equal(add(&b, 4, 4, 1, mem), 0);
	assert_int_equal(add(&b, 1, 0, 1, mem), -ENOSPC);
	assert_true(hand_split_take(&b.dev));
	assert_false(b.dev.chain.indirect);
	hand_split_use(&b.dev, b.dev.chain.id, 0);
	assert_ptr_equal(get(&b, &len), mem);
	bed_close(&b);
	assert_int_equal(dma.allocs + dma.frees, 0);
}

/* --- Giving up --- */

static void tokens_come_back(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, i, len, seen;
	struct bed b;
	char *data;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 16, features[f]);
		for (i = 0; i < 8; i++)
			assert_int_equal(add(&b, 1, i % 2, 1, token(i)), 0);
		for (i = 0; i < 2; i++) {
			assert_true(hand_split_take(&b.dev));
			hand_split_use(&b.dev, b.dev.chain.id, 0);
			assert_ptr_equal(get(&b, &len), token(i));
		}
		seen = 0;
		while ((data = virtqueue_detach_unused_buf(b.vq))) {
			assert_true(data >= mem + 2 && data < mem + 8);
			assert_int_equal(seen & 1U << (data - mem), 0);
			seen |= 1U << (data - mem);
		}
		assert_int_equal(seen, 0xfc);
		assert_null(virtqueue_detach_unused_buf(b.vq));
		bed_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_queue),
		cmocka_unit_test(sizes_that_cannot_be),
		cmocka_unit_test(the_layout_is_vring_inits),
		cmocka_unit_test(dirty_pages_are_zeroed),
		cmocka_unit_test(one_buffer),
		cmocka_unit_test(chains_in_every_shape),
		cmocka_unit_test(buffers_that_cannot_be),
		cmocka_unit_test(the_most_bytes),
		cmocka_unit_test(every_size_fills_up),
		cmocka_unit_test(a_chain_of_the_whole_ring),
		cmocka_unit_test(no_half_buffers),
		cmocka_unit_test(ids_out_of_order),
		cmocka_unit_test(indices_wrap),
		cmocka_unit_test(ids_that_cannot_be),
		cmocka_unit_test(ids_not_outstanding),
		cmocka_unit_test(an_id_twice),
		cmocka_unit_test(used_without_being_asked),
		cmocka_unit_test(a_used_index_out_of_bounds),
		cmocka_unit_test(a_used_index_that_goes_back),
		cmocka_unit_test(lengths_that_cannot_be),
		cmocka_unit_test(descriptors_overwritten_by_the_device),
		cmocka_unit_test(kicks_and_no_notify),
		cmocka_unit_test(a_queue_without_notify),
		cmocka_unit_test(kicks_by_event_index),
		cmocka_unit_test(kicks_seldom),
		cmocka_unit_test(callbacks_on_and_off),
		cmocka_unit_test(no_callback_starts_disabled),
		cmocka_unit_test(enable_cb_sees_what_is_pending),
		cmocka_unit_test(interrupts),
		cmocka_unit_test(in_order_batches),
		cmocka_unit_test(in_order_batches_wait),
		cmocka_unit_test(in_order_batches_that_cannot_be),
		cmocka_unit_test(an_indirect_table),
		cmocka_unit_test(indirect_makes_room),
		cmocka_unit_test(no_indirect_unless_negotiated),
		cmocka_unit_test(addresses_are_translated),
		cmocka_unit_test(a_piece_out_of_reach),
		cmocka_unit_test(no_memory_for_tables),
		cmocka_unit_test(tokens_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
