// SPDX-License-Identifier: GPL-2.0-or-later
/* Input device (virtio spec 1.4, 5.8). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "eventq", "events", VI_QUEUE_PARKED, .at = 0 },
	{ "statusq", "status", .at = 1 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "input/input#/event#" },
	{ },
};

VI_DEVICE_TYPE(input) = {
	.driver = VI_TYPE_DRIVER("input", 18),
	.queues = queues,
	.knames = knames,
};
