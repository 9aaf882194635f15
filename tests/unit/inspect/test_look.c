// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots of queues: rings by address, ages, snapshots kept, and messages. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/memory.h>
#include <virtio-inspect/snapshot.h>
#include <virtio-inspect/virtio_ring.h>

#include "inspect/snapshot.h"

#define BASE	0x100000
#define SIZE	8

/* A split ring of 8 entries with some memory after it, at BASE. */
struct memory {
	struct vring_desc desc[SIZE];
	struct {
		uint16_t flags, idx, ring[SIZE], used_event;
	} avail;
	uint8_t gap[44];
	struct {
		uint16_t flags, idx;
		struct vring_used_elem ring[SIZE];
		uint16_t avail_event;
	} used;
	uint8_t more[4096];
	struct vring_desc table[3];
	struct {
		uint32_t type, reserved;
		uint64_t sector;
	} header;
	uint8_t status;
};

#define AT(member)	(BASE + offsetof(struct memory, member))

static int memory_fd = -1;

static void put(const struct memory *m)
{
	if (memory_fd < 0)
		memory_fd = memfd_create("memory", 0);
	assert_int_equal(pwrite(memory_fd, m, sizeof(*m), 0), sizeof(*m));
}

/* A read of 8 sectors from sector 2048, through an indirect table. */
static struct memory a_read(void)
{
	struct memory m = { 0 };

	m.desc[5] = (struct vring_desc) {
		AT(table), sizeof(m.table), VRING_DESC_F_INDIRECT, 0,
	};
	m.table[0] = (struct vring_desc) {
		AT(header), 16, VRING_DESC_F_NEXT, 1,
	};
	m.table[1] = (struct vring_desc) {
		AT(more), 4096, VRING_DESC_F_WRITE | VRING_DESC_F_NEXT, 2,
	};
	m.table[2] = (struct vring_desc) {
		AT(status), 1, VRING_DESC_F_WRITE, 0,
	};
	m.header.sector = 2048;
	m.avail.idx = 1;
	m.avail.ring[0] = 5;
	return m;
}

static struct vi_device *ring_at(struct vi_ctx *ctx, const char *more)
{
	char spec[256], path[64];
	struct vi_device *dev = NULL;

	snprintf(spec, sizeof(spec),
		 "split,num=8,desc=0x%zx,driver=0x%zx,device=0x%zx,features=0x130000000%s",
		 AT(desc), AT(avail), AT(used), more);
	snprintf(path, sizeof(path), "/proc/self/fd/%d@0x%x", memory_fd,
		 BASE);
	if (vi_ring_by_address(ctx, spec, path, &dev))
		fail_msg("%s", vi_error(ctx));
	return dev;
}

static void snap(struct vi_ctx *ctx, struct vi_device *dev)
{
	if (vi_snapshot_take(ctx, dev, "auto"))
		fail_msg("%s", vi_error(ctx));
}

/* The JSON of a queue contains @text. */
static void shows(struct vi_device *dev, const char *text)
{
	char *json = vi_to_json(NULL, vi_device_schema(), dev, NULL);

	assert_non_null(json);
	if (!strstr(json, text))
		fail_msg("%s is not in %s", text, json);
	free(json);
}

static void a_ring_by_its_address(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;

	(void)state;
	put(&m);
	dev = ring_at(ctx, ",type=blk");
	snap(ctx, dev);
	shows(dev, "\"size\":8");
	shows(dev, "\"avail\":{\"flags\":0,\"idx\":1,\"used_event\":0}");
	shows(dev, "\"num_in_flight\":1");
	shows(dev, "\"head\":5");
	shows(dev, "\"request\":\"read sector 2048, 4096 bytes\"");
	shows(dev, "\"out_len\":16,\"in_len\":4097");
	shows(dev, "{\"at\":2,\"addr\":\"0x10");
	shows(dev, "\"flags\":[\"WRITE\"],\"in_table\":true}");
	shows(dev, "\"spec_name\":\"requestq1\"");
	vi_ctx_free(ctx);
}

