// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory for a device: allocation, and detecting writes out of bounds. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/inspect.h>
#include <virtio-inspect/virtio.h>

#include "transport/pci/dma_pool.h"

#define PAGES	16

static struct {
	struct vi_dma_pool pool;
	size_t page;
	char *memory;
	unsigned int warnings;
	char warning[256];
} t;

static void note(void *data, enum vi_log_level level, const char *message)
{
	(void)data;
	(void)level;
	t.warnings++;
	strncpy(t.warning, message, sizeof(t.warning) - 1);
}

static unsigned int shift_of(size_t n)
{
	unsigned int shift = 0;

	while (n > 1) {
		n >>= 1;
		shift++;
	}
	return shift;
}

/* One chunk at 0x10000000. */
static void begin(bool guarded)
{
	const uint64_t addr = 0x10000000;

	assert_int_equal(vi_dma_pool_init(&t.pool, "dev", t.memory,
					  PAGES * t.page,
					  shift_of(PAGES * t.page), &addr,
					  guarded), 0);
}

/* Two chunks, with contiguous addresses or not. */
static void begin_chunks(uint64_t second, bool guarded)
{
	const uint64_t addr[2] = { 0x40000000, second };

	assert_int_equal(vi_dma_pool_init(&t.pool, "dev", t.memory,
					  PAGES * t.page,
					  shift_of(PAGES / 2 * t.page), addr,
					  guarded), 0);
}

static char *get(size_t size)
{
	uint64_t addr;
	char *buf = vi_dma_pool_alloc(&t.pool, size, &addr);

	if (buf)
		assert_int_equal(vi_dma_pool_map(&t.pool, buf, size), addr);
	return buf;
}

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	t.page = (size_t)sysconf(_SC_PAGESIZE);
	t.memory = aligned_alloc(PAGES * t.page, PAGES * t.page);
	vi_ctx_set_log(NULL, note, NULL);
	return t.memory ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	vi_dma_pool_fini(&t.pool);
	vi_ctx_set_log(NULL, NULL, NULL);
	free(t.memory);
	return 0;
}

static void test_pages_are_given_out_until_there_are_none(void **state)
{
	char *buf[PAGES];
	unsigned int i;

	(void)state;
	begin(false);
	for (i = 0; i < PAGES; i++) {
		buf[i] = get(1);
		assert_non_null(buf[i]);
		assert_int_equal((uintptr_t)buf[i] % t.page, 0);
	}
	errno = 0;
	assert_null(get(1));
	assert_int_equal(errno, ENOMEM);
	vi_dma_pool_free(&t.pool, buf[5], 1);
	assert_ptr_equal(get(t.page), buf[5]);
}

static void test_sizes_that_cannot_be(void **state)
{
	(void)state;
	begin(false);
	assert_null(get(0));
	assert_null(get(SIZE_MAX));
	assert_null(get(SIZE_MAX - t.page));
	assert_null(get(PAGES * t.page + 1));
	assert_non_null(get(PAGES * t.page));
}

static void test_pieces_are_zeroed(void **state)
{
	char *buf;
	size_t i;

	(void)state;
	begin(false);
	buf = get(2 * t.page);
	memset(buf, 0xee, 2 * t.page);
	vi_dma_pool_free(&t.pool, buf, 2 * t.page);
	buf = get(2 * t.page);
	for (i = 0; i < 2 * t.page; i++)
		assert_int_equal(buf[i], 0);
}

static void test_holes_are_used_when_they_are_wide_enough(void **state)
{
	char *a, *b, *c;

	(void)state;
	begin(false);
	a = get(2 * t.page);
	b = get(3 * t.page);
	c = get(1);
	vi_dma_pool_free(&t.pool, b, 3 * t.page);
	assert_true(get(4 * t.page) > c);
	assert_ptr_equal(get(2 * t.page), b);
	vi_dma_pool_free(&t.pool, a, 2 * t.page);
	assert_ptr_equal(get(1), a);
	assert_ptr_equal(get(1), a + t.page);
	assert_ptr_equal(get(1), b + 2 * t.page);
}

static void test_addresses_of_what_is_not_in_it(void **state)
{
	char *end = t.memory + PAGES * t.page, other;

	(void)state;
	begin(false);
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory, 1), 0x10000000);
	assert_int_equal(vi_dma_pool_map(&t.pool, end - 1, 1),
			 0x10000000 + PAGES * t.page - 1);
	assert_int_equal(vi_dma_pool_map(&t.pool, end - 1, 2),
			 VIRTIO_DMA_ERROR);
	assert_int_equal(vi_dma_pool_map(&t.pool, end, 1), VIRTIO_DMA_ERROR);
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory - 1, 2),
			 VIRTIO_DMA_ERROR);
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory, SIZE_MAX),
			 VIRTIO_DMA_ERROR);
	assert_int_equal(vi_dma_pool_map(&t.pool, &other, 1), VIRTIO_DMA_ERROR);
	assert_int_equal(vi_dma_pool_map(&t.pool, NULL, 1), VIRTIO_DMA_ERROR);
}

static void test_pieces_do_not_span_addresses_that_do_not(void **state)
{
	size_t half = PAGES / 2 * t.page;

	(void)state;
	begin_chunks(0x80000000, false);
	assert_non_null(get(5 * t.page));
	/* Three pages are left in the first half. */
	assert_ptr_equal(get(4 * t.page), t.memory + half);
	assert_null(get(5 * t.page));
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory + half - 1, 1),
			 0x40000000 + half - 1);
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory + half, 1),
			 0x80000000);
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory + half - 1, 2),
			 VIRTIO_DMA_ERROR);
}

