// SPDX-License-Identifier: GPL-2.0-or-later
/* Block device (virtio spec 1.4, 5.2). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq%u", "req.%u", .step = 1, .from = 1 },
	/* Those that the administrator set apart for polling. */
	{ "requestq%u", "req_poll.%u", .step = 1, .from = 1, .polled = true },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "block/*" },
	{ },
};

VI_DEVICE_TYPE(blk) = {
	.driver = VI_TYPE_DRIVER("blk", 2),
	.queues = queues,
	.knames = knames,
	.count = { .folder = "mq" },
};
