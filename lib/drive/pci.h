/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI devices to drive, by target: "ADDRESS,…" and "physical:ADDRESS,…". */
#ifndef VI_DRIVE_PCI_H
#define VI_DRIVE_PCI_H

#include <virtio-inspect/virtio.h>

#include "transport/pci/drive.h"

int vi_pci_attach(const char *target, struct virtio_device **vdev);

#define VI_PHYSICAL	"physical:"

#endif