static void memory_that_is_not_there(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;
	char path[64];

	(void)state;
	put(&m);
	snprintf(path, sizeof(path), "/proc/self/fd/%d@0x100000", memory_fd);
	assert_int_equal(vi_ring_by_address(ctx,
		"split,num=8,desc=0x100000,driver=0x9000000,device=0x100100",
		path, &dev), 0);
	snap(ctx, dev);
	shows(dev, "\"memory_error\":\"0x9000000: ");
	shows(dev, "\"size\":8");
	vi_ctx_free(ctx);
}

static void what_a_ring_must_be(void **state)
{
	static const struct {
		const char *spec, *message;
	} bad[] = {
		{ "", "split or packed" },
		{ "round,num=8", "split or packed" },
		{ "split", "are all required" },
		{ "split,num=8,desc=0,driver=0", "are all required" },
		{ "split,num=65536,desc=0,driver=0,device=0", "out of range" },
		{ "split,num=x,desc=0,driver=0,device=0", "not a number" },
		{ "split,num=8,colour=0", "unknown key" },
		{ "split,num=8,colour", "unknown key" },
		{ "split,num=8,desc=0,driver=0,device=0,type=teapot", "type" },
		{ "split,num=8,desc=0,driver=0,device=0,features=7", "0x" },
		{ "split,num=8,desc=0,driver=0,device=0,next_avail=1",
		  "packed" },
		{ "packed,num=8,desc=0,driver=0,device=0,next_used=8",
		  "below num" },
		{ "packed,num=8,desc=0,driver=0,device=0,next_avail=1",
		  "avail_wrap=0 or avail_wrap=1" },
		{ "packed,num=8,desc=0,driver=0,device=0,last_used_idx=1",
		  "last_used_wrap=0 or last_used_wrap=1" },
		{ "packed,num=8,desc=0,driver=0,device=0,used_wrap=2",
		  "out of range" },
		{ "split,num=8,desc=0,driver=0,device=0", "/nowhere" },
	};
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!vi_ring_by_address(ctx, bad[i].spec, "/nowhere@0x10",
					&dev))
			fail_msg("%s was taken", bad[i].spec);
		if (!strstr(vi_error(ctx), bad[i].message))
			fail_msg("%s: %s", bad[i].spec, vi_error(ctx));
	}
	assert_null(vi_device_next(ctx, NULL));
	vi_ctx_free(ctx);
}

/* --- Ages --- */

static uint64_t age_of(struct vi_device *dev, size_t flight)
{
	const struct vi_snapshot *last = vi_last_snapshot(dev);

	assert_true(flight < last->views[0].ring->num_in_flight);
	return last->mono_ns - last->views[0].flights[flight].since_ns;
}

static void a_request_that_stays_ages(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;

	(void)state;
	put(&m);
	dev = ring_at(ctx, "");
	snap(ctx, dev);
	assert_int_equal(age_of(dev, 0), 0);
	snap(ctx, dev);
	snap(ctx, dev);
	assert_int_equal(age_of(dev, 0),
			 dev->snaps[2]->mono_ns - dev->snaps[0]->mono_ns);
	assert_true(age_of(dev, 0) > 0);
	vi_ctx_free(ctx);
}

/* The same head and memory, but completed in between. */
static void a_request_that_came_again_does_not(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;

	(void)state;
	put(&m);
	dev = ring_at(ctx, "");
	snap(ctx, dev);
	m.used.ring[0] = (struct vring_used_elem) { 5, 4097 };
	m.used.idx = 1;
	m.avail.ring[1] = 5;
	m.avail.idx = 2;
	put(&m);
	snap(ctx, dev);
	assert_int_equal(age_of(dev, 0), 0);
	vi_ctx_free(ctx);
}

static void another_request_does_not(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;

	(void)state;
	put(&m);
	dev = ring_at(ctx, "");
	snap(ctx, dev);
	m.table[0].addr += 8;
	put(&m);
	snap(ctx, dev);
	assert_int_equal(age_of(dev, 0), 0);
	vi_ctx_free(ctx);
}

/* --- Snapshots kept --- */

/* Number of queues in the device's snapshot @i; -1: no such snapshot. */
static int queues_at(struct vi_device *dev, size_t i)
{
	struct vi_snapshot *snap = vi_snapshot_at(dev, i);
	struct vi_value v;
	int n = -1;

	if (snap && !vi_get(vi_schema_find(vi_snapshot_schema(), "queues"),
			    snap, &v))
		n = v.count;
	vi_snapshot_unref(snap);
	return n;
}

