/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of captures: a context built by hand, with every oddity. */
#ifndef VI_TESTS_BY_HAND_H
#define VI_TESTS_BY_HAND_H

#include "capture/capture.h"
#include "core/compiler.h"
#include "inspect/fields/registers.h"
#include "inspect/findings.h"
#include "inspect/host.h"
#include "inspect/snapshot.h"

static inline uint8_t *bytes(size_t len, uint8_t seed)
{
	uint8_t *p = malloc(len + 1);
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = seed + i * 7;
	return p;
}

static inline struct vi_raw_queue *add_queue(struct vi_snapshot *snap,
					     uint32_t size, bool packed)
{
	struct vi_ring_parts parts = vi_ring_parts(packed, size);
	struct vi_raw_queue *q = vi_snapshot_add(snap);

	q->index = snap->count * 2;
	q->size = size;
	q->packed = packed;
	q->features = snap->dev->vdev.features;
	q->have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_ADDRESSES | VI_Q_READY |
		  VI_Q_FEATURES;
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
static inline void fill_split(struct vi_raw_queue *q)
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

static inline void fill_state(struct vi_raw_queue *q)
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
		0xffff888000003000, 0, 0,
	};
}

static inline void fill_judged(struct vi_device *dev)
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
	vi_strings_add(pool, &j->undecided, "queue 2: the queue was not read");
	j->snaps = 5;
	dev->report = dev->recorded = j;
}

static inline void fill_disagreements(struct vi_device *dev)
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
static inline void fill_mmio_registers(struct vi_device *dev)
{
	struct vi_registers regs = {
		.version = 2, .device_id = 1, .vendor_id = UINT32_MAX,
		.status = 0xf, .config_msix_vector = VI_NO_VECTOR,
	};

	assert_int_equal(vi_keep_registers(dev, &regs), 0);
}

static inline void fill_pci(struct vi_device *dev)
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

static inline void fill_host(struct vi_ctx *ctx)
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

static inline void fill_registers(struct vi_device *dev)
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

static inline void fill_facts(struct vi_device *dev)
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

static inline struct vi_ctx *by_hand(void)
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

#endif
