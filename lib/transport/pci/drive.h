/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Driving virtio PCI devices: the interface to the rest of the library. */
#ifndef VI_TRANSPORT_PCI_DRIVE_H
#define VI_TRANSPORT_PCI_DRIVE_H

#include <virtio-inspect/virtio.h>

struct vi_pci_function;

/*
 * @physical: without an IOMMU; see physical.c.
 * @poll:     without interrupts.
 * @legacy:   use the legacy interface even if there is a modern one.
 * @pool:     bytes of memory that the device may access; 0: default.
 */
struct vi_pci_options {
	bool physical;
	bool poll;
	bool legacy;
	size_t pool;
};

/*
 * Create a device for the caller to register; @address as in "0000:00:04.0". It
 * is reset and ready for a driver. 0, or a negative errno with a message.
 */
int vi_pci_drive_new(const char *address, const struct vi_pci_options *o,
		     struct virtio_device **vdev);

/* The same on an open function. Takes ownership of @fn, also on errors. */
int vi_pci_drive_over(struct vi_pci_function *fn,
		      const struct vi_pci_options *o,
		      struct virtio_device **vdev);

/* Reset and free a device that is off the bus. */
void vi_pci_drive_free(struct virtio_device *vdev);

#endif
