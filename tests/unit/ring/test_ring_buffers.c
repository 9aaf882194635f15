// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Buffers on rings of either layout: creating, filling and emptying queues in
 * any order.
 */
#include "ring_bed.h"

/* --- Making a queue --- */

static void a_new_queue(void **state)
{
	const struct layout *l = *state;
	struct bed b;

	bed_open(&b, l->usual, l->base);
	assert_ptr_equal(b.vq->vdev, &b.vdev);
	assert_true(b.vq->callback == on_callback);
	assert_null(b.vq->priv);
	assert_int_equal(virtqueue_get_vring_size(b.vq), l->usual);
	assert_false(virtqueue_is_broken(b.vq));
	assert_null(virtqueue_detach_unused_buf(b.vq));
	assert_false(hand_ring_waiting(&b.dev));
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.notified + b.called, 0);
	bed_close(&b);
	vring_del_virtqueue(NULL);
}

static void sizes_that_cannot_be(void **state)
{
	static const struct {
		unsigned int num, align, offset;
		bool split_only;
	} bad[] = {
		{ 0, PAGE, 0, false },		{ 32769, PAGE, 0, false },
		{ 65535, PAGE, 0, false },	{ 65536, PAGE, 0, false },
		{ 0x10000001, PAGE, 0, false },
		{ 0x80000000, PAGE, 0, false },
		{ UINT32_MAX, PAGE, 0, false },
		{ 8, PAGE, 1, false },		{ 8, PAGE, 2, false },
		{ 8, PAGE, 4, false },		{ 8, PAGE, 8, false },
		{ 3, PAGE, 0, true },		{ 5, PAGE, 0, true },
		{ 255, PAGE, 0, true },		{ 32767, PAGE, 0, true },
		{ 8, 0, 0, true },		{ 8, 1, 0, true },
		{ 8, 2, 0, true },		{ 8, 3, 0, true },
		{ 8, 6, 0, true },		{ 8, 4095, 0, true },
		{ 8, UINT32_MAX, 0, true },
	};
	static unsigned char pages[4 * PAGE] __attribute__((aligned(PAGE)));
	static unsigned char before[sizeof(pages)];
	struct virtio_device vdev = { .id = { VIRTIO_ID_RNG, 0 } };
	const struct layout *l = *state;
	unsigned int i;

	hand_features(&vdev, l->base);
	memset(pages, 0xa5, sizeof(pages));
	memcpy(before, pages, sizeof(pages));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		if (bad[i].split_only && l != &split)
			continue;
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

/* --- One buffer --- */

static void one_buffer(void **state)
{
	const struct layout *l = *state;
	struct scatterlist sg;
	struct bed b;

	bed_open(&b, l->usual, l->base | VERSION_1);
	sg_init_one(&sg, mem, 64);
	assert_nothing_to_get(&b);
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, &sg, 0, 1, token(1)), 0);

	/* Available to the device before any notification. */
	assert_int_equal(b.notified, 0);
	hand_assert_same(take(&b), &sg, 0, 1, 0);
	assert_false(hand_ring_waiting(&b.dev));
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);

	assert_nothing_to_get(&b);
	use_last(&b, 64);
	assert_got(&b, token(1), 64);
	assert_nothing_to_get(&b);
	assert_false(virtqueue_is_broken(b.vq));
	bed_close(&b);
}

static void one_chain(struct bed *b, const struct scatterlist *sg,
		      unsigned int out, unsigned int in, bool indirect)
{
	void *data = token(out * 8 + in);
	const struct hand_chain *chain;

	assert_int_equal(b->vq->vq_ops->add_buf(
		b->vq, (struct scatterlist *)sg, out, in, data), 0);
	chain = take(b);
	hand_assert_same(chain, sg, out, in, 0);
	if (!indirect)
		assert_int_equal(chain->slots, out + in);
	use_last(b, (uint32_t)chain->in_len);
	assert_got(b, data, chain->in_len);
}

