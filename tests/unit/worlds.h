/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of lifetimes: contexts with devices of each kind, and calls on
 * them. Snapshots are taken and judged, so that every field of a device may
 * have a value.
 */
#ifndef VI_TESTS_WORLDS_H
#define VI_TESTS_WORLDS_H

#include <fcntl.h>
#include <linux/virtio_ring.h>
#include <sys/mman.h>

#include <virtio-inspect/bind.h>
#include <virtio-inspect/memory.h>
#include <virtio-inspect/sampler.h>

#include "core/compiler.h"
#include "inspect/fields/registers.h"
#include "inspect/snapshot.h"
#include "tree.h"
#include "worlds_json.h"

/* Without waiting: a test of lifetimes needs no verdict. */
static const struct vi_check_options at_once = {
	.size = sizeof(at_once), .sample = 1e-6, .patience = 1e-6,
};
static const struct vi_check_options of_looks = {
	.size = sizeof(of_looks), .now = true,
};

struct world {
	const char *name;
	int (*open)(struct vi_ctx *ctx, const char *name);
	int fd;				/* of the file read; -1: none */
	char path[64];			/* of that file */
};

static void new_file(struct world *w)
{
	w->fd = memfd_create("world", 0);
	assert_true(w->fd >= 0);
	snprintf(w->path, sizeof(w->path), "/proc/self/fd/%d", w->fd);
}

/* --- Simulated devices --- */

static int open_sim(struct vi_ctx *ctx, const char *name)
{
	return vi_device_find(ctx, name) ? 0 : -ENODEV;
}

static const char *const sims[] = {
	"sim:blk", "sim:blk,fault=stuck", "sim:blk,fault=lost-irq,packed",
	"sim:blk,fault=stuck,indirect=off", "sim:net", "sim:net,packed",
	"sim:rng,fault=lost-kick,qsize=8,packed",
	"sim:blk,fault=bad-used-id",
	"sim:console,fault=needs-reset", "sim:rng,in-order,fault=stuck,after=2",
};

/* --- Recorded trees --- */

static int open_tree(struct vi_ctx *ctx, const char *name)
{
	char dir[128], command[512];
	struct stat st;

	snprintf(dir, sizeof(dir), "%s/%s", tree.root, name);
	if (stat(dir, &st)) {
		snprintf(command, sizeof(command),
			 SRCDIR "/tests/fixtures/unpack " SRCDIR
			 "/tests/fixtures/%s.tree %s", name, dir);
		assert_int_equal(system(command), 0);
	}
	assert_int_equal(vi_ctx_set_sysroot(ctx, dir), 0);
	return vi_scan(ctx);
}

static const char *const trees[] = {
	"pci-modern", "q35", "mmio", "ccw", "vdpa", "hostile",
};

/* --- A ring in a file --- */

/*
 * Two buffers in flight, a list and one with an unreadable table; and a
 * completed one.
 */
static void write_ring(int fd)
{
	static const struct vring_desc desc[8] = {
		{ 0x800, 16, VRING_DESC_F_NEXT, 1 },
		{ 0x900, 512, VRING_DESC_F_WRITE, 0 },
		{ 0x99999000, 64, VRING_DESC_F_INDIRECT, 0 },
		{ 0xa00, 0, VRING_DESC_F_WRITE | 0x40, 3 },
	};
	static const uint16_t avail[] = { 0, 3, 3, 0, 2, 0, 0, 0, 0, 0, 0 };
	static const uint32_t used[] = { 0x10000, 3, 7 };

	assert_int_equal(ftruncate(fd, 0x1000), 0);
	assert_int_equal(pwrite(fd, desc, sizeof(desc), 0), sizeof(desc));
	assert_int_equal(pwrite(fd, avail, sizeof(avail), 0x100),
			 sizeof(avail));
	assert_int_equal(pwrite(fd, used, sizeof(used), 0x200), sizeof(used));
}

#define A_RING	"split,num=8,desc=0,driver=0x100,device=0x200,features=0x130000000,type=blk"

static int open_ring(struct vi_ctx *ctx, const char *path)
{
	struct vi_device *dev;

	return vi_ring_by_address(ctx, A_RING, path, &dev);
}

