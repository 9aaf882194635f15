// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packed rings only (spec 1.4, 2.8): any size, wrap counters, and event
 * positions. The rest is in test_ring_*.c.
 */
#include "ring_bed.h"

#define BASE	(PACKED | VERSION_1)

/* Move an empty ring to @off with wrap counter @wrap. */
static void go_to(struct bed *b, unsigned int off, bool wrap)
{
	while (b->dev.packed.seen.off != off || b->dev.packed.seen.wrap != wrap)
		round_trip(b, 1);
}

static void dirty_pages_are_zeroed(void **state)
{
	unsigned int i;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	bed_open(&b, 5, BASE);	/* on pages of 0xff */
	for (i = 0; i < 5; i++) {
		assert_int_equal(dev->desc[i].addr, 0);
		assert_int_equal(dev->desc[i].flags, 0);
	}
	assert_int_equal(dev->driver->flags, VRING_PACKED_EVENT_FLAG_ENABLE);
	assert_int_equal(dev->device->flags, 0);
	assert_int_equal(dev->device->off_wrap, 0);
	bed_close(&b);
}

static void no_callback_disables_events(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	unsigned int f;
	struct bed b;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_prepare(&b, 5, BASE | features[f]);
		bed_ready(&b, on_notify, NULL);
		assert_int_equal(b.dev.packed.driver->flags,
				 VRING_PACKED_EVENT_FLAG_DISABLE);
		bed_close(&b);
	}
}

static void a_descriptor(void **state)
{
	struct bed b;
	const struct hand_packed *dev = &b.dev.packed;

	(void)state;
	bed_open(&b, 5, BASE);
	assert_int_equal(add(&b, 0, 1, 64, token(1)), 0);
	assert_int_equal(dev->desc[0].addr, (uintptr_t)mem);
	assert_int_equal(dev->desc[0].len, 64);
	assert_int_equal(dev->desc[0].flags, VRING_DESC_F_WRITE | DESC_AVAIL);
	bed_close(&b);
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
		bed_open(&b, sizes[s], BASE);
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

/* A slot is used only if both flags equal the wrap counter (spec 2.8.1). */
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
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	for (num = 1; num <= 5; num++)
	for (off = 0; off < num; off++)
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bed_open(&b, num, BASE);
		go_to(&b, off, row[i].wrap);
		assert_int_equal(add(&b, 0, 1, 4, mem), 0);
		take(&b);
		dev->desc[off].id = dev->chain.id;
		dev->desc[off].len = 4;
		dev->desc[off].flags = VRING_DESC_F_WRITE |
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

/* The flags of a chain that crosses the wrap, bit by bit. */
static void flags_of_a_chain_around_the_end(void **state)
{
	unsigned int on = DESC_AVAIL, off = DESC_USED;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	bed_open(&b, 3, BASE);
	go_to(&b, 2, true);
	assert_int_equal(add(&b, 2, 1, 1, mem), 0);
	assert_int_equal(dev->desc[2].flags, VRING_DESC_F_NEXT | on);
	assert_int_equal(dev->desc[0].flags, VRING_DESC_F_NEXT | off);
	assert_int_equal(dev->desc[1].flags, VRING_DESC_F_WRITE | off);
	bed_close(&b);

	bed_open(&b, 3, BASE);
	go_to(&b, 1, false);
	assert_int_equal(add(&b, 2, 1, 1, mem), 0);
	assert_int_equal(dev->desc[1].flags, VRING_DESC_F_NEXT | off);
	assert_int_equal(dev->desc[2].flags, VRING_DESC_F_NEXT | off);
	assert_int_equal(dev->desc[0].flags, VRING_DESC_F_WRITE | on);
	bed_close(&b);
}

/*
 * A used descriptor's length without WRITE is reserved (spec 2.8.4), so no
 * value breaks the queue; but some devices never set WRITE and mean the length.
 * NEXT in a used descriptor means nothing (spec 2.8.6).
 */
static void a_length_without_write(void **state)
{
	static const unsigned int flags[] = {
		0, VRING_DESC_F_NEXT, VRING_DESC_F_INDIRECT,
		VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT,
	};
	unsigned int i, in, len;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	for (in = 0; in < 2; in++)
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		bed_open(&b, 7, BASE);
		assert_int_equal(add(&b, 1, in, 100, mem), 0);
		take(&b);
		hand_packed_answer(dev, dev->chain.id, dev->chain.slots,
				   1000000, flags[i]);
		len = UINT32_MAX;
		assert_ptr_equal(get(&b, &len), mem);
		assert_true(len <= 100 * in);
		assert_false(virtqueue_is_broken(b.vq));

		assert_int_equal(add(&b, 1, 1, 100, mem), 0);
		take(&b);
		hand_packed_answer(dev, dev->chain.id, dev->chain.slots,
				   60, flags[i]);
		assert_got(&b, mem, 60);
		bed_close(&b);
	}
}

