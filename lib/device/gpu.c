// SPDX-License-Identifier: GPL-2.0-or-later
/* GPU (virtio spec 1.4, 5.7). */
#include "device/device_type.h"

/* Commands with a fence are done when the work that they wait for is. */
static const struct vi_queue_kind queues[] = {
	{ "controlq", "control", VI_QUEUE_MAY_WAIT, .at = 0 },
	{ "cursorq", "cursor", .at = 1 },
	{ },
};

/* Newer kernels have the card beside the virtio device, not below it. */
static const struct vi_kname_rule knames[] = {
	{ .path = "drm/card#" },
	{ .path = "../drm/card#" },
	{ },
};

VI_DEVICE_TYPE(gpu) = {
	.driver = VI_TYPE_DRIVER("gpu", 16),
	.queues = queues,
	.knames = knames,
};
