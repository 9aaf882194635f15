// SPDX-License-Identifier: LGPL-2.1-or-later
/* CAN controller (virtio spec 1.4, 5.20). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name results[] = {
	{ 0, "OK" },
	{ 1, "NOT_OK" },
	{ },
};

/* Frame flags (5.20.5.1). */
#define RTR		0x2000
#define FD		0x4000
#define EXTENDED	0x8000

static void describe_tx(const struct vi_request *req, struct vi_line *line)
{
	uint32_t flags = vi_request_le32(req, 8);

	if (vi_request_le16(req, 0) != 1) {
		vi_line_add(line, "message type 0x%x",
			    vi_request_le16(req, 0));
		return;
	}
	vi_line_add(line, "send %s%sframe, id 0x%" PRIx32 ", ",
		    flags & FD ? "FD " : "", flags & RTR ? "remote " : "",
		    vi_request_le32(req, 12));
	if (flags & EXTENDED)
		vi_line_add(line, "extended, ");
	vi_line_bytes(line, vi_request_le16(req, 2));
}

/* May wait: a frame is repeated until another node acknowledges it. */
static const struct vi_request_kind tx = {
	.header = 16, .describe = describe_tx,
	.status = VI_STATUS_FIRST, .statuses = results,
};

static const struct vi_name messages[] = {
	{ 0x0201, "SET_CTRL_MODE_START" },
	{ 0x0202, "SET_CTRL_MODE_STOP" },
	{ },
};

static void describe_ctrl(const struct vi_request *req, struct vi_line *line)
{
	vi_line_name(line, messages, vi_request_le16(req, 0), "message type");
}

static const struct vi_request_kind ctrl = {
	.header = 2, .describe = describe_ctrl,
	.status = VI_STATUS_FIRST, .statuses = results,
};

static const struct vi_queue_kind queues[] = {
	{ "Txq", "can-tx", VI_QUEUE_MAY_WAIT, .at = 0, .request = &tx },
	{ "Rxq", "can-rx", VI_QUEUE_PARKED, .at = 1 },
	{ "Controlq", "can-state-ctrl", .at = 2, .request = &ctrl },
	{ },
};

/* Configuration space (5.20.4). */
static const struct vi_name states[] = {
	{ 1 << 0, "bus off" },
	{ },
};

static const struct vi_config_field config[] = {
	{ "status", 0, VI_KIND(X16), .flags = true, .names = states },
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
	.config = config,
};
