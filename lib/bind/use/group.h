/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IOMMU groups and who has them open. */
#ifndef VI_BIND_USE_GROUP_H
#define VI_BIND_USE_GROUP_H

#include "bind/use/facts.h"
#include "bind/use/nodes.h"
#include "inspect/device.h"

/*
 * Can vfio-pci use the device, as far as the machine goes: is the driver there,
 * is there an IOMMU, are the other members of its group out of the way? 0, or
 * -ENOTSUP with a message.
 */
int vi_check_group(struct vi_ctx *ctx, const char *address);

/*
 * Does the device go through the IOMMU (spec 1.4, 6.1)? 0, also where it has
 * no driver and that is not known; -ENOTSUP with a message.
 */
int vi_check_platform(struct vi_device *dev);

/* Add the nodes of the device's group, by which VFIO gives devices out. 0 or a
 * negative errno with a message. */
int vi_group_nodes(struct vi_ctx *ctx, const char *address,
		   struct vi_nodes *nodes);

/*
 * -EBUSY with a message when a process has the device, or its group, open by
 * VFIO. 0 also where that cannot be seen: this is for giving it back.
 */
int vi_check_openers(struct vi_ctx *ctx, const char *address);

#endif
