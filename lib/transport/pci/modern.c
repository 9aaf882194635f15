// SPDX-License-Identifier: LGPL-2.1-or-later
/* Modern devices: features and configuration space (spec 1.4, 4.1.4.3). */
#include <errno.h>
#include <string.h>

#include "ring/endian.h"
#include "transport/pci/device.h"

/* --- Configuration space, little-endian (spec 4.1.4.6) ------------------- */

/* Access fields by their own width (4.1.3.1), 64-bit ones by halves. */
static unsigned int access_width(unsigned int offset, unsigned int len)
{
	unsigned int width = len == 8 ? 4 : len;

	if ((width == 2 || width == 4) && offset % width == 0)
		return width;
	return 1;
}

static void modern_get(struct virtio_device *vdev, unsigned int offset,
		       void *buf, unsigned int len)
{
	struct pci_device *dev = to_pci(vdev);
	const struct vi_pci_cap *cap = dev->config;
	unsigned int width = access_width(offset, len), i;
	char *to = buf;

	memset(buf, 0, len);
	for (i = 0; cap && i < len; i += width) {
		uint64_t at = (uint64_t)offset + i;
		uint32_t value;

		if (at + width > cap->length)
			break;
		value = vi_le32(vi_bar_read(dev->fn, cap->bar,
					    cap->offset + at, width));
		memcpy(to + i, &value, width);
	}
}

static void modern_set(struct virtio_device *vdev, unsigned int offset,
		       const void *buf, unsigned int len)
{
	struct pci_device *dev = to_pci(vdev);
	const struct vi_pci_cap *cap = dev->config;
	unsigned int width = access_width(offset, len), i;
	const char *from = buf;

	for (i = 0; cap && i < len; i += width) {
		uint64_t at = (uint64_t)offset + i;
		uint32_t value = 0;

		if (at + width > cap->length)
			return;
		memcpy(&value, from + i, width);
		vi_bar_write(dev->fn, cap->bar, cap->offset + at, width,
			     vi_le32(value));
	}
}

static uint32_t modern_generation(struct virtio_device *vdev)
{
	return pci_get(to_pci(vdev), PCI_GENERATION, 1);
}

/* --- Features ------------------------------------------------------------ */

static uint32_t offered(struct pci_device *dev, uint32_t select)
{
	pci_put(dev, PCI_DEVICE_FEATURE_SELECT, 4, select);
	return pci_get(dev, PCI_DEVICE_FEATURE, 4);
}

static void modern_get_features(struct virtio_device *vdev,
				struct vi_features *features)
{
	struct pci_device *dev = to_pci(vdev);
	unsigned int i, words = dev->wide ? 4 : 2;

	memset(features, 0, sizeof(*features));
	for (i = 0; i < words; i++)
		features->w[i / 2] |= (uint64_t)offered(dev, i) <<
				      (i % 2 * 32);
}

static int refuse(const struct pci_device *dev, const char *why)
{
	return vi_fail(NULL, -ENODEV, "%s: features refused: %s",
		       dev->fn->name, why);
}

/*
 * Refuse only features that do harm or are unsupported here; the device refuses
 * the rest.
 */
static int modern_finalize_features(struct virtio_device *vdev)
{
	struct pci_device *dev = to_pci(vdev);
	unsigned int i, words = dev->wide ? 4 : 2;

	if (dev->fn->translated &&
	    !virtio_has_feature(vdev, VIRTIO_F_ACCESS_PLATFORM))
		return refuse(dev, "without VIRTIO_F_ACCESS_PLATFORM the device would bypass the IOMMU");
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		return refuse(dev, "the modern interface needs VIRTIO_F_VERSION_1");
	if (virtio_has_feature(vdev, VIRTIO_F_NOTIFICATION_DATA) ||
	    virtio_has_feature(vdev, VIRTIO_F_NOTIF_CONFIG_DATA))
		return refuse(dev, "notification data is not supported");
	for (i = 0; i < words; i++) {
		pci_put(dev, PCI_DRIVER_FEATURE_SELECT, 4, i);
		pci_put(dev, PCI_DRIVER_FEATURE, 4,
			(uint32_t)(vdev->features.w[i / 2] >> (i % 2 * 32)));
	}
	pci_modern_config_vector(dev);
	return 0;
}

/*
 * Devices of older specifications have 64 feature bits, and need not say so: if
 * the selector does not keep its value, there are no more.
 */
static bool is_wide(struct pci_device *dev)
{
	uint32_t select;

	pci_put(dev, PCI_DRIVER_FEATURE_SELECT, 4, 2);
	select = pci_get(dev, PCI_DRIVER_FEATURE_SELECT, 4);
	pci_put(dev, PCI_DRIVER_FEATURE_SELECT, 4, 0);
	return select == 2;
}

void pci_modern_setup(struct pci_device *dev)
{
	dev->wide = is_wide(dev);
	dev->num_queues = pci_get(dev, PCI_NUM_QUEUES, 2);
	/* Use no more, whatever the device claims. */
	vi_pci_num_queues_ok((uint16_t)dev->num_queues, &dev->num_queues,
			     NULL);
}

static const struct virtio_config_ops modern_config = {
	.get			= modern_get,
	.set			= modern_set,
	.generation		= modern_generation,
	.get_status		= pci_get_status,
	.set_status		= pci_set_status,
	.reset			= pci_reset,
	.find_vq		= pci_find_vq,
	.del_vq			= pci_del_vq,
	.get_features		= modern_get_features,
	.finalize_features	= modern_finalize_features,
};

/* Names from the specification (4.1.4.3). */
static const struct pci_register registers[] = {
	{ "device_feature_select", PCI_DEVICE_FEATURE_SELECT, 4, false },
	{ "device_feature", PCI_DEVICE_FEATURE, 4, true },
	{ "driver_feature_select", PCI_DRIVER_FEATURE_SELECT, 4, false },
	{ "driver_feature", PCI_DRIVER_FEATURE, 4, false },
	{ "config_msix_vector", PCI_CONFIG_VECTOR, 2, false },
	{ "num_queues", PCI_NUM_QUEUES, 2, true },
	{ "device_status", PCI_STATUS, 1, false },
	{ "config_generation", PCI_GENERATION, 1, true },
	{ "queue_select", PCI_QUEUE_SELECT, 2, false },
	{ "queue_size", PCI_QUEUE_SIZE, 2, false },
	{ "queue_msix_vector", PCI_QUEUE_VECTOR, 2, false },
	{ "queue_enable", PCI_QUEUE_ENABLE, 2, false },
	{ "queue_notify_off", PCI_QUEUE_NOTIFY_OFF, 2, true },
	{ "queue_desc", PCI_QUEUE_DESC, 8, false },
	{ "queue_driver", PCI_QUEUE_DRIVER, 8, false },
	{ "queue_device", PCI_QUEUE_DEVICE, 8, false },
	{ "queue_notify_data", PCI_QUEUE_NOTIFY_DATA, 2, true },
	{ "queue_reset", PCI_QUEUE_RESET, 2, false },
};

const struct pci_kind pci_modern = {
	.config		= &modern_config,
	.ring_align	= 64,
	.status_at	= PCI_STATUS,
	.queue_max	= pci_modern_queue_max,
	.queue_start	= pci_modern_queue_start,
	.queue_stop	= pci_modern_queue_stop,
	.registers	= registers,
	.num_registers	= ARRAY_SIZE(registers),
};
