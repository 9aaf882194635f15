// SPDX-License-Identifier: LGPL-2.1-or-later
/* Media device (virtio spec 1.4, 5.22). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name commands[] = {
	{ 1, "OPEN" },
	{ 2, "CLOSE" },
	{ 3, "IOCTL" },
	{ 4, "MMAP" },
	{ 5, "MUNMAP" },
	{ },
};

/* 5.22.6 */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint32_t command = vi_request_le32(req, 0);

	vi_line_name(line, commands, command, "command");
	if (command >= 2 && command <= 4 && vi_request_has(req, 12))
		vi_line_add(line, " session %" PRIu32,
			    vi_request_le32(req, 8));
	if (command == 3 && vi_request_has(req, 16))
		vi_line_add(line, ", code %" PRIu32, vi_request_le32(req, 12));
	else if (command == 5 && vi_request_has(req, 16))
		vi_line_add(line, " address 0x%" PRIx64,
			    vi_request_le64(req, 8));
}

static const struct vi_request_kind request = {
	.header = 16, .min = 8, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "commandq", NULL, .at = 0, .request = &request },
	{ "eventq", NULL, VI_QUEUE_PARKED, .at = 1 },
	{ },
};

/* Configuration space (5.22.4). */
static const struct vi_config_field config[] = {
	{ "device_caps", 0, VI_KIND(X32) },
	{ "device_type", 4, VI_KIND(U32) },
	{ "card", 8, VI_KIND(STRING), .len = 32 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "video4linux/video#" },
	{ },
};

VI_DEVICE_TYPE(media) = {
	.driver = VI_TYPE_DRIVER("media", 48),
	.queues = queues,
	.knames = knames,
	.config = config,
};
