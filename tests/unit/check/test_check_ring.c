// SPDX-License-Identifier: GPL-2.0-or-later
/* Rings in the program's memory. */
#include <errno.h>
#include <linux/virtio_ring.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <virtio-inspect/check.h>
#include <virtio-inspect/memory.h>
#include <virtio-inspect/snapshot.h>

#define NUM	4
#define BASE	UINT64_C(0x100000)
#define RING	"split,num=4,desc=0x100000,driver=0x100040,device=0x101000,features=0x130000000"

/* The guest's memory at BASE. */
static _Alignas(4096) char memory[3 * 4096];
static struct vring vring;
static size_t reads;
static int read_err;

static int read_memory(void *data, uint64_t addr, void *buf, size_t len)
{
	reads++;
	assert_ptr_equal(data, memory);
	assert_in_range(addr, BASE, BASE + sizeof(memory) - len);
	memcpy(buf, memory + (addr - BASE), len);
	return read_err;
}

/* One buffer in flight, in the last page. */
static int set_up(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	reads = read_err = 0;
	vring_init(&vring, NUM, memory, 4096);
	vring.desc[0] = (struct vring_desc) { BASE + 8192, 512,
					      VRING_DESC_F_WRITE, 0 };
	vring.avail->idx = 1;
	return 0;
}

static struct vi_ctx *with_memory(void)
{
	struct vi_ctx *ctx = vi_ctx_new();

	assert_non_null(ctx);
	assert_int_equal(vi_ctx_add_memory(ctx, BASE, BASE + 4095, read_memory,
					   memory), 0);
	assert_int_equal(vi_ctx_add_memory(ctx, BASE + 4096,
					   BASE + sizeof(memory) - 1,
					   read_memory, memory), 0);
	return ctx;
}

static const char *finding(const struct vi_device *dev, size_t i)
{
	const struct vi_field *f = vi_schema_find(vi_device_schema(),
						  "findings");
	struct vi_value list, code;

	assert_int_equal(vi_get(f, dev, &list), 0);
	if (i >= list.count)
		return NULL;
	assert_int_equal(vi_get(vi_schema_find(vi_field_schema(f), "code"),
				vi_record(&list, i), &code), 0);
	return code.string;
}

static void a_sound_ring(void **state)
{
	struct vi_ctx *ctx = with_memory();
	struct vi_device *dev, *again;

	(void)state;
	assert_int_equal(vi_check_ring(ctx, RING, &dev), 0);
	assert_true(reads > 0);
	assert_int_equal(vi_snapshots(dev), 1);
	assert_null(finding(dev, 0));
	/* The same ring, as it is now. */
	vring.used->idx = 1;
	assert_int_equal(vi_check_ring(ctx, RING, &again), 0);
	assert_ptr_equal(dev, again);
	assert_int_equal(vi_snapshots(dev), 2);
	vi_ctx_free(ctx);
}

static void one_that_is_not(void **state)
{
	struct vi_ctx *ctx = with_memory();
	struct vi_device *dev;

	(void)state;
	vring.used->idx = 3;
	assert_int_equal(vi_check_ring(ctx, RING, &dev), 1);
	assert_string_equal(finding(dev, 0), "E_USED_AHEAD");
	vi_ctx_free(ctx);
}

/* Only the memory that the program passed exists. */
static void a_buffer_elsewhere(void **state)
{
	struct vi_ctx *ctx = with_memory();
	struct vi_device *dev;

	(void)state;
	vring.desc[0].addr = BASE + sizeof(memory);
	assert_true(vi_check_ring(ctx, RING, &dev) > 0);
	assert_string_equal(finding(dev, 0), "E_BUF_UNMAPPED");
	vi_ctx_free(ctx);
}

static void what_cannot_be_read(void **state)
{
	struct vi_ctx *ctx = with_memory();
	struct vi_device *dev;

	(void)state;
	read_err = -EIO;
	assert_int_equal(vi_check_ring(ctx, RING, &dev), -EIO);
	assert_non_null(strstr(vi_error(ctx), "cannot read the ring at 0x101000"));
	read_err = 0;
	assert_int_equal(vi_check_ring(ctx, "split,num=4,desc=0x100000,"
				       "driver=0x100040,device=0x900000,"
				       "byte_order=little",
				       &dev), -EFAULT);
	assert_non_null(strstr(vi_error(ctx), "0x900000"));
	/* What may be in either byte order is not called sound. */
	assert_int_equal(vi_check_ring(ctx, "split,num=4,desc=0x100000,"
				       "driver=0x100040,device=0x101000,"
				       "features=0x10000000",
				       &dev), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "byte_order="));
	assert_int_equal(vi_check_ring(ctx, "split", &dev), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "num, desc"));
	vi_ctx_free(ctx);
}

static void bad_ranges(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_int_equal(vi_ctx_add_memory(ctx, 1, 0, read_memory, memory),
			 -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "ends before it begins"));
	assert_int_equal(vi_ctx_add_memory(ctx, 0, UINT64_MAX, read_memory,
					   memory), -EINVAL);
	assert_int_equal(vi_ctx_add_memory(ctx, 5, 5, read_memory, memory), 0);
	vi_ctx_free(ctx);
}

/* The memory may be read as long as anything refers to it. */
static void held_beyond_the_context(void **state)
{
	struct vi_ctx *ctx = with_memory();
	struct vi_snapshot *snap;
	struct vi_device *dev;
	struct vi_value v;

	(void)state;
	assert_int_equal(vi_check_ring(ctx, RING, &dev), 0);
	snap = vi_snapshot_at(dev, 0);
	vi_ctx_free(ctx);
	assert_int_equal(vi_get(vi_schema_find(vi_snapshot_schema(), "queues"),
				snap, &v), 0);
	assert_int_equal(v.count, 1);
	vi_snapshot_unref(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_sound_ring, set_up),
		cmocka_unit_test_setup(one_that_is_not, set_up),
		cmocka_unit_test_setup(a_buffer_elsewhere, set_up),
		cmocka_unit_test_setup(what_cannot_be_read, set_up),
		cmocka_unit_test_setup(bad_ranges, set_up),
		cmocka_unit_test_setup(held_beyond_the_context, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
