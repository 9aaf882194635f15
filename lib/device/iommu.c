// SPDX-License-Identifier: GPL-2.0-or-later
/* IOMMU (virtio spec 1.4, 5.13). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq", "request", .at = 0, .polled = true },
	{ "eventq", "event", VI_QUEUE_PARKED, .at = 1 },
	{ },
};

VI_DEVICE_TYPE(iommu) = {
	.driver = VI_TYPE_DRIVER("iommu", 23),
	.queues = queues,
};
