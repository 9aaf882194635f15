// SPDX-License-Identifier: LGPL-2.1-or-later
/* Queues of modern devices (spec 1.4, 4.1.4.3 and 4.1.5.1.3). */
#include <errno.h>

#include "transport/pci/device.h"

/* Time limit for a queue reset. */
#define RESET_MS	5000

/* False: the device has no such queue. */
static bool select_queue(struct pci_device *dev, unsigned int index)
{
	pci_put(dev, PCI_QUEUE_SELECT, 2, index);
	return pci_get(dev, PCI_QUEUE_SELECT, 2) == index;
}

int pci_modern_queue_max(struct pci_device *dev, unsigned int index)
{
	if (!select_queue(dev, index))
		return -ENOENT;
	if (pci_get(dev, PCI_QUEUE_ENABLE, 2))
		return -EBUSY;
	return (int)pci_get(dev, PCI_QUEUE_SIZE, 2);
}

/* A device without resources for a vector reads back NO_VECTOR (4.1.5.1.2). */
static unsigned int set_vector(struct pci_device *dev, unsigned int at,
			       unsigned int vector)
{
	pci_put(dev, at, 2, vector);
	return pci_get(dev, at, 2) == vector ? vector : PCI_NO_VECTOR;
}

static void set_queue_vector(struct pci_device *dev, unsigned int index)
{
	struct pci_queue *q = &dev->queue[index];

	if (dev->irq.mode != PCI_IRQ_MSIX) {
		q->vector = PCI_NO_VECTOR;
		return;
	}
	q->vector = set_vector(dev, PCI_QUEUE_VECTOR,
			       pci_irq_vector(dev, (int)index));
	/* All queues can share the first vector. */
	if (q->vector == PCI_NO_VECTOR)
		q->vector = set_vector(dev, PCI_QUEUE_VECTOR, 0);
	if (q->vector == PCI_NO_VECTOR)
		vi_warn(NULL, "%s: no interrupt vector for queue %u; poll it",
			dev->fn->name, index);
}

void pci_modern_config_vector(struct pci_device *dev)
{
	if (dev->irq.mode == PCI_IRQ_MSIX)
		set_vector(dev, PCI_CONFIG_VECTOR, pci_irq_vector(dev, -1));
}

static void put64(struct pci_device *dev, unsigned int at, uint64_t value)
{
	pci_put(dev, at, 4, (uint32_t)value);
	pci_put(dev, at + 4, 4, (uint32_t)(value >> 32));
}

static int find_notify(struct pci_device *dev, unsigned int index)
{
	uint16_t off = (uint16_t)pci_get(dev, PCI_QUEUE_NOTIFY_OFF, 2);
	struct vi_pci_hazard hazard;

	if (!vi_pci_notify_ok(dev->notify, off, false, &hazard))
		return vi_fail(NULL, -EPROTO, "%s: queue %u: %s",
			       dev->fn->name, index, hazard.message);
	dev->queue[index].notify_bar = dev->notify->bar;
	dev->queue[index].notify_at = dev->notify->offset +
		(uint64_t)off * dev->notify->notify_off_multiplier;
	return 0;
}

int pci_modern_queue_start(struct pci_device *dev, unsigned int index,
			   const struct vi_ring_memory *mem)
{
	int err;

	if (!select_queue(dev, index))
		return -ENOENT;
	err = find_notify(dev, index);
	if (err)
		return err;
	pci_put(dev, PCI_QUEUE_SIZE, 2, mem->num);
	if (pci_get(dev, PCI_QUEUE_SIZE, 2) != mem->num)
		return vi_fail(NULL, -ERANGE,
			       "%s: queue %u does not accept size %u",
			       dev->fn->name, index, mem->num);
	set_queue_vector(dev, index);
	put64(dev, PCI_QUEUE_DESC, mem->desc_addr);
	put64(dev, PCI_QUEUE_DRIVER, mem->driver_addr);
	put64(dev, PCI_QUEUE_DEVICE, mem->device_addr);
	pci_put(dev, PCI_QUEUE_ENABLE, 2, 1);
	return 0;
}

/* Only a reset disables a queue (4.1.4.3.2): just remove its vector. */
void pci_modern_queue_stop(struct pci_device *dev, unsigned int index)
{
	if (dev->queue[index].vector == PCI_NO_VECTOR || pci_gone(dev) ||
	    !select_queue(dev, index))
		return;
	set_vector(dev, PCI_QUEUE_VECTOR, PCI_NO_VECTOR);
}

int pci_modern_queue_reset(struct virtqueue *vq)
{
	struct pci_device *dev = to_pci(vq->vdev);
	unsigned int index = (unsigned int)(pci_queue_of(vq) - dev->queue);
	struct pci_patience patience = { 0 };

	if (!virtio_has_feature(vq->vdev, VIRTIO_F_RING_RESET) ||
	    dev->registers_len < PCI_QUEUE_RESET + 2)
		return -ENOTSUP;
	if (!select_queue(dev, index))
		return -ENOENT;
	pci_put(dev, PCI_QUEUE_RESET, 2, 1);
	while (pci_get(dev, PCI_QUEUE_RESET, 2) ||
	       pci_get(dev, PCI_QUEUE_ENABLE, 2))
		if (!pci_wait(&patience, RESET_MS))
			return vi_fail(NULL, -ETIMEDOUT,
				       "%s: queue %u did not reset within %u s",
				       dev->fn->name, index, RESET_MS / 1000);
	return 0;
}
