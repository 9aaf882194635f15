// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures: everything written can be read again, and nothing invalid is. */
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

#include <virtio-inspect/capture.h>
#include <virtio-inspect/check.h>
#include <virtio-inspect/snapshot.h>

#include "capture/capture.h"
#include "core/compiler.h"
#include "inspect/fields/registers.h"
#include "inspect/findings.h"
#include "inspect/host.h"
#include "inspect/snapshot.h"

/* --- Files in memory --- */

struct file {
	int fd;
	char path[64];
};

static struct file new_file(const void *bytes, size_t len)
{
	struct file f = { .fd = memfd_create("capture", 0) };

	assert_true(f.fd >= 0);
	snprintf(f.path, sizeof(f.path), "/proc/self/fd/%d", f.fd);
	if (len)
		assert_int_equal(write(f.fd, bytes, len), len);
	return f;
}

static char *text_of(const struct file *f)
{
	off_t len = lseek(f->fd, 0, SEEK_END);
	char *text = calloc(1, len + 1);

	assert_int_equal(pread(f->fd, text, len, 0), len);
	return text;
}

static struct file write_capture(struct vi_ctx *ctx, size_t buffers)
{
	struct file f = new_file(NULL, 0);

	if (vi_capture_write(ctx, NULL, f.fd, buffers))
		fail_msg("%s", vi_error(ctx));
	return f;
}

static struct vi_ctx *read_capture(const struct file *f)
{
	struct vi_ctx *ctx = vi_ctx_new();

	if (vi_capture_read(ctx, f->path))
		fail_msg("%s", vi_error(ctx));
	return ctx;
}

/* Everything known about all devices, as JSON. */
static char *view(struct vi_ctx *ctx)
{
	static const char *const raw[] = { "queues.raw", NULL };
	struct vi_device *dev = NULL;
	char *all = calloc(1, 1), *json;

	while ((dev = vi_device_next(ctx, dev))) {
		json = vi_to_json(ctx, vi_device_schema(), dev, raw);
		assert_non_null(json);
		all = realloc(all, strlen(all) + strlen(json) + 2);
		strcat(strcat(all, json), "\n");
		free(json);
	}
	return all;
}

/*
 * Write, read and write again: same bytes, same views. Buffer contents were
 * read for the capture, and only the capture has them.
 */
static void round_trip(struct vi_ctx *ctx, size_t buffers)
{
	struct file once = write_capture(ctx, buffers), twice;
	struct vi_ctx *again = read_capture(&once);
	char *a, *b;

	a = view(ctx);
	b = view(again);
	if (!buffers)
		assert_string_equal(a, b);
	assert_null(strstr(a, "\"contents\""));
	free(a);
	free(b);
	twice = write_capture(again, buffers);
	a = text_of(&once);
	b = text_of(&twice);
	assert_string_equal(a, b);
	free(a);
	free(b);
	vi_ctx_free(again);
	close(once.fd);
	close(twice.fd);
}

/* --- Simulated devices --- */

static void simulated(const char *target)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_device_find(ctx, target);

	if (!dev)
		fail_msg("%s", vi_error(ctx));
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	usleep(2000);
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	round_trip(ctx, 0);
	round_trip(ctx, 64);
	vi_ctx_free(ctx);
}

static void simulated_devices(void **state)
{
	static const char *const targets[] = {
		"sim:blk", "sim:blk,fault=stuck", "sim:blk,fault=lost-irq",
		"sim:blk,fault=stuck,indirect=off", "sim:net,packed",
		"sim:net,packed,fault=stuck", "sim:rng,fault=lost-kick,qsize=8",
		"sim:blk,packed,fault=lost-irq,event-idx=off",
		"sim:blk,fault=bad-used-id", "sim:console,fault=needs-reset",
		"sim:blk,in-order,fault=stuck,after=2",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		simulated(targets[i]);
}

/* --- Built by hand, with every oddity --- */

static uint8_t *bytes(size_t len, uint8_t seed)
{
	uint8_t *p = malloc(len + 1);
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = seed + i * 7;
	return p;
}

static struct vi_raw_queue *add_queue(struct vi_snapshot *snap, uint32_t size,
				  bool packed)
{
	struct vi_ring_parts parts = vi_ring_parts(packed, size);
	struct vi_raw_queue *q = vi_snapshot_add(snap);

	q->index = snap->count * 2;
	q->size = size;
	q->packed = packed;
	q->features = snap->dev->vdev.features;
	q->have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_ADDRESSES | VI_Q_READY;
	q->ready = true;
	q->desc = 0xfffffffffffff000;
	q->driver = 0x1000;
	q->device = 0x2000;
	q->time_ns = 1792345678123456000;
	q->passes = 3;
	q->desc_bytes = calloc(1, parts.desc);
	q->driver_bytes = calloc(1, parts.driver);
	q->device_bytes = calloc(1, parts.device);
	return q;
}

/* Four chains of one descriptor are outstanding; one of them is indirect. */
static void fill_split(struct vi_raw_queue *q)
{
	struct vring_desc *desc = (void *)q->desc_bytes;
	uint16_t *avail = (void *)q->driver_bytes;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		desc[i] = (struct vring_desc) { 0x10000 * i, 16, 0, 0 };
		avail[2 + i] = i;
	}
	desc[2].flags = VRING_DESC_F_INDIRECT;
	desc[2].len = 48;
	desc[3].flags = 0x40 | VRING_DESC_F_NEXT;
	desc[3].next = 200;
	avail[1] = 4;
	q->tables = calloc(2, sizeof(*q->tables));
	q->tables[0] = (struct vi_table) {
		.addr = 0x20000, .len = 48, .have = 48, .bytes = bytes(48, 1),
	};
	q->tables[1] = (struct vi_table) {
		.addr = 0x30000, .len = 4096, .bytes = bytes(0, 1),
		.err = -EFAULT,
	};
	q->num_tables = 2;
	q->headers = calloc(1, sizeof(*q->headers));
	q->headers[0] = (struct vi_header) {
		.id = 0, .len = 16, .has_age = true, .age_ns = 4200000000,
	};
	q->num_headers = 1;
	q->avail_again = 5;
	q->have |= VI_Q_AVAIL_AGAIN | VI_Q_NAME | VI_Q_VECTOR;
	strcpy(q->name, "req.0\x1b[1m");
	q->vector = 0xffff;
	q->torn = true;
}

