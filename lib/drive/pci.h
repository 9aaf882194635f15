/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI devices to drive, by target: "ADDRESS,…" and "physical:ADDRESS,…". */
#ifndef VI_DRIVE_PCI_H
#define VI_DRIVE_PCI_H

#include <virtio-inspect/virtio.h>

#include "transport/pci/drive.h"

#define VI_PHYSICAL_PREFIX	"physical:"

int vi_vfio_attach(const char *target, struct virtio_device **vdev);
int vi_physical_attach(const char *target, struct virtio_device **vdev);

#endif
