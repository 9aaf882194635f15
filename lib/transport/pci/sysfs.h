/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI functions and their IOMMU groups according to sysfs. */
#ifndef VI_TRANSPORT_PCI_SYSFS_H
#define VI_TRANSPORT_PCI_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#include "transport/pci/caps.h"

bool vi_pci_exists(const char *address);

/* The driver's name; "" if none is bound. */
void vi_pci_driver(const char *address, char *name, size_t size);

/* The number of its IOMMU group, or -ENOENT. */
int vi_pci_iommu_group(const char *address);

/* Does the IOMMU translate for this group, as opposed to identity mapping? */
bool vi_iommu_group_translates(int group);

/*
 * List members of the group other than @address that prevent its use, with
 * their drivers: "0000:00:03.0 (virtio-pci), …".
 */
void vi_iommu_group_others(int group, const char *address, char *text,
			   size_t size);

/* Read sizes and types of the BARs. 0 or a negative errno. */
int vi_pci_bars(const char *address, struct vi_pci_bar bar[VI_PCI_BARS]);

#endif
