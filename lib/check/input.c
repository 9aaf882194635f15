// SPDX-License-Identifier: LGPL-2.1-or-later
/* A device and its snapshots as input of the engine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "check/run.h"
#include "core/file.h"
#include "inspect/fields/registers.h"
#include "inspect/host.h"
#include "inspect/snapshot.h"

static struct vi_check_sample as_sample(const struct vi_queue *view)
{
	return (struct vi_check_sample) {
		.q = view->q, .ring = view->ring,
		.flights = view->flights,
		.time_ns = view->snap->mono_ns,
		.has_interrupts = view->irq.known,
		.interrupts = view->irq.count,
	};
}

static bool ends_in(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && !strcmp(s + len - n, end);
}

/* The name that the host gave a port, if it did; not in captures. */
static void set_given_name(const struct vi_device *dev, size_t i,
			   char *text, size_t size)
{
	char path[VI_PATH_SIZE], name[64];
	int n;

	*text = '\0';
	if (i >= dev->kname_paths.count)
		return;
	n = snprintf(path, sizeof(path), "%s/name", dev->kname_paths.v[i]);
	if (n > 0 && (size_t)n < sizeof(path) &&
	    vi_read_line(dev->ctx, path, name, sizeof(name)) > 0)
		snprintf(text, size, ", %s", name);
}

/* "port 1 (vport0p1, org.example.agent)" */
static void set_taker(const struct vi_device *dev, const struct vi_queue *view,
		      struct vi_check_queue *queue)
{
	const struct vi_queue_kind *kind = view->kind;
	char end[16], given[72];
	size_t i, len;

	if (!kind || !kind->taker)
		return;
	vi_number_name(queue->taker, sizeof(queue->taker), kind->taker,
		       view->number);
	vi_number_name(end, sizeof(end), kind->object, view->number);
	len = strlen(queue->taker);
	for (i = 0; i < dev->knames.count; i++) {
		if (!ends_in(dev->knames.v[i], end))
			continue;
		set_given_name(dev, i, given, sizeof(given));
		snprintf(queue->taker + len, sizeof(queue->taker) - len,
			 " (%s%s)", dev->knames.v[i], given);
		return;
	}
}

static void set_queue(const struct vi_device *dev,
		      const struct vi_queue *last,
		      struct vi_check_queue *queue,
		      struct vi_check_sample *samples)
{
	size_t i;

	queue->index = last->q->index;
	if (vi_get_string(vi_queue_schema(), last, "name", &queue->name))
		vi_get_string(vi_queue_schema(), last, "spec_name",
			      &queue->name);
	queue->have = VI_CQ_ROLE;
	queue->role = last->kind ? last->kind->role : VI_QUEUE_MAY_WAIT;
	queue->kind = last->kind;
	set_taker(dev, last, queue);
	if (last->irq.known) {
		queue->have |= VI_CQ_VECTOR_OWN;
		queue->vector_own = last->irq.own;
	}
	if (last->irq.has_irq) {
		queue->have |= VI_CQ_IRQ;
		queue->irq = last->irq.irq;
	}
	queue->samples = samples;
	/* Match older snapshots by index; the engine checks the rest. */
	for (i = 0; i < dev->num_snaps; i++) {
		const struct vi_queue *view =
			vi_snapshot_queue(dev->snaps[i], queue->index);

		if (view)
			samples[queue->num_samples++] = as_sample(view);
	}
}

static struct vi_check_queue *find_queue(const struct vi_snapshot *last,
					 struct vi_check_input *in,
					 uint16_t index)
{
	const struct vi_queue *view = vi_snapshot_queue(last, index);

	return view ? &in->queues[view - last->views] : NULL;
}

/* The kernel's size of a queue, where it disagrees; the first one counts. */
static void set_driver_sizes(const struct vi_device_registers *r,
			     const struct vi_snapshot *last,
			     struct vi_check_input *in)
{
	size_t i = r->num_disagreements;

	while (i--) {
		const struct vi_disagreement *d = &r->disagreements[i];
		struct vi_check_queue *queue = d->has_queue ?
			find_queue(last, in, d->queue) : NULL;

		if (queue && d->kernel.value.type == VI_UINT &&
		    d->kernel.value.number <= UINT32_MAX &&
		    !strcmp(d->what, "size"))
			queue->driver_size = d->kernel.value.number;
	}
}

