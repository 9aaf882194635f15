// SPDX-License-Identifier: GPL-2.0-or-later
/* Following requests: what looks at a queue prove together, as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "spec/features.h"
#include "view/follow.h"

#define MS	UINT64_C(1000000)

static struct vi_follow follow;
static struct vi_heads heads;
static struct vi_raw_queue q;

static int begin(uint32_t size, bool packed)
{
	q = (struct vi_raw_queue) {
		.have = VI_Q_FEATURES, .size = size, .packed = packed,
	};
	heads.batch = VI_NO_BATCH;
	return vi_heads_reserve(&heads);
}

static int begin_in_order(uint32_t size, bool packed)
{
	int err = begin(size, packed);

	q.features.w[0] = (uint64_t)1 << VIRTIO_F_IN_ORDER;
	return err;
}

static int end(void **state)
{
	(void)state;
	vi_follow_end(&follow);
	vi_heads_free(&heads);
	return 0;
}

/* "3/1": slot 3 with the wrap counter 1; or an index. */
static uint16_t position(const char *text)
{
	unsigned int at, wrap = 0;

	assert_true(sscanf(text, "%u/%u", &at, &wrap) > 0);
	return at | wrap << 15;
}

/*
 * "LAST AVAIL | HEAD:TOKEN ... | ENTRY ...": what is in flight, and the ring
 * from entry 0 on; the others hold the last head. An entry of a packed ring is an id, with the letter of what
 * the descriptor is in a lap with the wrap counter 1, a(vailable) or u(sed), or
 * A or U with 0.
 */
static void look(uint64_t ms, const char *text)
{
	char copy[256], *save, *word;
	unsigned int part = 0, entry = 0, id, token, i;

	snprintf(copy, sizeof(copy), "%s", text);
	memset(heads.present, 0, q.size * sizeof(*heads.present));
	memset(heads.token, 0, q.size * sizeof(*heads.token));
	for (i = 0; i < q.size; i++)
		heads.ring[i] = q.size - 1;
	word = strtok_r(copy, " ", &save);
	heads.last = position(word);
	word = strtok_r(NULL, " ", &save);
	heads.avail = heads.end = position(word);
	while ((word = strtok_r(NULL, " ", &save))) {
		if (*word == '|') {
			part++;
		} else if (part == 1) {
			assert_int_equal(sscanf(word, "%u:%u", &id, &token), 2);
			heads.present[id] = true;
			heads.token[id] = token;
		} else {
			char *letter;

			id = strtoul(word, &letter, 10);
			heads.ring[entry++] = !q.packed ? id :
				vi_ring_slot(id, *letter == 'a' ? 0x80 :
					     *letter == 'u' ? 0x8080 :
					     *letter == 'A' ? 0x8000 : 0);
		}
	}
	vi_heads_drop_unreaped(&q, &heads);
	assert_int_equal(vi_follow_look(&follow, &q, &heads, ms * MS, true), 0);
}

/* For how many ms a head is known to be in flight; -1: it is not. */
static int age(unsigned int head)
{
	const struct vi_followed *r = &follow.of[head];

	return r->since_ns ? (int)((follow.ns - r->since_ns) / MS) : -1;
}

static int seen(unsigned int head)
{
	const struct vi_followed *r = &follow.of[head];

	return r->seen_ns ? (int)((follow.ns - r->seen_ns) / MS) : -1;
}

static void a_head_that_others_overtake_is_old(void **state)
{
	(void)state;
	begin(4, false);
	look(1000, "0 2 | 0:10 1:11 | 0 1");
	look(1100, "1 3 | 0:10 2:12 | 0 1 2");
	look(1200, "3 5 | 0:10 1:13 | 1 1 2 2");
	assert_int_equal(age(0), 200);
	assert_int_equal(age(1), 0);
	assert_int_equal(age(2), -1);
	assert_int_equal(follow.done - follow.of[0].done, 3);
}

