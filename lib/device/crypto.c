// SPDX-License-Identifier: GPL-2.0-or-later
/* Crypto device (virtio spec 1.4, 5.9). */
#include "device/device_type.h"

/* Linux polled controlq up to 5.18. */
static const struct vi_queue_kind queues[] = {
	{ "dataq%u", "dataq.%u", .step = 1, .from = 1 },
	{ "controlq", "controlq", .at = VI_QUEUE_LAST, .polled = true },
	{ },
};

VI_DEVICE_TYPE(crypto) = {
	.driver = VI_TYPE_DRIVER("crypto", 20),
	.queues = queues,
};
