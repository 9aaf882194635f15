// SPDX-License-Identifier: LGPL-2.1-or-later
/* 9P transport; not in the specification, follows Linux. */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* 9P2000, 9P2000.u and 9P2000.L; requests have even numbers. */
static const struct vi_name messages[] = {
	{ 8, "Tstatfs" },
	{ 12, "Tlopen" },
	{ 14, "Tlcreate" },
	{ 16, "Tsymlink" },
	{ 18, "Tmknod" },
	{ 20, "Trename" },
	{ 22, "Treadlink" },
	{ 24, "Tgetattr" },
	{ 26, "Tsetattr" },
	{ 30, "Txattrwalk" },
	{ 32, "Txattrcreate" },
	{ 40, "Treaddir" },
	{ 50, "Tfsync" },
	{ 52, "Tlock" },
	{ 54, "Tgetlock" },
	{ 70, "Tlink" },
	{ 72, "Tmkdir" },
	{ 74, "Trenameat" },
	{ 76, "Tunlinkat" },
	{ 100, "Tversion" },
	{ 102, "Tauth" },
	{ 104, "Tattach" },
	{ 108, "Tflush" },
	{ 110, "Twalk" },
	{ 112, "Topen" },
	{ 114, "Tcreate" },
	{ 116, "Tread" },
	{ 118, "Twrite" },
	{ 120, "Tclunk" },
	{ 122, "Tremove" },
	{ 124, "Tstat" },
	{ 126, "Twstat" },
	{ },
};

/* size[4] type[1] tag[2], in most messages followed by fid[4] */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint8_t type = vi_request_u8(req, 4);

	vi_line_name(line, messages, type, "message type");
	vi_line_add(line, " tag %u", vi_request_le16(req, 5));
	if (type == 108 && vi_request_has(req, 9))
		vi_line_add(line, ", of tag %u", vi_request_le16(req, 7));
	else if (type == 100 && vi_request_has(req, 11))
		vi_line_add(line, ", msize %" PRIu32,
			    vi_request_le32(req, 7));
	else if (type != 108 && vi_request_has(req, 11) &&
		 vi_name(messages, type))
		vi_line_add(line, ", fid %" PRIu32, vi_request_le32(req, 7));
}

#define TLOCK	52
#define TREAD	116
#define TWRITE	118

/*
 * A lock may be taken. A read or write waits if the file is a pipe, of which
 * the header says nothing.
 */
static enum vi_waits waits(const struct vi_request *req)
{
	uint8_t type = vi_request_u8(req, 4);

	if (type == TLOCK || type == TREAD || type == TWRITE ||
	    !vi_name(messages, type))
		return VI_WAITS_MAYBE;
	return VI_WAITS_NOT;
}

static const struct vi_request_kind request = {
	.header = 11, .min = 7, .waits = waits, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "requests", "requests", VI_QUEUE_MAY_WAIT, .at = 0,
	  .request = &request },
	{ },
};

static const struct vi_config_field config[] = {
	{ "tag", 0, VI_KIND(TAG), VI_NEEDS(0, "VIRTIO_9P_MOUNT_TAG") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "=mount_tag" },
	{ },
};

VI_DEVICE_TYPE(9p) = {
	.driver = VI_TYPE_DRIVER("9p", 9),
	.queues = queues,
	.knames = knames,
	.config = config,
};
