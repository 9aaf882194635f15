/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sysfs says of a PCI function and of those that it shares with. */
#ifndef VI_TRANSPORT_PCI_SYSFS_H
#define VI_TRANSPORT_PCI_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#include "transport/pci/caps.h"

bool vi_pci_exists(const char *address);

/* The driver's name; "" when there is none. */
void vi_pci_driver(const char *address, char *name, size_t size);

/* Its IOMMU group, or -ENOENT. */
int vi_pci_iommu_group(const char *address);

/* Does the kernel have the IOMMU translate what is in the group? */
bool vi_iommu_group_translates(int group);

/*
 * The members of the group other than @address that keep it from being used,
 * with their drivers: "0000:00:03.0 (virtio-pci), …".
 */
void vi_iommu_group_others(int group, const char *address, char *text,
			   size_t size);

/* Sizes and kinds of the BARs. 0 or a negative errno. */
int vi_pci_bars(const char *address, struct vi_pci_bar bar[VI_PCI_BARS]);

#endif
