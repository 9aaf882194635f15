// SPDX-License-Identifier: LGPL-2.1-or-later
/* Real-time clock (virtio spec 1.4, 5.23). */
#include <inttypes.h>

#include "devtype/request.h"

static const struct vi_name types[] = {
	{ 0x0001, "READ" },
	{ 0x0002, "READ_CROSS" },
	{ 0x1000, "CFG" },
	{ 0x1001, "CLOCK_CAP" },
	{ 0x1002, "CROSS_CAP" },
	{ 0x1003, "READ_ALARM" },
	{ 0x1004, "SET_ALARM" },
	{ 0x1005, "SET_ALARM_ENABLED" },
	{ },
};

static const struct vi_name statuses[] = {
	{ 0, "OK" },
	{ 2, "EOPNOTSUPP" },
	{ 3, "ENODEV" },
	{ 4, "EINVAL" },
	{ 5, "EIO" },
	{ },
};

#define CFG		0x1000
#define SET_ALARM	0x1004

/* The clock's number follows the head; SET_ALARM has the time in between. */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint16_t type = vi_request_le16(req, 0);
	unsigned int clock = type == SET_ALARM ? 16 : 8;

	vi_line_name(line, types, type, "message type");
	if (!vi_name(types, type) || type == CFG ||
	    !vi_request_has(req, clock + 2))
		return;
	vi_line_add(line, " clock %u", vi_request_le16(req, clock));
	if (type == SET_ALARM)
		vi_line_add(line, ", time %" PRIu64, vi_request_le64(req, 8));
}

/* An alarm that goes off is reported on the alarmq (5.23). */
static enum vi_waits waits(const struct vi_request *req)
{
	return vi_name(types, vi_request_le16(req, 0)) ? VI_WAITS_NOT :
							 VI_WAITS_MAYBE;
}

static const struct vi_request_kind request = {
	.header = 24, .min = 8, .waits = waits, .describe = describe,
	.status = VI_STATUS_FIRST, .statuses = statuses,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq", "requestq", VI_QUEUE_MAY_WAIT, .at = 0,
	  .request = &request },
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
