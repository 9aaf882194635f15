// SPDX-License-Identifier: LGPL-2.1-or-later
/* Simulated devices in the inventory, with a driver that submits work. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/sim/sim.h"
#include "bus/bus.h"
#include "inspect/snapshot.h"
#include "transport/sim/sim.h"

#define BUFFERS		8	/* at most, per queue */
#define BUFFER_SIZE	2048

/* Work for a queue: buffers of @out readable and @in writable bytes. */
struct work {
	uint32_t device;
	uint16_t queue;
	uint16_t buffers;
	uint16_t out, in;
	const char *text;	/* start of the readable part */
};

static const struct work works[] = {
	{ VIRTIO_ID_BLOCK, 0, 4, 16, 512 + 1, NULL },	/* read sector 0 */
	{ VIRTIO_ID_RNG, 0, 4, 0, 64, NULL },
	{ VIRTIO_ID_NET, 0, 8, 0, 1526, NULL },
	{ VIRTIO_ID_NET, 1, 2, 12 + 60, 0, NULL },
	{ VIRTIO_ID_CONSOLE, 0, 4, 0, 64, NULL },
	{ VIRTIO_ID_CONSOLE, 1, 1, 6, 0, "hello\n" },
};

struct vi_sim {
	struct virtio_device *vdev;
	struct virtio_bus *bus;		/* private, with the exerciser on it */
	struct virtqueue *queue[SIM_MAX_QUEUES];
	unsigned int num_queues;
	int err;			/* allocating a queue failed */
	char buffer[SIM_MAX_QUEUES][BUFFERS][BUFFER_SIZE];
};

/* A queue's index; num_queues: it is not among them yet. */
static unsigned int index_of(const struct vi_sim *sim,
			     const struct virtqueue *vq)
{
	unsigned int i = 0;

	while (i < sim->num_queues && sim->queue[i] != vq)
		i++;
	return i;
}

/* The work for queue @index, or NULL. */
static const struct work *find_work(const struct vi_sim *sim, unsigned int index)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(works); i++)
		if (works[i].device == sim->vdev->id.device &&
		    works[i].queue == index)
			return &works[i];
	return NULL;
}

static int give_buffer(struct virtqueue *vq, const struct work *work, char *buf)
{
	struct scatterlist sg[2];
	unsigned int n = 0;

	if (work->out)
		sg_set_buf(&sg[n++], buf, work->out);
	if (work->in)
		sg_set_buf(&sg[n++], buf + work->out, work->in);
	return vq->vq_ops->add_buf(vq, sg, !!work->out, !!work->in, buf);
}

/* Is it the driver's part of the fault to go on with the other buffers? */
static bool goes_on(const struct vi_sim *sim)
{
	return to_sim(sim->vdev)->fault == SIM_LOST_REQUEST;
}

/* Take completed buffers; submit them again only if the device loses one. */
static void take_back(struct virtqueue *vq)
{
	struct vi_sim *sim = vq->vdev->priv;
	const struct work *work = goes_on(sim) ?
		find_work(sim, index_of(sim, vq)) : NULL;
	unsigned int len;
	char *buf;

	do {
		vq->vq_ops->disable_cb(vq);
		while ((buf = vq->vq_ops->get_buf(vq, &len)))
			if (work)
				give_buffer(vq, work, buf);
	} while (!vq->vq_ops->enable_cb(vq));
	if (work)
		vq->vq_ops->kick(vq);
}

static int probe(struct virtio_device *vdev)
{
	struct vi_sim *sim = vdev->priv;
	struct virtqueue *vq;

	while (sim->num_queues < SIM_MAX_QUEUES &&
	       (vq = virtio_find_vq(vdev, sim->num_queues, take_back)))
		sim->queue[sim->num_queues++] = vq;
	/* Fail, as an incomplete device would be taken for a complete one. */
	if (sim->num_queues < SIM_MAX_QUEUES && errno == ENOMEM)
		sim->err = -ENOMEM;
	return sim->num_queues ? 0 : -ENODEV;
}

static void forget(struct virtio_device *vdev)
{
	struct vi_sim *sim = vdev->priv;
	unsigned int i;

	virtio_reset(vdev);
	for (i = 0; i < sim->num_queues; i++)
		virtio_del_vq(sim->queue[i]);
	sim->num_queues = 0;
}

static const struct virtio_device_id any_id[] = {
	{ VIRTIO_DEV_ANY_ID, VIRTIO_DEV_ANY_ID },
	{ 0, 0 },
};

/* All features that simulated devices offer. */
static const unsigned int features[] = { 0, 3, 5, 6, 9, 12, 16 };

static const struct virtio_driver exerciser = {
	.driver		= { .name = "virtio-inspect" },
	.id_table	= any_id,
	.probe		= probe,
	.remove		= forget,
	.feature_table	= features,
	.feature_table_size = ARRAY_SIZE(features),
};

static void give_work(struct vi_sim *sim, const struct work *work)
{
	struct virtqueue *vq = sim->queue[work->queue];
	unsigned int i;

	for (i = 0; i < work->buffers; i++) {
		char *buf = sim->buffer[work->queue][i];

		if (work->text)
			memcpy(buf, work->text, strlen(work->text));
		if (give_buffer(vq, work, buf))
			break;
	}
	vq->vq_ops->kick(vq);
}

