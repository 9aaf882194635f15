// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A packed ring from both ends: the driver's operations, and a device that is
 * played by hand (spec 1.4, 2.8).
 */
#include "hand_packed.h"

#define BASE	(PACKED | VERSION_1)

struct bed {
	struct virtio_device vdev;
	struct virtqueue *vq;
	struct hand_packed dev;
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

static void bed_prepare(struct bed *b, unsigned int num, uint64_t features)
{
	memset(b, 0, sizeof(*b));
	b->vdev.id.device = VIRTIO_ID_RNG;
	b->vdev.priv = b;
	hand_features(&b->vdev, features);
	b->pages = hand_pages(vring_packed_size(num), 0xff);
	hand_packed_open(&b->dev, num, b->pages, features);
}

static void bed_ready(struct bed *b, void (*callback)(struct virtqueue *vq))
{
	b->vq = vring_new_virtqueue(b->dev.num, 0, &b->vdev, b->pages,
				    on_notify, callback);
	assert_non_null(b->vq);
}

static void bed_open(struct bed *b, unsigned int num, uint64_t features)
{
	bed_prepare(b, num, BASE | features);
	bed_ready(b, on_callback);
}

/* A device that is not held to VERSION_1's rules about lengths. */
static void bed_open_lax(struct bed *b, unsigned int num)
{
	bed_prepare(b, num, PACKED);
	bed_ready(b, on_callback);
}

static void bed_close(struct bed *b)
{
	vring_del_virtqueue(b->vq);
	hand_packed_close(&b->dev);
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

/* The device answers the buffer that it took last. */
static void use_last(struct bed *b, uint32_t len)
{
	hand_packed_use(&b->dev, b->dev.chain.id, b->dev.chain.slots, len);
}

/* A readable buffer of @pieces, through the ring and back. */
static void round_trip(struct bed *b, unsigned int pieces)
{
	unsigned int len = 99;

	assert_int_equal(add(b, pieces, 0, 1, mem), 0);
	assert_true(hand_packed_take(&b->dev));
	use_last(b, 0);
	assert_ptr_equal(get(b, &len), mem);
	assert_int_equal(len, 0);
}

/* Bring an empty ring to @off with wrap counter @wrap. */
static void go_to(struct bed *b, unsigned int off, bool wrap)
{
	while (b->dev.seen.off != off || b->dev.seen.wrap != wrap)
		round_trip(b, 1);
}

/* --- Making a queue --- */

static void a_new_queue(void **state)
{
	unsigned int i;
	struct bed b;

	(void)state;
	bed_open(&b, 5, 0);
	assert_ptr_equal(b.vq->vdev, &b.vdev);
	assert_int_equal(virtqueue_get_vring_size(b.vq), 5);
	assert_false(virtqueue_is_broken(b.vq));
	assert_null(virtqueue_detach_unused_buf(b.vq));
	for (i = 0; i < 5; i++) {
		assert_int_equal(b.dev.desc[i].addr, 0);
		assert_int_equal(b.dev.desc[i].flags, 0);
	}
	assert_int_equal(b.dev.driver->flags, VRING_PACKED_EVENT_FLAG_ENABLE);
	assert_int_equal(b.dev.device->flags, 0);
	assert_int_equal(b.dev.device->off_wrap, 0);
	assert_false(vring_interrupt(b.vq));
	bed_close(&b);
	vring_del_virtqueue(NULL);
}

static void sizes_that_cannot_be(void **state)
{
	static const struct {
		unsigned int num, offset;
	} bad[] = {
		{ 0, 0 }, { 32769, 0 }, { 65535, 0 }, { 65536, 0 },
		{ 0x10000001, 0 }, { UINT32_MAX, 0 },
		{ 8, 1 }, { 8, 2 }, { 8, 4 }, { 8, 8 },
	};
	static unsigned char pages[PAGE] __attribute__((aligned(PAGE)));
	static unsigned char before[PAGE];
	struct virtio_device vdev = { .id = { VIRTIO_ID_RNG, 0 } };
	unsigned int i;

	(void)state;
	hand_features(&vdev, BASE);
	memset(pages, 0xa5, sizeof(pages));
	memcpy(before, pages, sizeof(pages));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		errno = 0;
		assert_null(vring_new_virtqueue(bad[i].num, PAGE, &vdev,
						pages + bad[i].offset, NULL,
						NULL));
		assert_int_equal(errno, EINVAL);
		assert_memory_equal(pages, before, sizeof(pages));
	}
	errno = 0;
	assert_null(vring_new_virtqueue(8, PAGE, &vdev, NULL, NULL, NULL));
	assert_int_equal(errno, EINVAL);
}

static void any_size_will_do(void **state)
{
	static const unsigned int sizes[] = {
		1, 2, 3, 5, 7, 8, 100, 255, 256, 32767, 32768,
	};
	unsigned int s, i;
	struct bed b;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		bed_open(&b, sizes[s], 0);
		assert_int_equal(virtqueue_get_vring_size(b.vq), sizes[s]);
		for (i = 0; i < 3 * sizes[s] + 2; i++)
			round_trip(&b, 1);
		bed_close(&b);
	}
}