static void fill_state(struct vi_raw_queue *q)
{
	uint32_t i;

	q->have |= VI_Q_LAST_USED | VI_Q_NUM_FREE | VI_Q_FREE_HEAD |
		   VI_Q_NUM_ADDED | VI_Q_BROKEN | VI_Q_RESET |
		   VI_Q_EVENT_TRIGGERED | VI_Q_CALLBACK | VI_Q_AVAIL_SHADOW |
		   VI_Q_FLAGS_SHADOW | VI_Q_TOKENS | VI_Q_EXTRA |
		   VI_Q_RING_VA | VI_Q_MAX_SIZE;
	q->max_size = 1024;
	q->last_used = 0x8003;
	q->avail_shadow = 0x8004;
	q->num_free = UINT32_MAX;
	q->free_head = 7;
	q->num_added = 1;
	q->broken = true;
	q->callback = true;
	q->flags_shadow = 2;
	q->desc_va = 0xffff888000000000;
	q->driver_va = 0xffff888000001000;
	q->device_va = 0xffff888000002000;
	q->tokens = calloc(q->size, sizeof(*q->tokens));
	q->extra = calloc(q->size, sizeof(*q->extra));
	for (i = 0; i < q->size; i++)
		q->extra[i] = (struct vi_extra) {
			UINT64_MAX - i, i, VRING_DESC_F_WRITE, i + 1,
		};
	q->tokens[1] = (struct vi_token) {
		true, q->packed ? 3 : 0, q->packed ? 2 : 0,
		0xffff888000003000,
	};
}

static void fill_judged(struct vi_device *dev)
{
	struct vi_pool *pool = vi_device_pool(dev);
	struct vi_report *j = vi_pool_alloc(pool, sizeof(*j));
	struct vi_named *evidence = vi_pool_alloc(pool, 5 * sizeof(*evidence));

	j->findings = vi_pool_alloc(pool, 2 * sizeof(*j->findings));
	evidence[0] = (struct vi_named) {
		"age_ms", { .type = VI_UINT, .number = 3015 },
	};
	evidence[1] = (struct vi_named) {
		"addr", { .type = VI_HEX, .number = 0x7 },
	};
	evidence[2] = (struct vi_named) {
		"other_queues_move", { .type = VI_BOOL, .boolean = true },
	};
	evidence[3] = (struct vi_named) {
		"avail", { .type = VI_STRING, .string = "5/1" },
	};
	evidence[4] = (struct vi_named) {
		"share", { .type = VI_REAL, .real = 0.5 },
	};
	j->findings[0] = (struct vi_finding) {
		.code = "D_DEVICE_STUCK", .severity = VI_ERROR,
		.queue = 2, .message = "it stays", .advice = "wait",
		.evidence = evidence, .num_evidence = 5,
	};
	j->findings[1] = (struct vi_finding) {
		.code = "D_FAILED", .severity = VI_WARNING, .queue = -1,
		.message = "bad",
	};
	j->num_findings = 2;
	j->answers = vi_pool_alloc(pool, sizeof(*j->answers));
	j->answers[0] = (struct vi_answers) {
		.queue = 2,
		.to = { VI_ANSWER_YES, VI_ANSWER_NO, VI_ANSWER_UNKNOWN },
	};
	vi_strings_add(pool, &j->answers[0].text, "because");
	j->num_answers = 1;
	vi_strings_add(pool, &j->unjudged, "E_ALIGN: no memory");
	j->snaps = 5;
	dev->report = dev->recorded = j;
}

static void fill_disagreements(struct vi_device *dev)
{
	struct vi_device_registers *r =
		(struct vi_device_registers *)dev->registers;

	r->compared = true;
	r->disagreements = vi_pool_alloc(vi_device_pool(dev),
					 2 * sizeof(*r->disagreements));
	r->disagreements[0] = (struct vi_disagreement) {
		true, 65535, "size", { .text = "256" }, { .text = "128" },
	};
	r->disagreements[1] = (struct vi_disagreement) {
		false, 0, "features", { .text = "0x1" }, { .text = "0x3" },
	};
	r->num_disagreements = 2;
}

/* virtio-mmio: no number of queues, no accepted features, nothing selected. */
static void fill_mmio_registers(struct vi_device *dev)
{
	struct vi_registers regs = {
		.version = 2, .device_id = 1, .vendor_id = UINT32_MAX,
		.status = 0xf, .config_msix_vector = VI_NO_VECTOR,
	};

	assert_int_equal(vi_keep_registers(dev, &regs), 0);
}