static void the_oldest_look_goes(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;
	uint64_t first;
	int i;

	(void)state;
	put(&m);
	dev = ring_at(ctx, "");
	assert_int_equal(vi_snapshots(dev), 0);
	assert_int_equal(queues_at(dev, 0), -1);
	snap(ctx, dev);
	first = dev->snaps[0]->mono_ns;
	for (i = 1; i < VI_MAX_SNAPSHOTS + 3; i++)
		snap(ctx, dev);
	assert_int_equal(vi_snapshots(dev), VI_MAX_SNAPSHOTS);
	assert_true(dev->snaps[0]->mono_ns > first);
	assert_int_equal(queues_at(dev, VI_MAX_SNAPSHOTS - 1), 1);
	assert_int_equal(queues_at(dev, VI_MAX_SNAPSHOTS), -1);
	vi_ctx_free(ctx);
}

static void raw_bytes_are_there_on_request(void **state)
{
	static const char *const raw[] = { "queues.raw", NULL };
	static const char *const some[] = {
		"name", "queues", "queues.raw", NULL,
	};
	struct vi_ctx *ctx = vi_ctx_new();
	struct memory m = a_read();
	struct vi_device *dev;
	char *json;

	(void)state;
	put(&m);
	dev = ring_at(ctx, "");
	snap(ctx, dev);
	json = vi_to_json(ctx, vi_device_schema(), dev, NULL);
	assert_null(strstr(json, "\"raw\""));
	free(json);
	json = vi_to_json(ctx, vi_device_schema(), dev, raw);
	assert_non_null(strstr(json, "\"raw\":{\"desc\":\"0000"));
	assert_non_null(strstr(json, "\"features\""));
	free(json);
	json = vi_to_json(ctx, vi_device_schema(), dev, some);
	assert_non_null(strstr(json, "\"raw\""));
	assert_null(strstr(json, "\"features\""));
	free(json);
	assert_null(vi_to_json(ctx, vi_device_schema(), dev,
			       (const char *[]){ "queues.cooked", NULL }));
	assert_non_null(strstr(vi_error(ctx), "queues.cooked"));
	vi_ctx_free(ctx);
}

/* --- Access methods --- */

static void ways_that_are_not(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_device_find(ctx, "sim:rng"), *live;

	(void)state;
	/* A device that this process drives has only one access method. */
	assert_int_equal(vi_snapshot_take(ctx, dev, "kernel"), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "--attach=kernel"));
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);

	live = vi_inventory_add(ctx);
	live->name = "virtio0";
	live->index = 0;
	assert_int_equal(vi_snapshot_take(ctx, live, "magic"), -EINVAL);
	assert_non_null(strstr(vi_error(ctx), "kernel"));
	shows(live, "\"attach_notes\":[\"magic: ");
	vi_ctx_free(ctx);
}

static void nothing_to_look_at_is_no_error(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_int_equal(vi_snapshot_take(ctx, NULL, "auto"), 0);
	vi_ctx_free(ctx);
}

static void a_recorded_tree_says_why(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *live;

	(void)state;
	assert_int_equal(vi_ctx_set_sysroot(ctx, "/proc/self"), 0);
	live = vi_inventory_add(ctx);
	live->name = "virtio0";
	assert_true(vi_snapshot_take(ctx, NULL, "auto") < 0);
	assert_non_null(strstr(vi_error(ctx), "no ring memory"));
	assert_int_equal(vi_snapshots(live), 0);
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_by_its_address),
		cmocka_unit_test(memory_that_is_not_there),
		cmocka_unit_test(what_a_ring_must_be),
		cmocka_unit_test(a_request_that_stays_ages),
		cmocka_unit_test(a_request_that_came_again_does_not),
		cmocka_unit_test(another_request_does_not),
		cmocka_unit_test(the_oldest_look_goes),
		cmocka_unit_test(raw_bytes_are_there_on_request),
		cmocka_unit_test(ways_that_are_not),
		cmocka_unit_test(nothing_to_look_at_is_no_error),
		cmocka_unit_test(a_recorded_tree_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
