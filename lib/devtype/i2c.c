// SPDX-License-Identifier: LGPL-2.1-or-later
/* I2C adapter (virtio spec 1.4, 5.16). */
#include "devtype/request.h"

static const struct vi_name statuses[] = {
	{ 0, "OK" },
	{ 1, "ERR" },
	{ },
};

#define FAIL_NEXT	1
#define READ		2

/* 7-bit addresses are shifted by one; 10-bit addresses are split. */
static void add_address(uint16_t addr, struct vi_line *line)
{
	if ((addr & 0xf9) == 0xf0)
		vi_line_add(line, "0x%03x",
			    (addr & 0x6u) << 7 | (unsigned int)addr >> 8);
	else
		vi_line_add(line, "0x%02x", (unsigned int)addr >> 1);
}

/* struct virtio_i2c_out_hdr (5.16.6) */
static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint32_t flags = vi_request_le32(req, 4);
	bool read = flags & READ;

	vi_line_add(line, read ? "read from " : "write to ");
	add_address(vi_request_le16(req, 0), line);
	vi_line_add(line, ", ");
	vi_line_bytes(line, read ? vi_less(req->in_len, 1) :
				   vi_less(req->out_len, 8));
	if (flags & FAIL_NEXT)
		vi_line_add(line, ", fails with the one before");
}

static const struct vi_request_kind request = {
	.header = 8, .describe = describe,
	.status = VI_STATUS_LAST, .statuses = statuses,
};

static const struct vi_queue_kind queues[] = {
	{ "requestq", "msg", .at = 0, .request = &request, .least_out = 8,
	  .least_in = 1 },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "i2c-#" },
	{ },
};

VI_DEVICE_TYPE(i2c) = {
	.driver = VI_TYPE_DRIVER("i2c", 34),
	.queues = queues,
	.knames = knames,
};
