// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices that break the rules, and memory out of their reach, on rings of
 * either layout.
 */
#include "ring_bed.h"

/* --- Devices that break the rules --- */

/* Every id that is not outstanding, on rings of several sizes. */
static void ids_that_are_not_outstanding(void **state)
{
	static const unsigned int sizes[] = { 2, 5, 8 };
	static const uint32_t ids[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 255, 256, 32767, 32768,
		65534, 65535, 65536, 0x10001, 0x80000000, 0xffff0000,
		UINT32_MAX,
	};
	static const uint64_t features[] = { 0, VERSION_1, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	unsigned int f, s, i, n, mine[2];
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		uint32_t id = ids[i] & l->id_mask;

		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s], l->base | features[f]);
		for (n = 0; n < 2; n++) {
			assert_int_equal(add(&b, 1, 0, 1, token(n)), 0);
			mine[n] = take(&b)->id;
			assert_true(mine[n] < sizes[s]);
		}
		if (id != mine[0] && id != mine[1]) {
			hand_ring_use(&b.dev, 1, id, 1, 0);
			assert_broken(&b, 2);
		}
		bed_close(&b);
	}
}

static void an_id_twice(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	unsigned int f;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, l->usual, l->base | features[f]);
		assert_int_equal(add(&b, 2, 0, 1, token(1)), 0);
		assert_int_equal(add(&b, 2, 0, 1, token(2)), 0);
		take_and_use(&b, 0);
		use_last(&b, 0);
		assert_got(&b, token(1), 0);
		assert_broken(&b, 1);
		bed_close(&b);
	}
}

static void used_without_being_asked(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	unsigned int f;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, l->usual, l->base | features[f]);
		hand_ring_use(&b.dev, 1, 0, 1, 0);
		assert_broken(&b, 0);
		bed_close(&b);
	}
}

/* A buffer with pieces of 100 bytes, and the device's used length. */
static const struct length {
	unsigned int out, in;
	uint32_t len, legacy_len;
	bool good;
} lengths[] = {
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

static void lengths_that_cannot_be(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	const struct length *row;
	unsigned int f;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (row = lengths; row < lengths + ARRAY_SIZE(lengths); row++) {
		bed_open(&b, l->usual, l->base | VERSION_1 | features[f]);
		assert_int_equal(add(&b, row->out, row->in, 100, mem), 0);
		take_and_use(&b, row->len);
		if (row->good)
			assert_got(&b, mem, row->len);
		else
			assert_broken(&b, 1);
		bed_close(&b);

		/* Legacy devices report any length (spec 2.7.8.1). */
		bed_open(&b, l->usual, l->legacy | features[f]);
		assert_int_equal(add(&b, row->out, row->in, 100, mem), 0);
		take_and_use(&b, row->len);
		assert_got(&b, mem, row->legacy_len);
		assert_false(virtqueue_is_broken(b.vq));
		bed_close(&b);
	}
}

/* Overwrite everything that the device may write to, or could by mistake. */
static void scribble(struct hand_ring *dev)
{
	unsigned int k;

	if (!dev->is_packed) {
		const struct vring *vr = &dev->split.vr;

		memset(vr->desc, 0xff, vr->num * sizeof(*vr->desc));
		memset(vr->avail->ring, 0xff,
		       vr->num * sizeof(*vr->avail->ring));
		return;
	}
	/* Otherwise flags would mark all of them used. */
	for (k = 0; k < dev->packed.num; k++) {
		dev->packed.desc[k].addr = UINT64_MAX;
		dev->packed.desc[k].len = UINT32_MAX;
		dev->packed.desc[k].id = UINT16_MAX;
	}
}

static void descriptors_overwritten_by_the_device(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	const unsigned int n = l->usual / 2;
	unsigned int f, i, round, id[4], slots[4];
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, l->usual, l->base | VERSION_1 | features[f]);
		for (round = 0; round < 30; round++) {
			for (i = 0; i < n; i++) {
				assert_int_equal(add(&b, 1, 1, 7, token(i)), 0);
				id[i] = take(&b)->id;
				slots[i] = hand_ring_chain(&b.dev)->slots;
			}
			scribble(&b.dev);
			for (i = 0; i < n; i++)
				hand_ring_use(&b.dev, 1, id[i], slots[i], 7);
			for (i = 0; i < n; i++)
				assert_got(&b, token(i), 7);
		}
		bed_close(&b);
	}
}

/* --- Device addresses --- */

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

