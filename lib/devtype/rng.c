// SPDX-License-Identifier: LGPL-2.1-or-later
/* Entropy source (virtio spec 1.4, 5.4). */
#include "devtype/request.h"

static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_bytes(line, req->in_len);
	vi_line_add(line, " wanted");
}

/* Entropy may be scarce, but sources gather some within a minute. */
static const struct vi_request_kind request = {
	.limit_s = 60, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq", "input", VI_QUEUE_MAY_WAIT, .at = 0,
	  .request = &request },
	{ },
};

/* The kernel names the current source, but not its virtio device. */
static const struct vi_kname_rule knames[] = {
	{ "/sys/class/misc/hw_random/rng_current", "hwrng", "virtio_rng",
	  .alone = true },
	{ },
};

VI_DEVICE_TYPE(rng) = {
	.driver = VI_TYPE_DRIVER("rng", 4),
	.queues = queues,
	.knames = knames,
};
