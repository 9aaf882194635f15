// SPDX-License-Identifier: LGPL-2.1-or-later
/* PCI devices under test: rings, notifications, registers. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "transport/pci/device.h"

static int ring_memory(struct virtqueue *vq, struct vi_ring_memory *mem)
{
	pci_lay_ring(to_pci(vq->vdev), pci_queue_of(vq), mem);
	return 0;
}

static int notify(struct virtqueue *vq)
{
	struct pci_device *dev = to_pci(vq->vdev);

	pci_notify(dev, pci_queue_of(vq));
	return 0;
}

static int queue_reset(struct virtqueue *vq)
{
	if (to_pci(vq->vdev)->kind != &pci_modern)
		return -ENOTSUP;
	return pci_modern_queue_reset(vq);
}

/* --- Interrupts ---------------------------------------------------------- */

static uint64_t interrupts(struct virtio_device *vdev,
			   const struct virtqueue *vq)
{
	struct pci_device *dev = to_pci(vdev);
	uint64_t n;

	pthread_mutex_lock(&dev->irq.lock);
	n = vq ? pci_queue_of(vq)->interrupts : dev->irq.config_interrupts;
	pthread_mutex_unlock(&dev->irq.lock);
	return n;
}

/* Also return when the kernel wants the device back, or the device failed. */
static bool wait_interrupt(struct virtio_device *vdev, uint64_t timeout_us)
{
	struct pci_irq *irq = &to_pci(vdev)->irq;
	struct timespec until;
	bool signalled;
	int err = 0;

	if (!irq->has_thread)
		return false;
	until = vi_clock_after(CLOCK_MONOTONIC, timeout_us);
	pthread_mutex_lock(&irq->lock);
	while (!irq->signalled && !irq->wanted_back && !irq->failed && !err)
		err = pthread_cond_timedwait(&irq->cond, &irq->lock, &until);
	signalled = irq->signalled;
	irq->signalled = false;
	pthread_mutex_unlock(&irq->lock);
	return signalled;
}

static enum vi_presence presence(struct virtio_device *vdev)
{
	struct pci_device *dev = to_pci(vdev);
	bool wanted_back, failed;

	pci_irq_watch(dev);
	pthread_mutex_lock(&dev->irq.lock);
	wanted_back = dev->irq.wanted_back;
	failed = dev->irq.failed;
	pthread_mutex_unlock(&dev->irq.lock);
	if (failed || (pci_get_status(vdev) == 0xff && pci_gone(dev)))
		return VI_GONE;
	return wanted_back ? VI_WANTED_BACK : VI_PRESENT;
}

/* --- Registers ----------------------------------------------------------- */

/* The register @name; NULL if this device lacks it. */
static const struct pci_register *find(const struct pci_device *dev,
				       const char *name)
{
	const struct pci_kind *kind = dev->kind;
	size_t i;

	for (i = 0; i < kind->num_registers; i++) {
		const struct pci_register *r = &kind->registers[i];

		if (!strcmp(r->name, name))
			return (uint64_t)r->at + r->width <=
			       dev->registers_len ? r : NULL;
	}
	return NULL;
}

static int register_read(struct virtio_device *vdev, const char *name,
			 uint64_t *value)
{
	struct pci_device *dev = to_pci(vdev);
	const struct pci_register *r = find(dev, name);

	if (!r)
		return -ENOTSUP;
	if (r->width < 8) {
		*value = pci_get(dev, r->at, r->width);
		/* A failed read is 32 ones: keep the register's width. */
		if (r->width < 4)
			*value &= (UINT64_C(1) << 8 * r->width) - 1;
		return 0;
	}
	*value = pci_get(dev, r->at, 4);
	*value |= (uint64_t)pci_get(dev, r->at + 4, 4) << 32;
	return 0;
}

static int register_write(struct virtio_device *vdev, const char *name,
			  uint64_t value)
{
	struct pci_device *dev = to_pci(vdev);
	const struct pci_register *r = find(dev, name);

	if (!r || r->read_only)
		return -ENOTSUP;
	if (r->at == dev->kind->status_at) {
		pci_write_status(dev, (uint8_t)value);
		return 0;
	}
	if (r->width < 8) {
		pci_put(dev, r->at, r->width, (uint32_t)value);
		return 0;
	}
	pci_put(dev, r->at, 4, (uint32_t)value);
	pci_put(dev, r->at + 4, 4, (uint32_t)(value >> 32));
	return 0;
}

const struct vi_drive_ops pci_drive_ops = {
	.ring_memory	= ring_memory,
	.notify		= notify,
	.queue_reset	= queue_reset,
	.interrupts	= interrupts,
	.wait_interrupt	= wait_interrupt,
	.presence	= presence,
	.register_read	= register_read,
	.register_write	= register_write,
};
