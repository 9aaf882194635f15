// SPDX-License-Identifier: LGPL-2.1-or-later
/* Turn a PCI function into a drivable virtio device, and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "spec/ids.h"
#include "transport/pci/cap_walk.h"
#include "transport/pci/device.h"
#include "transport/pci/sysfs.h"

/* The legacy header, including the MSI-X registers. */
#define LEGACY_LEN	24

static bool read_config(void *data, unsigned int pos, uint8_t *buf,
			unsigned int len)
{
	struct vi_pci_function *fn = data;

	return !fn->ops->config_read(fn, pos, buf, len);
}

static int parse(struct pci_device *dev)
{
	struct vi_pci_function *fn = dev->fn;
	struct vi_pci_input in = { 0 };
	uint8_t config[256];
	int len;

	len = vi_pci_walk(config, read_config, fn);
	in.config = config;
	in.len = len > 0 ? (size_t)len : 0;
	memcpy(in.bar, fn->bar, sizeof(in.bar));
	if (vi_pci_parse(&in, &dev->caps))
		return vi_fail(NULL, -EIO,
			       "%s: cannot read its configuration space",
			       fn->name);
	if (dev->caps.kind == VI_PCI_GONE)
		return vi_fail(NULL, -ENODEV,
			       "%s: the device does not respond", fn->name);
	if (dev->caps.kind == VI_PCI_NOT_VIRTIO || !dev->caps.virtio_id)
		return vi_fail(NULL, -ENODEV, "%s: not a virtio device (%04x:%04x)",
			       fn->name, dev->caps.vendor, dev->caps.device);
	return 0;
}

/* --- Choice of interface ------------------------------------------------- */

/* Of several structures of a type, any may be used (spec 4.1.4). */
static const struct vi_pci_cap *find_mapped(const struct pci_device *dev,
					    uint8_t cfg_type)
{
	return vi_pci_find_mapped(&dev->caps, dev->fn->bar, cfg_type);
}

static int use_modern(struct pci_device *dev)
{
	const struct vi_pci_cap *common, *isr;
	int err;

	common = find_mapped(dev, VI_PCI_COMMON_CFG);
	dev->notify = find_mapped(dev, VI_PCI_NOTIFY_CFG);
	dev->config = find_mapped(dev, VI_PCI_DEVICE_CFG);
	isr = find_mapped(dev, VI_PCI_ISR_CFG);
	dev->kind = &pci_modern;
	dev->bar = common->bar;
	dev->at = common->offset;
	dev->registers_len = common->length;
	err = dev->fn->ops->open_bar(dev->fn, common->bar);
	if (!err)
		err = dev->fn->ops->open_bar(dev->fn, dev->notify->bar);
	if (!err && dev->config)
		err = dev->fn->ops->open_bar(dev->fn, dev->config->bar);
	if (err || !isr)
		return err;
	dev->has_isr = true;
	dev->isr_bar = isr->bar;
	dev->isr_at = isr->offset;
	return dev->fn->ops->open_bar(dev->fn, isr->bar);
}

static int use_legacy(struct pci_device *dev)
{
	struct vi_pci_function *fn = dev->fn;

	if (dev->caps.device >= VI_PCI_MODERN_BASE ||
	    fn->bar[0].size < LEGACY_LEN)
		return vi_fail(NULL, -ENOTSUP,
			       "%s: the device has no legacy interface",
			       fn->name);
	if (fn->translated)
		return vi_fail(NULL, -EPERM,
			       "%s: a legacy device bypasses the IOMMU, so VFIO cannot confine it; use physical:%s, with no driver bound",
			       fn->name, fn->address);
	dev->kind = &pci_legacy;
	dev->registers_len = LEGACY_LEN - 4;
	dev->num_queues = VI_PCI_QUEUE_LIMIT;
	dev->has_isr = true;
	dev->isr_at = pci_legacy.isr_at;
	return fn->ops->open_bar(fn, 0);
}

static int no_interface(const struct pci_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->caps.num_hazards; i++)
		if (dev->caps.hazards[i].severity == 'E')
			return vi_fail(NULL, -EPROTO, "%s: %s", dev->fn->name,
				       dev->caps.hazards[i].message);
	return vi_fail(NULL, -EPROTO,
		       "%s: the device has no usable registers (spec 4.1.4)",
		       dev->fn->name);
}

static int use_interface(struct pci_device *dev, bool legacy)
{
	bool modern = find_mapped(dev, VI_PCI_COMMON_CFG) &&
		      find_mapped(dev, VI_PCI_NOTIFY_CFG);

	if (modern && !legacy)
		return use_modern(dev);
	if (legacy || dev->caps.device < VI_PCI_MODERN_BASE)
		return use_legacy(dev);
	return no_interface(dev);
}

/* --- Address translation ------------------------------------------------- */

/*
 * The device decides whether its accesses go through the IOMMU (spec 6.1): the
 * addresses that it is given must match.
 */
