// SPDX-License-Identifier: LGPL-2.1-or-later
/* Socket device (virtio spec 1.4, 5.10). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name operations[] = {
	{ 0, "INVALID" },
	{ 1, "REQUEST" },
	{ 2, "RESPONSE" },
	{ 3, "RST" },
	{ 4, "SHUTDOWN" },
	{ 5, "RW" },
	{ 6, "CREDIT_UPDATE" },
	{ 7, "CREDIT_REQUEST" },
	{ },
};

static const struct vi_name types[] = {
	{ 1, "stream" },
	{ 2, "seqpacket" },
	{ },
};

/* struct virtio_vsock_hdr (5.10.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_name(line, operations, vi_request_le16(req, 30), "op");
	vi_line_add(line, " ");
	vi_line_name(line, types, vi_request_le16(req, 28), "type");
	vi_line_add(line, ", cid %" PRIu64 " port %" PRIu32
		    " to cid %" PRIu64 " port %" PRIu32 ", ",
		    vi_request_le64(req, 0), vi_request_le32(req, 16),
		    vi_request_le64(req, 8), vi_request_le32(req, 20));
	vi_line_bytes(line, vi_request_le32(req, 24));
}

#define HEADER	44

static const struct vi_request_kind packet = {
	.header = HEADER, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "rx", "rx", VI_QUEUE_PARKED, .at = 0, .least_in = HEADER },
	{ "tx", "tx", .at = 1, .request = &packet, .least_out = HEADER },
	{ "event", "event", VI_QUEUE_PARKED, .at = 2, .least_in = 4 },
	{ },
};

/* Configuration space (5.10.4). */
static const struct vi_config_field config[] = {
	{ "guest_cid", 0, VI_KIND(U64) },
	{ },
};

VI_DEVICE_TYPE(vsock) = {
	.driver = VI_TYPE_DRIVER("vsock", 19),
	.queues = queues,
	.config = config,
};
