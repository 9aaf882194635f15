// SPDX-License-Identifier: LGPL-2.1-or-later
/* IOMMU (virtio spec 1.4, 5.13). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name types[] = {
	{ 1, "ATTACH" },
	{ 2, "DETACH" },
	{ 3, "MAP" },
	{ 4, "UNMAP" },
	{ 5, "PROBE" },
	{ },
};

static const struct vi_name statuses[] = {
	{ 0, "OK" },
	{ 1, "IOERR" },
	{ 2, "UNSUPP" },
	{ 3, "DEVERR" },
	{ 4, "INVAL" },
	{ 5, "RANGE" },
	{ 6, "NOENT" },
	{ 7, "FAULT" },
	{ 8, "NOMEM" },
	{ },
};

#define MAP	3
#define UNMAP	4
#define PROBE	5

static void add_addresses(const struct vi_request *req, bool map,
			  struct vi_line *line)
{
	vi_line_add(line, ", virtual 0x%" PRIx64 " to 0x%" PRIx64,
		    vi_request_le64(req, 8), vi_request_le64(req, 16));
	if (!map || !vi_request_has(req, 36))
		return;
	vi_line_add(line, ", physical 0x%" PRIx64 ", flags 0x%" PRIx32,
		    vi_request_le64(req, 24), vi_request_le32(req, 32));
}

/* 5.13.6 */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint8_t type = vi_request_u8(req, 0);
	uint32_t first = vi_request_le32(req, 4);

	vi_line_name(line, types, type, "request type");
	if (type == PROBE)
		vi_line_add(line, " endpoint %" PRIu32, first);
	else if (vi_name(types, type))
		vi_line_add(line, " domain %" PRIu32, first);
	if ((type == MAP || type == UNMAP) && vi_request_has(req, 24))
		add_addresses(req, type == MAP, line);
	else if (type < MAP && type && vi_request_has(req, 12))
		vi_line_add(line, ", endpoint %" PRIu32,
			    vi_request_le32(req, 8));
}

static const struct vi_request_kind request = {
	.header = 36, .min = 8, .describe = describe,
	.status = VI_STATUS_FROM_END(4), .statuses = statuses,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq", "request", .at = 0, .polled = true,
	  .request = &request },
	{ "eventq", "event", VI_QUEUE_PARKED, .at = 1 },
	{ },
};

/* Configuration space (5.13.4). */
static const struct vi_config_field config[] = {
	{ "page_size_mask", 0, VI_KIND(X64) },
	{ "input_range.start", 8, VI_KIND(X64),
	  VI_NEEDS(0, "VIRTIO_IOMMU_F_INPUT_RANGE") },
	{ "input_range.end", 16, VI_KIND(X64),
	  VI_NEEDS(0, "VIRTIO_IOMMU_F_INPUT_RANGE") },
	{ "domain_range.start", 24, VI_KIND(U32),
	  VI_NEEDS(1, "VIRTIO_IOMMU_F_DOMAIN_RANGE") },
	{ "domain_range.end", 28, VI_KIND(U32),
	  VI_NEEDS(1, "VIRTIO_IOMMU_F_DOMAIN_RANGE") },
	{ "probe_size", 32, VI_KIND(U32),
	  VI_NEEDS(4, "VIRTIO_IOMMU_F_PROBE") },
	{ "bypass", 36, VI_KIND(U8),
	  VI_NEEDS(6, "VIRTIO_IOMMU_F_BYPASS_CONFIG") },
	{ },
};

VI_DEVICE_TYPE(iommu) = {
	.driver = VI_TYPE_DRIVER("iommu", 23),
	.queues = queues,
	.config = config,
};
