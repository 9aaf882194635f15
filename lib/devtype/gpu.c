// SPDX-License-Identifier: LGPL-2.1-or-later
/* GPU (virtio spec 1.4, 5.7). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

static const struct vi_name commands[] = {
	{ 0x0100, "GET_DISPLAY_INFO" },
	{ 0x0101, "RESOURCE_CREATE_2D" },
	{ 0x0102, "RESOURCE_UNREF" },
	{ 0x0103, "SET_SCANOUT" },
	{ 0x0104, "RESOURCE_FLUSH" },
	{ 0x0105, "TRANSFER_TO_HOST_2D" },
	{ 0x0106, "RESOURCE_ATTACH_BACKING" },
	{ 0x0107, "RESOURCE_DETACH_BACKING" },
	{ 0x0108, "GET_CAPSET_INFO" },
	{ 0x0109, "GET_CAPSET" },
	{ 0x010a, "GET_EDID" },
	{ 0x010b, "RESOURCE_ASSIGN_UUID" },
	{ 0x010c, "RESOURCE_CREATE_BLOB" },
	{ 0x010d, "SET_SCANOUT_BLOB" },
	{ 0x0200, "CTX_CREATE" },
	{ 0x0201, "CTX_DESTROY" },
	{ 0x0202, "CTX_ATTACH_RESOURCE" },
	{ 0x0203, "CTX_DETACH_RESOURCE" },
	{ 0x0204, "RESOURCE_CREATE_3D" },
	{ 0x0205, "TRANSFER_TO_HOST_3D" },
	{ 0x0206, "TRANSFER_FROM_HOST_3D" },
	{ 0x0207, "SUBMIT_3D" },
	{ 0x0208, "RESOURCE_MAP_BLOB" },
	{ 0x0209, "RESOURCE_UNMAP_BLOB" },
	{ 0x0300, "UPDATE_CURSOR" },
	{ 0x0301, "MOVE_CURSOR" },
	{ },
};

/* Flags of struct virtio_gpu_ctrl_hdr (5.7.6.7). */
#define FENCE		1
#define RING_IDX	2

/* The meaning of the first number after the header, for simple commands. */
static const char *first_field(uint32_t command)
{
	switch (command) {
	case 0x101:
	case 0x102:
	case 0x106:
	case 0x107:
	case 0x10b:
	case 0x10c:
	case 0x202:
	case 0x203:
	case 0x204:
	case 0x208:
	case 0x209:
		return "resource";
	case 0x10a:
	case 0x300:
	case 0x301:
		return "scanout";
	case 0x108:
		return "capset index";
	case 0x109:
		return "capset";
	case 0x207:
		return "bytes";
	}
	return NULL;
}

static void describe(const struct vi_request *req, struct vi_line *line)
{
	uint32_t command = vi_request_le32(req, 0);
	uint32_t flags = vi_request_le32(req, 4);
	const char *first = first_field(command);

	vi_line_name(line, commands, command, "command");
	if (first && vi_request_has(req, 28))
		vi_line_add(line, ", %s %" PRIu32, first,
			    vi_request_le32(req, 24));
	if (command >= 0x200 && command < 0x300)
		vi_line_add(line, ", context %" PRIu32,
			    vi_request_le32(req, 16));
	if (flags & FENCE)
		vi_line_add(line, ", fence %" PRIu64,
			    vi_request_le64(req, 8));
	if (flags & RING_IDX)
		vi_line_add(line, ", ring %u", vi_request_u8(req, 20));
}

/* A command with a fence completes only after all that it sets off (5.7.6.7);
 * that depends on the programs that draw. */
static enum vi_waits waits(const struct vi_request *req)
{
	if (vi_request_le32(req, 4) & FENCE ||
	    !vi_name(commands, vi_request_le32(req, 0)))
		return VI_WAITS_MAYBE;
	return VI_WAITS_NOT;
}

static const struct vi_request_kind request = {
	.header = 28, .min = 24, .waits = waits, .describe = describe,
};

static const struct vi_queue_kind queues[] = {
	{ "controlq", "control", VI_QUEUE_MAY_WAIT, .at = 0,
	  .request = &request },
	{ "cursorq", "cursor", .at = 1, .request = &request },
	{ },
};

/* Configuration space (5.7.4). */
static const struct vi_config_field config[] = {
	{ "events_read", 0, VI_KIND(X32) },
	{ "num_scanouts", 8, VI_KIND(U32) },
	{ "num_capsets", 12, VI_KIND(U32) },
	{ "blob_alignment", 16, VI_KIND(U32),
	  VI_NEEDS(5, "VIRTIO_GPU_F_BLOB_ALIGNMENT") },
	{ },
};

/* Newer kernels put the card next to the virtio device, not below it. */
static const struct vi_kname_rule knames[] = {
	{ .path = "drm/card#" },
	{ .path = "../drm/card#" },
	{ },
};

VI_DEVICE_TYPE(gpu) = {
	.driver = VI_TYPE_DRIVER("gpu", 16),
	.queues = queues,
	.knames = knames,
	.config = config,
};