static void memory_around_is_left_alone(void **state)
{
	static unsigned char area[3 * PAGE] __attribute__((aligned(PAGE)));
	struct virtio_device vdev = { .id = { VIRTIO_ID_RNG, 0 } };
	unsigned int num, offset, i;
	struct virtqueue *vq;

	(void)state;
	hand_features(&vdev, BASE);
	for (num = 1; num < 20; num++)
	for (offset = 16; offset < 64; offset += 16) {
		unsigned char *pages = area + offset;
		unsigned char *end = pages + vring_packed_size(num);

		memset(area, 0xa5, sizeof(area));
		vq = vring_new_virtqueue(num, 0, &vdev, pages, NULL, NULL);
		assert_non_null(vq);
		for (i = 0; i < sizeof(area); i++)
			if (area + i < pages || area + i >= end)
				assert_int_equal(area[i], 0xa5);
		vring_del_virtqueue(vq);
	}
}

/* --- One buffer --- */

static void one_buffer(void **state)
{
	struct scatterlist sg;
	unsigned int len = 99;
	struct bed b;

	(void)state;
	bed_open(&b, 5, 0);
	sg_init_one(&sg, mem, 64);
	assert_null(get(&b, &len));
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, &sg, 0, 1, token(1)), 0);
	assert_int_equal(b.notified, 0);
	assert_int_equal(b.dev.desc[0].addr, (uintptr_t)mem);
	assert_int_equal(b.dev.desc[0].len, 64);
	assert_int_equal(b.dev.desc[0].flags, VRING_DESC_F_WRITE | DESC_AVAIL);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);
	assert_null(get(&b, &len));

	assert_true(hand_packed_take(&b.dev));
	hand_assert_same(&b.dev.chain, &sg, 0, 1, 0);
	use_last(&b, 64);
	assert_ptr_equal(get(&b, &len), token(1));
	assert_int_equal(len, 64);
	assert_null(get(&b, &len));
	bed_close(&b);
}

/* A slot is used only when both flags equal the wrap counter (spec 2.8.1). */
static void avail_used_and_wrap(void **state)
{
	static const struct {
		bool wrap, avail, used, is_used;
	} row[] = {
		{ true,  false, false, false },
		{ true,  true,  false, false },
		{ true,  false, true,  false },
		{ true,  true,  true,  true },
		{ false, false, false, true },
		{ false, true,  false, false },
		{ false, false, true,  false },
		{ false, true,  true,  false },
	};
	unsigned int i, num, off, len;
	struct bed b;

	(void)state;
	for (num = 1; num <= 5; num++)
	for (off = 0; off < num; off++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bed_open(&b, num, 0);
		go_to(&b, off, row[i].wrap);
		assert_int_equal(add(&b, 0, 1, 4, mem), 0);
		assert_true(hand_packed_take(&b.dev));
		b.dev.desc[off].id = b.dev.chain.id;
		b.dev.desc[off].len = 4;
		b.dev.desc[off].flags = VRING_DESC_F_WRITE |
					(row[i].avail ? DESC_AVAIL : 0) |
					(row[i].used ? DESC_USED : 0);
		assert_int_equal(vring_interrupt(b.vq), row[i].is_used);
		assert_int_equal(b.vq->vq_ops->enable_cb(b.vq),
				 !row[i].is_used);
		assert_ptr_equal(get(&b, &len), row[i].is_used ? mem : NULL);
		assert_false(virtqueue_is_broken(b.vq));
		bed_close(&b);
	}
}

/* Every chain at every place, so that the wrap falls inside of it. */
static void chains_around_the_end(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 5, 7, 8 };
	static const uint64_t features[] = {
		0, INDIRECT, IN_ORDER, EVENT_IDX, INDIRECT | IN_ORDER,
	};
	unsigned int f, s, out, in, i, len;
	struct scatterlist sg[8];
	struct bed b;

	(void)state;
	for (i = 0; i < 8; i++)
		sg_set_buf(&sg[i], mem + 100 * i, 10 + i);
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		bed_open(&b, sizes[s], features[f]);
		for (i = 0; i < 2 * sizes[s]; i++) {
			for (out = 0; out <= sizes[s]; out++)
			for (in = 0; in <= sizes[s] - out; in++) {
				if (!out && !in)
					continue;
				assert_int_equal(b.vq->vq_ops->add_buf(
					b.vq, sg, out, in, mem), 0);
				assert_true(hand_packed_take(&b.dev));
				hand_assert_same(&b.dev.chain, sg, out, in, 0);
				if (!(features[f] & INDIRECT))
					assert_int_equal(b.dev.chain.slots,
							 out + in);
				use_last(&b, (uint32_t)b.dev.chain.in_len);
				assert_ptr_equal(get(&b, &len), mem);
				assert_int_equal(len, b.dev.chain.in_len);
			}
			round_trip(&b, 1);
		}
		bed_close(&b);
	}
}

