// SPDX-License-Identifier: LGPL-2.1-or-later
/* Block device (virtio spec 1.4, 5.2). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"
#include "spec/features.h"

/* Request types (5.2.6); 2, 3 and 5 are legacy (5.2.6.4). */
static const struct vi_name types[] = {
	{ 0, "read" },
	{ 1, "write" },
	{ 2, "SCSI command" },
	{ 3, "SCSI command out" },
	{ 4, "flush" },
	{ 5, "flush out" },
	{ 8, "get ID" },
	{ 10, "get lifetime" },
	{ 11, "discard" },
	{ 13, "write zeroes" },
	{ 14, "secure erase" },
	{ 15, "zone append" },
	{ 16, "zone report" },
	{ 18, "zone open" },
	{ 20, "zone close" },
	{ 22, "zone finish" },
	{ 24, "zone reset" },
	{ 26, "zone reset all" },
	{ },
};

static const struct vi_name statuses[] = {
	{ 0, "OK" },
	{ 1, "IOERR" },
	{ 2, "UNSUPP" },
	{ 3, "ZONE_INVALID_CMD" },
	{ 4, "ZONE_UNALIGNED_WP" },
	{ 5, "ZONE_OPEN_RESOURCE" },
	{ 6, "ZONE_ACTIVE_RESOURCE" },
	{ },
};

#define HEADER		16
#define RANGE		16	/* size of a struct in discards and the like */
#define BARRIER		0x80000000

/* Add the request's sector and length. */
static void add_place(const struct vi_request *req, uint32_t type,
		      struct vi_line *line)
{
	uint64_t sector = vi_request_guest64(req, 8);

	switch (type) {
	case 0:
	case 16:
		vi_line_add(line, " sector %" PRIu64 ", ", sector);
		vi_line_bytes(line, vi_less(req->in_len, 1));
		break;
	case 1:
	case 15:
		vi_line_add(line, " sector %" PRIu64 ", ", sector);
		vi_line_bytes(line, vi_less(req->out_len, HEADER));
		break;
	case 11:
	case 13:
	case 14:
		/* The data holds the sectors. */
		vi_line_add(line, ", ");
		vi_line_count(line, vi_less(req->out_len, HEADER) / RANGE,
			      "range", "ranges");
		break;
	case 18:
	case 20:
	case 22:
	case 24:
		vi_line_add(line, " sector %" PRIu64, sector);
		break;
	}
}

static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint32_t type = vi_request_guest32(req, 0);
	bool barrier = type & BARRIER &&
		       vi_features_test(req->features, 0) &&
		       !vi_features_test(req->features, VIRTIO_F_VERSION_1);

	if (barrier)
		type &= ~BARRIER;
	vi_line_name(line, types, type, "request type");
	add_place(req, type, line);
	if (barrier)
		vi_line_add(line, ", barrier");
}

static const struct vi_request_kind request = {
	.header = HEADER, .describe = describe,
	.status = VI_STATUS_LAST, .statuses = statuses,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq%u", "req.%u", .step = 1, .from = 1, .request = &request,
	  .least_out = HEADER, .least_in = 1 },
	/* Queues that the administrator reserved for polling. */
	{ "requestq%u", "req_poll.%u", .step = 1, .from = 1, .polled = true,
	  .request = &request, .least_out = HEADER, .least_in = 1 },
	{ },
};

/* --- Configuration space (5.2.4) --- */

static const struct vi_name caches[] = {
	{ 0, "write-through" },
	{ 1, "write-back" },
	{ },
};

static const struct vi_name models[] = {
	{ 0, "not zoned" },
	{ 1, "host-managed" },
	{ 2, "host-aware" },
	{ },
};

