// SPDX-License-Identifier: LGPL-2.1-or-later
/* Console (virtio spec 1.4, 5.3). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static void describe_write(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "write ");
	vi_line_bytes(line, req->out_len);
}

/* The port's other end may be slow to read, but has no reason not to. */
static enum vi_waits write_waits(const struct vi_request *req)
{
	(void)req;
	return VI_WAITS_NOT;
}

static const struct vi_request_kind output = {
	.waits = write_waits, .describe = describe_write,
};

/* Control messages (5.3.6.2). */
static const struct vi_name events[] = {
	{ 0, "DEVICE_READY" },
	{ 1, "DEVICE_ADD" },
	{ 2, "DEVICE_REMOVE" },
	{ 3, "PORT_READY" },
	{ 4, "CONSOLE_PORT" },
	{ 5, "RESIZE" },
	{ 6, "PORT_OPEN" },
	{ 7, "PORT_NAME" },
	{ },
};

static void describe_ctrl(const struct vi_request *req, struct vi_line *line)
{
	vi_line_add(line, "ctrl ");
	vi_line_name(line, events, vi_request_guest16(req, 4), "event");
	vi_line_add(line, ", port %" PRIu32 ", value %u",
		    vi_request_guest32(req, 0), vi_request_guest16(req, 6));
}

static const struct vi_request_kind ctrl = {
	.header = 8, .describe = describe_ctrl,
};

static const struct vi_queue_kind queues[] = {
	{ "receiveq(port0)", "input", VI_QUEUE_PARKED, .at = 0, .lazy = true },
	{ "transmitq(port0)", "output", VI_QUEUE_MAY_WAIT, .at = 1, .lazy = true,
	  .request = &output, .taker = "port 0", .object = "p0" },
	{ "control receiveq", "control-i", VI_QUEUE_PARKED, .at = 2,
	  VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ "control transmitq", "control-o", .at = 3, .polled = true,
	  VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT"), .request = &ctrl },
	{ "receiveq(port%u)", "input", VI_QUEUE_PARKED, .at = 4, .step = 2,
	  .from = 1, VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT"), .lazy = true },
	{ "transmitq(port%u)", "output", VI_QUEUE_MAY_WAIT, .at = 5, .step = 2,
	  .from = 1, VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT"), .lazy = true,
	  .request = &output, .taker = "port %u", .object = "p%u" },
	{ },
};

/* Configuration space (5.3.4); emerg_wr is write-only. */
static const struct vi_config_field config[] = {
	{ "cols", 0, VI_KIND(U16), VI_NEEDS(0, "VIRTIO_CONSOLE_F_SIZE") },
	{ "rows", 2, VI_KIND(U16), VI_NEEDS(0, "VIRTIO_CONSOLE_F_SIZE") },
	{ "max_nr_ports", 4, VI_KIND(U32),
	  VI_NEEDS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ },
};

/* With several ports, any of them may be the console. */
static const struct vi_kname_rule knames[] = {
	{ .path = "/sys/class/tty/hvc0", .alone = true,
	  VI_UNLESS(1, "VIRTIO_CONSOLE_F_MULTIPORT") },
	{ .path = "virtio-ports/*" },
	{ },
};

VI_DEVICE_TYPE(console) = {
	.driver = VI_TYPE_DRIVER("console", 3),
	.queues = queues,
	.knames = knames,
	.config = config,
};
