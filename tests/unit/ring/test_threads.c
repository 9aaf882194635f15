// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Driver and device in two threads: no buffer lost, duplicated or reordered,
 * no side left asleep, across many wraps of indices and wrap counters.
 *
 * EXCHANGE=N sets the number of buffers of each combination; "make soak" uses
 * 10^8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange.h"

enum { PACKED = 1, INDIRECT = 2, EVENT = 4, IN_ORDER = 8, ALL = 16 };

#ifdef __SANITIZE_THREAD__
#define DEFAULT_BUFFERS 20000
#else
#define DEFAULT_BUFFERS 200000
#endif

static void exchange(unsigned int how, unsigned int size, unsigned int pieces)
{
	const char *wanted = getenv("EXCHANGE");
	struct exchange x = {
		.buffers = wanted ? strtoull(wanted, NULL, 0) :
				    DEFAULT_BUFFERS,
		.size = size,
		.pieces = pieces,
		.packed = how & PACKED,
		.indirect = how & INDIRECT,
		.event = how & EVENT,
		.in_order = how & IN_ORDER,
	};

	if (exchange_run(&x))
		return;
	fail_msg("%s%s%s%s, size %u: %s, at buffer %llu",
		 how & PACKED ? "packed" : "split",
		 how & INDIRECT ? ", indirect" : "",
		 how & EVENT ? ", event index" : "",
		 how & IN_ORDER ? ", in order" : "", size, x.error,
		 (unsigned long long)x.at);
}

static void test_one_piece(void **state)
{
	unsigned int how;

	(void)state;
	for (how = 0; how < ALL; how++)
		exchange(how, how & PACKED ? 61 : 64, 1);
}

static void test_chains(void **state)
{
	unsigned int how;

	(void)state;
	for (how = 0; how < ALL; how++)
		exchange(how, how & PACKED ? 61 : 64, 3);
}

static void test_smallest_ring(void **state)
{
	(void)state;
	exchange(0, 1, 1);
	exchange(EVENT, 1, 1);
	exchange(PACKED, 1, 1);
	exchange(PACKED | EVENT, 1, 1);
}

static void test_largest_ring(void **state)
{
	(void)state;
	exchange(EVENT, 32768, 1);
	exchange(PACKED | EVENT, 32768, 1);
}

/* test_threads [TEST] */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_piece),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_smallest_ring),
		cmocka_unit_test(test_largest_ring),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
