// SPDX-License-Identifier: GPL-2.0-or-later
/* 9P transport; not in the specification, so as Linux has it. */
#include "device/device_type.h"

/* A request may wait for long by its meaning, such as one for a lock. */
static const struct vi_queue_kind queues[] = {
	{ "requests", "requests", VI_QUEUE_MAY_WAIT, .at = 0 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "=mount_tag" },
	{ },
};

VI_DEVICE_TYPE(9p) = {
	.driver = VI_TYPE_DRIVER("9p", 9),
	.queues = queues,
	.knames = knames,
};