/* The flags of a chain whose end lies behind the wrap, bit by bit. */
static void flags_of_a_chain_around_the_end(void **state)
{
	unsigned int on = DESC_AVAIL, off = DESC_USED;
	struct bed b;

	(void)state;
	bed_open(&b, 3, 0);
	go_to(&b, 2, true);
	assert_int_equal(add(&b, 2, 1, 1, mem), 0);
	assert_int_equal(b.dev.desc[2].flags, VRING_DESC_F_NEXT | on);
	assert_int_equal(b.dev.desc[0].flags, VRING_DESC_F_NEXT | off);
	assert_int_equal(b.dev.desc[1].flags, VRING_DESC_F_WRITE | off);
	bed_close(&b);

	bed_open(&b, 3, 0);
	go_to(&b, 1, false);
	assert_int_equal(add(&b, 2, 1, 1, mem), 0);
	assert_int_equal(b.dev.desc[1].flags, VRING_DESC_F_NEXT | off);
	assert_int_equal(b.dev.desc[2].flags, VRING_DESC_F_NEXT | off);
	assert_int_equal(b.dev.desc[0].flags, VRING_DESC_F_WRITE | on);
	bed_close(&b);
}

static void buffers_that_cannot_be(void **state)
{
	static const struct {
		unsigned int out, in;
	} bad[] = {
		{ 0, 0 }, { 6, 0 }, { 0, 6 }, { 3, 3 }, { 5, 1 },
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
		bed_open(&b, 5, features[f]);
		for (i = 0; i < ARRAY_SIZE(bad); i++)
			assert_int_equal(b.vq->vq_ops->add_buf(
				b.vq, sg, bad[i].out, bad[i].in, token(1)),
				-EINVAL);
		assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 0, NULL),
				 -EINVAL);
		assert_false(hand_packed_waiting(&b.dev));
		assert_false(virtqueue_is_broken(b.vq));
		round_trip(&b, 1);
		bed_close(&b);
	}
}

/* A used length has 32 bits, so no buffer may have more writable bytes. */
static void the_most_bytes(void **state)
{
	static const struct {
		uint32_t in[2];
		int ret;
	} row[] = {
		{ { 0, 0 }, 0 },
		{ { UINT32_MAX, 0 }, 0 },
		{ { UINT32_MAX - 1, 1 }, 0 },
		{ { UINT32_MAX, 1 }, -EINVAL },
		{ { UINT32_MAX, UINT32_MAX }, -EINVAL },
	};
	static const uint64_t features[] = { 0, INDIRECT };
	unsigned int f, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scatterlist sg[2] = {
			{ mem, row[i].in[0], 0 }, { mem, row[i].in[1], 0 },
		};

		bed_open(&b, 7, features[f]);
		assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 0, 2, mem),
				 row[i].ret);
		assert_int_equal(hand_packed_waiting(&b.dev), !row[i].ret);
		if (!row[i].ret) {
			assert_true(hand_packed_take(&b.dev));
			use_last(&b, (uint32_t)b.dev.chain.in_len);
			assert_ptr_equal(get(&b, &len), mem);
			assert_int_equal(len, b.dev.chain.in_len);
		}
		bed_close(&b);
	}
}

/* --- Full and empty --- */

static void every_size_fills_up(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 5, 7, 256, 32768 };
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
			for (i = 0; i < sizes[s]; i++) {
				assert_true(hand_packed_take(&b.dev));
				use_last(&b, 0);
				assert_int_equal(add(&b, 1, 0, 1, mem),
						 -ENOSPC);
				assert_ptr_equal(get(&b, &len), token(i));
				assert_int_equal(add(&b, 1, 0, 1, token(i)), 0);
			}
			for (i = 0; i < sizes[s]; i++) {
				assert_true(hand_packed_take(&b.dev));
				use_last(&b, 0);
			}
			for (i = 0; i < sizes[s]; i++)
				assert_ptr_equal(get(&b, &len), token(i));
			assert_null(get(&b, &len));
			/* So that the next round begins elsewhere. */
			round_trip(&b, 1);
		}
		bed_close(&b);
	}
}

static void a_chain_of_the_whole_ring(void **state)
{
	static const unsigned int sizes[] = { 1, 3, 7, 256, 32768 };
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
			assert_true(hand_packed_take(&b.dev));
			assert_int_equal(b.dev.chain.num, sizes[s]);
			use_last(&b, sizes[s]);
			assert_ptr_equal(get(&b, &len), mem);
			assert_int_equal(len, sizes[s]);
			round_trip(&b, 1);
		}
		bed_close(&b);
	}
}

static void no_half_buffers(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open(&b, 7, 0);
	go_to(&b, 4, true);
	assert_int_equal(add(&b, 3, 2, 1, token(0)), 0);
	assert_int_equal(add(&b, 2, 1, 1, token(1)), -ENOSPC);
	assert_int_equal(add(&b, 1, 1, 1, token(2)), 0);
	assert_int_equal(add(&b, 1, 0, 1, token(3)), -ENOSPC);
	assert_true(hand_packed_take(&b.dev));
	assert_int_equal(b.dev.chain.num, 5);
	use_last(&b, 2);
	assert_true(hand_packed_take(&b.dev));
	assert_int_equal(b.dev.chain.num, 2);
	use_last(&b, 0);
	assert_false(hand_packed_waiting(&b.dev));
	assert_ptr_equal(get(&b, &len), token(0));
	assert_int_equal(len, 2);
	assert_ptr_equal(get(&b, &len), token(2));
	bed_close(&b);
}

