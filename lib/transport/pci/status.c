// SPDX-License-Identifier: LGPL-2.1-or-later
/* The device status field and reset (spec 1.4, 2.1, 2.4 and 4.1.4.3). */
#include <errno.h>
#include <time.h>

#include "core/clock.h"
#include "transport/pci/device.h"

/* Time limit for a reset. */
#define RESET_MS	10000

bool pci_gone(struct pci_device *dev)
{
	uint16_t vendor;

	/* All reads from a removed device return all-ones. */
	return dev->fn->ops->config_read(dev->fn, 0, &vendor,
					 sizeof(vendor)) ||
	       vendor == 0xffff;
}

uint8_t pci_get_status(struct virtio_device *vdev)
{
	struct pci_device *dev = to_pci(vdev);

	return (uint8_t)pci_get(dev, dev->kind->status_at, 1);
}

void pci_write_status(struct pci_device *dev, uint8_t status)
{
	if (status & VIRTIO_CONFIG_S_DRIVER_OK)
		pci_irq_run(dev);
	pci_put(dev, dev->kind->status_at, 1, status);
}

void pci_set_status(struct virtio_device *vdev, uint8_t status)
{
	/* 0 means reset, which has its own function. */
	if (status)
		pci_write_status(to_pci(vdev), status);
}

bool pci_wait(struct pci_patience *p, unsigned int ms)
{
	struct timespec t = { .tv_nsec = p->turns < 20 ? 1000000 : 10000000 };

	/*
	 * Measure by the clock, as sleeps take longer on a busy machine. A
	 * process that did not get to run still tries 20 times.
	 */
	if (!p->turns++)
		p->end = vi_mono_ms() + ms;
	if (vi_mono_ms() >= p->end && p->turns > 20)
		return false;
	nanosleep(&t, NULL);
	return true;
}

int pci_reset(struct virtio_device *vdev)
{
	struct pci_device *dev = to_pci(vdev);
	struct pci_patience patience = { 0 };
	uint8_t status;

	pci_irq_quiesce(dev);
	pci_put(dev, dev->kind->status_at, 1, 0);
	do {
		status = pci_get_status(vdev);
		if (!status) {
			dev->stuck = false;
			return 0;
		}
		if (status == 0xff && pci_gone(dev))
			return vi_fail(NULL, -ENODEV, "%s: the device disappeared",
				       dev->fn->name);
	} while (pci_wait(&patience, RESET_MS));
	dev->stuck = true;
	return vi_fail(NULL, -ETIMEDOUT,
		       "%s: the device does not reset: its status is 0x%x instead of 0 after %u s",
		       dev->fn->name, status, RESET_MS / 1000);
}