static void fill_pci(struct vi_device *dev)
{
	struct vi_pci_config *pci = vi_pool_alloc(vi_device_pool(dev),
						  sizeof(*pci));

	pci->kind = VI_PCI_MODERN;
	pci->msix.present = pci->msix.enabled = true;
	pci->msix.table_size = 3;
	dev->pci = pci;
	vi_set_fact(dev, VI_FACT_PCI_CONFIG, 0);
	dev->link = "lowerlayerdown";
	vi_set_fact(dev, VI_FACT_LINK, 0);
}

static void fill_host(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = vi_inventory(ctx);
	struct vi_host *host = vi_pool_alloc(&inv->pool, sizeof(*host));

	*host = (struct vi_host) {
		.kernel = "6.1.0", .machine = "s390x", .page_size = 4096,
		.byte_order = "little", .time = "2026-11-22T19:00:00Z",
		.num_memory = 3,
	};
	host->memory = vi_pool_alloc(&inv->pool, 3 * sizeof(*host->memory));
	host->memory[0] = (struct vi_memory_range) { 0, 0xfff, "Reserved" };
	host->memory[1] = (struct vi_memory_range) {
		0x1000, 0x7fffffff, "System RAM",
	};
	host->memory[2] = (struct vi_memory_range) {
		0xffffffff00000000, UINT64_MAX, "\x1b[1m",
	};
	inv->host = host;
}

static void fill_registers(struct vi_device *dev)
{
	struct vi_queue_registers queues[] = {
		{ .index = 0, .size = 256, .enabled = true, .msix_vector = 1,
		  .has_addresses = true, .desc = 0x1000, .driver = 0x2000,
		  .device = 0x3000 },
		{ .index = 1, .size = 64, .msix_vector = VI_NO_VECTOR },
		/* As on virtio-mmio. */
		{ .index = 2, .max_size = 1024, .enabled = true,
		  .msix_vector = VI_NO_VECTOR },
	};
	struct vi_registers regs = {
		.status = 0xf, .config_msix_vector = VI_NO_VECTOR,
		.num_queues = 2, .offered = dev->vdev.features,
		.offered_bits = 128, .accepted_bits = 128, .queues = queues,
		.count = 3,
	};

	regs.config.len = 8;
	regs.config.bytes[1] = 8;
	regs.config.generation = 3;
	assert_int_equal(vi_keep_registers(dev, &regs), 0);
	fill_disagreements(dev);
}

static void fill_facts(struct vi_device *dev)
{
	static const enum vi_fact facts[] = {
		VI_FACT_ID, VI_FACT_VENDOR, VI_FACT_DRIVER, VI_FACT_STATUS,
		VI_FACT_FEATURES, VI_FACT_ADDRESS, VI_FACT_TRANSPORT,
		VI_FACT_KNAMES, VI_FACT_PCI_ID, VI_FACT_INTERRUPTS,
		VI_FACT_MODULES,
	};
	struct vi_pool *pool = vi_device_pool(dev);
	size_t i;

	dev->name = "virtio3";
	dev->index = 3;
	dev->vdev.id.device = VIRTIO_ID_BLOCK;
	dev->vdev.id.vendor = UINT32_MAX;
	dev->driver = "deadbeef";
	dev->status = 0x4f;
	dev->vdev.features.w[0] = UINT64_C(1) << VIRTIO_F_VERSION_1 |
				  1 << VIRTIO_RING_F_INDIRECT_DESC;
	dev->vdev.features.w[1] = UINT64_MAX;
	dev->address = "0000:00:04.0";
	dev->transport = "pci-modern";
	vi_strings_add(pool, &dev->knames, "vda");
	vi_strings_add(pool, &dev->knames, "vd\xff\xc3\xbc");
	vi_strings_add(pool, &dev->modules, "gr\xc3\xbc\xc3\x9f\xf0\x9f\x98\x80");
	dev->pci_vendor = 0x1af4;
	dev->pci_device = 0x1042;
	dev->interrupts = vi_pool_alloc(pool, sizeof(*dev->interrupts));
	dev->interrupts[0] = (struct vi_interrupt) {
		.irq = 29, .name = "virtio3-req.0", .queue = "req.0",
		.count = INT64_MAX, .cpus = "0-3", .chip = "PCI-MSIX",
	};
	dev->num_interrupts = 1;
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		vi_set_fact(dev, facts[i], 0);
	assert_int_equal(vi_device_on_bus(dev), 0);
}

static struct vi_ctx *by_hand(void)
{
	struct vi_ctx *ctx = vi_ctx_new();
	struct vi_device *dev = vi_inventory_add(ctx);
	struct vi_raw_queue *q;
	struct vi_snapshot *snap;

	fill_facts(dev);
	snap = vi_snapshot_new(dev, "kernel");
	snap->physical = true;
	fill_split(add_queue(snap, 256, false));
	q = add_queue(snap, 5, true);
	fill_state(q);
	q = add_queue(snap, 16, false);
	free(q->desc_bytes);
	q->desc_bytes = NULL;
	q->memory_err = -EFAULT;
	q->memory_fault = 0x1234567;
	q->gone = true;
	q = vi_snapshot_add(snap);
	q->index = 65535;
	q->have = VI_Q_INDEX;
	assert_int_equal(vi_snapshot_finish(snap, NULL, NULL), 0);
	snap->views[0].irq = (struct vi_queue_irq) {
		true, false, true, 29, 12345678901, "virtio3-virtqueues",
	};
	vi_snapshot_keep(snap);
	vi_access_note(dev, "what is in requests cannot be read");
	fill_judged(dev);
	fill_registers(dev);
	fill_pci(dev);
	fill_host(ctx);
	dev->own_access = &vi_capture_access;
	dev = vi_inventory_add(ctx);
	dev->name = "virtio4";
	fill_mmio_registers(dev);
	return ctx;
}