/* --- Completion in any order --- */

/* Lists of different lengths: the driver must skip as far as the device. */
static void ids_out_of_order(void **state)
{
	static const unsigned int order[] = { 3, 0, 4, 2, 1 };
	static const unsigned int sizes[] = { 15, 16, 17, 23 };
	unsigned int id[5], s, i, round, len;
	struct bed b;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		bed_open(&b, sizes[s], 0);
		for (round = 0; round < 200; round++) {
			for (i = 0; i < 5; i++) {
				assert_int_equal(add(&b, i, 1, 100, token(i)),
						 0);
				assert_true(hand_packed_take(&b.dev));
				assert_int_equal(b.dev.chain.slots, i + 1);
				id[i] = b.dev.chain.id;
			}
			for (i = 0; i < 5; i++)
				hand_packed_use(&b.dev, id[order[i]],
						order[i] + 1, order[i] + 10);
			for (i = 0; i < 5; i++) {
				assert_ptr_equal(get(&b, &len),
						 token(order[i]));
				assert_int_equal(len, order[i] + 10);
			}
			assert_null(get(&b, &len));
		}
		bed_close(&b);
	}
}

/* New buffers overtake one that the device keeps for long. */
static void one_stays_behind(void **state)
{
	unsigned int i, first, len;
	struct bed b;

	(void)state;
	bed_open(&b, 5, 0);
	assert_int_equal(add(&b, 1, 1, 4, token(0)), 0);
	assert_true(hand_packed_take(&b.dev));
	first = b.dev.chain.id;
	for (i = 1; i < 1000; i++) {
		assert_int_equal(add(&b, 1, i % 3, 4, token(i)), 0);
		assert_true(hand_packed_take(&b.dev));
		assert_int_not_equal(b.dev.chain.id, first);
		use_last(&b, 0);
		assert_ptr_equal(get(&b, &len), token(i));
	}
	hand_packed_use(&b.dev, first, 2, 4);
	assert_ptr_equal(get(&b, &len), token(0));
	assert_int_equal(len, 4);
	assert_null(get(&b, &len));
	assert_int_equal(add(&b, 5, 0, 1, mem), 0);
	bed_close(&b);
}

/* --- Devices that break the rules --- */

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
		assert_true(++n <= b->dev.num);
	return n;
}

/* Every 16-bit id but those outstanding, on rings of several sizes. */
static void ids_that_are_not_outstanding(void **state)
{
	static const unsigned int sizes[] = { 2, 5, 8 };
	static const unsigned int ids[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 255, 256, 32767, 32768,
		65534, 65535,
	};
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, s, i, n, mine[2], len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		bed_open(&b, sizes[s], features[f]);
		for (n = 0; n < 2; n++) {
			assert_int_equal(add(&b, 1, 0, 1, token(n)), 0);
			assert_true(hand_packed_take(&b.dev));
			mine[n] = b.dev.chain.id;
			assert_true(mine[n] < sizes[s]);
		}
		if (ids[i] != mine[0] && ids[i] != mine[1]) {
			hand_packed_use(&b.dev, ids[i], 1, 0);
			assert_null(get(&b, &len));
			assert_broken(&b);
			assert_int_equal(detach_all(&b), 2);
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
		assert_true(hand_packed_take(&b.dev));
		use_last(&b, 0);
		use_last(&b, 0);
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
		bed_open(&b, 5, features[f]);
		hand_packed_use(&b.dev, 0, 1, 0);
		assert_null(get(&b, &len));
		assert_broken(&b);
		bed_close(&b);
	}
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
		{ 1, 0, 1, 0, false },
		{ 2, 3, 300, 300, true },
		{ 2, 3, 301, 300, false },
		{ 2, 3, UINT32_MAX, 300, false },
	};
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bed_open(&b, 7, features[f]);
		assert_int_equal(add(&b, row[i].out, row[i].in, 100, mem), 0);
		assert_true(hand_packed_take(&b.dev));
		use_last(&b, row[i].len);
		if (row[i].good) {
			assert_ptr_equal(get(&b, &len), mem);
			assert_int_equal(len, row[i].len);
		} else {
			assert_null(get(&b, &len));
			assert_broken(&b);
			assert_int_equal(detach_all(&b), 1);
		}
		bed_close(&b);

		bed_open_lax(&b, 7);
		assert_int_equal(add(&b, row[i].out, row[i].in, 100, mem), 0);
		assert_true(hand_packed_take(&b.dev));
		use_last(&b, row[i].len);
		assert_ptr_equal(get(&b, &len), mem);
		assert_int_equal(len, row[i].legacy_len);
		assert_false(virtqueue_is_broken(b.vq));
		bed_close(&b);
	}
}

/*
 * The length of a used descriptor without WRITE is reserved (spec 2.8.4), so
 * no value of it breaks the queue; but devices are known that never set WRITE
 * and mean the length. NEXT in a used descriptor means nothing (spec 2.8.6).
 */
