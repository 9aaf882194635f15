// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings with IN_ORDER whose driver is halfway through a batch of completions:
 * exact if its own state is known, and a guess that says so if not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "spec/features.h"
#include "view/decode.h"

static struct {
	uint8_t desc[4 * 16], driver[16], device[64];
} memory;
static struct vi_raw_queue q;
static struct vi_decoded ring;

static int begin(void **state)
{
	(void)state;
	memset(&memory, 0, sizeof(memory));
	q = (struct vi_raw_queue) {
		.have = VI_Q_SIZE | VI_Q_LAST_USED | VI_Q_AVAIL_SHADOW |
			VI_Q_BATCH | VI_Q_FEATURES,
		.size = 4, .last_used = 1,
		.features.w[0] = 1ULL << VIRTIO_F_VERSION_1 |
				 1ULL << VIRTIO_F_IN_ORDER,
		.desc_bytes = memory.desc, .driver_bytes = memory.driver,
		.device_bytes = memory.device,
	};
	return 0;
}

static int end(void **state)
{
	(void)state;
	vi_decoded_free(&ring);
	return 0;
}

static void put16(uint8_t *at, uint16_t v)
{
	v = vi_le16(v);
	memcpy(at, &v, sizeof(v));
}

/* Four buffers were made available, and the first three used in one go. */
static void split(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		put16(memory.driver + 4 + 2 * i, i);
	put16(memory.driver + 2, 4);
	put16(memory.device + 2, 3);
	put16(memory.device + 4, 2);
	put16(memory.device + 8, 7);
	q.avail_shadow = 4;
}

static void put_slot(unsigned int slot, uint16_t id, uint16_t flags)
{
	put16(memory.desc + 16 * slot + 12, id);
	put16(memory.desc + 16 * slot + 14, flags);
}

/* Three were made available, and the first two used in one go. */
static void packed(void)
{
	q.packed = true;
	put_slot(0, 1, 0x8080);
	put_slot(1, 1, 0x80);
	put_slot(2, 2, 0x80);
	q.last_used = 1 | VI_WRAP;
	q.avail_shadow = 3 | VI_WRAP;
}

static void decode(void)
{
	vi_decoded_free(&ring);
	assert_int_equal(vi_decode(&q, &ring), 0);
	assert_true(ring.readable);
}

static void in_batch(uint32_t last)
{
	q.in_batch = true;
	q.batch_last = last;
	q.batch_len = 7;
}

static void the_rest_of_a_split_batch(void **state)
{
	(void)state;
	split();
	in_batch(2);
	decode();
	assert_true(ring.knows_unreaped);
	assert_int_equal(ring.num_unreaped, 2);
	assert_int_equal(ring.unreaped[0].id, 1);
	assert_true(ring.unreaped[0].skipped);
	assert_int_equal(ring.unreaped[1].id, 2);
	assert_false(ring.unreaped[1].skipped);
	assert_int_equal(ring.unreaped[1].len, 7);
	assert_int_equal(ring.num_in_flight, 1);
}

/* A new batch begins at L, whatever earlier entries look like. */
static void the_next_split_batch(void **state)
{
	(void)state;
	split();
	put16(memory.device + 4 + 8, 2);
	put16(memory.device + 8 + 8, 9);
	decode();
	assert_int_equal(ring.num_unreaped, 2);
	assert_true(ring.unreaped[0].skipped);
	assert_false(ring.unreaped[1].skipped);
	assert_int_equal(ring.unreaped[1].len, 9);
}

static void a_split_batch_that_is_not_known(void **state)
{
	(void)state;
	split();
	in_batch(2);
	q.have &= ~VI_Q_BATCH;
	decode();
	assert_int_equal(ring.num_unreaped, 2);
	assert_true(ring.unreaped[0].skipped && ring.unreaped[1].skipped);
	/* Nor if it ends with a buffer that is not there. */
	q.have |= VI_Q_BATCH;
	q.batch_last = 77;
	decode();
	assert_true(ring.unreaped[0].skipped && ring.unreaped[1].skipped);
}

static void the_rest_of_a_packed_batch(void **state)
{
	(void)state;
	packed();
	in_batch(1);
	decode();
	assert_true(ring.knows_unreaped);
	assert_false(ring.inferred_positions);
	assert_int_equal(ring.num_unreaped, 1);
	assert_int_equal(ring.unreaped[0].id, 1);
	assert_int_equal(ring.unreaped[0].len, 7);
	assert_int_equal(ring.used, 2 | VI_WRAP);
	assert_int_equal(ring.num_in_flight, 1);
	assert_int_equal(ring.in_flight[0].id, 2);
}

static void the_next_packed_batch(void **state)
{
	(void)state;
	packed();
	decode();
	assert_true(ring.knows_unreaped);
	assert_false(ring.inferred_positions);
	assert_int_equal(ring.num_unreaped, 0);
	assert_int_equal(ring.num_in_flight, 2);
}

static void a_packed_batch_that_is_not_known(void **state)
{
	(void)state;
	packed();
	in_batch(1);
	q.have &= ~VI_Q_BATCH;
	decode();
	assert_false(ring.knows_unreaped);
	assert_true(ring.inferred_positions);
	q.have |= VI_Q_BATCH;
	q.batch_last = 77;
	decode();
	assert_false(ring.knows_unreaped);
	assert_true(ring.inferred_positions);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(the_rest_of_a_split_batch),
		T(the_next_split_batch),
		T(a_split_batch_that_is_not_known),
		T(the_rest_of_a_packed_batch),
		T(the_next_packed_batch),
		T(a_packed_batch_that_is_not_known),
	};

	return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
