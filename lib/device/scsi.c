// SPDX-License-Identifier: GPL-2.0-or-later
/* SCSI host (virtio spec 1.4, 5.6). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "controlq", "control", .at = 0 },
	{ "eventq", "event", VI_QUEUE_PARKED, .at = 1 },
	{ "request queue %u", "request", .at = 2, .step = 1, .from = 1 },
	/* Those that the administrator set apart for polling. */
	{ "request queue %u", "request_poll", .at = 2, .step = 1, .from = 1,
	  .polled = true },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "host#" },
	{ },
};

VI_DEVICE_TYPE(scsi) = {
	.driver = VI_TYPE_DRIVER("scsi", 8),
	.queues = queues,
	.knames = knames,
	/* The request queues; controlq and eventq come on top. */
	.count = { .file = "scsi_host/host#/nr_hw_queues", .plus = 2 },
};