static void a_length_without_write(void **state)
{
	static const unsigned int flags[] = {
		0, VRING_DESC_F_NEXT, VRING_DESC_F_INDIRECT,
		VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT,
	};
	unsigned int i, in, len;
	struct bed b;

	(void)state;
	for (in = 0; in < 2; in++)
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		bed_open(&b, 7, 0);
		assert_int_equal(add(&b, 1, in, 100, mem), 0);
		assert_true(hand_packed_take(&b.dev));
		hand_packed_answer(&b.dev, b.dev.chain.id, b.dev.chain.slots,
				   1000000, flags[i]);
		len = UINT32_MAX;
		assert_ptr_equal(get(&b, &len), mem);
		assert_true(len <= 100 * in);
		assert_false(virtqueue_is_broken(b.vq));

		assert_int_equal(add(&b, 1, 1, 100, mem), 0);
		assert_true(hand_packed_take(&b.dev));
		hand_packed_answer(&b.dev, b.dev.chain.id, b.dev.chain.slots,
				   60, flags[i]);
		assert_ptr_equal(get(&b, &len), mem);
		assert_int_equal(len, 60);
		bed_close(&b);
	}
}

/* What the device scribbles over slots of its own changes nothing. */
static void descriptors_overwritten_by_the_device(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	unsigned int f, i, k, round, len, id[3], slots[3];
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 7, features[f]);
		for (round = 0; round < 30; round++) {
			for (i = 0; i < 3; i++) {
				assert_int_equal(add(&b, 1, 1, 7, token(i)), 0);
				assert_true(hand_packed_take(&b.dev));
				id[i] = b.dev.chain.id;
				slots[i] = b.dev.chain.slots;
			}
			for (k = 0; k < 7; k++) {
				b.dev.desc[k].addr = UINT64_MAX;
				b.dev.desc[k].len = UINT32_MAX;
				b.dev.desc[k].id = 0xffff;
			}
			for (i = 0; i < 3; i++)
				hand_packed_use(&b.dev, id[i], slots[i], 7);
			for (i = 0; i < 3; i++) {
				assert_ptr_equal(get(&b, &len), token(i));
				assert_int_equal(len, 7);
			}
		}
		bed_close(&b);
	}
}

/* --- Telling the device (spec 2.8.10) --- */

static void kicks_by_flags(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	struct hand_pos far = { 3, true };
	unsigned int f;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 5, features[f]);
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);

		hand_packed_event(&b.dev, VRING_PACKED_EVENT_FLAG_DISABLE,
				  (struct hand_pos){ 1, true });
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);

		/* Whatever the offset says. */
		hand_packed_event(&b.dev, VRING_PACKED_EVENT_FLAG_ENABLE, far);
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 2);
		bed_close(&b);
	}
}

/*
 * Exactly when the descriptor that the device named is among those made
 * available since the last kick: every place, every batch, every event.
 */
static void kicks_by_event_index(void **state)
{
	unsigned int num, off, wrap, batch, i, ev, ev_wrap;
	struct hand_pos from, event;
	struct bed b;

	(void)state;
	for (num = 1; num <= 5; num++)
	for (off = 0; off < num; off++)
	for (wrap = 0; wrap < 2; wrap++)
	for (batch = 1; batch <= num; batch++)
	for (ev = 0; ev < num; ev++)
	for (ev_wrap = 0; ev_wrap < 2; ev_wrap++) {
		bed_open(&b, num, EVENT_IDX);
		go_to(&b, off, wrap);
		b.vq->vq_ops->kick(b.vq);
		b.notified = 0;
		from = b.dev.seen;
		/* As single buffers, and as one chain. */
		if ((ev + batch) % 2)
			for (i = 0; i < batch; i++)
				assert_int_equal(add(&b, 1, 0, 1, mem), 0);
		else
			assert_int_equal(add(&b, batch, 0, 1, mem), 0);
		event = (struct hand_pos){ ev, ev_wrap };
		hand_packed_event(&b.dev, VRING_PACKED_EVENT_FLAG_DESC, event);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified,
				 hand_pos_within(event, from, batch, num));
		b.vq->vq_ops->kick(b.vq);
		assert_true(b.notified <= 1);
		bed_close(&b);
	}
}

/*
 * A device that goes to sleep between two kicks must be told, however many
 * laps came between them.
 */
static void kicks_seldom(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 5, 256, 32768 };
	unsigned int s, extra, i, count;
	struct bed b;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (extra = 0; extra < 12; extra++) {
		bed_open(&b, sizes[s], EVENT_IDX);
		count = 2 * sizes[s] - 1 + extra - 2 * (extra > 6);
		for (i = 0; i < count; i++)
			round_trip(&b, 1);
		hand_packed_want_kick(&b.dev, true);
		assert_int_equal(add(&b, 1, 0, 1, mem), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);
		bed_close(&b);
	}
	for (i = 65534; i < 65538; i++) {
		bed_open(&b, 3, EVENT_IDX);
		for (count = 0; count < i; count++)
			round_trip(&b, 1);
		hand_packed_want_kick(&b.dev, true);
		assert_int_equal(add(&b, 1, 0, 1, mem), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);
		bed_close(&b);
	}
}

