// SPDX-License-Identifier: GPL-2.0-or-later
/* Bluetooth controller; not in the specification, so as Linux has it. */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "tx", "tx", .at = 0 },
	{ "rx", "rx", VI_QUEUE_PARKED, .at = 1 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "bluetooth/hci#" },
	{ },
};

VI_DEVICE_TYPE(bt) = {
	.driver = VI_TYPE_DRIVER("bt", 40),
	.queues = queues,
	.knames = knames,
};
