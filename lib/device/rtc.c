// SPDX-License-Identifier: GPL-2.0-or-later
/* Real-time clock (virtio spec 1.4, 5.23). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "requestq", "requestq", VI_QUEUE_MAY_WAIT, .at = 0 },
	{ "alarmq", "alarmq", VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_RTC_F_ALARM") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "rtc/rtc#" },
	{ .path = "ptp/ptp#" },
	{ },
};

VI_DEVICE_TYPE(rtc) = {
	.driver = VI_TYPE_DRIVER("rtc", 17),
	.queues = queues,
	.knames = knames,
};