/* Events that no device may ask for: anything but a crash. */
static void events_that_cannot_be(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	static const uint16_t off_wrap[] = { 5, 0x7fff, 0x8005, 0xffff };
	unsigned int f, i, flags, n = 0;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 5, features[f]);
		for (flags = 0; flags < 65536; flags += flags < 8 ? 1 : 4099)
		for (i = 0; i < ARRAY_SIZE(off_wrap); i++) {
			b.dev.device->flags = flags;
			b.dev.device->off_wrap = off_wrap[i];
			round_trip(&b, 1);
			b.vq->vq_ops->kick(b.vq);
			n++;
		}
		assert_true(b.notified <= n);
		assert_false(virtqueue_is_broken(b.vq));
		bed_close(&b);
	}
}

/* --- Being told by the device --- */

/* The device uses a buffer of @pieces: would it signal? */
static bool signals_one(struct bed *b, unsigned int pieces)
{
	struct hand_pos old = b->dev.used;

	assert_int_equal(add(b, pieces, 0, 1, mem), 0);
	assert_true(hand_packed_take(&b->dev));
	use_last(b, 0);
	return hand_packed_signals(&b->dev, old, b->dev.chain.slots);
}

static void callbacks_on_and_off(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER,
	};
	static const unsigned int sizes[] = { 1, 3, 4, 7 };
	unsigned int f, s, i, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		bed_open(&b, sizes[s], features[f]);
		for (i = 0; i < 700; i++) {
			bool on = i % 7 < 4;

			if (i % 7 == 0)
				assert_true(b.vq->vq_ops->enable_cb(b.vq));
			if (i % 7 == 4)
				b.vq->vq_ops->disable_cb(b.vq);
			assert_int_equal(signals_one(&b, 1 + i % sizes[s]), on);
			assert_ptr_equal(get(&b, &len), mem);
			assert_null(get(&b, &len));
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
		bed_prepare(&b, 3, BASE | features[f]);
		bed_ready(&b, NULL);
		assert_int_equal(b.dev.driver->flags,
				 VRING_PACKED_EVENT_FLAG_DISABLE);
		assert_false(signals_one(&b, 1));
		assert_true(vring_interrupt(b.vq));
		assert_ptr_equal(get(&b, &len), mem);
		bed_close(&b);

		bed_open(&b, 3, features[f]);
		assert_true(signals_one(&b, 1));
		bed_close(&b);
	}
}

/* With the event index on, the descriptor named is the next to be used. */
static void the_event_names_the_next_used(void **state)
{
	unsigned int num, i, len;
	struct bed b;

	(void)state;
	for (num = 1; num < 8; num++) {
		bed_open(&b, num, EVENT_IDX);
		for (i = 0; i < 5 * num; i++) {
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			if (b.dev.driver->flags == VRING_PACKED_EVENT_FLAG_DESC)
				assert_int_equal(b.dev.driver->off_wrap,
						 b.dev.used.off |
						 b.dev.used.wrap << 15);
			assert_true(signals_one(&b, 1 + i % num));
			assert_ptr_equal(get(&b, &len), mem);
		}
		bed_close(&b);
	}
}

static void enable_cb_sees_what_is_pending(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER,
	};
	unsigned int f, round, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 5, features[f]);
		for (round = 0; round < 10; round++) {
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			b.vq->vq_ops->disable_cb(b.vq);
			assert_int_equal(add(&b, 2, 0, 1, token(0)), 0);
			assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			b.vq->vq_ops->disable_cb(b.vq);
			while (hand_packed_take(&b.dev))
				use_last(&b, 0);
			assert_false(b.vq->vq_ops->enable_cb(b.vq));
			b.vq->vq_ops->disable_cb(b.vq);
			assert_ptr_equal(get(&b, &len), token(0));
			assert_false(b.vq->vq_ops->enable_cb(b.vq));
			assert_ptr_equal(get(&b, &len), token(1));
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
		}
		bed_close(&b);
	}
}

static void interrupts(void **state)
{
	unsigned int len;
	struct bed b;

	(void)state;
	bed_open(&b, 3, 0);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(add(&b, 1, 0, 1, mem), 0);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.called, 0);
	assert_true(hand_packed_take(&b.dev));
	use_last(&b, 0);
	assert_true(vring_interrupt(b.vq));
	assert_int_equal(b.called, 1);
	assert_ptr_equal(get(&b, &len), mem);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.called, 1);
	bed_close(&b);
}

/* --- In order (spec 2.8.8) --- */

