// SPDX-License-Identifier: GPL-2.0-or-later
/* SPI controller (virtio spec 1.4, 5.21). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq", "spi-rq", .at = 0 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "spi_master/spi#" },
	{ },
};

VI_DEVICE_TYPE(spi) = {
	.driver = VI_TYPE_DRIVER("spi", 45),
	.queues = queues,
	.knames = knames,
};
