// SPDX-License-Identifier: LGPL-2.1-or-later
/* Bluetooth controller; not in the specification, follows Linux. */
#include "devtype/config.h"
#include "devtype/request.h"

/* Packet types, as over a UART (Bluetooth, HCI transport H4). */
static const struct vi_name types[] = {
	{ 1, "HCI command" },
	{ 2, "ACL data" },
	{ 3, "SCO data" },
	{ 5, "ISO data" },
	{ },
};

static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_name(line, types, vi_request_u8(req, 0), "packet type");
	vi_line_add(line, ", ");
	vi_line_bytes(line, vi_less(req->out_len, 1));
}

static const struct vi_request_kind packet = {
	.header = 1, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "tx", "tx", .at = 0, .request = &packet },
	{ "rx", "rx", VI_QUEUE_PARKED, .at = 1 },
	{ },
};

/* The second layout has a padding byte. */
static const struct vi_config_field config[] = {
	{ "type", 0, VI_KIND(U8) },
	{ "vendor", 1, VI_KIND(U16), VI_UNLESS(3, "VIRTIO_BT_F_CONFIG_V2") },
	{ "msft_opcode", 3, VI_KIND(X16),
	  VI_UNLESS(3, "VIRTIO_BT_F_CONFIG_V2") },
	{ "vendor", 2, VI_KIND(U16), VI_NEEDS(3, "VIRTIO_BT_F_CONFIG_V2") },
	{ "msft_opcode", 4, VI_KIND(X16),
	  VI_NEEDS(3, "VIRTIO_BT_F_CONFIG_V2") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "bluetooth/hci#" },
	{ },
};

VI_DEVICE_TYPE(bt) = {
	.driver = VI_TYPE_DRIVER("bt", 40),
	.queues = queues,
	.knames = knames,
	.config = config,
};
