// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Split rings only (spec 1.4, 2.7): the layout of vring_init(), and the
 * indices. The rest is in test_ring_*.c.
 */
#include "ring_bed.h"

/*
 * vring_init() aligns the used ring's address, not its offset. So does the
 * library, wherever the pages begin, and writes nothing outside the ring.
 */
static void check_layout(unsigned int num, unsigned int align,
			 unsigned int offset)
{
	static unsigned char area[24 * PAGE] __attribute__((aligned(4 * PAGE)));
	unsigned char *pages = area + PAGE + offset, *end;
	unsigned int k;
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	memset(&b, 0, sizeof(b));
	b.vdev.id.device = VIRTIO_ID_RNG;
	memset(area, 0xa5, sizeof(area));
	hand_split_open(dev, num, align, pages, 0);
	b.vq = vring_new_virtqueue(num, align, &b.vdev, pages, NULL, NULL);
	assert_non_null(b.vq);
	assert_int_equal(dev->vr.used->idx, 0);
	assert_int_equal(dev->vr.used->flags, 0);
	for (k = 0; k < num + 1; k++)
		round_trip(&b, 1);
	/* The ring ends with the device's avail_event. */
	end = (unsigned char *)(&vring_avail_event(&dev->vr) + 1);
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
	struct hand_split *dev = &b.dev.split;
	unsigned int i;

	(void)state;
	bed_open(&b, 4, EVENT_IDX);	/* on pages of 0xff */
	for (i = 0; i < 4; i++) {
		assert_int_equal(dev->vr.used->ring[i].id, 0);
		assert_int_equal(dev->vr.used->ring[i].len, 0);
		assert_int_equal(dev->vr.avail->ring[i], 0);
		assert_int_equal(dev->vr.desc[i].addr, 0);
		assert_int_equal(dev->vr.desc[i].flags, 0);
	}
	assert_int_equal(dev->vr.used->idx, 0);
	assert_int_equal(dev->vr.used->flags, 0);
	assert_int_equal(vring_avail_event(&dev->vr), 0);
	bed_close(&b);
}

static void indices_wrap(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER | INDIRECT,
	};
	unsigned int f, i;
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 4, features[f]);
		for (i = 0; i < 3 * 65536 + 5; i++)
			round_trip(&b, 1);
		assert_int_equal(dev->vr.avail->idx, 5);
		bed_close(&b);
	}
}

/* Ids of free descriptors and of descriptors inside a chain. */
static void ids_not_outstanding(void **state)
{
	unsigned int id, head;
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	for (id = 0; id < 8; id++) {
		bed_open(&b, 8, 0);
		assert_int_equal(add(&b, 2, 1, 1, token(1)), 0);
		head = take(&b)->id;
		hand_split_use(dev, id, 0);
		if (id == head) {
			assert_got(&b, token(1), 0);
		} else {
			assert_broken(&b, 1);
		}
		bed_close(&b);
	}
}

/*
 * A used index that jumps ahead or goes back is invalid: whatever the entries
 * hold, no token comes back that is not outstanding, and the queue breaks.
 */
static void a_used_index_out_of_bounds(void **state)
{
	static const uint16_t jumps[] = { 3, 8, 9, 100, 32768, 65535 };
	static const uint64_t features[] = { 0, IN_ORDER };
	unsigned int f, i, n, len;
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (i = 0; i < ARRAY_SIZE(jumps); i++) {
		bed_open(&b, 8, features[f]);
		round_trip(&b, 1);
		round_trip(&b, 1);
		assert_int_equal(add(&b, 1, 0, 1, token(2)), 0);
		assert_int_equal(add(&b, 1, 0, 1, token(3)), 0);
		hand_store(&dev->vr.used->idx,
			   (uint16_t)(dev->used + jumps[i]));
		for (n = 0; get(&b, &len); n++)
			assert_true(n < 2);
		assert_broken(&b, 2 - n);
		bed_close(&b);
	}
}

/* With nothing outstanding, or one buffer with the id of an old entry. */
static void a_used_index_that_goes_back(void **state)
{
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	bed_open(&b, 8, 0);
	round_trip(&b, 1);
	assert_int_equal(add(&b, 1, 0, 1, token(2)), 0);
	hand_store(&dev->vr.used->idx, (uint16_t)(dev->used - 1));
	assert_broken(&b, 1);
	bed_close(&b);
}

