// SPDX-License-Identifier: LGPL-2.1-or-later
/* Traditional memory balloon (virtio spec 1.4, 5.5). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* Arrays of page numbers (5.5.6), and of statistics of 10 bytes (5.5.6.3). */
static void describe_pages(const struct vi_request *req, struct vi_line *line)
{
	vi_line_count(line, req->out_len / 4, "page", "pages");
}

static void describe_inflate(const struct vi_request *req,
			     struct vi_line *line)
{
	vi_line_add(line, "inflate by ");
	describe_pages(req, line);
}

static void describe_deflate(const struct vi_request *req,
			     struct vi_line *line)
{
	vi_line_add(line, "deflate by ");
	describe_pages(req, line);
}

static void describe_stats(const struct vi_request *req, struct vi_line *line)
{
	vi_line_count(line, req->out_len / 10, "statistic", "statistics");
}

/* A command, or else a free page and those that follow it (5.5.6.6). */
static void describe_hint(const struct vi_request *req, struct vi_line *line)
{
	uint32_t id = vi_request_le32(req, 0);

	if (!req->out_len) {
		vi_line_add(line, "free pages, ");
		vi_line_bytes(line, req->in_len);
	} else if (!vi_request_has(req, 4)) {
		vi_line_add(line, "command not read");
	} else if (id <= 1) {
		vi_line_add(line, "command %s", id ? "DONE" : "STOP");
	} else {
		vi_line_add(line, "begin command %" PRIu32, id);
	}
}

static void describe_report(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "report ");
	vi_line_bytes(line, req->in_len);
	vi_line_add(line, " free");
}

static const struct vi_request_kind inflate = { .describe = describe_inflate };
static const struct vi_request_kind deflate = { .describe = describe_deflate };
static const struct vi_request_kind stats = { .describe = describe_stats };
static const struct vi_request_kind hint = {
	.header = 4, .optional = true, .describe = describe_hint,
};
static const struct vi_request_kind report = { .describe = describe_report };

static const struct vi_queue_kind queues[] = {
	{ "inflateq", "inflate", .at = 0, .request = &inflate },
	{ "deflateq", "deflate", .at = 1, .request = &deflate },
	{ "statsq", "stats", VI_QUEUE_PARKED, .at = 2,
	  VI_NEEDS(1, "VIRTIO_BALLOON_F_STATS_VQ"), .request = &stats },
	{ "free_page_vq", "free_page_vq", .at = 3, .polled = true,
	  VI_NEEDS(3, "VIRTIO_BALLOON_F_FREE_PAGE_HINT"), .request = &hint },
	{ "reporting_vq", "reporting_vq", .at = 4,
	  VI_NEEDS(5, "VIRTIO_BALLOON_F_PAGE_REPORTING"), .request = &report },
	{ },
};

/* Configuration space (5.5.4), always little-endian (5.5.4.1). */
static const struct vi_config_field config[] = {
	{ "num_pages", 0, VI_KIND(LE32) },
	{ "actual", 4, VI_KIND(LE32) },
	{ "free_page_hint_cmd_id", 8, VI_KIND(LE32),
	  VI_NEEDS(3, "VIRTIO_BALLOON_F_FREE_PAGE_HINT") },
	{ "poison_val", 12, VI_KIND(LE32),
	  VI_NEEDS(4, "VIRTIO_BALLOON_F_PAGE_POISON") },
	{ },
};

VI_DEVICE_TYPE(balloon) = {
	.driver = VI_TYPE_DRIVER("balloon", 5),
	.queues = queues,
	.config = config,
	.closes_gaps = true,
};
