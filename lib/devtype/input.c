// SPDX-License-Identifier: LGPL-2.1-or-later
/* Input device (virtio spec 1.4, 5.8). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* Linux event types; drivers send mostly LED, SND and REP. */
static const struct vi_name types[] = {
	{ 0x00, "SYN" },
	{ 0x01, "KEY" },
	{ 0x02, "REL" },
	{ 0x03, "ABS" },
	{ 0x04, "MSC" },
	{ 0x05, "SW" },
	{ 0x11, "LED" },
	{ 0x12, "SND" },
	{ 0x14, "REP" },
	{ 0x15, "FF" },
	{ 0x16, "PWR" },
	{ 0x17, "FF_STATUS" },
	{ },
};

/* struct virtio_input_event (5.8.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "event ");
	vi_line_name(line, types, vi_request_le16(req, 0), "type");
	vi_line_add(line, ", code %u, value %" PRIu32,
		    vi_request_le16(req, 2), vi_request_le32(req, 4));
}

static const struct vi_request_kind status = {
	.header = 8, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "eventq", "events", VI_QUEUE_PARKED, .at = 0, .least_in = 8 },
	{ "statusq", "status", .at = 1, .request = &status, .least_out = 8 },
	{ },
};

/* Configuration space (5.8.4); its contents depend on the last select. */
static const struct vi_name selects[] = {
	{ 0x00, "UNSET" },
	{ 0x01, "ID_NAME" },
	{ 0x02, "ID_SERIAL" },
	{ 0x03, "ID_DEVIDS" },
	{ 0x10, "PROP_BITS" },
	{ 0x11, "EV_BITS" },
	{ 0x12, "ABS_INFO" },
	{ },
};

static const struct vi_config_field config[] = {
	{ "select", 0, VI_KIND(X8), .names = selects },
	{ "subsel", 1, VI_KIND(X8) },
	{ "size", 2, VI_KIND(U8) },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "input/input#/event#" },
	{ },
};

VI_DEVICE_TYPE(input) = {
	.driver = VI_TYPE_DRIVER("input", 18),
	.queues = queues,
	.knames = knames,
	.config = config,
};