static void kicks_and_no_notify(void **state)
{
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	bed_open(&b, 8, 0);
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	dev->vr.used->flags = VRING_USED_F_NO_NOTIFY;
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 0);
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	dev->vr.used->flags = 0;
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);

	/* Without the feature avail_event means nothing. */
	vring_avail_event(&dev->vr) = 77;
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 2);
	bed_close(&b);

	/* With it the flag means nothing. */
	bed_open(&b, 8, EVENT_IDX);
	dev->vr.used->flags = VRING_USED_F_NO_NOTIFY;
	assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);
	bed_close(&b);
}

/* Kick exactly if the index passes avail_event, also across the wrap. */
static void kicks_by_event_index(void **state)
{
	unsigned int batch, i;
	struct bed b;
	struct hand_split *dev = &b.dev.split;
	int delta;

	(void)state;
	bed_open(&b, 8, EVENT_IDX);
	for (i = 0; i < 65536 - 400; i++)
		round_trip(&b, 1);
	b.vq->vq_ops->kick(b.vq);
	for (batch = 0; batch < 12; batch++)
	for (delta = -15; delta < 15; delta++) {
		uint16_t old = dev->vr.avail->idx, event = old + delta;

		for (i = 0; i < batch; i++)
			round_trip(&b, 1);
		vring_avail_event(&dev->vr) = event;
		b.notified = 0;
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified,
				 vring_need_event(event, old + batch, old));
		/* Nothing new was added. */
		b.vq->vq_ops->kick(b.vq);
		assert_true(b.notified <= 1);
	}
	assert_true(dev->vr.avail->idx < 10000);
	bed_close(&b);
}

/* A batch must cover as many buffers as the index advanced. */
static void in_order_batches_that_cannot_be(void **state)
{
	static const struct {
		unsigned int moved, last;
	} row[] = {
		{ 1, 1 },	/* two buffers, index advanced by one */
		{ 1, 3 },
		{ 3, 0 },	/* entries never written */
		{ 3, 1 },
		{ 4, 1 },
	};
	unsigned int i, k, n, len, id[4];
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bed_open(&b, 8, VERSION_1 | IN_ORDER);
		round_trip(&b, 1);	/* so that id 0 is not outstanding */
		for (k = 0; k < 4; k++) {
			assert_int_equal(add(&b, 0, 1, 1, token(k)), 0);
			id[k] = take(&b)->id;
		}
		hand_split_use_batch(dev, row[i].moved, id[row[i].last], 1);
		for (n = 0; get(&b, &len); n++)
			assert_true(n <= row[i].last && n < row[i].moved);
		assert_broken(&b, 4 - n);
		bed_close(&b);
	}
}

static void an_indirect_table(void **state)
{
	struct scatterlist sg[4];
	const struct vring_desc *d, *table;
	unsigned int i;
	struct bed b;
	struct hand_split *dev = &b.dev.split;

	(void)state;
	bed_open(&b, 8, INDIRECT | VERSION_1);
	for (i = 0; i < 4; i++)
		sg_set_buf(&sg[i], mem + 1000 * i, 11 * (i + 1));
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 3, mem), 0);
	d = &dev->vr.desc[dev->vr.avail->ring[0]];
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
	hand_assert_same(take(&b), sg, 1, 3, 0);
	use_last(&b, 22 + 33 + 44);
	assert_got(&b, mem, 22 + 33 + 44);
	bed_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_is_vring_inits),
		cmocka_unit_test(dirty_pages_are_zeroed),
		cmocka_unit_test(indices_wrap),
		cmocka_unit_test(ids_not_outstanding),
		cmocka_unit_test(a_used_index_out_of_bounds),
		cmocka_unit_test(a_used_index_that_goes_back),
		cmocka_unit_test(kicks_and_no_notify),
		cmocka_unit_test(kicks_by_event_index),
		cmocka_unit_test(in_order_batches_that_cannot_be),
		cmocka_unit_test(an_indirect_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