static void built_by_hand(void **state)
{
	struct vi_ctx *ctx = by_hand();

	(void)state;
	round_trip(ctx, 0);
	vi_ctx_free(ctx);
}

/* The same capture in each schema reads as the same. */
static void schema_1_says_the_same(void **state)
{
	struct file written[2];
	char *text[2], path[256];
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct vi_ctx *ctx = vi_ctx_new();

		snprintf(path, sizeof(path), "%s/tests/fixtures/capture%s.json",
			 SRCDIR, i ? "" : "-1");
		if (vi_capture_read(ctx, path))
			fail_msg("%s", vi_error(ctx));
		written[i] = write_capture(ctx, 0);
		text[i] = text_of(&written[i]);
		vi_ctx_free(ctx);
	}
	assert_string_equal(text[0], text[1]);
	assert_non_null(strstr(text[0], "\"age_ms\":3015,\"addr\":\"0x7\","
			       "\"other_queues_move\":true"));
	for (i = 0; i < 2; i++) {
		free(text[i]);
		close(written[i].fd);
	}
}

static void it_survives_being_pasted(void **state)
{
	struct vi_ctx *ctx = by_hand();
	struct file f = write_capture(ctx, 0);
	char *text = text_of(&f), *line;
	size_t i;

	(void)state;
	for (i = 0; text[i]; i++)
		assert_true(text[i] == '\n' ||
			    (text[i] >= ' ' && text[i] <= '~'));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 160)
			fail_msg("%zu characters: %s", strlen(line), line);
	free(text);
	close(f.fd);
	vi_ctx_free(ctx);
}

static void contents_are_there_on_request_only(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new(), *again;
	struct vi_device *dev = vi_device_find(ctx, "sim:console,fault=stuck");
	struct file with, without;
	char *text;

	(void)state;
	assert_int_equal(vi_snapshot_take(ctx, dev, "auto"), 0);
	with = write_capture(ctx, 6);
	text = text_of(&with);
	/* "hello\n", from the transmit queue. */
	assert_non_null(strstr(text, "68656c6c6f0a"));
	free(text);
	again = read_capture(&with);
	without = write_capture(again, 0);
	text = text_of(&without);
	assert_null(strstr(text, "68656c6c6f0a"));
	assert_null(strstr(text, "contents"));
	free(text);
	close(with.fd);
	close(without.fd);
	vi_ctx_free(again);
	vi_ctx_free(ctx);
}

static void a_capture_is_not_looked_at_again(void **state)
{
	struct vi_ctx *ctx = by_hand(), *again;
	struct file f = write_capture(ctx, 0);
	struct vi_device *dev;

	(void)state;
	again = read_capture(&f);
	assert_int_equal(vi_snapshot_take(again, NULL, "auto"), 0);
	dev = vi_device_find(again, "virtio3");
	assert_int_equal(vi_snapshots(dev), 1);
	assert_int_equal(vi_snapshot_take(again, dev, "kernel"), -EINVAL);
	assert_non_null(strstr(vi_error(again), "virtio3"));
	assert_ptr_equal(vi_device_find(again, "0000:00:04.0"), dev);
	assert_ptr_equal(vi_device_find(again, "vda"), dev);
	vi_ctx_free(again);
	vi_ctx_free(ctx);
	close(f.fd);
}

/* --- Hostile files --- */

#define HEAD	"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":1}"
#define HEAD_2	"{\"virtio_inspect\":{\"version\":\"0.1.0\",\"schema\":2}"
#define DEV_NAME ",\"devices\":[{\"name\":\"virtio0\","
#define DEV	HEAD DEV_NAME
#define EVIDENCE DEV_NAME "\"findings\":[{\"code\":\"X\",\"severity\":\"info\",\"evidence\":"
#define END	"}]}]}"
#define QUEUE	DEV "\"queues\":[{\"index\":0,\"layout\":\"split\","
#define SMALL	QUEUE "\"size\":4,"

