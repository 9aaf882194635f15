// SPDX-License-Identifier: LGPL-2.1-or-later
/* SCMI device (virtio spec 1.4, 5.17). */
#include <inttypes.h>

#include "devtype/request.h"

static const struct vi_name protocols[] = {
	{ 0x10, "base" },
	{ 0x11, "power domain" },
	{ 0x12, "system power" },
	{ 0x13, "performance" },
	{ 0x14, "clock" },
	{ 0x15, "sensor" },
	{ 0x16, "reset domain" },
	{ 0x17, "voltage domain" },
	{ 0x18, "power capping" },
	{ 0x19, "pin control" },
	{ },
};

/* The message header of the Arm SCMI specification. */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint32_t hdr = vi_request_le32(req, 0);

	vi_line_name(line, protocols, hdr >> 10 & 0xff, "protocol");
	vi_line_add(line, " message 0x%" PRIx32 ", token %" PRIu32,
		    hdr & 0xff, hdr >> 18 & 0x3ff);
}

static const struct vi_request_kind request = {
	.header = 4, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "cmdq", "tx", .at = 0, .request = &request },
	{ "eventq", "rx", VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_SCMI_F_P2A_CHANNELS") },
	{ },
};

VI_DEVICE_TYPE(scmi) = {
	.driver = VI_TYPE_DRIVER("scmi", 32),
	.queues = queues,
};
