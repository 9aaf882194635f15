/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IOMMU groups and their openers. */
#ifndef VI_BIND_USE_GROUP_H
#define VI_BIND_USE_GROUP_H

#include "bind/use/facts.h"
#include "bind/use/nodes.h"
#include "inspect/device.h"

/*
 * Can vfio-pci drive the device on this machine: is the driver available, is
 * there an IOMMU, are the other members of the group out of the way? 0, or
 * -ENOTSUP with a message.
 */
int vi_check_group(struct vi_ctx *ctx, const char *address);

/*
 * Does the device use the IOMMU (spec 1.4, 6.1)? 0, also if that is unknown
 * because no driver is bound; -ENOTSUP with a message.
 */
int vi_check_platform(struct vi_device *dev);

/* Add the VFIO nodes of the device's group. 0 or a negative errno with a
 * message. */
int vi_group_nodes(struct vi_ctx *ctx, const char *address,
		   struct vi_nodes *nodes);

/*
 * -EBUSY with a message if a process has the device, or its group, open through
 * VFIO. 0 also if that cannot be seen: this is for giving a device back.
 */
int vi_check_openers(struct vi_ctx *ctx, const char *address);

#endif