/* --- Registers --- */

static const struct vi_disagreement a_disagreement = {
	true, 0, "size", { .text = "256" }, { .text = "128" },
};

/* What reading registers would produce; none can be read here. */
static void look_at_registers(struct vi_ctx *ctx, uint8_t status)
{
	struct vi_queue_registers queues[] = {
		{ .size = 256, .enabled = true, .msix_vector = 1,
		  .desc = 0x1000, .driver = 0x2000, .device = 0x3000 },
		{ .index = 1, .max_size = 128, .msix_vector = VI_NO_VECTOR },
	};
	struct vi_registers regs = {
		.status = status, .offered_bits = 64, .accepted_bits = 64,
		.num_queues = 2, .queues = queues, .count = 2,
	};
	struct vi_device *dev = vi_device_next(ctx, NULL);
	struct vi_device_registers *r;

	if (!dev)
		return;
	regs.offered.w[0] = UINT64_C(0x8000000100000fff);
	regs.config.len = 64;
	/* As virtio-mmio, every other time. */
	if (status % 2) {
		regs.version = 2;
		regs.device_id = regs.vendor_id = 1;
		regs.config_msix_vector = VI_NO_VECTOR;
	}
	assert_int_equal(vi_keep_registers(dev, &regs), 0);
	r = (struct vi_device_registers *)dev->registers;
	r->compared = true;
	r->disagreements = (struct vi_disagreement *)&a_disagreement;
	r->num_disagreements = 1;
}

/* --- A device with every fact --- */

#define RING_SIZE	8

static void *copy_of(const void *bytes, size_t len)
{
	void *copy = malloc(len);

	assert_non_null(copy);
	return memcpy(copy, bytes, len);
}

/* One buffer completed, one in flight, with a reserved bit. */
static void fill_split(struct vi_raw_queue *q)
{
	static const struct vring_desc desc[RING_SIZE] = {
		{ 0x800, 16, VRING_DESC_F_NEXT, 1 },
		{ 0x900, 513, VRING_DESC_F_WRITE, 0 },
		{ 0xa00, 16, VRING_DESC_F_WRITE | 0x40, 0 },
	};
	static const uint16_t avail[3 + RING_SIZE] = { 0, 2, 0, 2 };
	static const uint32_t used[2 + 2 * RING_SIZE] = { 0x10000, 0, 513 };

	q->desc_bytes = copy_of(desc, sizeof(desc));
	q->driver_bytes = copy_of(avail, sizeof(avail));
	q->device_bytes = copy_of(used, sizeof(used));
	q->tokens = calloc(RING_SIZE, sizeof(*q->tokens));
	q->extra = calloc(RING_SIZE, sizeof(*q->extra));
	assert_true(q->tokens && q->extra);
	q->tokens[0].present = q->tokens[2].present = true;
	q->tokens[2].indirect = 0xffff0000;
}

static int hand_look(void *state, struct vi_device *dev,
		     struct vi_snapshot *snap)
{
	static const struct vi_raw_queue all = {
		.have = UINT32_MAX & ~(VI_Q_HOST_AVAIL | VI_Q_HOST_INUSE),
		.name = "req.0", .size = RING_SIZE, .max_size = RING_SIZE,
		.ready = true, .desc = 0x1000, .driver = 0x2000,
		.device = 0x3000, .desc_va = 0x1000, .driver_va = 0x2000,
		.device_va = 0x3000, .vector = 1, .num_free = 5,
		.broken = true, .avail_shadow = 2, .time_ns = 1,
		.passes = 1, .avail_again = 2,
	};
	static const struct vi_raw_queue unread = {
		.have = VI_Q_INDEX | VI_Q_SIZE, .index = 1, .size = RING_SIZE,
		.memory_err = -EFAULT, .memory_fault = 0x4000,
	};
	struct vi_raw_queue *q = vi_snapshot_add(snap);

	(void)state;
	assert_non_null(q);
	*q = all;
	fill_split(q);
	q = vi_snapshot_add(snap);
	assert_non_null(q);
	*q = unread;
	snap->physical = true;
	vi_access_note(dev, "look %p", (void *)snap);
	return 0;
}

