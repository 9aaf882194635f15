// SPDX-License-Identifier: LGPL-2.1-or-later
/* Explain why a device cannot be used through VFIO, and what to do about it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/ctx.h"
#include "transport/pci/sysfs.h"
#include "transport/pci/vfio.h"

static int no_iommu(const char *address, const char *name)
{
	return vi_fail(NULL, -ENODEV,
		       "%s: not behind an IOMMU, which VFIO needs; boot with intel_iommu=on or amd_iommu=on if the machine has one, or use physical:%s, which has no protection",
		       name, address);
}

/* vfio.enable_unsafe_noiommu_mode makes groups that have no IOMMU. */
static bool is_pretended(int group)
{
	char path[40];

	snprintf(path, sizeof(path), "/dev/vfio/noiommu-%d", group);
	return !access(path, F_OK);
}

int vi_vfio_check(const char *address, const char *name, int *group)
{
	char driver[64], others[256];

	if (!vi_pci_exists(address))
		return vi_fail(NULL, -ENODEV, "%s: no such PCI device",
			       name);
	*group = vi_pci_iommu_group(address);
	if (*group < 0 || is_pretended(*group))
		return no_iommu(address, name);
	vi_pci_driver(address, driver, sizeof(driver));
	if (!*driver)
		return vi_fail(NULL, -EBUSY,
			       "%s: not bound to vfio-pci; run: vqinject --bind %s",
			       name, address);
	if (strcmp(driver, "vfio-pci"))
		return vi_fail(NULL, -EBUSY,
			       "%s: bound to %s instead of vfio-pci; if nothing uses it, run: vqinject --bind %s",
			       name, driver, address);
	vi_iommu_group_others(*group, address, others, sizeof(others));
	if (*others)
		return vi_fail(NULL, -EPERM,
			       "%s: its IOMMU group %d has other members in use: %s; bind all of them to vfio-pci or to no driver",
			       name, *group, others);
	return 0;
}
