// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Notifications, and completions of several buffers at once, on rings of either
 * layout.
 */
#include "ring_bed.h"

/* --- Notifications --- */

static void a_queue_without_notify(void **state)
{
	const struct layout *l = *state;
	struct bed b;

	bed_prepare(&b, 2, l->base);
	bed_ready(&b, NULL, NULL);
	assert_int_equal(add(&b, 1, 0, 1, mem), 0);
	b.vq->vq_ops->kick(b.vq);
	bed_close(&b);
}

/* The device sleeps after @count buffers, none of which was kicked. */
static void kick_after(const struct layout *l, unsigned int num,
		       unsigned int count)
{
	struct bed b;

	bed_open(&b, num, l->base | EVENT_IDX);
	while (count--)
		round_trip(&b, 1);
	hand_ring_want_kick(&b.dev, true);
	assert_int_equal(add(&b, 1, 0, 1, mem), 0);
	b.vq->vq_ops->kick(b.vq);
	assert_int_equal(b.notified, 1);
	bed_close(&b);
}

/*
 * A device that falls asleep between two kicks must get the next one, for any
 * number of buffers and laps in between (spec 2.7.10.1).
 */
static void kicks_seldom(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 5, 256, 32768 };
	static const unsigned int counts[] = {
		32767, 32768, 65534, 65535, 65536, 65537, 2 * 65536,
		2 * 65536 + 1,
	};
	const struct layout *l = *state;
	unsigned int s, i;

	for (s = 0; s < ARRAY_SIZE(sizes); s++)
	for (i = 0; i < 10; i++)
		if (can_have(l, sizes[s]))
			kick_after(l, sizes[s], 2 * sizes[s] - 1 + i);
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		kick_after(l, can_have(l, 3) ? 3 : 2, counts[i]);
}

/* --- Callbacks --- */

static void callbacks_on_and_off(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER,
	};
	static const unsigned int sizes[] = { 1, 3, 4, 7 };
	const struct layout *l = *state;
	unsigned int f, s, i, times;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		if (!can_have(l, sizes[s]))
			continue;
		/* Once enough to wrap a 16-bit index. */
		times = sizes[s] == 4 ? 70000 : 700;
		bed_open(&b, sizes[s], l->base | features[f]);
		for (i = 0; i < times; i++) {
			bool on = i % 7 < 4;

			if (i % 7 == 0)
				assert_true(b.vq->vq_ops->enable_cb(b.vq));
			if (i % 7 == 4)
				b.vq->vq_ops->disable_cb(b.vq);
			assert_int_equal(signals_one(&b, 1 + i % sizes[s]), on);
			assert_got(&b, mem, 0);
			assert_nothing_to_get(&b);
		}
		bed_close(&b);
	}
}

static void no_callback_starts_disabled(void **state)
{
	static const uint64_t features[] = { 0, EVENT_IDX };
	const struct layout *l = *state;
	unsigned int f;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_prepare(&b, l->usual, l->base | features[f]);
		bed_ready(&b, on_notify, NULL);
		assert_false(signals_one(&b, 1));
		assert_true(vring_interrupt(b.vq));
		assert_got(&b, mem, 0);
		bed_close(&b);

		bed_open(&b, l->usual, l->base | features[f]);
		assert_true(signals_one(&b, 1));
		bed_close(&b);
	}
}

static void enable_cb_sees_what_is_pending(void **state)
{
	static const uint64_t features[] = {
		0, EVENT_IDX, IN_ORDER, EVENT_IDX | IN_ORDER,
	};
	const struct layout *l = *state;
	unsigned int f, round;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++) {
		bed_open(&b, l->usual, l->base | features[f]);
		for (round = 0; round < 10; round++) {
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			b.vq->vq_ops->disable_cb(b.vq);
			assert_int_equal(add(&b, 2, 0, 1, token(0)), 0);
			assert_int_equal(add(&b, 1, 0, 1, token(1)), 0);
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			b.vq->vq_ops->disable_cb(b.vq);
			while (hand_ring_take(&b.dev))
				use_last(&b, 0);
			assert_false(b.vq->vq_ops->enable_cb(b.vq));
			b.vq->vq_ops->disable_cb(b.vq);
			assert_got(&b, token(0), 0);
			assert_false(b.vq->vq_ops->enable_cb(b.vq));
			assert_got(&b, token(1), 0);
			assert_true(b.vq->vq_ops->enable_cb(b.vq));
			assert_true(signals_one(&b, 1));
			assert_got(&b, mem, 0);
		}
		bed_close(&b);
	}
}

static void interrupts(void **state)
{
	const struct layout *l = *state;
	struct bed b;

	bed_open(&b, l->usual, l->base);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(add(&b, 1, 0, 1, mem), 0);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.called, 0);
	take_and_use(&b, 0);
	assert_true(vring_interrupt(b.vq));
	assert_int_equal(b.called, 1);
	/* The completion is still there, so the callback runs again. */
	assert_true(vring_interrupt(b.vq));
	assert_int_equal(b.called, 2);
	assert_got(&b, mem, 0);
	assert_false(vring_interrupt(b.vq));
	assert_int_equal(b.called, 2);
	bed_close(&b);
}