/* Every chain at every position, so that the wrap falls inside. */
static void chains_in_every_shape(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 5, 7, 8 };
	static const uint64_t features[] = {
		0, VERSION_1, INDIRECT, IN_ORDER, EVENT_IDX,
		INDIRECT | IN_ORDER,
	};
	const struct layout *l = *state;
	unsigned int f, s, out, in, i;
	struct scatterlist sg[8];
	struct bed b;

	for (i = 0; i < 8; i++)
		sg_set_buf(&sg[i], mem + 100 * i, 10 + i);
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | features[f]);
		for (i = 0; i < 2 * sizes[s]; i++) {
			for (out = 0; out <= sizes[s]; out++)
			for (in = 0; in <= sizes[s] - out; in++)
				if (out || in)
					one_chain(&b, sg, out, in,
						  features[f] & INDIRECT);
			round_trip(&b, 1);
		}
		bed_close(&b);
	}
}

static void buffers_that_cannot_be(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	const unsigned int n = l->usual;
	const struct {
		unsigned int out, in;
	} bad[] = {
		{ 0, 0 }, { n + 1, 0 }, { 0, n + 1 }, { 4, n - 3 }, { n, 1 },
		{ UINT32_MAX, 0 }, { UINT32_MAX, 2 }, { 1, UINT32_MAX },
		{ 0x80000000, 0x80000000 }, { 0x80000001, 0x80000000 },
	};
	struct scatterlist sg[9];
	unsigned int f, i;
	struct bed b;

	for (i = 0; i < ARRAY_SIZE(sg); i++)
		sg_set_buf(&sg[i], mem, 1);
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, n, l->base | features[f]);
		for (i = 0; i < ARRAY_SIZE(bad); i++)
			assert_int_equal(b.vq->vq_ops->add_buf(
				b.vq, sg, bad[i].out, bad[i].in, token(1)),
				-EINVAL);
		assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 0, NULL),
				 -EINVAL);
		assert_false(hand_ring_waiting(&b.dev));
		assert_false(virtqueue_is_broken(b.vq));
		round_trip(&b, 1);
		bed_close(&b);
	}
}

/*
 * A used length has 32 bits, which limits the writable bytes of a buffer. All
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
	const struct layout *l = *state;
	uint64_t in_len;
	unsigned int f, i;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scatterlist sg[4] = {
			{ mem, row[i].out[0], 0 }, { mem, row[i].out[1], 0 },
			{ mem, row[i].in[0], 0 }, { mem, row[i].in[1], 0 },
		};

		bed_open(&b, l->usual, l->base | VERSION_1 | features[f]);
		assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 2, 2, mem),
				 row[i].ret);
		assert_int_equal(hand_ring_waiting(&b.dev), !row[i].ret);
		if (!row[i].ret) {
			in_len = take(&b)->in_len;
			use_last(&b, (uint32_t)in_len);
			assert_got(&b, mem, in_len);
		}
		bed_close(&b);
	}
}

/* --- Full and empty --- */

static void fill_and_empty(struct bed *b)
{
	unsigned int i;

	for (i = 0; i < b->num; i++)
		assert_int_equal(add(b, 1, 0, 1, token(i)), 0);
	assert_int_equal(add(b, 1, 0, 1, mem), -ENOSPC);
	assert_int_equal(add(b, 0, 1, 1, mem), -ENOSPC);
	for (i = 0; i < b->num; i++) {
		take_and_use(b, 0);
		assert_int_equal(add(b, 1, 0, 1, mem), -ENOSPC);
		assert_got(b, token(i), 0);
		assert_int_equal(add(b, 1, 0, 1, token(i)), 0);
	}
	for (i = 0; i < b->num; i++)
		take_and_use(b, 0);
	for (i = 0; i < b->num; i++)
		assert_got(b, token(i), 0);
	assert_nothing_to_get(b);
}

