// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory device (virtio spec 1.4, 5.15). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "guest-request", "guest-request", .at = 0 },
	{ },
};

VI_DEVICE_TYPE(mem) = {
	.driver = VI_TYPE_DRIVER("mem", 24),
	.queues = queues,
};
