/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Driving virtio devices behind PCI: what the rest of the library sees. */
#ifndef VI_TRANSPORT_PCI_DRIVE_H
#define VI_TRANSPORT_PCI_DRIVE_H

#include <virtio-inspect/virtio.h>

struct vi_pci_function;

/*
 * @physical: without an IOMMU; see physical.c.
 * @poll:     no interrupts.
 * @legacy:   by the legacy interface, also where there is a modern one.
 * @pool:     bytes of memory that the device may reach; 0: as usual.
 */
struct vi_pci_options {
	bool physical;
	bool poll;
	bool legacy;
	size_t pool;
};

/*
 * A device to drive, for the caller to register; @address as "0000:00:04.0".
 * It is reset, and set up so far that a driver can have it. 0, or a negative
 * errno with a message.
 */
int vi_pci_drive_new(const char *address, const struct vi_pci_options *o,
		     struct virtio_device **vdev);

/* The same over a function that is open, which it closes in any case. */
int vi_pci_drive_over(struct vi_pci_function *fn,
		      const struct vi_pci_options *o,
		      struct virtio_device **vdev);

/* Once it left the bus: reset it and end all. */
void vi_pci_drive_free(struct virtio_device *vdev);

#endif