/* A queue whose device has other addresses than the driver. */
static void bed_open_dma(struct bed *b, const struct layout *l,
			 uint64_t features, bool no_memory)
{
	memset(&dma, 0, sizeof(dma));
	dma.no_memory = no_memory;
	bed_prepare(b, l->usual, l->base | features);
	b->vdev.dma = &dma_ops;
	hand_ring_set_bias(&b->dev, BIAS);
	bed_ready(b, on_notify, on_callback);
	dma.maps = 0;
}

static void addresses_are_translated(void **state)
{
	static const uint64_t features[] = { 0, INDIRECT, IN_ORDER };
	const struct layout *l = *state;
	struct scatterlist sg[6];
	unsigned int f, i, n;
	struct bed b;

	for (i = 0; i < 6; i++)
		sg_set_buf(&sg[i], mem + 1000 * i, i);
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open_dma(&b, l, features[f], false);
		for (n = 0; n < 20; n++) {
			assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 3, 3,
							       mem), 0);
			hand_assert_same(take(&b), sg, 3, 3, BIAS);
			assert_int_equal(hand_ring_chain(&b.dev)->indirect,
					 features[f] == INDIRECT);
			use_last(&b, 0);
			assert_got(&b, mem, 0);
		}
		bed_close(&b);
		assert_int_equal(dma.allocs, dma.frees);
	}
}

/*
 * A buffer of @count pieces of which @fail_at is out of reach, after @before
 * good buffers and before more of them.
 */
static void out_of_reach(struct bed *b, unsigned int fail_at,
			 unsigned int before, unsigned int count)
{
	unsigned int k;

	for (k = 0; k < before; k++)
		assert_int_equal(add(b, 1, 0, 1, token(k)), 0);
	dma.maps = 0;
	dma.fail_at = fail_at;
	assert_int_equal(add(b, 3, 2, 1, mem), -EFAULT);
	dma.fail_at = 0;
	b->vq->vq_ops->kick(b->vq);
	assert_int_equal(hand_ring_waiting(&b->dev), before > 0);
	assert_false(virtqueue_is_broken(b->vq));
	for (; k < count; k++)
		assert_int_equal(add(b, 1, 0, 1, token(k)), 0);
	if (k == b->num)
		assert_int_equal(add(b, 1, 0, 1, mem), -ENOSPC);
	/* The device takes every buffer added, and no more. */
	for (k = 0; k < count; k++) {
		assert_int_equal(take(b)->num, 1);
		use_last(b, 0);
		assert_got(b, token(k), 0);
	}
	assert_false(hand_ring_waiting(&b->dev));
}

/*
 * A piece out of reach: nothing of the buffer is published or kept, at any
 * position of the next buffer. The device may look at any slot.
 */
static void a_piece_out_of_reach(void **state)
{
	static const uint64_t features[] = {
		0, INDIRECT, IN_ORDER, INDIRECT | IN_ORDER,
	};
	const struct layout *l = *state;
	unsigned int f, i;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open_dma(&b, l, features[f], false);
		for (i = 0; i < 200; i++) {
			round_trip(&b, 1);
			out_of_reach(&b, 1 + i % 5, i / 5 % 2,
				     1 + i % l->usual);
		}
		/* A table can be allocated again. */
		assert_int_equal(add(&b, 3, 2, 1, mem), 0);
		assert_int_equal(take(&b)->indirect,
				 !!(features[f] & INDIRECT));
		bed_close(&b);
		assert_int_equal(dma.allocs, dma.frees);
	}
}

/* Without memory for tables, buffers go direct. */
static void no_memory_for_tables(void **state)
{
	const struct layout *l = *state;
	struct bed b;

	bed_open_dma(&b, l, INDIRECT, true);
	assert_int_equal(add(&b, 4, l->usual - 4, 1, mem), 0);
	assert_int_equal(add(&b, 1, 0, 1, mem), -ENOSPC);
	assert_false(take(&b)->indirect);
	use_last(&b, 0);
	assert_got(&b, mem, 0);
	bed_close(&b);
	assert_int_equal(dma.allocs + dma.frees, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_BOTH(ids_that_are_not_outstanding),
		OVER_BOTH(an_id_twice),
		OVER_BOTH(used_without_being_asked),
		OVER_BOTH(lengths_that_cannot_be),
		OVER_BOTH(descriptors_overwritten_by_the_device),
		OVER_BOTH(addresses_are_translated),
		OVER_BOTH(a_piece_out_of_reach),
		OVER_BOTH(no_memory_for_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