static int hand_memory(void *state, struct vi_device *dev, uint64_t addr,
		       void *buf, size_t len)
{
	(void)state;
	(void)dev;
	(void)addr;
	memset(buf, 0, len);
	return 0;
}

static void hand_interrupts(struct vi_snapshot *snap)
{
	snap->views[0].irq = (struct vi_queue_irq) {
		true, true, true, 29, 7, "virtio7-req.0",
	};
}

static const struct vi_access hand_way = {
	.name = "hand", .snapshot = hand_look, .memory = hand_memory,
	.interrupts = hand_interrupts,
};

/* Facts that sysfs and the trees of other worlds lack. */
static int hand_read(struct vi_device *dev, enum vi_fact fact)
{
	static const struct vi_slot slot = {
		0x1000, 0x200, "/virtio_mmio@1000", "1 2 3", "4 5 6", true, 1,
		"disabled",
	};
	static const struct vi_pci_config pci = {
		.kind = VI_PCI_MODERN,
		.caps = { { .cfg_type = VI_PCI_VENDOR_CFG, .has_vendor = true } },
		.num_caps = 1,
	};
	static const char *const knames[] = { "vda", "vdb" };

	switch (fact) {
	case VI_FACT_ID:
		dev->vdev.id.device = VIRTIO_ID_BLOCK;
		return vi_device_on_bus(dev);
	case VI_FACT_DRIVER:
		dev->driver = "virtio_blk";
		return 0;
	case VI_FACT_STATUS:
		dev->status = 0xf;
		return 0;
	case VI_FACT_SLOT:
		dev->slot = slot;
		return 0;
	case VI_FACT_PCI_CONFIG:
		dev->pci = &pci;
		return 0;
	case VI_FACT_LINK:
		dev->link = "up";
		return 0;
	case VI_FACT_KNAMES:
		dev->knames.v = (const char **)knames;
		dev->knames.count = ARRAY_SIZE(knames);
		return 0;
	default:
		return -ENODATA;
	}
}

static int open_by_hand(struct vi_ctx *ctx, const char *name)
{
	struct vi_device *dev = vi_inventory_add(ctx);

	assert_non_null(dev);
	dev->name = name;
	dev->index = 7;
	dev->own_access = &hand_way;
	dev->read = hand_read;
	return 0;
}

/* --- All worlds --- */

static void look_and_judge(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	/* A recorded tree has no queues to read. */
	(void)vi_snapshot_take(ctx, NULL, "auto");
	while ((dev = vi_device_next(ctx, dev)))
		(void)vi_check(ctx, dev, &of_looks);
	look_at_registers(ctx, 0xf);
}

static struct vi_ctx *open_world(const struct world *w)
{
	struct vi_ctx *ctx = vi_ctx_new();

	assert_non_null(ctx);
	if (w->open(ctx, w->fd >= 0 ? w->path : w->name))
		fail_msg("%s: %s", w->name, vi_error(ctx));
	look_and_judge(ctx);
	return ctx;
}

/* With buffers, raw bytes and findings. */
static void write_sim_capture(const struct world *w)
{
	static const struct world of[] = {
		{ "sim:net,packed,fault=stuck", open_sim, -1, "" },
	};
	struct vi_ctx *ctx = open_world(of);

	assert_non_null(vi_device_find(ctx, "sim:blk,fault=stuck"));
	assert_int_equal(vi_snapshot_take(ctx, NULL, "auto"), 0);
	assert_true(vi_check(ctx, NULL, &at_once) >= 0);
	assert_int_equal(vi_capture_write(ctx, NULL, w->fd, 64), 0);
	vi_ctx_free(ctx);
}

static struct world worlds[ARRAY_SIZE(sims) + ARRAY_SIZE(trees) + 3];

static int make_worlds(void **state)
{
	size_t i, n = 0;

	set_up_tree(state);
	for (i = 0; i < ARRAY_SIZE(sims); i++)
		worlds[n++] = (struct world) { sims[i], open_sim, -1, "" };
	for (i = 0; i < ARRAY_SIZE(trees); i++)
		worlds[n++] = (struct world) { trees[i], open_tree, -1, "" };
	worlds[n++] = (struct world) { "virtio7", open_by_hand, -1, "" };
	worlds[n] = (struct world) { "a ring", open_ring, -1, "" };
	new_file(&worlds[n]);
	write_ring(worlds[n++].fd);
	worlds[n] = (struct world) { "a capture", vi_capture_read, -1, "" };
	new_file(&worlds[n]);
	write_sim_capture(&worlds[n]);
	return 0;
}

