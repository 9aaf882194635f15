// SPDX-License-Identifier: LGPL-2.1-or-later
/* Replay-protected memory block (virtio spec 1.4, 5.12). */
#include "devtype/config.h"
#include "devtype/request.h"

#define FRAME	512

/* A frame's request type is at its end (5.12.6), so only count frames. */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_count(line, req->out_len / FRAME, "frame", "frames");
	vi_line_add(line, " out, ");
	vi_line_count(line, req->in_len / FRAME, "frame", "frames");
	vi_line_add(line, " in");
}

static const struct vi_request_kind request = { .describe = describe };

static const struct vi_queue_kind queues[] = {
	{ "requestq", NULL, .at = 0, .request = &request },
	{ },
};

/* Configuration space (5.12.4). */
static const struct vi_config_field config[] = {
	{ "capacity", 0, VI_KIND(U8) },
	{ "max_wr_cnt", 1, VI_KIND(U8) },
	{ "max_rd_cnt", 2, VI_KIND(U8) },
	{ },
};

VI_DEVICE_TYPE(rpmb) = {
	.driver = VI_TYPE_DRIVER("rpmb", 28),
	.queues = queues,
	.config = config,
};
