// SPDX-License-Identifier: GPL-2.0-or-later
/* Sound device (virtio spec 1.4, 5.14). */
#include "device/device_type.h"

/* Streams that are stopped keep their buffers. */
static const struct vi_queue_kind queues[] = {
	{ "controlq", "virtsnd-ctl", .at = 0 },
	{ "eventq", "virtsnd-event", VI_QUEUE_PARKED, .at = 1 },
	{ "txq", "virtsnd-tx", VI_QUEUE_MAY_WAIT, .at = 2 },
	{ "rxq", "virtsnd-rx", VI_QUEUE_PARKED, .at = 3 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "sound/card#" },
	{ },
};

VI_DEVICE_TYPE(sound) = {
	.driver = VI_TYPE_DRIVER("sound", 25),
	.queues = queues,
	.knames = knames,
};