static int end_worlds(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(worlds); i++)
		if (worlds[i].fd >= 0)
			close(worlds[i].fd);
	return tear_down_tree(state);
}

/* --- Calls that affect no earlier result, and leave nothing behind --- */

static void call_look(struct vi_ctx *ctx)
{
	(void)vi_snapshot_take(ctx, NULL, "auto");
	(void)vi_snapshot_take(ctx, vi_device_next(ctx, NULL), "auto");
	assert_true(vi_snapshot_take(ctx, NULL, "nonesuch") < 0);
}

static void call_registers(struct vi_ctx *ctx)
{
	static uint8_t status;

	look_at_registers(ctx, ++status);
}

static void call_check(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	(void)vi_check(ctx, NULL, &at_once);
	while ((dev = vi_device_next(ctx, dev)))
		(void)vi_check(ctx, dev, &of_looks);
}

static void call_json(struct vi_ctx *ctx)
{
	static const char *const raw[] = { "queues.raw", NULL };
	static const char *const none[] = { "nonesuch", NULL };
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		free(vi_to_json(ctx, vi_device_schema(), dev, NULL));
		free(vi_to_json(ctx, vi_device_schema(), dev, raw));
		assert_null(vi_to_json(ctx, vi_device_schema(), dev, none));
	}
}

static void call_capture(struct vi_ctx *ctx)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	assert_int_equal(vi_capture_write(ctx, NULL, fd, 0), 0);
	assert_int_equal(vi_capture_write(ctx, NULL, fd, 64), 0);
	close(fd);
	assert_true(vi_capture_write(ctx, NULL, -1, 64) < 0);
}

static void call_find(struct vi_ctx *ctx)
{
	static const char *const bad[] = {
		"nope", "", "virtio99", "/dev/nope", "0000:00:99.0",
		"ff:1f.7", "0.0.ffff", "mmio:nope", "mmio:0xdead0000", "sim:",
		"sim:nope", "sim:blk,nope", "sim:blk,fault=nope",
		"sim:blk,qsize=0", "sim:blk,qsize=3", "sim:blk,size=x",
		"sim:blk,file=/nonexistent", "sim:blk,packed=maybe",
	};
	struct vi_device *dev = NULL;
	struct vi_value v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_null(vi_device_find(ctx, bad[i]));
	while ((dev = vi_device_next(ctx, dev)))
		if (!vi_get(vi_schema_find(vi_device_schema(), "name"), dev,
			    &v) && strcmp(v.string, "ring"))
			(void)vi_device_find(ctx, v.string);
}

static void call_ring(struct vi_ctx *ctx)
{
	static const char *const bad[] = {
		"", "split", "split,num=8", A_RING ",next_avail=1",
		"split,num=7,desc=0,driver=0x100,device=0x200", A_RING ",x=1",
		A_RING ",features=x", A_RING ",type=nope",
	};
	struct vi_device *dev;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(vi_ring_by_address(ctx, bad[i], NULL, &dev) < 0);
	assert_true(vi_ring_by_address(ctx, A_RING, "/nonexistent", &dev) < 0);
	assert_true(vi_ring_by_address(ctx, A_RING, "/", &dev) < 0);
}

static void call_check_ring(struct vi_ctx *ctx)
{
	struct vi_device *dev;

	assert_true(vi_check_ring(ctx, "split,num=8", &dev) < 0);
	assert_true(vi_ctx_add_memory(ctx, 1, 0, NULL, NULL) < 0);
}

static void call_fdt(struct vi_ctx *ctx)
{
	(void)vi_scan_fdt(ctx, NULL);
	assert_true(vi_scan_fdt(ctx, "/nonexistent") < 0);
	assert_true(vi_scan_fdt(ctx, "/proc/self/exe") < 0);
}

