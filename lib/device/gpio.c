// SPDX-License-Identifier: GPL-2.0-or-later
/* GPIO controller (virtio spec 1.4, 5.18). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq", "requestq", VI_QUEUE_MAY_WAIT, .at = 0 },
	{ "eventq", "eventq", VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_GPIO_F_IRQ") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "gpiochip#" },
	{ },
};

VI_DEVICE_TYPE(gpio) = {
	.driver = VI_TYPE_DRIVER("gpio", 41),
	.queues = queues,
	.knames = knames,
};
