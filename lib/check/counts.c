// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The kernel's counters for a device with a finding. They are all in the
 * kernel's memory: reading them never makes it query the device.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "check/run.h"
#include "core/file.h"
#include "inspect/findings.h"

/* Per finding. */
#define MAX_COUNTS	8

/* The evidence to append to, with room for @most entries. */
struct counts {
	struct vi_device *dev;
	struct vi_named *to;
	size_t num, most;
};

/* The rule may have added this counter itself. */
static bool is_there(const struct counts *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->num; i++)
		if (!strcmp(c->to[i].name, name))
			return true;
	return false;
}

static void add(struct counts *c, const char *name, uint64_t value)
{
	if (c->num < c->most && !is_there(c, name))
		c->to[c->num++] = (struct vi_named) {
			name, { .type = VI_UINT, .number = value },
		};
}

/* Add the number in a file. */
static void add_file(struct counts *c, const char *name, const char *path)
{
	uint64_t value;

	if (!vi_read_u64(c->dev->ctx, path, &value))
		add(c, name, value);
}

/* Two numbers: reads and writes in flight in the block layer. */
static void add_disk(struct counts *c, const char *kname)
{
	char path[VI_PATH_SIZE], line[64];
	unsigned long long reads, writes;

	snprintf(path, sizeof(path), "/sys/block/%s/inflight", kname);
	if (vi_read_line(c->dev->ctx, path, line, sizeof(line)) <= 0 ||
	    sscanf(line, "%19llu %19llu", &reads, &writes) != 2)
		return;
	add(c, "block_reads_in_flight", reads);
	add(c, "block_writes_in_flight", writes);
}

/* Even queues receive, odd ones transmit; the last, even, has commands. */
static void add_interface(struct counts *c, const char *kname, uint16_t queue)
{
	static const char *const names[] = {
		"rx_dropped", "tx_dropped", "tx_errors",
	};
	char path[VI_PATH_SIZE];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s",
			 kname, names[i]);
		add_file(c, names[i], path);
	}
	if (queue % 2 == 0)
		return;
	snprintf(path, sizeof(path), "/sys/class/net/%s/queues/tx-%u/tx_timeout",
		 kname, queue / 2);
	add_file(c, "tx_timeout", path);
}

/* A full bounce buffer looks like a stuck device. */
static void add_swiotlb(struct counts *c)
{
	add_file(c, "swiotlb_used", "/sys/kernel/debug/swiotlb/io_tlb_used");
	add_file(c, "swiotlb_slots", "/sys/kernel/debug/swiotlb/io_tlb_nslabs");
}

static void add_interrupts(struct counts *c, uint16_t queue)
{
	const struct vi_snapshot *snap = vi_last_snapshot(c->dev);
	size_t i;

	for (i = 0; snap && i < snap->count; i++)
		if (snap->views[i].q->index == queue &&
		    snap->views[i].irq.known && snap->views[i].irq.has_irq)
			add(c, "irq_count", snap->views[i].irq.count);
}

static void add_all(struct counts *c, uint16_t queue)
{
	struct vi_device *dev = c->dev;
	const char *kname;

	kname = vi_load(dev, VI_FACT_KNAMES) ? NULL : dev->knames.v[0];
	if (kname && !vi_load(dev, VI_FACT_ID) && !strchr(kname, '/')) {
		if (dev->vdev.id.device == VIRTIO_ID_BLOCK)
			add_disk(c, kname);
		else if (dev->vdev.id.device == VIRTIO_ID_NET)
			add_interface(c, kname, queue);
	}
	add_interrupts(c, queue);
	add_swiotlb(c);
}

int vi_add_counts(struct vi_pool *pool, struct vi_device *dev,
		  struct vi_finding *f)
{
	struct counts c = { .dev = dev, .num = f->num_evidence,
			    .most = f->num_evidence + MAX_COUNTS };

	if (!vi_is_local(dev) || f->queue < 0)
		return 0;
	c.to = vi_pool_alloc(pool, c.most * sizeof(*c.to));
	if (!c.to)
		return -ENOMEM;
	if (c.num)
		memcpy(c.to, f->evidence, c.num * sizeof(*c.to));
	add_all(&c, f->queue);
	f->evidence = c.to;
	f->num_evidence = c.num;
	return 0;
}