static const struct {
	const char *text;
	const char *message;	/* part of the message */
} hostile[] = {
	{ "", "line 1" },
	{ "[]", "not an object" },
	{ "nonsense", "line 1" },
	{ "{}", "virtio_inspect: missing" },
	{ HEAD, "line 1" },
	{ HEAD "}", "devices: missing" },
	{ "{\"virtio_inspect\":1}", "virtio_inspect: expected an object" },
	{ "{\"virtio_inspect\":{}}", "virtio_inspect.schema: missing" },
	{ "{\"virtio_inspect\":{\"schema\":3}}", "virtio_inspect.schema: 3" },
	{ "{\"virtio_inspect\":{\"schema\":0}}", "virtio_inspect.schema: 0" },
	{ "{\"virtio_inspect\":{\"schema\":1},\"virtio_inspect\":{}}",
	  "duplicate object key" },
	{ HEAD ",\"devices\":{}}", "devices: expected an array" },
	{ HEAD ",\"devices\":[1]}", "devices[0]: expected an object" },
	{ HEAD ",\"devices\":[{}]}", "devices[0].name: missing" },
	{ HEAD ",\"host\":{\"byte_order\":\"middle\"},\"devices\":[]}",
	  "host.byte_order" },
	{ HEAD ",\"host\":7,\"devices\":[]}", "host: expected an object" },
	{ HEAD ",\"host\":{\"memory\":7},\"devices\":[]}", "host.memory: " },
	{ HEAD ",\"host\":{\"memory\":[7]},\"devices\":[]}",
	  "host.memory[0]: expected an object" },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x0\",\"name\":\"x\"}]},"
	  "\"devices\":[]}", "host.memory[0].end: missing" },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x1\",\"end\":\"0x0\","
	  "\"name\":\"x\"}]},\"devices\":[]}", "host.memory[0].end: " },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x0\",\"end\":\"0x9\","
	  "\"name\":\"x\"},{\"start\":\"0x9\",\"end\":\"0x9\",\"name\":\"x\"}]},"
	  "\"devices\":[]}", "host.memory[1].start: " },
	{ HEAD ",\"host\":{\"memory\":[{\"start\":\"0x10000000000000000\","
	  "\"end\":\"0x9\",\"name\":\"x\"}]},\"devices\":[]}",
	  "host.memory[0].start: " },
	{ HEAD ",\"devices\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\","
	  "\"queues\":[{\"index\":0,\"layout\":\"split\",\"size\":-1}]}]}",
	  "devices[2].queues[0].size: -1 is not between 0 and 65535" },
	{ DEV "\"msix\":7}]}", "devices[0].msix: " },
	{ DEV "\"caps\":[],\"capabilities\":[],\"msix\":{\"enabled\":1}}]}",
	  "devices[0].msix.enabled: " },
	{ DEV "\"capabilities\":[],\"msix\":{\"vectors\":65536}}]}",
	  "devices[0].msix.vectors: 65536" },
	{ DEV "\"link\":1}]}", "devices[0].link: " },
	{ DEV "\"findings\":[],\"looks\":4294967296}]}", "devices[0].looks: " },
	{ DEV "\"registers\":{\"num_queues\":4294967296}}]}",
	  "devices[0].registers.num_queues: 4294967296" },
	{ DEV "\"registers\":{\"queues\":[{\"size\":65536}]}}]}",
	  "devices[0].registers.queues[0].size: 65536" },
	{ DEV "\"registers\":{\"disagreements\":[{\"queue\":65536,"
	  "\"what\":\"x\"}]}}]}",
	  "devices[0].registers.disagreements[0].queue: 65536" },
	{ DEV "\"registers\":{\"disagreements\":[{}]}}]}",
	  "devices[0].registers.disagreements[0].what: missing" },
	{ DEV "\"config\":[{\"name\":\"x\"}],\"registers\":{}}]}",
	  "devices[0].config[0].name: " },
	{ DEV "\"name\":\"x\"}]}", "duplicate object key" },
	{ DEV "\"kname\":\"a\\u0000b\"}]}", "line 1" },
	{ DEV "\"kname\":\"\xff\"}]}", "line 1" },
	{ DEV "\"kname\":7}]}", "devices[0].kname: " },
	{ DEV "\"kname\":\"a\",\"kname_hex\":\"6\"}]}",
	  "devices[0].kname_hex: not the bytes of a" },
	{ DEV "\"kname\":\"a\",\"kname_hex\":\"00\"}]}",
	  "devices[0].kname_hex: not the bytes of a" },
	{ DEV "\"kname\":\"a\",\"kname_hex\":\"62\"}]}",
	  "devices[0].kname_hex: these bytes belong to another text" },
	{ DEV "\"kname_hex\":\"62\"}]}",
	  "devices[0].kname_hex: there is no \"kname\"" },
	{ DEV "\"addresses\":\"physical\",\"addresses_hex\":\"00\","
	  "\"queues\":[]}]}", "devices[0].addresses_hex: not the bytes of a" },
	/* Also in keys that a reader derives. */
	{ DEV "\"type\":\"blk\",\"type_hex\":\"00\"}]}",
	  "devices[0].type_hex: not the bytes of a" },
	{ DEV "\"knames\":[\"a\"],\"knames_hex\":\"61\"}]}",
	  "devices[0].knames_hex: expected an array" },
	{ DEV "\"knames\":[\"a\"],\"knames_hex\":[\"61\",\"61\"]}]}",
	  "devices[0].knames_hex: 2 entries, but \"knames\" has 1" },
	{ DEV "\"knames\":[\"a\",\"b\"],\"knames_hex\":[\"61\",\"6\"]}]}",
	  "devices[0].knames_hex[1]: not the bytes of a" },
	{ DEV "\"knames\":[\"a\",7]}]}", "devices[0].knames[1]: expected a string" },
	{ DEV "\"irqs\":[1,\"2\"]}]}", "devices[0].irqs[1]: expected a whole number" },
	{ HEAD ",\"host\":{\"kernel\":\"6\",\"kernel_hex\":\"0\"},"
	  "\"devices\":[]}", "host.kernel_hex: not the bytes of a" },
	{ "{\"virtio_inspect\":{\"version\":1,\"schema\":1}}",
	  "virtio_inspect.version: expected a string" },
	/* The same as missing. */
	{ HEAD ",\"devices\":null}", "devices: missing" },
	{ HEAD ",\"devices\":[null]}", "devices[0]: expected an object" },
	{ DEV "\"kname\":\"a\",\"kname_hex\":7}]}", "devices[0].kname_hex: " },
	{ DEV "\"device_id\":-1}]}", "devices[0].device_id: -1" },
	{ DEV "\"device_id\":4294967296}]}", "devices[0].device_id: 4294967296" },
	{ DEV "\"device_id\":99999999999999999999}]}", "line 1" },
	{ DEV "\"device_id\":1.5}]}", "devices[0].device_id: " },
	{ DEV "\"features\":\"1\"}]}", "devices[0].features: " },
	{ DEV "\"features\":\"0x100000000000000000000000000000000\"}]}",
	  "devices[0].features: " },
	{ DEV "\"status\":\"0x1ffffffff\"}]}", "devices[0].status: " },
	{ DEV "\"status\":\"0x\"}]}", "devices[0].status: " },
	{ DEV "\"pci_id\":\"1af4-1042\"}]}", "devices[0].pci_id: " },
	{ DEV "\"findings\":[{\"code\":\"X\",\"severity\":\"fatal\"}]}]}",
	  "devices[0].findings[0].severity: " },
	{ HEAD EVIDENCE "{}" END, "devices[0].findings[0].evidence: " },
	{ HEAD EVIDENCE "[7]" END, "devices[0].findings[0].evidence[0]: " },
	{ HEAD EVIDENCE "[{\"value\":\"1\"}]" END,
	  "devices[0].findings[0].evidence[0].name: missing" },
	{ HEAD EVIDENCE "[{\"name\":\"a\"}]" END,
	  "devices[0].findings[0].evidence[0].value: missing" },
	{ HEAD EVIDENCE "[{\"name\":\"a b\",\"value\":\"1\"}]" END,
	  "devices[0].findings[0].evidence[0].name: a name consists of" },
	{ HEAD EVIDENCE "[{\"name\":\"a\",\"value\":\"1\"},"
	  "{\"name\":\"a\",\"value\":\"2\"}]" END,
	  "devices[0].findings[0].evidence[1].name: appears twice" },
	{ HEAD_2 EVIDENCE "[]" END, "devices[0].findings[0].evidence: " },
	{ HEAD_2 EVIDENCE "{\"a\":[]}" END,
	  "devices[0].findings[0].evidence.a: expected a number, a string," },
	{ HEAD_2 EVIDENCE "{\"a\":-1}" END,
	  "devices[0].findings[0].evidence.a: -1" },
	{ HEAD_2 EVIDENCE "{\"a b\":1}" END,
	  "devices[0].findings[0].evidence.a b: a name consists of" },
	{ HEAD_2 EVIDENCE "{\"\":1}" END,
	  "devices[0].findings[0].evidence: a name consists of" },
	{ HEAD_2 EVIDENCE "{\"a\":1,\"a_hex\":\"31\"}" END,
	  "devices[0].findings[0].evidence.a" },
	{ HEAD_2 EVIDENCE "{\"a_hex\":\"31\"}" END,
	  "devices[0].findings[0].evidence.a_hex: there is no text" },
	{ HEAD_2 EVIDENCE "{\"a\":\"2\",\"a_hex\":\"31\"}" END,
	  "devices[0].findings[0].evidence.a_hex: these bytes belong to another" },
	{ DEV "\"queues\":[{\"index\":0,\"layout\":\"split\",\"num_unseen\":\"1\"}]}]}",
	  "devices[0].queues[0].num_unseen: " },
	{ DEV "\"findings\":[],\"answers\":[{\"queue\":0,\"noticed\":\"maybe\"}]}]}",
	  "devices[0].answers[0].noticed: expected yes, no or" },
	{ DEV "\"queues\":7}]}", "devices[0].queues: " },
	{ DEV "\"num_queues\":4294967296}]}", "devices[0].num_queues: " },
	{ DEV "\"queues\":[{\"layout\":\"split\"}]}]}",
	  "devices[0].queues[0].index: missing" },
	{ DEV "\"queues\":[{\"index\":4294967296,\"layout\":\"split\"}]}]}",
	  "devices[0].queues[0].index: 4294967296" },
	{ DEV "\"queues\":[{\"index\":0,\"layout\":\"round\"}]}]}",
	  "devices[0].queues[0].layout: " },
	{ DEV "\"queues\":[{\"index\":0}]}]}",
	  "devices[0].queues[0].layout: missing" },
	{ DEV "\"queues\":[{\"index\":1,\"layout\":\"split\"},"
	  "{\"index\":1,\"layout\":\"split\"}]}]}",
	  "devices[0].queues[1].index: " },
	{ QUEUE "\"size\":65536}]}]}", "devices[0].queues[0].size: 65536" },
	{ QUEUE "\"size\":\"4\"}]}]}", "devices[0].queues[0].size: " },
	{ QUEUE "\"ready\":1}]}]}", "devices[0].queues[0].ready: " },
	{ QUEUE "\"desc\":\"0x0\"}]}]}", "devices[0].queues[0].desc: " },
	{ QUEUE "\"desc\":\"0x00000000000000000\",\"driver\":\"0x0\","
	  "\"device\":\"0x10000000000000000\"}]}]}",
	  "devices[0].queues[0].device: " },
	{ QUEUE "\"time\":\"yesterday\"}]}]}", "devices[0].queues[0].time: " },
	{ QUEUE "\"in_flight\":[{\"head\":\"x\"}]}]}]}",
	  "devices[0].queues[0].in_flight[0].head: " },
	{ QUEUE "\"driver_state\":{\"num_free\":4294967296}}]}]}",
	  "devices[0].queues[0].driver_state.num_free: " },
	{ QUEUE "\"name\":\"0123456789012345678901234567890123456789"
	  "012345678901234567890123\"}]}]}", "devices[0].queues[0].name: " },
	{ SMALL "\"raw\":{\"desc\":\"00\"}}]}]}",
	  "devices[0].queues[0].raw.desc: expected 64 bytes, got 1" },
	{ SMALL "\"raw\":{\"desc\":[\"0*65\"]}}]}]}",
	  "devices[0].queues[0].raw.desc: more than 64" },
	{ SMALL "\"raw\":{\"desc\":[\"0*18446744073709551615\"]}}]}]}",
	  "devices[0].queues[0].raw.desc: " },
	{ SMALL "\"raw\":{\"desc\":[\"0*-1\"]}}]}]}",
	  "devices[0].queues[0].raw.desc: " },
	{ SMALL "\"raw\":{\"desc\":[1]}}]}]}", "devices[0].queues[0].raw.desc: " },
	{ SMALL "\"raw\":{\"desc\":\"0g\"}}]}]}",
	  "devices[0].queues[0].raw.desc: not pairs of hexad" },
	{ SMALL "\"raw\":{\"desc\":\"0\"}}]}]}",
	  "devices[0].queues[0].raw.desc: not pairs of hexad" },
	{ SMALL "\"raw\":{\"tokens\":[{\"id\":4}]}}]}]}",
	  "devices[0].queues[0].raw.tokens[0].id: " },
	{ SMALL "\"raw\":{\"tokens\":[{}]}}]}]}",
	  "devices[0].queues[0].raw.tokens[0].id: missing" },
	{ SMALL "\"raw\":{\"tables\":[{\"addr\":\"0x0\",\"len\":4,"
	  "\"hex\":\"0000000000\"}]}}]}]}",
	  "devices[0].queues[0].raw.tables[0].hex: " },
	{ SMALL "\"raw\":{\"tables\":[{\"errno\":4096,\"hex\":\"\"}]}}]}]}",
	  "devices[0].queues[0].raw.tables[0].errno: " },
	{ SMALL "\"raw\":{\"headers\":[{\"id\":0,\"hex\":[\"0*65\"]}]}}]}]}",
	  "devices[0].queues[0].raw.headers[0].hex: " },
	{ SMALL "\"raw\":{\"extra\":\"00\"}}]}]}",
	  "devices[0].queues[0].raw.extra: " },
};

