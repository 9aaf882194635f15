// SPDX-License-Identifier: GPL-2.0-or-later
/* CAN controller (virtio spec 1.4, 5.20). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "Txq", "can-tx", VI_QUEUE_MAY_WAIT, .at = 0 },
	{ "Rxq", "can-rx", VI_QUEUE_PARKED, .at = 1 },
	{ "Controlq", "can-state-ctrl", .at = 2 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "net/*" },
	{ },
};

VI_DEVICE_TYPE(can) = {
	.driver = VI_TYPE_DRIVER("can", 36),
	.queues = queues,
	.knames = knames,
};
