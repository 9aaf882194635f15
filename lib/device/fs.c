// SPDX-License-Identifier: GPL-2.0-or-later
/* File system (virtio spec 1.4, 5.11). */
#include "device/device_type.h"

/* A request may wait for long by its meaning, such as one for a lock. */
static const struct vi_queue_kind queues[] = {
	{ "hiprio", "hiprio", .at = 0 },
	{ "notification queue", NULL, VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_FS_F_NOTIFICATION") },
	{ "request queue %u", "requests.%u", VI_QUEUE_MAY_WAIT, .at = 2,
	  .step = 1, .from = 1 },
	{ },
};

/* Linux 6.9 and later. */
static const struct vi_kname_rule knames[] = {
	{ .path = "=/sys/fs/virtiofs/%/tag" },
	{ },
};

VI_DEVICE_TYPE(fs) = {
	.driver = VI_TYPE_DRIVER("fs", 26),
	.queues = queues,
	.knames = knames,
	.closes_gaps = true,
};