static void in_order_batches(void **state)
{
	static const unsigned int batches[] = { 1, 3, 2, 6, 1, 5, 4 };
	static const uint64_t features[] = { 0, INDIRECT, EVENT_IDX };
	static const unsigned int sizes[] = { 12, 13, 16 };
	unsigned int f, s, i, k, n = 0, len, slots;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		bed_open(&b, sizes[s], IN_ORDER | features[f]);
		for (i = 0; i < 2000; i++) {
			unsigned int batch = batches[i % 7];

			slots = 0;
			for (k = 0; k < batch; k++) {
				assert_int_equal(add(&b, (n + k) % 2, 1, 10 + k,
						     token(n % 50 + k)), 0);
				assert_true(hand_packed_take(&b.dev));
				slots += b.dev.chain.slots;
			}
			hand_packed_use(&b.dev, b.dev.chain.id, slots, 3);
			for (k = 0; k < batch; k++) {
				assert_false(b.vq->vq_ops->enable_cb(b.vq));
				assert_true(vring_interrupt(b.vq));
				assert_ptr_equal(get(&b, &len),
						 token(n % 50 + k));
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
	bed_open(&b, 7, IN_ORDER);
	go_to(&b, 5, true);
	for (i = 0; i < 7; i++)
		assert_int_equal(add(&b, 0, 1, 10 + i, token(i)), 0);
	for (i = 0; i < 7; i++) {
		assert_true(hand_packed_take(&b.dev));
		if (i == 2)
			hand_packed_use(&b.dev, b.dev.chain.id, 3, 1);
		if (i == 3)
			hand_packed_use(&b.dev, b.dev.chain.id, 1, 2);
		if (i == 6)
			hand_packed_use(&b.dev, b.dev.chain.id, 3, 3);
	}
	for (i = 0; i < 7; i++) {
		assert_ptr_equal(get(&b, &len), token(i));
		assert_int_equal(len, i == 2 ? 1 : i == 3 ? 2 : i == 6 ? 3 :
				 10 + i);
	}
	assert_null(get(&b, &len));
	for (i = 0; i < 7; i++) {
		assert_int_equal(add(&b, 0, 1, 1, token(100 + i)), 0);
		assert_true(hand_packed_take(&b.dev));
	}
	hand_packed_use(&b.dev, b.dev.chain.id, 7, 1);
	for (i = 0; i < 7; i++)
		assert_ptr_equal(get(&b, &len), token(100 + i));
	assert_null(get(&b, &len));
	bed_close(&b);
}

/*
 * Room made while a batch is being taken must not be filled with what the
 * device would overwrite, or the driver would mistake.
 */
static void in_order_add_inside_a_batch(void **state)
{
	unsigned int num, i, round, len;
	struct bed b;

	(void)state;
	for (num = 2; num < 9; num++) {
		bed_open(&b, num, IN_ORDER);
		for (i = 0; i < num; i++)
			assert_int_equal(add(&b, 0, 1, 5, token(i)), 0);
		for (round = 0; round < 20; round++) {
			for (i = 0; i < num; i++)
				assert_true(hand_packed_take(&b.dev));
			hand_packed_use(&b.dev, b.dev.chain.id, num, 1);
			for (i = 0; i < num; i++) {
				assert_ptr_equal(get(&b, &len), token(i));
				assert_int_equal(len, i + 1 < num ? 5 : 1);
				assert_int_equal(add(&b, 0, 1, 5, token(i)), 0);
			}
			assert_null(get(&b, &len));
			assert_false(virtqueue_is_broken(b.vq));
		}
		bed_close(&b);
	}
}

/* --- Indirect tables (spec 2.8.7) --- */

static void an_indirect_table(void **state)
{
	const struct vring_packed_desc *d, *table;
	struct scatterlist sg[4];
	unsigned int i, len;
	struct bed b;

	(void)state;
	bed_open(&b, 5, INDIRECT);
	for (i = 0; i < 4; i++)
		sg_set_buf(&sg[i], mem + 1000 * i, 11 * (i + 1));
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 3, mem), 0);
	d = &b.dev.desc[0];
	assert_int_equal(d->flags & ~VRING_DESC_F_WRITE,
			 VRING_DESC_F_INDIRECT | DESC_AVAIL);
	assert_int_equal(d->len, 4 * sizeof(*table));
	table = hand_ptr(d->addr, 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(table[i].addr, (uintptr_t)sg[i].buf);
		assert_int_equal(table[i].len, sg[i].length);
		assert_int_equal(table[i].flags, i ? VRING_DESC_F_WRITE : 0);
	}
	assert_true(hand_packed_take(&b.dev));
	hand_assert_same(&b.dev.chain, sg, 1, 3, 0);
	use_last(&b, 22 + 33 + 44);
	assert_ptr_equal(get(&b, &len), mem);
	assert_int_equal(len, 22 + 33 + 44);
	bed_close(&b);
}

static void indirect_makes_room(void **state)
{
	static const unsigned int sizes[] = { 2, 5, 8, 256, 32768 };
	static unsigned int id[32768], slots[32768];
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
			for (i = 0; i < n; i++) {
				assert_true(hand_packed_take(&b.dev));
				sg_set_buf(&sg[0], mem + i, i + 1);
				sg_set_buf(&sg[1], mem + i + 999, i + 2);
				hand_assert_same(&b.dev.chain, sg, 1, 1, 0);
				id[i] = b.dev.chain.id;
				slots[i] = b.dev.chain.slots;
			}
			for (i = n; i--;)	/* the last one first */
				hand_packed_use(&b.dev, id[i], slots[i], i + 2);
			for (i = n; i--;) {
				assert_ptr_equal(get(&b, &len), token(i));
				assert_int_equal(len, i + 2);
			}
		}
		bed_close(&b);
	}
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

