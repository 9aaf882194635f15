// SPDX-License-Identifier: GPL-2.0-or-later
/* Remote processor messaging; not in the specification, so as Linux has it. */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "rx", "input", VI_QUEUE_PARKED, .at = 0 },
	{ "tx", "output", .at = 1 },
	{ },
};

VI_DEVICE_TYPE(rpmsg) = {
	.driver = VI_TYPE_DRIVER("rpmsg", 7),
	.queues = queues,
};