static void refuse(const char *text, size_t len, const char *message)
{
	struct file f = new_file(text, len);
	struct vi_ctx *ctx = vi_ctx_new();
	int err = vi_capture_read(ctx, f.path);

	if (err != -EINVAL || !strstr(vi_error(ctx), message))
		fail_msg("%.200s: %d, %s; %s was expected", text, err,
			 vi_error(ctx), message);
	assert_null(vi_device_next(ctx, NULL));
	vi_ctx_free(ctx);
	close(f.fd);
}

static void hostile_files_are_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(hostile); i++)
		refuse(hostile[i].text, strlen(hostile[i].text),
		       hostile[i].message);
}

static void refuse_many(const char *before, const char *each, size_t count,
			const char *after, const char *message)
{
	size_t start = strlen(before), n = strlen(each), i;
	char *text = malloc(start + n * count + strlen(after));

	memcpy(text, before, start);
	for (i = 0; i < count; i++)
		memcpy(text + start + i * n, each, n);
	memcpy(text + start + n * count, after, strlen(after));
	refuse(text, start + n * count + strlen(after), message);
	free(text);
}

static void what_is_large_is_bounded(void **state)
{
	(void)state;
	refuse_many("", "[", 100000, "", "nested more than");
	refuse_many("", "{\"a\":", 100000, "", "nested more than");
	refuse_many(DEV "\"irqs\":[", "0,", 5000000, "0]}]}", "values");
}