static int check_platform(struct pci_device *dev)
{
	struct vi_pci_function *fn = dev->fn;
	struct vi_features offered;
	bool platform;
	int group;

	dev->kind->config->get_features(&dev->vdev, &offered);
	platform = offered.w[0] >> VIRTIO_F_ACCESS_PLATFORM & 1;
	if (fn->translated && !platform)
		return vi_fail(NULL, -EPERM,
			       "%s: the device does not offer VIRTIO_F_ACCESS_PLATFORM, so it bypasses the IOMMU and VFIO cannot confine it; use physical:%s, with no driver bound",
			       fn->name, fn->address);
	group = fn->translated ? -1 : vi_pci_iommu_group(fn->address);
	if (platform && group >= 0 && vi_iommu_group_translates(group))
		return vi_fail(NULL, -EPERM,
			       "%s: an IOMMU translates the device's addresses, so physical addresses would be wrong; use %s, which goes through VFIO",
			       fn->name, fn->address);
	return 0;
}

static uint64_t dma_map(struct virtio_device *vdev, const void *buf,
			size_t len)
{
	return vi_dma_pool_map(&to_pci(vdev)->fn->pool, buf, len);
}

static void *dma_alloc(struct virtio_device *vdev, size_t size, uint64_t *addr)
{
	return vi_dma_pool_alloc(&to_pci(vdev)->fn->pool, size, addr);
}

static void dma_free(struct virtio_device *vdev, void *buf, size_t size)
{
	vi_dma_pool_free(&to_pci(vdev)->fn->pool, buf, size);
}

static const struct virtio_dma_ops pci_dma_ops = {
	.map	= dma_map,
	.alloc	= dma_alloc,
	.free	= dma_free,
};

/* --- Lifetime ------------------------------------------------------------ */

/* Reset before bus mastering: firmware may have left rings set up. */
static int set_up(struct pci_device *dev, const struct vi_pci_options *o)
{
	struct vi_pci_function *fn = dev->fn;
	int err;

	err = fn->ops->command(fn, VI_PCI_COMMAND_MEMORY |
			       VI_PCI_COMMAND_NO_INTX, VI_PCI_COMMAND_MASTER);
	if (err)
		return err;
	err = use_interface(dev, o->legacy);
	if (!err)
		err = pci_reset(&dev->vdev);
	if (!err && dev->kind == &pci_modern)
		pci_modern_setup(dev);
	if (!err)
		err = check_platform(dev);
	if (!err)
		err = fn->ops->make_pool(fn, o->pool);
	if (!err)
		err = pci_irq_start(dev);
	if (err)
		return err;
	return fn->ops->command(fn, VI_PCI_COMMAND_MASTER,
				dev->irq.mode == PCI_IRQ_INTX ?
				VI_PCI_COMMAND_NO_INTX : 0);
}

static void init_locks(struct pci_irq *irq)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&irq->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&irq->cond, &attr);
	pthread_condattr_destroy(&attr);
	irq->epoll = irq->quit = -1;
}

static struct pci_device *make_device(struct vi_pci_function *fn)
{
	struct pci_device *dev = calloc(1, sizeof(*dev));

	if (!dev)
		return NULL;
	dev->queue = calloc(VI_PCI_QUEUE_LIMIT, sizeof(*dev->queue));
	if (!dev->queue) {
		free(dev);
		return NULL;
	}
	init_locks(&dev->irq);
	dev->fn = fn;
	return dev;
}

static void delete_queues(struct pci_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->found; i++)
		if (dev->queue[i].vq)
			pci_del_vq(dev->queue[i].vq);
}

/* Reset the device and wait, turn bus mastering off, then free the rest. */
static void end_device(struct pci_device *dev)
{
	struct vi_pci_function *fn = dev->fn;
	bool quiet = true;

	if (dev->stuck)
		quiet = false;
	else if (dev->kind)
		quiet = pci_reset(&dev->vdev) != -ETIMEDOUT;
	if (!quiet && fn->ops->reset)
		quiet = !fn->ops->reset(fn);
	fn->ops->command(fn, 0, VI_PCI_COMMAND_MASTER);
	pci_irq_stop(dev);
	delete_queues(dev);
	fn->ops->close(fn, quiet);
	pthread_cond_destroy(&dev->irq.cond);
	pthread_mutex_destroy(&dev->irq.lock);
	free(dev->queue);
	free(dev);
}

int vi_pci_drive_over(struct vi_pci_function *fn,
		      const struct vi_pci_options *o,
		      struct virtio_device **vdev)
{
	struct pci_device *dev = make_device(fn);
	int err;

	if (!dev) {
		fn->ops->close(fn, true);
		return vi_fail(NULL, -ENOMEM, "out of memory");
	}
	dev->poll = o->poll;
	err = parse(dev);
	if (!err)
		err = set_up(dev, o);
	if (err) {
		end_device(dev);
		return err;
	}
	dev->vdev.id.device = dev->caps.virtio_id;
	dev->vdev.id.vendor = dev->caps.subsystem_vendor;
	dev->vdev.config = dev->kind->config;
	dev->vdev.dma = &pci_dma_ops;
	dev->vdev.drive = &pci_drive_ops;
	*vdev = &dev->vdev;
	return 0;
}

int vi_pci_drive_new(const char *address, const struct vi_pci_options *o,
		     struct virtio_device **vdev)
{
	struct vi_pci_function *fn;
	int err;

	err = o->physical ? vi_physical_open(address, &fn) :
			    vi_vfio_open(address, &fn);
	return err ? err : vi_pci_drive_over(fn, o, vdev);
}

void vi_pci_drive_free(struct virtio_device *vdev)
{
	end_device(to_pci(vdev));
}
