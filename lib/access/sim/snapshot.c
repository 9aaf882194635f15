// SPDX-License-Identifier: LGPL-2.1-or-later
/* Snapshots of simulated devices, whose driver side is in this process. */
#include <errno.h>

#include "access/sim/sim.h"
#include "inspect/snapshot.h"
#include "transport/sim/sim.h"
#include "view/raw_vring.h"

/* For other devices, only the host knows this position. */
static void add_position(struct vi_device *dev, struct vi_raw_queue *q)
{
	const struct sim_device *sim = to_sim(vi_sim_vdev(dev));
	const struct sim_queue *queue = &sim->queue[q->index];

	if (queue->dq.is_packed)
		return;
	q->host_avail = queue->dq.last_avail;
	q->have |= VI_Q_HOST_AVAIL;
}

static int read_queues(struct vi_device *dev, struct vi_snapshot *snap)
{
	struct virtqueue *vq;
	unsigned int i;

	for (i = 0; (vq = vi_sim_queue(dev, i)); i++) {
		struct vi_raw_queue *q = vi_snapshot_add(snap);

		if (!q || vi_raw_queue_from_vring(vq, i, q))
			return -ENOMEM;
		add_position(dev, q);
	}
	return 0;
}

static int sim_snapshot(void *state, struct vi_device *dev,
			struct vi_snapshot *snap)
{
	int err;

	(void)state;
	snap->physical = true;
	sim_hold(vi_sim_vdev(dev));
	err = read_queues(dev, snap);
	sim_release(vi_sim_vdev(dev));
	return err;
}

static int sim_memory(void *state, struct vi_device *dev, uint64_t addr,
		      void *buf, size_t len)
{
	(void)state;
	return vi_sim_read(dev, addr, buf, len);
}

/* No interrupt number or name: a function call raises the interrupt. */
static void sim_irqs(struct vi_snapshot *snap)
{
	size_t i;

	for (i = 0; i < snap->count; i++)
		snap->views[i].irq = (struct vi_queue_irq) {
			.known = true, .own = true,
			.count = sim_interrupts(vi_sim_vdev(snap->dev),
						snap->queues[i].index),
		};
}

const struct vi_access vi_sim_access = {
	.name = "sim",
	.flags = VI_ACCESS_LIVE | VI_ACCESS_PRIVATE,
	.prefix = VI_SIM_PREFIX,
	.find = vi_sim_device,
	.snapshot = sim_snapshot,
	.interrupts = sim_irqs,
	.memory = sim_memory,
	.watch = vi_sim_watch,
	.poll = vi_sim_poll,
	.heads = vi_sim_heads,
};