/* Zeros cost nothing in a file, but as much memory as other bytes. */
static void zeros_are_bounded(void **state)
{
	static const char each[] =
		"{\"addr\":\"0x0\",\"hex\":[\"0*67108864\"]},";

	(void)state;
	refuse_many(SMALL "\"raw\":{\"contents\":[", each, 20,
		    "{\"addr\":\"0x0\",\"hex\":\"\"}]}}]}]}",
		    "more memory than a capture of this length");
}

/* Truncate a file everywhere, and change each byte. */
static void damaged_files_do_no_harm(void **state)
{
	struct vi_ctx *ctx = by_hand();
	struct file f = write_capture(ctx, 0), g;
	char *text = text_of(&f), kept;
	size_t len = strlen(text), i;

	(void)state;
	vi_ctx_free(ctx);
	for (i = 0; i < len; i += 37) {
		kept = text[i];
		text[i] = "\"0}-"[i % 4];
		g = new_file(text, i % 2 ? len : i);
		ctx = vi_ctx_new();
		if (!vi_capture_read(ctx, g.path))
			free(view(ctx));
		vi_ctx_free(ctx);
		close(g.fd);
		text[i] = kept;
	}
	free(text);
	close(f.fd);
}

static void missing_files_are_named(void **state)
{
	struct vi_ctx *ctx = vi_ctx_new();

	(void)state;
	assert_int_equal(vi_capture_read(ctx, "/nowhere/there"), -ENOENT);
	assert_non_null(strstr(vi_error(ctx), "/nowhere/there"));
	assert_int_equal(vi_capture_read(ctx, "/"), -EISDIR);
	vi_ctx_free(ctx);
}

/* vqdump --json has no raw bytes, or all bytes in one string. */
static void json_is_read_as_well(void **state)
{
	static const char text[] = SMALL
		"\"raw\":{\"desc\":\""
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"
		"00000000000000000000000000000000\"},"
		"\"unheard_of\":{\"x\":[]}}]}]}";
	struct file f = new_file(text, strlen(text));
	struct vi_ctx *ctx = read_capture(&f);
	struct vi_snapshot *snap;
	struct vi_value v;

	(void)state;
	snap = vi_snapshot_at(vi_device_find(ctx, "virtio0"), 0);
	assert_non_null(snap);
	assert_int_equal(vi_get(vi_schema_find(vi_snapshot_schema(), "queues"),
				snap, &v), 0);
	assert_int_equal(v.count, 1);
	vi_snapshot_unref(snap);
	vi_ctx_free(ctx);
	close(f.fd);
}

