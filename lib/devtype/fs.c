// SPDX-License-Identifier: LGPL-2.1-or-later
/* File system (virtio spec 1.4, 5.11). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* FUSE, interface version 7. */
static const struct vi_name opcodes[] = {
	{ 1, "LOOKUP" },
	{ 2, "FORGET" },
	{ 3, "GETATTR" },
	{ 4, "SETATTR" },
	{ 5, "READLINK" },
	{ 6, "SYMLINK" },
	{ 8, "MKNOD" },
	{ 9, "MKDIR" },
	{ 10, "UNLINK" },
	{ 11, "RMDIR" },
	{ 12, "RENAME" },
	{ 13, "LINK" },
	{ 14, "OPEN" },
	{ 15, "READ" },
	{ 16, "WRITE" },
	{ 17, "STATFS" },
	{ 18, "RELEASE" },
	{ 20, "FSYNC" },
	{ 21, "SETXATTR" },
	{ 22, "GETXATTR" },
	{ 23, "LISTXATTR" },
	{ 24, "REMOVEXATTR" },
	{ 25, "FLUSH" },
	{ 26, "INIT" },
	{ 27, "OPENDIR" },
	{ 28, "READDIR" },
	{ 29, "RELEASEDIR" },
	{ 30, "FSYNCDIR" },
	{ 31, "GETLK" },
	{ 32, "SETLK" },
	{ 33, "SETLKW" },
	{ 34, "ACCESS" },
	{ 35, "CREATE" },
	{ 36, "INTERRUPT" },
	{ 37, "BMAP" },
	{ 38, "DESTROY" },
	{ 39, "IOCTL" },
	{ 40, "POLL" },
	{ 41, "NOTIFY_REPLY" },
	{ 42, "BATCH_FORGET" },
	{ 43, "FALLOCATE" },
	{ 44, "READDIRPLUS" },
	{ 45, "RENAME2" },
	{ 46, "LSEEK" },
	{ 47, "COPY_FILE_RANGE" },
	{ 48, "SETUPMAPPING" },
	{ 49, "REMOVEMAPPING" },
	{ 50, "SYNCFS" },
	{ 51, "TMPFILE" },
	{ 52, "STATX" },
	{ },
};

/*
 * struct fuse_in_header: len, opcode, unique, nodeid, uid, gid, pid. The
 * driver's byte order, which the device detects (5.11.6.1).
 */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	vi_line_name(line, opcodes, vi_request_le32(req, 4), "FUSE opcode");
	vi_line_add(line, " nodeid %" PRIu64 ", unique %" PRIu64
		    ", pid %" PRIu32, vi_request_le64(req, 16),
		    vi_request_le64(req, 8), vi_request_le32(req, 32));
}

#define SETLKW	33
#define IOCTL	39
#define POLL	40

/*
 * A lock may be taken, a poll waits for an event, and an ioctl for whatever its
 * file makes of it.
 */
static enum vi_waits waits(const struct vi_request *req)
{
	uint32_t opcode = vi_request_le32(req, 4);

	if (opcode == SETLKW || opcode == IOCTL || opcode == POLL ||
	    !vi_name(opcodes, opcode))
		return VI_WAITS_MAYBE;
	return VI_WAITS_NOT;
}

static const struct vi_request_kind request = {
	.header = 40, .min = 36, .waits = waits, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "hiprio", "hiprio", .at = 0, .request = &request },
	{ "notification queue", NULL, VI_QUEUE_PARKED, .at = 1,
	  VI_NEEDS(0, "VIRTIO_FS_F_NOTIFICATION") },
	{ "request queue %u", "requests.%u", VI_QUEUE_MAY_WAIT, .at = 2,
	  .step = 1, .from = 1, .request = &request },
	{ },
};

/* Configuration space (5.11.4). */
static const struct vi_config_field config[] = {
	{ "tag", 0, VI_KIND(STRING), .len = 36 },
	{ "num_request_queues", 36, VI_KIND(U32) },
	{ "notify_buf_size", 40, VI_KIND(U32),
	  VI_NEEDS(0, "VIRTIO_FS_F_NOTIFICATION") },
	{ },
};

/* Linux 6.9 and later. */
static const struct vi_kname_rule knames[] = {
	{ .path = "=/sys/fs/virtiofs/%/tag" },
	{ },
};

VI_DEVICE_TYPE(fs) = {
	.driver = VI_TYPE_DRIVER("fs", 26),
	.queues = queues,
	.knames = knames,
	.config = config,
	.closes_gaps = true,
};
