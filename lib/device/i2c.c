// SPDX-License-Identifier: GPL-2.0-or-later
/* I2C adapter (virtio spec 1.4, 5.16). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq", "msg", .at = 0 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "i2c-#" },
	{ },
};

VI_DEVICE_TYPE(i2c) = {
	.driver = VI_TYPE_DRIVER("i2c", 34),
	.queues = queues,
	.knames = knames,
};
