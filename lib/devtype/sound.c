// SPDX-License-Identifier: LGPL-2.1-or-later
/* Sound device (virtio spec 1.4, 5.14). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name codes[] = {
	{ 0x0001, "JACK_INFO" },
	{ 0x0002, "JACK_REMAP" },
	{ 0x0100, "PCM_INFO" },
	{ 0x0101, "PCM_SET_PARAMS" },
	{ 0x0102, "PCM_PREPARE" },
	{ 0x0103, "PCM_RELEASE" },
	{ 0x0104, "PCM_START" },
	{ 0x0105, "PCM_STOP" },
	{ 0x0200, "CHMAP_INFO" },
	{ 0x0300, "CTL_INFO" },
	{ 0x0301, "CTL_ENUM_ITEMS" },
	{ 0x0302, "CTL_READ" },
	{ 0x0303, "CTL_WRITE" },
	{ 0x0304, "CTL_TLV_READ" },
	{ 0x0305, "CTL_TLV_WRITE" },
	{ 0x0306, "CTL_TLV_COMMAND" },
	{ },
};

/* The meaning of the second number (5.14.6.1). */
static const char *subject(uint32_t code)
{
	if (code == 0x2)
		return "jack";
	if (code > 0x100 && code < 0x200)
		return "stream";
	return code > 0x300 ? "control" : "first";
}

static void describe_ctrl(const struct vi_request *req, struct vi_line *line)
{
	uint32_t code = vi_request_le32(req, 0);

	vi_line_name(line, codes, code, "request code");
	if (vi_name(codes, code) && vi_request_has(req, 8))
		vi_line_add(line, ", %s %" PRIu32, subject(code),
			    vi_request_le32(req, 4));
}

static const struct vi_request_kind ctrl = {
	.header = 8, .min = 4, .describe = describe_ctrl,
};

/* Samples follow the stream's number and, when recorded, precede a status. */
static void describe_io(const struct vi_request *req, struct vi_line *line)
{
	bool out = req->out_len > 4;

	vi_line_add(line, "stream %" PRIu32 ", ", vi_request_le32(req, 0));
	vi_line_bytes(line, out ? req->out_len - 4 : vi_less(req->in_len, 8));
}

static const struct vi_request_kind io = {
	.header = 4, .describe = describe_io,
};

/* Stopped streams keep their buffers. */
static const struct vi_queue_kind queues[] = {
	{ "controlq", "virtsnd-ctl", .at = 0, .request = &ctrl },
	{ "eventq", "virtsnd-event", VI_QUEUE_PARKED, .at = 1 },
	{ "txq", "virtsnd-tx", VI_QUEUE_MAY_WAIT, .at = 2, .request = &io },
	{ "rxq", "virtsnd-rx", VI_QUEUE_PARKED, .at = 3, .request = &io },
	{ },
};

/* Configuration space (5.14.4). */
static const struct vi_config_field config[] = {
	{ "jacks", 0, VI_KIND(U32) },
	{ "streams", 4, VI_KIND(U32) },
	{ "chmaps", 8, VI_KIND(U32) },
	{ "controls", 12, VI_KIND(U32), VI_NEEDS(0, "VIRTIO_SND_F_CTLS") },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "sound/card#" },
	{ },
};

VI_DEVICE_TYPE(sound) = {
	.driver = VI_TYPE_DRIVER("sound", 25),
	.queues = queues,
	.knames = knames,
	.config = config,
};
