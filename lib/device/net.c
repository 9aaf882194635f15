// SPDX-License-Identifier: GPL-2.0-or-later
/* Network device (virtio spec 1.4, 5.1). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "receiveq%u", "input.%u", VI_QUEUE_PARKED, .step = 2, .from = 1 },
	{ "transmitq%u", "output.%u", .at = 1, .step = 2, .from = 1 },
	{ "controlq", "control", .at = VI_QUEUE_LAST, .polled = true,
	  VI_NEEDS(17, "VIRTIO_NET_F_CTRL_VQ") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "net/*" },
	{ },
};

VI_DEVICE_TYPE(net) = {
	.driver = VI_TYPE_DRIVER("net", 1),
	.queues = queues,
	.knames = knames,
	/* rx-0, tx-0, ... */
	.count = { .folder = "queues", VI_NEEDS(17, "VIRTIO_NET_F_CTRL_VQ") },
};