/*
 * Submit the work of a device, one queue after the other. Only this thread uses
 * a queue's driver side before the kick, and only its callback, in the device's
 * thread, afterwards.
 */
static void give_all_work(struct vi_sim *sim)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(works); i++)
		if (works[i].device == sim->vdev->id.device &&
		    works[i].queue < sim->num_queues)
			give_work(sim, &works[i]);
	sim_settle(sim->vdev);
}

static void end_sim(void *data)
{
	struct vi_sim *sim = data;

	virtio_bus_free(sim->bus);
	sim_free(sim->vdev);
	free(sim);
}

static int new_sim(struct vi_ctx *ctx, const char *target, struct vi_sim **out)
{
	struct vi_sim *sim = calloc(1, sizeof(*sim));
	int err;

	if (!sim)
		return vi_fail(ctx, -ENOMEM, "%s: out of memory", target);
	err = sim_new(target, &sim->vdev);
	if (err) {
		free(sim);
		return vi_fail(ctx, err, "%s", vi_error(NULL));
	}
	sim->vdev->priv = sim;
	sim->bus = virtio_bus_new();
	err = sim->bus ? virtio_bus_add_driver(sim->bus, &exerciser) : -ENOMEM;
	if (!err)
		err = virtio_bus_add_device(sim->bus, sim->vdev);
	if (!err)
		err = sim->err;
	if (err) {
		end_sim(sim);
		return vi_fail(ctx, err, "%s: %s", target, strerror(-err));
	}
	give_all_work(sim);
	*out = sim;
	return 0;
}

/* NULL: not simulated. */
static struct vi_sim *sim_of(const struct vi_device *dev)
{
	return dev->own_access == &vi_sim_access ? dev->own_state : NULL;
}

static int read_fact(struct vi_device *dev, enum vi_fact fact)
{
	struct virtio_device *vdev = vi_sim_vdev(dev);

	if (fact != VI_FACT_STATUS)
		return -ENODATA;
	dev->status = vdev->config->get_status(vdev);
	return 0;
}

int vi_sim_read(const struct vi_device *dev, uint64_t addr, void *buf,
		size_t len)
{
	const struct vi_sim *sim = sim_of(dev);
	uint64_t start = (uintptr_t)sim->buffer, at = addr - start;

	if (addr < start || at > sizeof(sim->buffer) ||
	    len > sizeof(sim->buffer) - at)
		return -EFAULT;
	memcpy(buf, (const char *)sim->buffer + at, len);
	return 0;
}

static void set_facts(struct vi_device *dev, struct vi_sim *sim)
{
	static const enum vi_fact facts[] = {
		VI_FACT_ID, VI_FACT_VENDOR, VI_FACT_DRIVER, VI_FACT_TRANSPORT,
		VI_FACT_FEATURES, VI_FACT_NUM_QUEUES, VI_FACT_MAX_QUEUES,
	};
	struct virtio_device *vdev = sim->vdev;
	size_t i;

	dev->vdev.id = vdev->id;
	dev->vdev.features = vdev->features;
	dev->features_width = VIRTIO_FEATURES_BITS;
	dev->driver = vdev->dev.driver ? vdev->dev.driver->name : NULL;
	dev->transport = "sim";
	dev->num_queues = sim->num_queues;
	dev->max_queues = sim->num_queues;
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		vi_set_fact(dev, facts[i], 0);
	dev->read = read_fact;
	dev->own_access = &vi_sim_access;
	dev->own_state = sim;
}

/* Add a complete device to the inventory, or none. */
static struct vi_device *list_sim(struct vi_ctx *ctx, struct vi_sim *sim,
				  const char *target)
{
	struct vi_inventory *inv = vi_inventory(ctx);
	struct vi_device *dev;

	if (!inv) {
		end_sim(sim);
		return NULL;
	}
	if (vi_pool_defer(&inv->pool, end_sim, sim))
		return NULL;
	dev = vi_inventory_add(ctx);
	if (!dev)
		return NULL;
	set_facts(dev, sim);
	dev->name = vi_pool_strdup(&inv->pool, target);
	if (dev->name && !vi_device_on_bus(dev))
		return dev;
	vi_inventory_undo(ctx);
	return NULL;
}

struct vi_device *vi_sim_device(struct vi_ctx *ctx, const char *target)
{
	struct vi_device *dev = NULL;
	struct vi_sim *sim = NULL;
	int err;

	while ((dev = vi_device_next(ctx, dev)))
		if (sim_of(dev) && dev->name && !strcmp(dev->name, target))
			return dev;
	err = new_sim(ctx, target, &sim);
	if (!err) {
		dev = list_sim(ctx, sim, target);
		err = dev ? 0 : vi_fail(ctx, -ENOMEM, "%s: out of memory",
					target);
	}
	/* Count a lack of resources, but not a wrong target. */
	vi_fault(ctx, err == -ENOMEM ? NULL : target, err);
	return err ? NULL : dev;
}

struct virtio_device *vi_sim_vdev(const struct vi_device *dev)
{
	const struct vi_sim *sim = sim_of(dev);

	return sim ? sim->vdev : NULL;
}

struct virtqueue *vi_sim_queue(const struct vi_device *dev, unsigned int i)
{
	const struct vi_sim *sim = sim_of(dev);

	return sim && i < sim->num_queues ? sim->queue[i] : NULL;
}