/* Registers of virtio-mmio do not hold the size. */
static void set_registers(const struct vi_device *dev,
			  const struct vi_snapshot *last,
			  struct vi_check_input *in)
{
	const struct vi_device_registers *r = dev->registers;
	const struct vi_access *access = vi_access_find(last->attach);
	bool by_registers = access && access->flags & VI_ACCESS_DEVICE;
	size_t i;

	for (i = 0; r && i < r->regs.count; i++) {
		const struct vi_queue_registers *q = &r->regs.queues[i];
		struct vi_check_queue *queue = q->unknown & VI_QREG_INDEX ?
			NULL : find_queue(last, in, q->index);

		if (!queue || q->max_size || !q->enabled ||
		    q->unknown & VI_QREG_SIZE ||
		    (by_registers && !r->compared))
			continue;
		queue->have |= VI_CQ_REG_SIZE;
		queue->reg_size = q->size;
		if (!by_registers)
			continue;
		queue->have |= VI_CQ_DRIVER_SIZE;
		queue->driver_size = q->size;
	}
	if (r && by_registers)
		set_driver_sizes(r, last, in);
}

static int set_queues(struct vi_device *dev, struct vi_check_input *in)
{
	const struct vi_snapshot *last = vi_last_snapshot(dev);
	size_t count = last ? last->count : 0, i;

	in->queues = calloc(count + 1, sizeof(*in->queues));
	in->samples = calloc(count * dev->num_snaps + 1, sizeof(*in->samples));
	if (!in->queues || !in->samples)
		return -ENOMEM;
	if (vi_load(dev, VI_FACT_KNAMES) == -ENOMEM)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		set_queue(dev, &last->views[i], &in->queues[i],
			  in->samples + i * dev->num_snaps);
	if (last)
		set_registers(dev, last, in);
	in->check.queues = in->queues;
	in->check.num_queues = count;
	return 0;
}

/* It was read again after the last snapshot. */
static uint64_t status_age(const struct vi_device *dev)
{
	const struct vi_snapshot *last = vi_last_snapshot(dev);

	return last && dev->status_ns && last->mono_ns > dev->status_ns ?
	       last->mono_ns - dev->status_ns : 0;
}

static void set_identity(struct vi_device *dev, struct vi_check *c)
{
	if (!vi_load(dev, VI_FACT_ID)) {
		c->have |= VI_C_TYPE;
		c->type = dev->vdev.id.device;
	}
	if (!vi_load(dev, VI_FACT_STATUS)) {
		c->have |= VI_C_STATUS;
		c->status = dev->status;
		c->status_ns = status_age(dev);
	}
	if (!vi_load(dev, VI_FACT_FEATURES)) {
		c->have |= VI_C_FEATURES | VI_C_LEGACY;
		c->features = dev->vdev.features;
		c->legacy = !vi_device_negotiated(dev, VIRTIO_F_VERSION_1);
	}
	/* A ring given by its address has no known place in the machine, so
	 * whether a driver uses it is unknown, too. */
	c->bound = !vi_load(dev, VI_FACT_DRIVER);
	if (c->bound || (dev->state[VI_FACT_DRIVER] == -ENODATA &&
			 !vi_load(dev, VI_FACT_TRANSPORT)))
		c->have |= VI_C_BOUND;
}

/*
 * Bits past those that registers have count as not offered: only higher bits
 * need them.
 */
static void set_offered(const struct vi_device *dev, struct vi_check *c)
{
	struct vi_value v;

	if (vi_get_offered(dev, &v))
		return;
	c->have |= VI_C_OFFERED;
	c->offered = v.features;
}

static void set_msix(struct vi_device *dev, struct vi_check *c)
{
	/* Only PCI has vectors. */
	if (!vi_load(dev, VI_FACT_TRANSPORT) &&
	    strncmp(dev->transport, "pci", 3)) {
		c->have |= VI_C_MSIX;
		return;
	}
	if (vi_load(dev, VI_FACT_PCI_CONFIG) ||
	    dev->pci->access_denied || dev->pci->truncated)
		return;
	c->have |= VI_C_MSIX;
	c->msix = dev->pci->msix.present && dev->pci->msix.enabled;
	if (dev->pci->msix.present) {
		c->have |= VI_C_VECTORS;
		c->vectors = dev->pci->msix.table_size;
	}
}

