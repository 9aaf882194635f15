// SPDX-License-Identifier: LGPL-2.1-or-later
/* Devices on which the machine itself depends. */
#include "bind/use/use.h"

VI_USE_CHECK(balloon, 5,
	.never = "the kernel's memory balloon: pages that it gave away would be used again; unload its driver first");

VI_USE_CHECK(iommu, 23,
	.never = "an IOMMU that other devices go through");

VI_USE_CHECK(mem, 24,
	.never = "memory that the kernel uses");
