// SPDX-License-Identifier: GPL-2.0-or-later
/* Replay-protected memory block (virtio spec 1.4, 5.12). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq", NULL, .at = 0 },
	{ },
};

VI_DEVICE_TYPE(rpmb) = {
	.driver = VI_TYPE_DRIVER("rpmb", 28),
	.queues = queues,
};
