// SPDX-License-Identifier: LGPL-2.1-or-later
/* Memory device (virtio spec 1.4, 5.15). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name types[] = {
	{ 0, "PLUG" },
	{ 1, "UNPLUG" },
	{ 2, "UNPLUG_ALL" },
	{ 3, "STATE" },
	{ },
};

#define UNPLUG_ALL	2

/* struct virtio_mem_req (5.15.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint16_t type = vi_request_le16(req, 0);

	vi_line_name(line, types, type, "request type");
	if (type == UNPLUG_ALL || !vi_name(types, type) ||
	    !vi_request_has(req, 18))
		return;
	vi_line_add(line, " address 0x%" PRIx64 ", ", vi_request_le64(req, 8));
	vi_line_count(line, vi_request_le16(req, 16), "block", "blocks");
}

static const struct vi_request_kind request = {
	.header = 18, .min = 8, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "guest-request", "guest-request", .at = 0, .request = &request },
	{ },
};

/* Configuration space (5.15.4). */
static const struct vi_config_field config[] = {
	{ "block_size", 0, VI_KIND(U64) },
	{ "node_id", 8, VI_KIND(U16), VI_NEEDS(0, "VIRTIO_MEM_F_ACPI_PXM") },
	{ "addr", 16, VI_KIND(X64) },
	{ "region_size", 24, VI_KIND(U64) },
	{ "usable_region_size", 32, VI_KIND(U64) },
	{ "plugged_size", 40, VI_KIND(U64) },
	{ "requested_size", 48, VI_KIND(U64) },
	{ },
};

VI_DEVICE_TYPE(mem) = {
	.driver = VI_TYPE_DRIVER("mem", 24),
	.queues = queues,
	.config = config,
};