static void kicks_by_flags(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	struct hand_pos far = { 3, true };
	unsigned int f;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 5, BASE | features[f]);
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);

		hand_packed_event(dev, VRING_PACKED_EVENT_FLAG_DISABLE,
				  (struct hand_pos){ 1, true });
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 1);

		/* For any offset. */
		hand_packed_event(dev, VRING_PACKED_EVENT_FLAG_ENABLE, far);
		assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified, 2);
		bed_close(&b);
	}
}

/*
 * Kick exactly if the device's event descriptor is among those made available
 * since the last kick: every position, batch and event.
 */
static void kicks_by_event_index(void **state)
{
	unsigned int num, off, wrap, batch, i, ev, ev_wrap;
	struct hand_pos from, event;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	for (num = 1; num <= 5; num++)
	for (off = 0; off < num; off++)
	for (wrap = 0; wrap < 2; wrap++)
	for (batch = 1; batch <= num; batch++)
	for (ev = 0; ev < num; ev++)
	for (ev_wrap = 0; ev_wrap < 2; ev_wrap++) {
		bed_open(&b, num, BASE | EVENT_IDX);
		go_to(&b, off, wrap);
		b.vq->vq_ops->kick(b.vq);
		b.notified = 0;
		from = dev->seen;
		/* Single buffers, or one chain. */
		if ((ev + batch) % 2)
			for (i = 0; i < batch; i++)
				assert_int_equal(add(&b, 1, 0, 1, mem), 0);
		else
			assert_int_equal(add(&b, batch, 0, 1, mem), 0);
		event = (struct hand_pos){ ev, ev_wrap };
		hand_packed_event(dev, VRING_PACKED_EVENT_FLAG_DESC, event);
		b.vq->vq_ops->kick(b.vq);
		assert_int_equal(b.notified,
				 hand_pos_within(event, from, batch, num));
		b.vq->vq_ops->kick(b.vq);
		assert_true(b.notified <= 1);
		bed_close(&b);
	}
}

/* Invalid events must not crash the driver. */
static void events_that_cannot_be(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	static const uint16_t off_wrap[] = { 5, 0x7fff, 0x8005, 0xffff };
	unsigned int f, i, flags, n = 0;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, 5, BASE | features[f]);
		for (flags = 0; flags < 65536; flags += flags < 8 ? 1 : 4099)
		for (i = 0; i < ARRAY_SIZE(off_wrap); i++) {
			dev->device->flags = flags;
			dev->device->off_wrap = off_wrap[i];
			round_trip(&b, 1);
			b.vq->vq_ops->kick(b.vq);
			n++;
		}
		assert_true(b.notified <= n);
		assert_false(virtqueue_is_broken(b.vq));
		bed_close(&b);
	}
}

/* With event indices, the driver's event is the next used descriptor. */
static void the_event_names_the_next_used(void **state)
{
	unsigned int num, i;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	for (num = 1; num < 8; num++) {
		bed_open(&b, num, BASE | EVENT_IDX);
		for (i = 0; i < 5 * num; i++) {
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			if (dev->driver->flags == VRING_PACKED_EVENT_FLAG_DESC)
				assert_int_equal(dev->driver->off_wrap,
						 dev->used.off |
						 dev->used.wrap << 15);
			assert_true(signals_one(&b, 1 + i % num));
			assert_got(&b, mem, 0);
		}
		bed_close(&b);
	}
}

static void an_indirect_table(void **state)
{
	const struct vring_packed_desc *d, *table;
	struct scatterlist sg[4];
	unsigned int i;
	struct bed b;
	struct hand_packed *dev = &b.dev.packed;

	(void)state;
	bed_open(&b, 5, BASE | INDIRECT);
	for (i = 0; i < 4; i++)
		sg_set_buf(&sg[i], mem + 1000 * i, 11 * (i + 1));
	assert_int_equal(b.vq->vq_ops->add_buf(b.vq, sg, 1, 3, mem), 0);
	d = &dev->desc[0];
	assert_int_equal(d->flags & ~VRING_DESC_F_WRITE,
			 VRING_DESC_F_INDIRECT | DESC_AVAIL);
	assert_int_equal(d->len, 4 * sizeof(*table));
	table = hand_ptr(d->addr, 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(table[i].addr, (uintptr_t)sg[i].buf);
		assert_int_equal(table[i].len, sg[i].length);
		assert_int_equal(table[i].flags, i ? VRING_DESC_F_WRITE : 0);
	}
	hand_assert_same(take(&b), sg, 1, 3, 0);
	use_last(&b, 22 + 33 + 44);
	assert_got(&b, mem, 22 + 33 + 44);
	bed_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dirty_pages_are_zeroed),
		cmocka_unit_test(no_callback_disables_events),
		cmocka_unit_test(a_descriptor),
		cmocka_unit_test(any_size_will_do),
		cmocka_unit_test(memory_around_is_left_alone),
		cmocka_unit_test(avail_used_and_wrap),
		cmocka_unit_test(flags_of_a_chain_around_the_end),
		cmocka_unit_test(a_length_without_write),
		cmocka_unit_test(kicks_by_flags),
		cmocka_unit_test(kicks_by_event_index),
		cmocka_unit_test(events_that_cannot_be),
		cmocka_unit_test(the_event_names_the_next_used),
		cmocka_unit_test(an_indirect_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
