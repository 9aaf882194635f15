// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses in names, the order of names, and module patterns. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/address.h"
#include "core/compiler.h"
#include "core/glob.h"
#include "core/pool.h"

static void pci_addresses(void **state)
{
	static const char *const cases[][2] = {
		{ "0000:00:04.0", "0000:00:04.0" },
		{ "00:04.0", "0000:00:04.0" },
		{ "0:4.0", "0000:00:04.0" },
		{ "0000:FF:1F.7", "0000:ff:1f.7" },
		{ "10000:e1:00.0", "10000:e1:00.0" },
		{ "0000:00:20.0", NULL }, { "0000:00:04.8", NULL },
		{ "0000:100:04.0", NULL }, { "123456789:00:04.0", NULL },
		{ "0000:00:04", NULL }, { "0000:00:04.0x", NULL },
		{ "00:04.0 ", NULL }, { " 00:04.0", NULL }, { "", NULL },
		{ "virtio0", NULL }, { "::.", NULL }, { "-1:00.0", NULL },
	};
	char address[VI_PCI_ADDRESS_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int err = vi_pci_address(cases[i][0], address);

		assert_int_equal(err, cases[i][1] ? 0 : -EINVAL);
		if (!err)
			assert_string_equal(address, cases[i][1]);
	}
}

static void other_addresses(void **state)
{
	uint64_t base;

	(void)state;
	assert_true(vi_is_ccw_address("0.0.0007"));
	assert_true(vi_is_ccw_address("fe.0.abcd"));
	assert_false(vi_is_ccw_address("0.4.0007"));
	assert_false(vi_is_ccw_address("0.0.00007"));
	assert_false(vi_is_ccw_address("0.0"));
	assert_int_equal(vi_mmio_name("a003e00.virtio_mmio", &base), 0);
	assert_int_equal(base, 0xa003e00);
	assert_int_equal(vi_mmio_name("ffffffffffffffff.v", &base), 0);
	assert_true(base == UINT64_MAX);
	assert_int_equal(vi_mmio_name("10000000000000000.v", &base), -EINVAL);
	assert_int_equal(vi_mmio_name("virtio-mmio.0", &base), -EINVAL);
	assert_int_equal(vi_mmio_name("LNRO0005:00", &base), -EINVAL);
	assert_int_equal(vi_mmio_name("a003e00.", &base), -EINVAL);
	assert_int_equal(vi_mmio_name(".v", &base), -EINVAL);
}

static void natural_order(void **state)
{
	static const char *const sorted[] = {
		"", "virtio", "virtio0", "virtio1", "virtio2", "virtio10",
		"virtio99", "virtio100", "virtio18446744073709551616",
		"virtio18446744073709551617", "virtio:", "vport0p1",
		"vport0p2", "vport0p10", "vport1p1",
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sorted); i++) {
		for (j = 0; j < ARRAY_SIZE(sorted); j++) {
			int cmp = vi_natural_cmp(sorted[i], sorted[j]);

			assert_int_equal(cmp < 0, i < j);
			assert_int_equal(cmp > 0, i > j);
		}
	}
	assert_true(vi_natural_cmp("a01", "a1") != 0);
	assert_true(vi_natural_cmp("a01", "a2") < 0);
	assert_true(vi_natural_cmp("a00", "a0") != 0);
}

static void lists_are_sorted(void **state)
{
	struct vi_pool pool = { NULL };
	struct vi_strings list = { NULL, 0 };
	char text[16];
	int i;

	(void)state;
	for (i = 999; i >= 0; i--) {
		snprintf(text, sizeof(text), "vd%d", i);
		assert_int_equal(vi_strings_add(&pool, &list,
						vi_pool_strdup(&pool, text)),
				 0);
	}
	vi_strings_sort(&list);
	assert_int_equal(list.count, 1000);
	assert_string_equal(list.v[0], "vd0");
	assert_string_equal(list.v[42], "vd42");
	assert_int_equal(vi_strings_add(&pool, &list, NULL), -ENOMEM);
	vi_pool_free(&pool);
}

static void count_one(void *data)
{
	++*(int *)data;
}

static void pools_end_what_they_hold(void **state)
{
	struct vi_pool pool = { NULL };
	int ended = 0;

	(void)state;
	assert_int_equal(vi_pool_defer(&pool, count_one, &ended), 0);
	assert_int_equal(vi_pool_defer(&pool, count_one, &ended), 0);
	assert_null(vi_pool_alloc(&pool, SIZE_MAX - 8));
	assert_int_equal(ended, 0);
	vi_pool_free(&pool);
	assert_int_equal(ended, 2);
	vi_pool_free(&pool);
	assert_int_equal(ended, 2);
}

static void module_patterns(void **state)
{
	static const char blk[] = "virtio:d00000002v00001AF4";
	static const struct {
		const char *pattern;
		bool matches;
	} cases[] = {
		{ "virtio:d00000002v*", true },
		{ "virtio:d00000002v00001AF4", true },
		{ "virtio:d*v*", true },
		{ "*", true }, { "**", true }, { "virtio:*4", true },
		{ "virtio:d0000000[1-3]v*", true },
		{ "virtio:d0000000[12]v*", true },
		{ "virtio:d0000000?v*", true },
		{ "virtio:d0000000[3-9]v*", false },
		{ "virtio:d00000003v*", false },
		{ "virtio:d00000002v", false }, { "", false },
		{ "virtio:d0000000[", false }, { "virtio:d0000000[]v*", false },
		{ "pci:*", false }, { "virtio:*5", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(vi_glob_match(cases[i].pattern, blk),
				 cases[i].matches);
	assert_true(vi_glob_match("", ""));
	assert_false(vi_glob_match("?", ""));
}

/* Patterns that take a backtracking matcher forever. */
static void patterns_take_no_time(void **state)
{
	char pattern[2048], text[2048];
	size_t i;

	(void)state;
	for (i = 0; i + 2 < sizeof(pattern); i += 2)
		memcpy(pattern + i, "*a", 3);
	memset(text, 'a', sizeof(text) - 2);
	text[sizeof(text) - 2] = 'b';
	text[sizeof(text) - 1] = '\0';
	assert_false(vi_glob_match(pattern, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pci_addresses),
		cmocka_unit_test(other_addresses),
		cmocka_unit_test(natural_order),
		cmocka_unit_test(lists_are_sorted),
		cmocka_unit_test(pools_end_what_they_hold),
		cmocka_unit_test(module_patterns),
		cmocka_unit_test(patterns_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