/* --- In order (spec 2.7.9, 2.8.8) --- */

/* One completion for @batch buffers, the first of which is number @n. */
static void one_batch(struct bed *b, unsigned int batch, unsigned int n)
{
	unsigned int k, slots = 0;

	for (k = 0; k < batch; k++) {
		assert_int_equal(add(b, (n + k) % 2, 1, 10 + k,
				     token(n % 50 + k)), 0);
		slots += take(b)->slots;
	}
	hand_ring_use(&b->dev, batch, hand_ring_chain(&b->dev)->id, slots, 3);
	for (k = 0; k < batch; k++) {
		assert_false(b->vq->vq_ops->enable_cb(b->vq));
		assert_true(vring_interrupt(b->vq));
		/* The device filled the skipped buffers completely. */
		assert_got(b, token(n % 50 + k), k + 1 < batch ? 10 + k : 3);
	}
	assert_nothing_to_get(b);
	assert_true(b->vq->vq_ops->enable_cb(b->vq));
	assert_false(vring_interrupt(b->vq));
}

static void in_order_batches(void **state)
{
	static const unsigned int batches[] = { 1, 3, 2, 6, 1, 5, 4 };
	static const uint64_t features[] = { 0, INDIRECT, EVENT_IDX };
	static const unsigned int sizes[] = { 12, 13, 16 };
	const struct layout *l = *state;
	unsigned int f, s, i, n = 0;
	struct bed b;

	for (f = 0; f < ARRAY_SIZE(features); f++)
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		if (!can_have(l, sizes[s]))
			continue;
		bed_open(&b, sizes[s],
			 l->base | VERSION_1 | IN_ORDER | features[f]);
		for (i = 0; i < (sizes[s] == 16 ? 22000 : 2000); i++) {
			one_batch(&b, batches[i % 7], n);
			n += batches[i % 7];
		}
		bed_close(&b);
	}
}

/* Several batches before the driver looks; each token taken makes room. */
static void in_order_batches_wait(void **state)
{
	const struct layout *l = *state;
	const unsigned int n = l->usual;
	unsigned int i, id = 0;
	struct bed b;

	bed_open(&b, n, l->base | VERSION_1 | IN_ORDER);
	for (i = 0; i < 5; i++)
		round_trip(&b, 1);
	for (i = 0; i < n; i++)
		assert_int_equal(add(&b, 0, 1, 10 + i, token(i)), 0);
	for (i = 0; i < n; i++) {
		id = take(&b)->id;
		if (i == 2)
			hand_ring_use(&b.dev, 3, id, 3, 1);
		if (i == 3)
			hand_ring_use(&b.dev, 1, id, 1, 2);
		if (i == n - 1)
			hand_ring_use(&b.dev, n - 4, id, n - 4, 3);
	}
	for (i = 0; i < n; i++) {
		assert_got(&b, token(i), i == 2 ? 1 : i == 3 ? 2 :
			   i == n - 1 ? 3 : 10 + i);
		assert_int_equal(add(&b, 0, 1, 1, token(100 + i)), 0);
	}
	assert_nothing_to_get(&b);
	for (i = 0; i < n; i++)
		id = take(&b)->id;
	hand_ring_use(&b.dev, n, id, n, 1);
	for (i = 0; i < n; i++)
		assert_got(&b, token(100 + i), 1);
	assert_nothing_to_get(&b);
	bed_close(&b);
}

/*
 * Slots freed while the driver takes a batch must stay empty if the device
 * would overwrite them, or the driver would misread them.
 */
static void in_order_add_inside_a_batch(void **state)
{
	const struct layout *l = *state;
	unsigned int num, i, round, id = 0;
	struct bed b;

	for (num = 2; num < 9; num++) {
		if (!can_have(l, num))
			continue;
		bed_open(&b, num, l->base | IN_ORDER);
		for (i = 0; i < num; i++)
			assert_int_equal(add(&b, 0, 1, 5, token(i)), 0);
		for (round = 0; round < 20; round++) {
			for (i = 0; i < num; i++)
				id = take(&b)->id;
			hand_ring_use(&b.dev, num, id, num, 1);
			for (i = 0; i < num; i++) {
				assert_got(&b, token(i), i + 1 < num ? 5 : 1);
				assert_int_equal(add(&b, 0, 1, 5, token(i)), 0);
			}
			assert_nothing_to_get(&b);
			assert_false(virtqueue_is_broken(b.vq));
		}
		bed_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_BOTH(a_queue_without_notify),
		OVER_BOTH(kicks_seldom),
		OVER_BOTH(callbacks_on_and_off),
		OVER_BOTH(no_callback_starts_disabled),
		OVER_BOTH(enable_cb_sees_what_is_pending),
		OVER_BOTH(interrupts),
		OVER_BOTH(in_order_batches),
		OVER_BOTH(in_order_batches_wait),
		OVER_BOTH(in_order_add_inside_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
