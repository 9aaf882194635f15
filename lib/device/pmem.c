// SPDX-License-Identifier: GPL-2.0-or-later
/* Persistent memory (virtio spec 1.4, 5.19). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "req_vq", "flush_queue", .at = 0 },
	{ },
};

/* The last but two is a namespace, or what was made of it. */
static const struct vi_kname_rule knames[] = {
	{ .path = "ndbus#/region#/*/block/*" },
	{ },
};

VI_DEVICE_TYPE(pmem) = {
	.driver = VI_TYPE_DRIVER("pmem", 27),
	.queues = queues,
	.knames = knames,
};
