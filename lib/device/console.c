// SPDX-License-Identifier: GPL-2.0-or-later
/* Console (virtio spec 1.4, 5.3). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "receiveq(port0)", "input", VI_QUEUE_PARKED, .at = 0 },
	{ "transmitq(port0)", "output", VI_QUEUE_MAY_WAIT, .at = 1 },
	{ "control receiveq", "control-i", VI_QUEUE_PARKED, .at = 2,
	  VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ "control transmitq", "control-o", .at = 3, .polled = true,
	  VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ "receiveq(port%u)", "input", VI_QUEUE_PARKED, .at = 4, .step = 2,
	  .from = 1, VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ "transmitq(port%u)", "output", VI_QUEUE_MAY_WAIT, .at = 5, .step = 2,
	  .from = 1, VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ },
};

/* With several ports any of them may be the console. */
static const struct vi_kname_rule knames[] = {
	{ .path = "/sys/class/tty/hvc0", .alone = true,
	  VI_UNLESS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ .path = "virtio-ports/*" },
	{ },
};

VI_DEVICE_TYPE(console) = {
	.driver = VI_TYPE_DRIVER("console", 3),
	.queues = queues,
	.knames = knames,
};
