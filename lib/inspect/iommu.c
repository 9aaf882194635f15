// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether addresses in a device's rings are physical. Without ACCESS_PLATFORM
 * the device treats them as physical, even behind an IOMMU (spec 1.4, 6.1);
 * with it, the platform decides; behind vDPA that is another device, or VDUSE,
 * which sysfs does not show.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "inspect/snapshot.h"

void vi_snapshot_iommu(struct vi_snapshot *snap)
{
	struct vi_device *dev = snap->dev;
	char path[64], type[32];

	if (vi_load(dev, VI_FACT_FEATURES))
		return;
	if (!vi_device_negotiated(dev, VIRTIO_F_ACCESS_PLATFORM)) {
		snap->physical = true;
		return;
	}
	if (vi_load(dev, VI_FACT_TRANSPORT) || !strcmp(dev->transport, "vdpa"))
		return;
	if (vi_load(dev, VI_FACT_IOMMU_GROUP)) {
		/* -EACCES and the like tell nothing. */
		snap->physical = dev->state[VI_FACT_IOMMU_GROUP] == -ENODATA;
		return;
	}
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%u/type",
		 dev->iommu_group);
	if (vi_read_line(dev->ctx, path, type, sizeof(type)) <= 0)
		return;
	snap->physical = !strcmp(type, "identity");
	snap->translated = !snap->physical;
}