/*
 * Configuration space can mask all vectors at once. The mask of each vector is
 * in a BAR, which is not read here.
 */
static void set_masked(const struct vi_device *dev, struct vi_check_input *in)
{
	size_t i;

	if (!(in->check.have & VI_C_MSIX) || !in->check.msix ||
	    !dev->pci->msix.masked)
		return;
	for (i = 0; i < in->check.num_queues; i++) {
		in->queues[i].have |= VI_CQ_MASKED;
		in->queues[i].masked = true;
	}
}

/*
 * Fixed for legacy PCI devices (spec 1.4, 2.7.2); on MMIO the driver sets it;
 * of a ring by address, the user may know it.
 */
static void set_align(struct vi_device *dev, struct vi_check *c)
{
	bool given = !vi_load(dev, VI_FACT_QUEUE_ALIGN);

	/* Only legacy devices have one. */
	if (given && !(c->have & VI_C_LEGACY)) {
		c->have |= VI_C_LEGACY;
		c->legacy = true;
	}
	if (!(c->have & VI_C_LEGACY) || !c->legacy)
		return;
	if (!given && (vi_load(dev, VI_FACT_TRANSPORT) ||
		       strncmp(dev->transport, "pci-", 4)))
		return;
	c->have |= VI_C_ALIGN;
	c->queue_align = given ? dev->queue_align : 4096;
}

static void set_link(struct vi_device *dev, struct vi_check *c)
{
	if (vi_load(dev, VI_FACT_LINK))
		return;
	c->have |= VI_C_LINK;
	c->link_up = !strcmp(dev->link, "up");
}

static void set_in_use(struct vi_device *dev, struct vi_check *c)
{
	if (vi_load(dev, VI_FACT_NUM_QUEUES))
		return;
	c->have |= VI_C_IN_USE;
	c->in_use = dev->num_queues;
}

static void set_memory(struct vi_device *dev, struct vi_check_input *in)
{
	const struct vi_snapshot *last = vi_last_snapshot(dev);
	const struct vi_host *host = vi_recorded_host(dev->ctx);
	struct vi_check_memory *m = &in->check.memory;
	const struct vi_mem *flat = vi_own_memory_map(dev);

	m->physical = last && last->physical;
	if (flat) {
		m->lookup = vi_flat_look;
		m->data = (void *)flat;
	}
	if (host && host->num_memory) {
		m->lookup = vi_ranges_look;
		m->data = (void *)host;
	}
	if (flat || !vi_is_local(dev) || !m->physical)
		return;
	in->iomem = vi_read_iomem(dev->ctx);
	if (!in->iomem)
		return;
	m->lookup = vi_iomem_look;
	m->data = in->iomem;
}

int vi_check_input(struct vi_device *dev, uint64_t watch_ns,
		   struct vi_check_input *in)
{
	int err;

	memset(in, 0, sizeof(*in));
	in->check.live = vi_is_live(dev);
	in->check.local = vi_is_local(dev);
	in->check.watch_ns = watch_ns;
	set_identity(dev, &in->check);
	set_offered(dev, &in->check);
	set_msix(dev, &in->check);
	set_align(dev, &in->check);
	set_link(dev, &in->check);
	set_in_use(dev, &in->check);
	set_memory(dev, in);
	err = set_queues(dev, in);
	if (!err)
		set_masked(dev, in);
	return err;
}

void vi_check_input_follow(struct vi_check_input *in, uint16_t index,
			   const struct vi_follow *follow)
{
	size_t i;

	for (i = 0; i < in->check.num_queues; i++)
		if (in->queues[i].index == index)
			in->queues[i].follow = follow;
}

void vi_check_input_free(struct vi_check_input *in)
{
	free(in->queues);
	free(in->samples);
	free(in->iomem);
	memset(in, 0, sizeof(*in));
}
