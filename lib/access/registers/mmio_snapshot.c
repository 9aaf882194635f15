// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Snapshots of virtio-mmio devices through registers, which do not reveal ring
 * addresses (virtio spec 1.4, 4.2.2).
 */
#include <errno.h>

#include "access/registers/mmio.h"
#include "core/clock.h"
#include "inspect/fields/registers.h"
#include "inspect/snapshot.h"

bool vi_is_mmio(struct vi_device *dev)
{
	return !vi_load(dev, VI_FACT_ADDRESS) && dev->has_mmio_base;
}

/* Add enabled queues. */
static int add_queues(struct vi_snapshot *snap, const struct vi_registers *regs)
{
	struct vi_device *dev = snap->dev;
	size_t i;

	for (i = 0; i < regs->count; i++) {
		struct vi_raw_queue *q;

		if (!regs->queues[i].enabled)
			continue;
		q = vi_snapshot_add(snap);
		if (!q)
			return -ENOMEM;
		q->have = VI_Q_INDEX | VI_Q_MAX_SIZE | VI_Q_READY;
		q->index = i;
		q->max_size = regs->queues[i].max_size;
		q->ready = true;
		if (!vi_load(dev, VI_FACT_FEATURES)) {
			q->features = dev->vdev.features;
			q->have |= VI_Q_FEATURES;
		}
		q->packed = vi_device_negotiated(dev, VIRTIO_F_RING_PACKED);
		q->time_ns = vi_real_ns();
	}
	return 0;
}

int vi_mmio_snapshot(struct vi_device *dev, struct vi_snapshot *snap,
		     bool select)
{
	struct vi_features negotiated = { { 0, 0 } };
	struct vi_registers regs;
	uint64_t size = 0;
	int err;

	if (!vi_load(dev, VI_FACT_FEATURES))
		negotiated = dev->vdev.features;
	if (!vi_load(dev, VI_FACT_SLOT))
		size = dev->slot.size;
	err = vi_mmio_registers_read(dev->ctx, dev->mmio_base, size,
				     negotiated, select, &regs);
	if (err)
		return err;
	if (!select)
		vi_access_note(dev, "offered features and queue registers can be read only after a write to a select register; use --attach=registers");
	vi_access_note(dev, "virtio-mmio registers do not reveal ring addresses; use --attach=kernel to read rings");
	err = vi_keep_registers(dev, &regs);
	if (!err)
		err = add_queues(snap, &regs);
	vi_registers_free(&regs);
	return err;
}
