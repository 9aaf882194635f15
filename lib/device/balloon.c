// SPDX-License-Identifier: GPL-2.0-or-later
/* Traditional memory balloon (virtio spec 1.4, 5.5). */
#include "device/device_type.h"

static const struct vi_queue_kind queues[] = {
	{ "inflateq", "inflate", .at = 0 },
	{ "deflateq", "deflate", .at = 1 },
	{ "statsq", "stats", VI_QUEUE_PARKED, .at = 2,
	  VI_NEEDS(1, "VIRTIO_BALLOON_F_STATS_VQ") },
	{ "free_page_vq", "free_page_vq", .at = 3, .polled = true,
	  VI_NEEDS(3, "VIRTIO_BALLOON_F_FREE_PAGE_HINT") },
	{ "reporting_vq", "reporting_vq", .at = 4,
	  VI_NEEDS(5, "VIRTIO_BALLOON_F_PAGE_REPORTING") },
	{ },
};

VI_DEVICE_TYPE(balloon) = {
	.driver = VI_TYPE_DRIVER("balloon", 5),
	.queues = queues,
	.closes_gaps = true,
};