/* --- Judging a capture --- */

/* A split ring of 4 entries at 0x1000, with 16 bytes at 0x9000 in flight. */
#define RING	"\"host\":{%s},\"devices\":[{\"name\":\"virtio0\","	\
	"\"features\":\"0x100000000\",\"addresses\":\"physical\","	\
	"\"driver\":\"virtio_blk\",\"status\":\"0xf\","			\
	"\"queues\":[{\"index\":0,\"layout\":\"split\",\"size\":4,"	\
	"\"ready\":true,\"torn\":false,\"gone\":false,"			\
	"\"desc\":\"0x1000\",\"driver\":\"0x1100\","			\
	"\"device\":\"0x1200\",\"raw\":{\"desc\":[\"0090000000000000\","	\
	"\"1000000000000000\",\"0*48\"],\"driver\":[\"00000100\",\"0*10\"]," \
	"\"device\":[\"0*38\"]}}]%s}]}"

static struct vi_device *judge(struct vi_ctx **ctx, const char *host,
			       const char *more)
{
	const struct vi_check_options now = {
		.size = sizeof(now), .now = true,
	};
	char text[2048];
	struct vi_device *dev;
	struct file f;
	int n = snprintf(text, sizeof(text), HEAD "," RING, host, more);

	f = new_file(text, n);
	*ctx = read_capture(&f);
	dev = vi_device_find(*ctx, "virtio0");
	assert_true(vi_check(*ctx, NULL, *more ? NULL : &now) >= 0);
	close(f.fd);
	return dev;
}

static bool has_finding(const struct vi_device *dev, const char *code)
{
	size_t i;

	for (i = 0; i < dev->report->num_findings; i++)
		if (!strcmp(dev->report->findings[i].code, code))
			return true;
	return false;
}

static bool is_unjudged(const struct vi_device *dev, const char *code)
{
	size_t i;

	for (i = 0; i < dev->report->unjudged.count; i++)
		if (!strncmp(dev->report->unjudged.v[i], code, strlen(code)))
			return true;
	return false;
}

#define RAM(start, end, name) \
	"{\"start\":\"" start "\",\"end\":\"" end "\",\"name\":\"" name "\"}"

static void addresses_are_judged_by_its_memory(void **state)
{
	static const struct {
		const char *memory;
		const char *found;	/* NULL: no finding */
	} rows[] = {
		{ RAM("0x0", "0xffff", "System RAM"), NULL },
		{ RAM("0x0", "0x8fff", "System RAM"), "E_BUF_UNMAPPED" },
		{ RAM("0x2000", "0xffff", "System RAM"), "E_UNMAPPED" },
		{ RAM("0x0", "0x8fff", "System RAM") ","
		  RAM("0x9000", "0xffff", "PCI Bus 0000:00"), "I_NOT_RAM" },
		{ RAM("0x0", "0x9007", "System RAM") ","
		  RAM("0x9009", "0xffff", "System RAM"), "E_BUF_SPLIT" },
	};
	struct vi_device *dev;
	struct vi_ctx *ctx;
	char host[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(host, sizeof(host), "\"memory\":[%s]",
			 rows[i].memory);
		dev = judge(&ctx, host, "");
		assert_false(is_unjudged(dev, "E_BUF_UNMAPPED"));
		if (rows[i].found ? !has_finding(dev, rows[i].found) :
				    dev->report->num_findings)
			fail_msg("%s: %zu findings, first %s", rows[i].memory,
				 dev->report->num_findings,
				 dev->report->num_findings ?
				 dev->report->findings[0].code : "none");
		vi_ctx_free(ctx);
	}
	dev = judge(&ctx, "", "");
	assert_true(is_unjudged(dev, "E_BUF_UNMAPPED"));
	vi_ctx_free(ctx);
}

/* Several snapshots saw more than the one in the capture. */
static void what_several_looks_found_stays(void **state)
{
	static const char found[] =
		",\"findings\":[{\"code\":\"X\",\"severity\":\"info\"}]";
	static const char bad[] =
		"\"memory\":[" RAM("0x0", "0x8fff", "System RAM") "]";
	struct vi_device *dev;
	struct vi_ctx *ctx;
	char more[128];

	(void)state;
	snprintf(more, sizeof(more), "%s,\"looks\":5", found);
	dev = judge(&ctx, bad, more);
	assert_true(has_finding(dev, "X"));
	assert_false(has_finding(dev, "E_BUF_UNMAPPED"));
	vi_ctx_free(ctx);
	snprintf(more, sizeof(more), "%s,\"looks\":1", found);
	dev = judge(&ctx, bad, more);
	assert_true(has_finding(dev, "X"));
	assert_true(has_finding(dev, "E_BUF_UNMAPPED"));
	vi_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simulated_devices),
		cmocka_unit_test(built_by_hand),
		cmocka_unit_test(schema_1_says_the_same),
		cmocka_unit_test(it_survives_being_pasted),
		cmocka_unit_test(contents_are_there_on_request_only),
		cmocka_unit_test(a_capture_is_not_looked_at_again),
		cmocka_unit_test(hostile_files_are_refused),
		cmocka_unit_test(what_is_large_is_bounded),
		cmocka_unit_test(zeros_are_bounded),
		cmocka_unit_test(damaged_files_do_no_harm),
		cmocka_unit_test(missing_files_are_named),
		cmocka_unit_test(json_is_read_as_well),
		cmocka_unit_test(addresses_are_judged_by_its_memory),
		cmocka_unit_test(what_several_looks_found_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