static void test_pieces_span_addresses_that_do(void **state)
{
	(void)state;
	begin_chunks(0x40000000 + PAGES / 2 * t.page, false);
	assert_ptr_equal(get(PAGES * t.page), t.memory);
}

static void test_given_back_wrongly(void **state)
{
	char *buf;

	(void)state;
	begin(false);
	buf = get(100);
	vi_dma_pool_free(&t.pool, buf, 99);
	vi_dma_pool_free(&t.pool, buf + 1, 100);
	vi_dma_pool_free(&t.pool, t.memory - t.page, 100);
	assert_int_equal(t.warnings, 3);
	assert_non_null(strstr(t.warning, "not allocated"));
	vi_dma_pool_free(&t.pool, NULL, 100);
	vi_dma_pool_free(&t.pool, buf, 100);
	assert_int_equal(t.warnings, 3);
	vi_dma_pool_free(&t.pool, buf, 100);
	assert_int_equal(t.warnings, 4);
}

static void test_guarded_pieces_touch_nothing(void **state)
{
	char *first, *buf, *last = NULL;
	unsigned int n = 1;

	(void)state;
	begin_chunks(0x40000000 + PAGES / 2 * t.page, true);
	first = last = get(1);
	assert_ptr_equal(first, t.memory + t.page);
	while ((buf = get(1))) {
		size_t in_chunk = (size_t)(buf - t.memory) %
				  (PAGES / 2 * t.page);

		assert_true(buf >= last + 2 * t.page);
		assert_true(in_chunk >= t.page);
		assert_true(in_chunk < (PAGES / 2 - 1) * t.page);
		last = buf;
		n++;
	}
	/* Pages 1, 3, 5 of the eight in each half. */
	assert_int_equal(n, 6);
	assert_null(get((PAGES / 2 - 1) * t.page));
	vi_dma_pool_free(&t.pool, first, 1);
	assert_int_equal(t.warnings, 0);
}

static void test_writes_past_the_end_show(void **state)
{
	char *buf;

	(void)state;
	begin(true);
	buf = get(100);
	buf[99] = 1;
	vi_dma_pool_free(&t.pool, buf, 100);
	assert_int_equal(t.warnings, 0);
	buf = get(100);
	buf[100] = 1;
	vi_dma_pool_free(&t.pool, buf, 100);
	assert_int_equal(t.warnings, 1);
	assert_non_null(strstr(t.warning, "dev: 1 bytes"));
	assert_non_null(strstr(t.warning, "outside its buffers"));
	/* It is reported once. */
	buf = get(100);
	vi_dma_pool_free(&t.pool, buf, 100);
	assert_int_equal(t.warnings, 1);
}

static void test_writes_before_the_beginning_show(void **state)
{
	char *buf;

	(void)state;
	begin(true);
	buf = get(2 * t.page);
	memset(buf - 8, 0, 8);
	buf[2 * t.page] = 0;
	vi_dma_pool_free(&t.pool, buf, 2 * t.page);
	assert_int_equal(t.warnings, 2);
	assert_int_equal(t.pool.damaged, 2);
}

static void test_writes_to_what_nobody_has_show_at_the_end(void **state)
{
	char *buf;

	(void)state;
	begin(true);
	buf = get(10);
	buf[10] = 7;
	t.memory[9 * t.page + 5] = 1;
	vi_dma_pool_fini(&t.pool);
	assert_int_equal(t.warnings, 2);
}

static void test_pools_that_cannot_be(void **state)
{
	const uint64_t addr = 0;

	(void)state;
	assert_int_equal(vi_dma_pool_init(&t.pool, "dev", t.memory, 0, 20,
					  &addr, false), -EINVAL);
	assert_int_equal(vi_dma_pool_init(&t.pool, "dev", t.memory,
					  t.page + 1, 20, &addr, false),
			 -EINVAL);
	assert_int_equal(vi_dma_pool_init(&t.pool, "dev", t.memory + 8,
					  t.page, 20, &addr, false), -EINVAL);
	assert_int_equal(vi_dma_pool_init(&t.pool, "dev", t.memory, t.page, 64,
					  &addr, false), -EINVAL);
	/* A pool that was never created provides nothing. */
	assert_null(get(1));
	assert_int_equal(vi_dma_pool_map(&t.pool, t.memory, 1),
			 VIRTIO_DMA_ERROR);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pages_are_given_out_until_there_are_none),
		TEST(test_sizes_that_cannot_be),
		TEST(test_pieces_are_zeroed),
		TEST(test_holes_are_used_when_they_are_wide_enough),
		TEST(test_addresses_of_what_is_not_in_it),
		TEST(test_pieces_do_not_span_addresses_that_do_not),
		TEST(test_pieces_span_addresses_that_do),
		TEST(test_given_back_wrongly),
		TEST(test_guarded_pieces_touch_nothing),
		TEST(test_writes_past_the_end_show),
		TEST(test_writes_before_the_beginning_show),
		TEST(test_writes_to_what_nobody_has_show_at_the_end),
		TEST(test_pools_that_cannot_be),
	};

	return cmocka_run_group_tests_name("dma_pool", tests, NULL, NULL);
}
