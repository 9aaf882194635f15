// SPDX-License-Identifier: LGPL-2.1-or-later
/* Devices on which the machine itself depends. */
#include "bind/use/use.h"

VI_USE_CHECK(balloon, 5,
	.never = "refusing to take the active memory balloon: ballooned pages would be reused; unload virtio_balloon first");

VI_USE_CHECK(iommu, 23,
	.never = "refusing to take an IOMMU that other devices use");

VI_USE_CHECK(mem, 24,
	.never = "refusing to take memory that the kernel uses");