static void a_head_in_use_again_is_young(void **state)
{
	(void)state;
	begin(4, false);
	look(1000, "0 1 | 0:10 | 0");
	look(1100, "2 3 | 0:10 | 0 1 0");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 0);
}

static void another_token_is_another_request(void **state)
{
	(void)state;
	begin(4, false);
	look(1000, "0 1 | 0:10 | 0");
	look(1100, "2 2 | 0:11 | 0 1");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 0);
}

static void completion_out_of_order_is_no_loss(void **state)
{
	(void)state;
	begin(4, false);
	look(1000, "0 3 | 0:10 1:11 2:12 | 0 1 2");
	look(1100, "2 4 | 0:10 2:13 | 0 1 2 2");
	assert_int_equal(age(0), 100);
	look(1200, "3 4 | 2:13 | 0 1 2 2");
	assert_int_equal(age(0), -1);
	look(1300, "3 5 | 0:14 2:13 | 0 1 2 2");
	assert_int_equal(age(0), 0);
	assert_int_equal(age(2), 200);
}

static void a_ring_that_laps_proves_nothing(void **state)
{
	(void)state;
	begin(4, false);
	look(1000, "0 1 | 0:10 | 0");
	look(1100, "5 6 | 0:10 | 1 2 1 2");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 100);
	assert_true(follow.of[0].vague);
	/* It does if it is slow enough from then on. */
	look(1200, "6 7 | 0:10 | 1 2 1 2");
	assert_int_equal(age(0), 100);
	assert_int_equal(seen(0), 200);
}

/* At 20,000 entries a second, 2 s are more than half a round. */
static void an_index_may_go_round_unnoticed(void **state)
{
	(void)state;
	begin(32768, false);
	look(1000, "0 1 | 0:10 | 0");
	look(2000, "20000 20001 | 0:10 | 0");
	assert_int_equal(age(0), 1000);
	look(4000, "20001 20002 | 0:10 | 0");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 3000);
}

static void after_nothing_all_is_new(void **state)
{
	(void)state;
	begin(4, false);
	look(1000, "0 1 | 0:10 | 0");
	vi_follow_nothing(&follow, 1100 * MS);
	look(1200, "9 10 | 0:10 | 0 0 0 0");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 0);
	assert_false(follow.of[0].vague);
}

/* The device writes used entries over the slot of the one it keeps. */
static void packed_ids_are_followed(void **state)
{
	(void)state;
	begin(4, true);
	look(1000, "0/1 2/1 | 0:10 1:11 | 0a 1a 0A 0A");
	look(1100, "1/1 3/1 | 0:10 2:12 | 1u 1a 2a 0A");
	assert_int_equal(age(0), 100);
	look(1200, "3/1 0/0 | 0:10 | 1u 2u 1u 2a");
	assert_int_equal(age(0), 200);
	assert_int_equal(age(1), -1);
	assert_int_equal(follow.done - follow.of[0].done, 3);
}

static void a_packed_id_that_was_used_is_young(void **state)
{
	(void)state;
	begin(4, true);
	look(1000, "0/1 1/1 | 0:10 | 0a 0A 0A 0A");
	look(1100, "1/1 2/1 | 0:10 | 0u 0a 0A 0A");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 0);
}

static void a_packed_ring_that_laps_proves_nothing(void **state)
{
	(void)state;
	begin(4, true);
	look(1000, "0/1 1/1 | 0:10 | 0a 0A 0A 0A");
	look(1100, "1/0 2/0 | 0:10 | 1U 1A 1u 1u");
	assert_int_equal(age(0), 0);
	assert_int_equal(seen(0), 100);
}

/* One used entry may stand for all that come before it: the available ring
 * tells which these are. */
