// SPDX-License-Identifier: GPL-2.0-or-later
/* SCMI device (virtio spec 1.4, 5.17). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "cmdq", "tx", .at = 0 },
	{ "eventq", "rx", VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_SCMI_F_P2A_CHANNELS") },
	{ },
};

VI_DEVICE_TYPE(scmi) = {
	.driver = VI_TYPE_DRIVER("scmi", 32),
	.queues = queues,
};