static void call_machine(struct vi_ctx *ctx)
{
	const void *machine = vi_machine(ctx);

	assert_non_null(machine);
	free(vi_to_json(ctx, vi_machine_schema(), machine, NULL));
}

static void call_snapshots(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;
	struct vi_snapshot *snap;
	size_t i;

	while ((dev = vi_device_next(ctx, dev))) {
		for (i = 0; i <= vi_snapshots(dev); i++) {
			snap = vi_snapshot_at(dev, i);
			if (snap)
				free(vi_to_json(ctx, vi_snapshot_schema(),
						vi_snapshot_ref(snap), NULL));
			if (snap)
				vi_device_ref(vi_snapshot_device(snap));
			vi_snapshot_unref(snap);
			vi_snapshot_unref(snap);
			if (i < vi_snapshots(dev))
				vi_device_unref(dev);
		}
	}
}

static void call_taken(struct vi_ctx *ctx)
{
	struct vi_value v;

	(void)vi_taken(ctx, &v);
}

static void call_bind(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;
	struct vi_binding *b = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		if (!vi_bind_plan(ctx, dev, NULL, NULL, &b))
			vi_bind_free(b);
	assert_true(vi_bind_plan(ctx, NULL, "0000:00:99.0", NULL, &b) < 0);
	assert_true(vi_bind_open(ctx, "nope", &b) < 0);
	assert_true(vi_bind_restore(ctx, "0000:00:99.0") < 0);
}

static void call_monitor(struct vi_ctx *ctx)
{
	struct vi_monitor *mon;
	const void *event;

	if (vi_monitor_new(ctx, &mon))
		return;
	(void)vi_monitor_read(mon, &event);
	vi_monitor_free(mon);
}

static void call_sysroot(struct vi_ctx *ctx)
{
	assert_true(vi_ctx_set_sysroot(ctx, "/nonexistent") < 0);
}

static void call_sampler(struct vi_ctx *ctx)
{
	const struct vi_sampler_options bad = {
		.size = sizeof(bad), .access = "registers",
	};
	struct vi_device *dev = NULL;
	struct vi_sample *kept;
	struct vi_sampler *s;
	struct vi_value v;

	assert_true(vi_sampler_new(ctx, &bad, &s) < 0);
	if (vi_sampler_new(ctx, NULL, &s))
		return;
	(void)vi_sampler_sample(s);
	(void)vi_sampler_interim(s);
	while ((dev = vi_device_next(ctx, dev)))
		if (!vi_get(vi_schema_find(vi_device_schema(), "name"), dev,
			    &v))
			(void)vi_sampler_detail(s, v.string, 0);
	assert_null(vi_sampler_detail(s, "nope", 0));
	kept = vi_sampler_keep(s);
	assert_non_null(kept);
	vi_sample_unref(vi_sample_ref(kept));
	vi_sample_queues(kept, &v);
	free(vi_to_json(ctx, vi_summary_schema(), vi_sample_summary(kept),
			NULL));
	vi_sample_unref(kept);
	free(vi_to_json(ctx, vi_summary_schema(), vi_sampler_summary(s),
			NULL));
	(void)vi_sampler_sample(s);
	vi_sampler_free(s);
}

static const struct call {
	const char *name;
	void (*call)(struct vi_ctx *ctx);
} calls[] = {
	{ "vi_snapshot_take", call_look },
	{ "looks by registers", call_registers },
	{ "vi_check", call_check },
	{ "vi_to_json", call_json },
	{ "vi_write_json", call_write_json },
	CALLS_JSON
	{ "vi_capture_write", call_capture },
	{ "vi_capture_write_to", call_capture_to },
	{ "vi_device_find", call_find },
	{ "vi_ring_by_address", call_ring },
	{ "vi_check_ring", call_check_ring },
	{ "vi_device_report", call_reports },
	{ "vi_scan_fdt", call_fdt },
	{ "vi_machine", call_machine },
	{ "vi_snapshot_at", call_snapshots },
	{ "vi_taken", call_taken },
	{ "vi_bind_plan", call_bind },
	{ "vi_monitor_read", call_monitor },
	{ "vi_ctx_set_sysroot", call_sysroot },
	{ "vi_sampler_sample", call_sampler },
};

#endif