static void every_size_fills_up(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 4, 5, 7, 256, 32768 };
	static const uint64_t features[] = {
		0, IN_ORDER, EVENT_IDX, INDIRECT, INDIRECT | IN_ORDER,
	};
	const struct layout *l = *state;
	unsigned int s, f, round;
	struct bed b;

	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | features[f]);
		for (round = 0; round < 3; round++) {
			fill_and_empty(&b);
			/* Start the next round at another position. */
			round_trip(&b, 1);
		}
		bed_close(&b);
	}
}

/* A chain may use every descriptor of the queue. */
static void a_chain_of_the_whole_ring(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 7, 256, 32768 };
	static const uint64_t features[] = { 0, IN_ORDER, INDIRECT };
	const struct layout *l = *state;
	unsigned int s, f, round;
	struct bed b;

	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | features[f]);
		for (round = 0; round < 3; round++) {
			assert_int_equal(add(&b, sizes[s], 1, 1, mem), -EINVAL);
			assert_int_equal(add(&b, 0, sizes[s], 1, mem), 0);
			if (!(features[f] & INDIRECT))
				assert_int_equal(add(&b, 1, 0, 1, mem),
						 -ENOSPC);
			assert_int_equal(take(&b)->num, sizes[s]);
			use_last(&b, sizes[s]);
			assert_got(&b, mem, sizes[s]);
			round_trip(&b, 1);
		}
		bed_close(&b);
	}
}

/* Room for some pieces but not all: the buffer leaves no trace. */
static void no_half_buffers(void **state)
{
	const struct layout *l = *state;
	const unsigned int most = l->usual - 2;
	unsigned int i;
	struct bed b;

	bed_open(&b, l->usual, l->base);
	for (i = 0; i < 4; i++)
		round_trip(&b, 1);
	assert_int_equal(add(&b, 3, most - 3, 1, token(0)), 0);
	assert_int_equal(add(&b, 2, 1, 1, token(1)), -ENOSPC);
	assert_int_equal(add(&b, 1, 1, 1, token(2)), 0);
	assert_int_equal(add(&b, 1, 0, 1, token(3)), -ENOSPC);
	assert_int_equal(take(&b)->num, most);
	use_last(&b, most - 3);
	assert_int_equal(take(&b)->num, 2);
	use_last(&b, 0);
	assert_false(hand_ring_waiting(&b.dev));
	assert_got(&b, token(0), most - 3);
	assert_got(&b, token(2), 0);
	bed_close(&b);
}

/* --- Completion in any order --- */

/* Chains of different lengths, which all give their descriptors back. */
static void ids_out_of_order(void **state)
{
	static const unsigned int order[] = { 3, 0, 4, 2, 1 };
	static const unsigned int sizes[] = { 15, 16, 17, 23 };
	const struct layout *l = *state;
	unsigned int id[5], s, i, round;
	struct bed b;

	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | VERSION_1);
		for (round = 0; round < 200; round++) {
			for (i = 0; i < 5; i++) {
				assert_int_equal(add(&b, i, 1, 100, token(i)),
						 0);
				id[i] = take(&b)->id;
				assert_int_equal(hand_ring_chain(&b.dev)->slots,
						 i + 1);
			}
			for (i = 0; i < 5; i++)
				hand_ring_use(&b.dev, 1, id[order[i]],
					      order[i] + 1, order[i] + 10);
			for (i = 0; i < 5; i++)
				assert_got(&b, token(order[i]), order[i] + 10);
			assert_nothing_to_get(&b);
		}
		bed_close(&b);
	}
}

/* New buffers overtake one that the device holds for long. */
static void one_stays_behind(void **state)
{
	const struct layout *l = *state;
	unsigned int i, first;
	struct bed b;

	bed_open(&b, l->usual, l->base | VERSION_1);
	assert_int_equal(add(&b, 1, 1, 4, token(0)), 0);
	first = take(&b)->id;
	for (i = 1; i < 1000; i++) {
		assert_int_equal(add(&b, 1, i % 3, 4, token(i)), 0);
		assert_int_not_equal(take(&b)->id, first);
		use_last(&b, 0);
		assert_got(&b, token(i), 0);
	}
	hand_ring_use(&b.dev, 1, first, 2, 4);
	assert_got(&b, token(0), 4);
	assert_nothing_to_get(&b);
	assert_int_equal(add(&b, l->usual, 0, 1, mem), 0);
	bed_close(&b);
}

