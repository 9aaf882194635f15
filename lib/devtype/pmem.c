// SPDX-License-Identifier: LGPL-2.1-or-later
/* Persistent memory (virtio spec 1.4, 5.19). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* struct virtio_pmem_req (5.19.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint32_t type = vi_request_le32(req, 0);

	if (type)
		vi_line_add(line, "request type 0x%" PRIx32, type);
	else
		vi_line_add(line, "flush");
}

static const struct vi_request_kind request = {
	.header = 4, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "req_vq", "flush_queue", .at = 0, .request = &request },
	{ },
};

/* Configuration space (5.19.4). */
static const struct vi_config_field config[] = {
	{ "start", 0, VI_KIND(X64),
	  VI_UNLESS(0, "VIRTIO_PMEM_F_SHMEM_REGION") },
	{ "size", 8, VI_KIND(U64),
	  VI_UNLESS(0, "VIRTIO_PMEM_F_SHMEM_REGION") },
	{ },
};

/* The first "*": a namespace, or what was built on it. */
static const struct vi_kname_rule knames[] = {
	{ .path = "ndbus#/region#/*/block/*" },
	{ },
};

VI_DEVICE_TYPE(pmem) = {
	.driver = VI_TYPE_DRIVER("pmem", 27),
	.queues = queues,
	.knames = knames,
	.config = config,
};
