// SPDX-License-Identifier: LGPL-2.1-or-later
/* Simulated devices under test: rings, notifications, registers. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "ring/vring.h"
#include "transport/sim/sim.h"

static int ring_memory(struct virtqueue *vq, struct vi_ring_memory *mem)
{
	const struct sim_queue *queue = to_vring(vq)->transport;

	sim_lay_ring(to_sim(vq->vdev), queue->pages, queue->num, mem);
	mem->desc_addr = (uintptr_t)mem->desc;
	mem->driver_addr = (uintptr_t)mem->driver;
	mem->device_addr = (uintptr_t)mem->device;
	return 0;
}

static uint64_t interrupts(struct virtio_device *vdev,
			   const struct virtqueue *vq)
{
	struct sim_device *dev = to_sim(vdev);
	const struct sim_queue *queue;
	uint64_t count;

	if (vq) {
		queue = to_vring(vq)->transport;
		return sim_interrupts(vdev, queue - dev->queue);
	}
	pthread_mutex_lock(&dev->lock);
	count = dev->config_interrupts;
	pthread_mutex_unlock(&dev->lock);
	return count;
}

void sim_signal(struct sim_device *dev)
{
	pthread_mutex_lock(&dev->lock);
	dev->signalled = true;
	pthread_cond_broadcast(&dev->cond);
	pthread_mutex_unlock(&dev->lock);
}

static bool wait_interrupt(struct virtio_device *vdev, uint64_t timeout_us)
{
	struct sim_device *dev = to_sim(vdev);
	struct timespec until = vi_clock_after(CLOCK_REALTIME, timeout_us);
	bool signalled;
	int err = 0;

	pthread_mutex_lock(&dev->lock);
	while (!dev->signalled && !err)
		err = pthread_cond_timedwait(&dev->cond, &dev->lock, &until);
	signalled = dev->signalled;
	dev->signalled = false;
	pthread_mutex_unlock(&dev->lock);
	return signalled;
}

/* --- Registers ------------------------------------------------------------ */

static uint64_t read_status(struct sim_device *dev)
{
	return dev->vdev.config->get_status(&dev->vdev);
}

static void write_status(struct sim_device *dev, uint64_t value)
{
	if (value & 0xff)
		dev->vdev.config->set_status(&dev->vdev, value);
	else
		dev->vdev.config->reset(&dev->vdev);
}

static uint64_t read_generation(struct sim_device *dev)
{
	return dev->vdev.config->generation(&dev->vdev) & 0xff;
}

static uint64_t read_num_queues(struct sim_device *dev)
{
	return dev->num_queues;
}

static uint64_t read_select(struct sim_device *dev)
{
	return dev->select;
}

static void write_select(struct sim_device *dev, uint64_t value)
{
	dev->select = value;
}

/* 0 for a queue that does not exist (spec 1.4, 4.1.4.3). */
static uint64_t read_size(struct sim_device *dev)
{
	if (dev->select >= dev->num_queues)
		return 0;
	return dev->queue[dev->select].vq ? dev->queue[dev->select].num :
					    dev->queue_size;
}

static uint64_t read_enable(struct sim_device *dev)
{
	return dev->select < dev->num_queues && dev->queue[dev->select].vq;
}

/* Without @write, a register is read-only here. */
static const struct sim_register {
	const char *name;
	uint64_t (*read)(struct sim_device *dev);
	void (*write)(struct sim_device *dev, uint64_t value);
} registers[] = {
	{ "device_status", read_status, write_status },
	{ "config_generation", read_generation, NULL },
	{ "num_queues", read_num_queues, NULL },
	{ "queue_select", read_select, write_select },
	{ "queue_size", read_size, NULL },
	{ "queue_enable", read_enable, NULL },
};

static const struct sim_register *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(registers); i++)
		if (!strcmp(registers[i].name, name))
			return &registers[i];
	return NULL;
}

static int register_read(struct virtio_device *vdev, const char *name,
			 uint64_t *value)
{
	const struct sim_register *reg = find(name);

	if (!reg)
		return -ENOTSUP;
	*value = reg->read(to_sim(vdev));
	return 0;
}

static int register_write(struct virtio_device *vdev, const char *name,
			  uint64_t value)
{
	const struct sim_register *reg = find(name);

	if (!reg || !reg->write)
		return -ENOTSUP;
	reg->write(to_sim(vdev), value);
	return 0;
}

static int notify(struct virtqueue *vq)
{
	struct sim_device *dev = to_sim(vq->vdev);
	const struct sim_queue *queue = to_vring(vq)->transport;

	pthread_mutex_lock(&dev->lock);
	dev->kicked |= (uint64_t)1 << (queue - dev->queue);
	pthread_cond_broadcast(&dev->cond);
	pthread_mutex_unlock(&dev->lock);
	return 0;
}

const struct vi_drive_ops sim_drive_ops = {
	.ring_memory	= ring_memory,
	.notify		= notify,
	.interrupts	= interrupts,
	.wait_interrupt	= wait_interrupt,
	.register_read	= register_read,
	.register_write	= register_write,
};