static void in_order_a_batch_has_completed(void **state)
{
	(void)state;
	begin_in_order(4, false);
	assert_true(vi_can_follow(&q));
	assert_false(vi_can_overtake(&q));
	look(1000, "0 3 | 0:10 1:11 2:12 | 0 1 2");
	look(1100, "2 4 | 0:10 1:11 2:12 3:13 | 0 1 2 3");
	assert_int_equal(age(0), -1);
	assert_int_equal(age(1), -1);
	assert_int_equal(age(2), 100);
	assert_int_equal(age(3), 0);
	look(1200, "3 5 | 0:14 3:13 | 0 1 2 3");
	assert_int_equal(age(0), 0);
	assert_int_equal(age(3), 100);
	look(1300, "9 10 | 1:15 | 0 1 2 3");
	assert_int_equal(age(1), 0);
}

static void in_order_a_packed_batch_has_completed(void **state)
{
	(void)state;
	begin_in_order(4, true);
	assert_true(vi_can_follow(&q));
	look(1000, "0/1 3/1 | 0:10 1:11 2:12 | 0a 1a 2a 0A");
	/* The device has used 0 and 1 at once; the driver has taken none. */
	look(1100, "0/1 3/1 | 0:10 1:11 2:12 | 1u 1a 2a 0A");
	assert_int_equal(age(0), -1);
	assert_int_equal(age(1), -1);
	assert_int_equal(age(2), 100);
	/* The driver has, and has made 0 available again, in another slot. */
	look(1200, "2/1 0/0 | 0:13 2:12 | 1u 1a 2a 0a");
	assert_int_equal(age(0), 0);
	assert_int_equal(age(2), 200);
	look(1300, "3/1 1/0 | 0:13 1:14 | 1A 1a 2u 0a");
	assert_int_equal(age(0), 100);
	assert_int_equal(age(1), 0);
	assert_int_equal(age(2), -1);
}

/* The ring looks as if the rest of its batch were in flight. */
static void a_driver_halfway_through_a_packed_batch(void **state)
{
	(void)state;
	begin_in_order(4, true);
	heads.batch = 1;
	look(1000, "1/1 3/1 | 1:11 2:12 | 1u 1a 2a 0A");
	assert_int_equal(age(1), -1);
	assert_int_equal(age(2), 0);
}

static void impossible_positions_prove_nothing(void **state)
{
	(void)state;
	begin(4, true);
	look(1000, "0/1 1/1 | 0:10 | 0a 0A 0A 0A");
	heads.last = heads.avail = heads.end = 0x7fff;
	assert_int_equal(vi_follow_look(&follow, &q, &heads, 1100 * MS, true),
			 0);
	look(1200, "0/1 1/1 | 0:10 | 0a 0A 0A 0A");
	assert_int_equal(age(0), 0);
}

static void the_rate_sets_the_pace(void **state)
{
	(void)state;
	begin(256, false);
	look(1000, "0 1 | 0:10 | 0");
	assert_true(vi_follow_pause(&follow, &q) <= 2 * MS);
	look(1001, "0 1 | 0:10 | 0");
	assert_int_equal(vi_follow_pause(&follow, &q), 50 * MS);
	look(1101, "1000 1001 | 0:10 | 0");
	assert_in_range(vi_follow_pause(&follow, &q), 6 * MS, 7 * MS);
}

int main(void)
{
#define T(name)	cmocka_unit_test_teardown(name, end)
	const struct CMUnitTest tests[] = {
		T(a_head_that_others_overtake_is_old),
		T(a_head_in_use_again_is_young),
		T(another_token_is_another_request),
		T(completion_out_of_order_is_no_loss),
		T(a_ring_that_laps_proves_nothing),
		T(an_index_may_go_round_unnoticed),
		T(after_nothing_all_is_new),
		T(packed_ids_are_followed),
		T(a_packed_id_that_was_used_is_young),
		T(a_packed_ring_that_laps_proves_nothing),
		T(in_order_a_batch_has_completed),
		T(in_order_a_packed_batch_has_completed),
		T(a_driver_halfway_through_a_packed_batch),
		T(impossible_positions_prove_nothing),
		T(the_rate_sets_the_pace),
	};

	return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