static const struct vi_config_field config[] = {
	{ "capacity", 0, VI_KIND(U64) },
	{ "size_max", 8, VI_KIND(U32), VI_NEEDS(1, "VIRTIO_BLK_F_SIZE_MAX") },
	{ "seg_max", 12, VI_KIND(U32), VI_NEEDS(2, "VIRTIO_BLK_F_SEG_MAX") },
	{ "geometry.cylinders", 16, VI_KIND(U16),
	  VI_NEEDS(4, "VIRTIO_BLK_F_GEOMETRY") },
	{ "geometry.heads", 18, VI_KIND(U8),
	  VI_NEEDS(4, "VIRTIO_BLK_F_GEOMETRY") },
	{ "geometry.sectors", 19, VI_KIND(U8),
	  VI_NEEDS(4, "VIRTIO_BLK_F_GEOMETRY") },
	{ "blk_size", 20, VI_KIND(U32), VI_NEEDS(6, "VIRTIO_BLK_F_BLK_SIZE") },
	{ "topology.physical_block_exp", 24, VI_KIND(U8),
	  VI_NEEDS(10, "VIRTIO_BLK_F_TOPOLOGY") },
	{ "topology.alignment_offset", 25, VI_KIND(U8),
	  VI_NEEDS(10, "VIRTIO_BLK_F_TOPOLOGY") },
	{ "topology.min_io_size", 26, VI_KIND(U16),
	  VI_NEEDS(10, "VIRTIO_BLK_F_TOPOLOGY") },
	{ "topology.opt_io_size", 28, VI_KIND(U32),
	  VI_NEEDS(10, "VIRTIO_BLK_F_TOPOLOGY") },
	{ "writeback", 32, VI_KIND(U8), .names = caches,
	  VI_NEEDS(11, "VIRTIO_BLK_F_CONFIG_WCE") },
	{ "num_queues", 34, VI_KIND(U16), VI_NEEDS(12, "VIRTIO_BLK_F_MQ") },
	{ "max_discard_sectors", 36, VI_KIND(U32),
	  VI_NEEDS(13, "VIRTIO_BLK_F_DISCARD") },
	{ "max_discard_seg", 40, VI_KIND(U32),
	  VI_NEEDS(13, "VIRTIO_BLK_F_DISCARD") },
	{ "discard_sector_alignment", 44, VI_KIND(U32),
	  VI_NEEDS(13, "VIRTIO_BLK_F_DISCARD") },
	{ "max_write_zeroes_sectors", 48, VI_KIND(U32),
	  VI_NEEDS(14, "VIRTIO_BLK_F_WRITE_ZEROES") },
	{ "max_write_zeroes_seg", 52, VI_KIND(U32),
	  VI_NEEDS(14, "VIRTIO_BLK_F_WRITE_ZEROES") },
	{ "write_zeroes_may_unmap", 56, VI_KIND(U8),
	  VI_NEEDS(14, "VIRTIO_BLK_F_WRITE_ZEROES") },
	{ "max_secure_erase_sectors", 60, VI_KIND(U32),
	  VI_NEEDS(16, "VIRTIO_BLK_F_SECURE_ERASE") },
	{ "max_secure_erase_seg", 64, VI_KIND(U32),
	  VI_NEEDS(16, "VIRTIO_BLK_F_SECURE_ERASE") },
	{ "secure_erase_sector_alignment", 68, VI_KIND(U32),
	  VI_NEEDS(16, "VIRTIO_BLK_F_SECURE_ERASE") },
	{ "zoned.zone_sectors", 72, VI_KIND(U32),
	  VI_NEEDS(17, "VIRTIO_BLK_F_ZONED") },
	{ "zoned.max_open_zones", 76, VI_KIND(U32),
	  VI_NEEDS(17, "VIRTIO_BLK_F_ZONED") },
	{ "zoned.max_active_zones", 80, VI_KIND(U32),
	  VI_NEEDS(17, "VIRTIO_BLK_F_ZONED") },
	{ "zoned.max_append_sectors", 84, VI_KIND(U32),
	  VI_NEEDS(17, "VIRTIO_BLK_F_ZONED") },
	{ "zoned.write_granularity", 88, VI_KIND(U32),
	  VI_NEEDS(17, "VIRTIO_BLK_F_ZONED") },
	{ "zoned.model", 92, VI_KIND(U8), .names = models,
	  VI_NEEDS(17, "VIRTIO_BLK_F_ZONED") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "block/*" },
	{ },
};

VI_DEVICE_TYPE(blk) = {
	.driver = VI_TYPE_DRIVER("blk", 2),
	.queues = queues,
	.knames = knames,
	.config = config,
	.count = { .folder = "mq" },
};
