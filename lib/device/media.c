// SPDX-License-Identifier: GPL-2.0-or-later
/* Media device (virtio spec 1.4, 5.22). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "commandq", NULL, .at = 0 },
	{ "eventq", NULL, VI_QUEUE_PARKED, .at = 1 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "video4linux/video#" },
	{ },
};

VI_DEVICE_TYPE(media) = {
	.driver = VI_TYPE_DRIVER("media", 48),
	.queues = queues,
	.knames = knames,
};