static void bed_open_dma(struct bed *b, unsigned int num, uint64_t features,
			 bool no_memory)
{
	memset(&dma, 0, sizeof(dma));
	dma.no_memory = no_memory;
	bed_prepare(b, num, BASE | features);
	b->vdev.dma = &dma_ops;
	b->dev.bias = BIAS;
	bed_ready(b, on_callback);
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
		bed_open_dma(&b, 7, features[f], false);
		for (n = 0; n < 20; n++) {
			assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 3, 3,
							       mem), 0);
			assert_true(hand_packed_take(&b.dev));
			hand_assert_same(&b.dev.chain, sg, 3, 3, BIAS);
			assert_int_equal(b.dev.chain.indirect,
					 features[f] == INDIRECT);
			use_last(&b, 0);
			assert_ptr_equal(get(&b, &len), mem);
		}
		bed_close(&b);
		assert_int_equal(dma.allocs, dma.frees);
	}
}

/*
 * A piece out of reach: nothing of the buffer is published or kept, wherever
 * in the ring the next one starts. The device may look at any slot.
 */
static void a_piece_out_of_reach(void **state)
{
	static const uint64_t features[] = {
		0, INDIRECT, IN_ORDER, INDIRECT | IN_ORDER,
	};
	unsigned int f, i, k, num = 7, len;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open_dma(&b, num, features[f], false);
		for (i = 0; i < 100; i++) {
			round_trip(&b, 1);
			dma.maps = 0;
			dma.fail_at = 1 + i % 5;
			assert_int_equal(add(&b, 3, 2, 1, mem), -EFAULT);
			assert_false(hand_packed_waiting(&b.dev));
			assert_false(virtqueue_is_broken(b.vq));
			dma.fail_at = 0;
			/* The device takes what is there, and no more. */
			for (k = 0; k <= i % num; k++)
				assert_int_equal(add(&b, 1, 0, 1, token(k)), 0);
			if (k == num)
				assert_int_equal(add(&b, 1, 0, 1, mem),
						 -ENOSPC);
			for (k = 0; k <= i % num; k++) {
				assert_true(hand_packed_take(&b.dev));
				assert_int_equal(b.dev.chain.num, 1);
				use_last(&b, 0);
				assert_ptr_equal(get(&b, &len), token(k));
			}
			assert_false(hand_packed_waiting(&b.dev));
		}
		assert_int_equal(add(&b, 3, 2, 1, mem), 0);
		assert_true(hand_packed_take(&b.dev));
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
	bed_open_dma(&b, 7, INDIRECT, true);
	assert_int_equal(add(&b, 4, 3, 1, mem), 0);
	assert_int_equal(add(&b, 1, 0, 1, mem), -ENOSPC);
	assert_true(hand_packed_take(&b.dev));
	assert_false(b.dev.chain.indirect);
	use_last(&b, 0);
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
		bed_open(&b, 13, features[f]);
		for (i = 0; i < 8; i++)
			assert_int_equal(add(&b, 1, i % 2, 1, token(i)), 0);
		for (i = 0; i < 2; i++) {
			assert_true(hand_packed_take(&b.dev));
			use_last(&b, 0);
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
		cmocka_unit_test(any_size_will_do),
		cmocka_unit_test(memory_around_is_left_alone),
		cmocka_unit_test(one_buffer),
		cmocka_unit_test(avail_used_and_wrap),
		cmocka_unit_test(chains_around_the_end),
		cmocka_unit_test(flags_of_a_chain_around_the_end),
		cmocka_unit_test(buffers_that_cannot_be),
		cmocka_unit_test(the_most_bytes),
		cmocka_unit_test(every_size_fills_up),
		cmocka_unit_test(a_chain_of_the_whole_ring),
		cmocka_unit_test(no_half_buffers),
		cmocka_unit_test(ids_out_of_order),
		cmocka_unit_test(one_stays_behind),
		cmocka_unit_test(ids_that_are_not_outstanding),
		cmocka_unit_test(an_id_twice),
		cmocka_unit_test(used_without_being_asked),
		cmocka_unit_test(lengths_that_cannot_be),
		cmocka_unit_test(a_length_without_write),
		cmocka_unit_test(descriptors_overwritten_by_the_device),
		cmocka_unit_test(kicks_by_flags),
		cmocka_unit_test(kicks_by_event_index),
		cmocka_unit_test(kicks_seldom),
		cmocka_unit_test(events_that_cannot_be),
		cmocka_unit_test(callbacks_on_and_off),
		cmocka_unit_test(no_callback_starts_disabled),
		cmocka_unit_test(the_event_names_the_next_used),
		cmocka_unit_test(enable_cb_sees_what_is_pending),
		cmocka_unit_test(interrupts),
		cmocka_unit_test(in_order_batches),
		cmocka_unit_test(in_order_batches_wait),
		cmocka_unit_test(in_order_add_inside_a_batch),
		cmocka_unit_test(an_indirect_table),
		cmocka_unit_test(indirect_makes_room),
		cmocka_unit_test(addresses_are_translated),
		cmocka_unit_test(a_piece_out_of_reach),
		cmocka_unit_test(no_memory_for_tables),
		cmocka_unit_test(tokens_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
