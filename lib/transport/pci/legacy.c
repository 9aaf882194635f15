// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The legacy interface (spec 1.4, 4.1.4.10): registers at the start of BAR 0,
 * rings by page number, everything in the machine's byte order, no
 * ACCESS_PLATFORM.
 */
#include <errno.h>
#include <string.h>

#include "transport/pci/device.h"

enum {
	DEVICE_FEATURES = 0,
	DRIVER_FEATURES = 4,
	QUEUE_PAGE = 8,
	QUEUE_SIZE = 12,
	QUEUE_SELECT = 14,
	QUEUE_NOTIFY = 16,
	STATUS = 18,
	ISR = 19,
	/* Only with MSI-X enabled; later fields move then. */
	CONFIG_VECTOR = 20,
	QUEUE_VECTOR = 22,
};

#define PAGE_SHIFT	12

static uint64_t config_at(const struct pci_device *dev)
{
	return dev->irq.mode == PCI_IRQ_MSIX ? 24 : 20;
}

static void legacy_get(struct virtio_device *vdev, unsigned int offset,
		       void *buf, unsigned int len)
{
	struct pci_device *dev = to_pci(vdev);
	uint64_t at = config_at(dev) + offset;
	uint8_t *to = buf;
	unsigned int i;

	memset(buf, 0, len);
	for (i = 0; i < len && at + i < dev->fn->bar[0].size; i++)
		to[i] = (uint8_t)vi_bar_read(dev->fn, 0, at + i, 1);
}

static void legacy_set(struct virtio_device *vdev, unsigned int offset,
		       const void *buf, unsigned int len)
{
	struct pci_device *dev = to_pci(vdev);
	uint64_t at = config_at(dev) + offset;
	const uint8_t *from = buf;
	unsigned int i;

	for (i = 0; i < len; i++)
		vi_bar_write(dev->fn, 0, at + i, 1, from[i]);
}

static void legacy_get_features(struct virtio_device *vdev,
				struct vi_features *features)
{
	memset(features, 0, sizeof(*features));
	features->w[0] = pci_get(to_pci(vdev), DEVICE_FEATURES, 4);
}

static int legacy_finalize_features(struct virtio_device *vdev)
{
	struct pci_device *dev = to_pci(vdev);

	pci_put(dev, DRIVER_FEATURES, 4, (uint32_t)vdev->features.w[0]);
	if (dev->irq.mode == PCI_IRQ_MSIX)
		pci_put(dev, CONFIG_VECTOR, 2, pci_irq_vector(dev, -1));
	return 0;
}

static const struct virtio_config_ops legacy_config = {
	.get			= legacy_get,
	.set			= legacy_set,
	.get_status		= pci_get_status,
	.set_status		= pci_set_status,
	.reset			= pci_reset,
	.find_vq		= pci_find_vq,
	.del_vq			= pci_del_vq,
	.get_features		= legacy_get_features,
	.finalize_features	= legacy_finalize_features,
};

static int legacy_queue_max(struct pci_device *dev, unsigned int index)
{
	pci_put(dev, QUEUE_SELECT, 2, index);
	if (pci_get(dev, QUEUE_SELECT, 2) != index)
		return -ENOENT;
	if (pci_get(dev, QUEUE_PAGE, 4))
		return -EBUSY;
	return (int)pci_get(dev, QUEUE_SIZE, 2);
}

static void set_queue_vector(struct pci_device *dev, unsigned int index)
{
	struct pci_queue *q = &dev->queue[index];

	q->vector = PCI_NO_VECTOR;
	if (dev->irq.mode != PCI_IRQ_MSIX)
		return;
	q->vector = pci_irq_vector(dev, (int)index);
	pci_put(dev, QUEUE_VECTOR, 2, q->vector);
	q->vector = pci_get(dev, QUEUE_VECTOR, 2);
}

static int legacy_queue_start(struct pci_device *dev, unsigned int index,
			      const struct vi_ring_memory *mem)
{
	struct pci_queue *q = &dev->queue[index];
	uint64_t page = mem->desc_addr >> PAGE_SHIFT;

	if (page > UINT32_MAX)
		return vi_fail(NULL, -EFAULT,
			       "%s: a legacy device cannot reach memory at 0x%llx",
			       dev->fn->name,
			       (unsigned long long)mem->desc_addr);
	pci_put(dev, QUEUE_SELECT, 2, index);
	set_queue_vector(dev, index);
	q->notify_bar = dev->bar;
	q->notify_at = dev->at + QUEUE_NOTIFY;
	pci_put(dev, QUEUE_PAGE, 4, (uint32_t)page);
	return 0;
}

static void legacy_queue_stop(struct pci_device *dev, unsigned int index)
{
	pci_put(dev, QUEUE_SELECT, 2, index);
	if (pci_get(dev, QUEUE_SELECT, 2) == index)
		pci_put(dev, QUEUE_PAGE, 4, 0);
}

/* Registers that mean the same in the modern interface. */
static const struct pci_register registers[] = {
	{ "device_feature", DEVICE_FEATURES, 4, true },
	{ "driver_feature", DRIVER_FEATURES, 4, false },
	{ "device_status", STATUS, 1, false },
	{ "queue_select", QUEUE_SELECT, 2, false },
	{ "queue_size", QUEUE_SIZE, 2, true },
};

const struct pci_kind pci_legacy = {
	.config		= &legacy_config,
	.ring_align	= 4096,
	.fixed_size	= true,
	.status_at	= STATUS,
	.isr_at		= ISR,
	.queue_max	= legacy_queue_max,
	.queue_start	= legacy_queue_start,
	.queue_stop	= legacy_queue_stop,
	.registers	= registers,
	.num_registers	= ARRAY_SIZE(registers),
};
