// SPDX-License-Identifier: GPL-2.0-or-later
/* Socket device (virtio spec 1.4, 5.10). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "rx", "rx", VI_QUEUE_PARKED, .at = 0 },
	{ "tx", "tx", .at = 1 },
	{ "event", "event", VI_QUEUE_PARKED, .at = 2 },
	{ },
};

VI_DEVICE_TYPE(vsock) = {
	.driver = VI_TYPE_DRIVER("vsock", 19),
	.queues = queues,
};
