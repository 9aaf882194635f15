// SPDX-License-Identifier: LGPL-2.1-or-later
/* Remote processor messaging; not in the specification, follows Linux. */
#include <inttypes.h>

#include "devtype/request.h"

/* Source, destination, four reserved bytes, length and flags. */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "from 0x%" PRIx32 " to 0x%" PRIx32 ", ",
		    vi_request_guest32(req, 0), vi_request_guest32(req, 4));
	vi_line_bytes(line, vi_request_guest16(req, 12));
}

static const struct vi_request_kind message = {
	.header = 16, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "rx", "input", VI_QUEUE_PARKED, .at = 0 },
	{ "tx", "output", .at = 1, .request = &message },
	{ },
};

VI_DEVICE_TYPE(rpmsg) = {
	.driver = VI_TYPE_DRIVER("rpmsg", 7),
	.queues = queues,
};