/* --- Indirect tables (spec 2.7.5.3, 2.8.7) --- */

static void two_pieces(struct scatterlist sg[2], unsigned int i)
{
	sg_set_buf(&sg[0], mem + i, i + 1);
	sg_set_buf(&sg[1], mem + i + 999, i + 2);
}

/* Fill the ring, and complete the last one first. */
static void fill_with_tables(struct bed *b)
{
	static unsigned int id[32768], slots[32768];
	struct scatterlist sg[2];
	unsigned int i, n;

	for (n = 0; n < b->num; n++) {
		two_pieces(sg, n);
		if (b->vq->vq_ops->add_buf(b->vq, sg, 1, 1, token(n)))
			break;
	}
	assert_true(n > b->num / 2);
	/* Add all before reading the first. */
	for (i = 0; i < n; i++) {
		two_pieces(sg, i);
		hand_assert_same(take(b), sg, 1, 1, 0);
		id[i] = hand_ring_chain(&b->dev)->id;
		slots[i] = hand_ring_chain(&b->dev)->slots;
	}
	for (i = n; i--;)
		hand_ring_use(&b->dev, 1, id[i], slots[i], i + 2);
	for (i = n; i--;)
		assert_got(b, token(i), i + 2);
}

/*
 * More multi-piece buffers than a direct ring holds. Tables in use are all
 * distinct; a buffer that finds no table goes direct.
 */
static void indirect_makes_room(void **state)
{
	static const unsigned int sizes[] = { 2, 5, 8, 256, 32768 };
	const struct layout *l = *state;
	unsigned int s, round;
	struct bed b;

	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | INDIRECT);
		for (round = 0; round < 3; round++)
			fill_with_tables(&b);
		bed_close(&b);
	}
}

/* If not negotiated, hand_ring_take() asserts that no table appears. */
static void no_indirect_unless_negotiated(void **state)
{
	const struct layout *l = *state;
	const struct hand_chain *chain;
	struct bed b;

	bed_open(&b, l->usual, l->base | VERSION_1);
	assert_int_equal(add(&b, 4, l->usual - 4, 1, mem), 0);
	chain = take(&b);
	assert_false(chain->indirect);
	assert_int_equal(chain->slots, l->usual);
	use_last(&b, 0);
	assert_got(&b, mem, 0);
	bed_close(&b);
}

/* --- Giving up --- */

static void tokens_come_back(void **state)
{
	static const unsigned int sizes[] = { 13, 16 };
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	unsigned int f, s, i, seen;
	struct bed b;
	char *data;

	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | features[f]);
		for (i = 0; i < 8; i++)
			assert_int_equal(add(&b, 1, i % 2, 1, token(i)), 0);
		for (i = 0; i < 2; i++) {
			take_and_use(&b, 0);
			assert_got(&b, token(i), 0);
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
		OVER_BOTH(a_new_queue),
		OVER_BOTH(sizes_that_cannot_be),
		OVER_BOTH(one_buffer),
		OVER_BOTH(chains_in_every_shape),
		OVER_BOTH(buffers_that_cannot_be),
		OVER_BOTH(the_most_bytes),
		OVER_BOTH(every_size_fills_up),
		OVER_BOTH(a_chain_of_the_whole_ring),
		OVER_BOTH(no_half_buffers),
		OVER_BOTH(ids_out_of_order),
		OVER_BOTH(one_stays_behind),
		OVER_BOTH(indirect_makes_room),
		OVER_BOTH(no_indirect_unless_negotiated),
		OVER_BOTH(tokens_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
