// SPDX-License-Identifier: LGPL-2.1-or-later
/* SCSI host (virtio spec 1.4, 5.6). */
#include <inttypes.h>

#include "devtype/config.h"
#include "devtype/request.h"

/* --- Commands (SPC-5, SBC-4, MMC-6), by their first byte --- */

static const struct vi_name opcodes[] = {
	{ 0x00, "TEST UNIT READY" },
	{ 0x01, "REWIND" },
	{ 0x03, "REQUEST SENSE" },
	{ 0x04, "FORMAT UNIT" },
	{ 0x05, "READ BLOCK LIMITS" },
	{ 0x07, "REASSIGN BLOCKS" },
	{ 0x08, "READ(6)" },
	{ 0x0a, "WRITE(6)" },
	{ 0x10, "WRITE FILEMARKS(6)" },
	{ 0x11, "SPACE(6)" },
	{ 0x12, "INQUIRY" },
	{ 0x15, "MODE SELECT(6)" },
	{ 0x16, "RESERVE(6)" },
	{ 0x17, "RELEASE(6)" },
	{ 0x1a, "MODE SENSE(6)" },
	{ 0x1b, "START STOP UNIT" },
	{ 0x1c, "RECEIVE DIAGNOSTIC RESULTS" },
	{ 0x1d, "SEND DIAGNOSTIC" },
	{ 0x1e, "PREVENT ALLOW MEDIUM REMOVAL" },
	{ 0x25, "READ CAPACITY(10)" },
	{ 0x28, "READ(10)" },
	{ 0x2a, "WRITE(10)" },
	{ 0x2b, "SEEK(10)" },
	{ 0x2e, "WRITE AND VERIFY(10)" },
	{ 0x2f, "VERIFY(10)" },
	{ 0x34, "PRE-FETCH(10)" },
	{ 0x35, "SYNCHRONIZE CACHE(10)" },
	{ 0x37, "READ DEFECT DATA(10)" },
	{ 0x3b, "WRITE BUFFER" },
	{ 0x3c, "READ BUFFER" },
	{ 0x41, "WRITE SAME(10)" },
	{ 0x42, "UNMAP" },
	{ 0x43, "READ TOC/PMA/ATIP" },
	{ 0x46, "GET CONFIGURATION" },
	{ 0x48, "SANITIZE" },
	{ 0x4a, "GET EVENT STATUS NOTIFICATION" },
	{ 0x4c, "LOG SELECT" },
	{ 0x4d, "LOG SENSE" },
	{ 0x51, "READ DISC INFORMATION" },
	{ 0x55, "MODE SELECT(10)" },
	{ 0x5a, "MODE SENSE(10)" },
	{ 0x5e, "PERSISTENT RESERVE IN" },
	{ 0x5f, "PERSISTENT RESERVE OUT" },
	{ 0x7f, "variable length CDB" },
	{ 0x83, "EXTENDED COPY" },
	{ 0x84, "RECEIVE COPY RESULTS" },
	{ 0x85, "ATA PASS-THROUGH(16)" },
	{ 0x88, "READ(16)" },
	{ 0x89, "COMPARE AND WRITE" },
	{ 0x8a, "WRITE(16)" },
	{ 0x8e, "WRITE AND VERIFY(16)" },
	{ 0x8f, "VERIFY(16)" },
	{ 0x91, "SYNCHRONIZE CACHE(16)" },
	{ 0x93, "WRITE SAME(16)" },
	{ 0x94, "ZBC OUT" },
	{ 0x95, "ZBC IN" },
	{ 0x9e, "SERVICE ACTION IN(16)" },
	{ 0xa0, "REPORT LUNS" },
	{ 0xa1, "ATA PASS-THROUGH(12)" },
	{ 0xa2, "SECURITY PROTOCOL IN" },
	{ 0xa3, "MAINTENANCE IN" },
	{ 0xa4, "MAINTENANCE OUT" },
	{ 0xa8, "READ(12)" },
	{ 0xaa, "WRITE(12)" },
	{ 0xb5, "SECURITY PROTOCOL OUT" },
	{ },
};

/* Opcodes with service actions: opcode in the high byte, action in the low. */
static const struct vi_name actions[] = {
	{ 0x9e10, "READ CAPACITY(16)" },
	{ 0x9e12, "GET LBA STATUS" },
	{ 0xa305, "REPORT IDENTIFYING INFORMATION" },
	{ 0xa30a, "REPORT TARGET PORT GROUPS" },
	{ 0xa30c, "REPORT SUPPORTED OPERATION CODES" },
	{ 0xa40a, "SET TARGET PORT GROUPS" },
	{ 0x9500, "REPORT ZONES" },
	{ 0x9401, "CLOSE ZONE" },
	{ 0x9402, "FINISH ZONE" },
	{ 0x9403, "OPEN ZONE" },
	{ 0x9404, "RESET WRITE POINTER" },
	{ },
};

#define CDB	19	/* offset in the request (5.6.6.1) */

/* Numbers in a CDB are big-endian. */
static uint64_t cdb_number(const struct vi_request *req, unsigned int at,
			   unsigned int size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | vi_request_u8(req, CDB + at++);
	return value;
}

static void add_blocks(struct vi_line *line, uint64_t lba, uint64_t blocks)
{
	vi_line_add(line, " LBA %" PRIu64 ", ", lba);
	vi_line_count(line, blocks, "block", "blocks");
}

/* Add the blocks read or written. The opcode's group implies the format. */
static void add_range(const struct vi_request *req, uint8_t opcode,
		      struct vi_line *line)
{
	uint64_t blocks;

	switch (opcode) {
	case 0x08:
	case 0x0a:
		blocks = cdb_number(req, 4, 1);
		add_blocks(line, cdb_number(req, 1, 3) & 0x1fffff,
			   blocks ? blocks : 256);
		break;
	case 0x28:
	case 0x2a:
	case 0x2e:
	case 0x2f:
	case 0x35:
	case 0x41:
		add_blocks(line, cdb_number(req, 2, 4), cdb_number(req, 7, 2));
		break;
	case 0xa8:
	case 0xaa:
		add_blocks(line, cdb_number(req, 2, 4), cdb_number(req, 6, 4));
		break;
	case 0x88:
	case 0x8a:
	case 0x8e:
	case 0x8f:
	case 0x91:
	case 0x93:
		add_blocks(line, cdb_number(req, 2, 8),
			   cdb_number(req, 10, 4));
		break;
	}
}

static bool has_action(uint8_t opcode)
{
	return opcode == 0x94 || opcode == 0x95 || opcode == 0x9e ||
	       opcode == 0xa3 || opcode == 0xa4;
}

static void add_command(const struct vi_request *req, struct vi_line *line)
{
	uint8_t opcode = vi_request_u8(req, CDB);
	uint8_t action = vi_request_u8(req, CDB + 1) & 0x1f;
	const char *name = NULL;

	if (has_action(opcode) && vi_request_has(req, CDB + 2))
		name = vi_name(actions, opcode << 8 | action);
	if (name)
		vi_line_add(line, "%s", name);
	else
		vi_line_name(line, opcodes, opcode, "SCSI command");
	if (vi_request_has(req, CDB + 16))
		add_range(req, opcode, line);
}

/* --- Requests --- */

/* The address of a logical unit (5.6.6.1). */
static void add_lun(const struct vi_request *req, unsigned int at,
		    struct vi_line *line)
{
	uint8_t first = vi_request_u8(req, at);
	uint8_t target = vi_request_u8(req, at + 1);
	unsigned int lun = vi_request_u8(req, at + 2) << 8 |
			   vi_request_u8(req, at + 3);

	if (first == 1)
		vi_line_add(line, ", target %u LUN %u", target, lun & 0x3fff);
	else if (first == 0xc1 && target == 1)
		vi_line_add(line, ", well-known LUN REPORT LUNS");
	else
		vi_line_add(line, ", LUN %02x%02x%04x...", first, target, lun);
}

static const struct vi_name attributes[] = {
	{ 1, "ordered" },
	{ 2, "head of queue" },
	{ 3, "ACA" },
	{ },
};

static void describe_request(const struct vi_request *req,
			     struct vi_line *line)
{
	const char *attribute = vi_name(attributes, vi_request_u8(req, 16));

	add_command(req, line);
	add_lun(req, 0, line);
	if (attribute)
		vi_line_add(line, ", %s", attribute);
}

static const struct vi_name responses[] = {
	{ 0, "OK" },
	{ 1, "OVERRUN" },
	{ 2, "ABORTED" },
	{ 3, "BAD_TARGET" },
	{ 4, "RESET" },
	{ 5, "BUSY" },
	{ 6, "TRANSPORT_FAILURE" },
	{ 7, "TARGET_FAILURE" },
	{ 8, "NEXUS_FAILURE" },
	{ 9, "FAILURE" },
	{ 10, "FUNCTION_SUCCEEDED" },
	{ 11, "FUNCTION_REJECTED" },
	{ 12, "INCORRECT_LUN" },
	{ },
};

/* The CDB has 32 bytes, unless the driver set another size. */
static const struct vi_request_kind request = {
	.header = CDB + 32, .min = CDB + 1, .describe = describe_request,
	.status = VI_STATUS_AT(11), .statuses = responses,
};

/* Task management functions (5.6.6.2). */
static const struct vi_name functions[] = {
	{ 0, "ABORT_TASK" },
	{ 1, "ABORT_TASK_SET" },
	{ 2, "CLEAR_ACA" },
	{ 3, "CLEAR_TASK_SET" },
	{ 4, "I_T_NEXUS_RESET" },
	{ 5, "LOGICAL_UNIT_RESET" },
	{ 6, "QUERY_TASK" },
	{ 7, "QUERY_TASK_SET" },
	{ },
};

static void add_function(const struct vi_request *req, struct vi_line *line)
{
	uint32_t function = vi_request_guest32(req, 4);

	vi_line_name(line, functions, function, "task management function");
	add_lun(req, 8, line);
	if (vi_request_has(req, 24) && (function == 0 || function == 6))
		vi_line_add(line, ", task 0x%" PRIx64,
			    vi_request_guest64(req, 16));
}

static void describe_ctrl(const struct vi_request *req, struct vi_line *line)
{
	uint32_t type = vi_request_guest32(req, 0);

	vi_line_add(line, "ctrl ");
	if (type == 0) {
		add_function(req, line);
	} else if (type == 1 || type == 2) {
		vi_line_add(line, "%s", type == 1 ? "AN_QUERY" :
						    "AN_SUBSCRIBE");
		add_lun(req, 4, line);
	} else {
		vi_line_add(line, "type 0x%" PRIx32, type);
	}
}

static const struct vi_request_kind ctrl = {
	.header = 24, .min = 12, .describe = describe_ctrl,
	.status = VI_STATUS_LAST, .statuses = responses,
};

/* The driver sets the sizes of command and sense data (5.6.4, 5.6.6.1). */
#define LEAST	.least_out = 19, .least_in = 12

static const struct vi_queue_kind queues[] = {
	{ "controlq", "control", .at = 0, .request = &ctrl },
	{ "eventq", "event", VI_QUEUE_PARKED, .at = 1, .least_in = 16 },
	{ "request queue %u", "request", .at = 2, .step = 1, .from = 1,
	  .request = &request, LEAST },
	/* Queues that the administrator reserved for polling. */
	{ "request queue %u", "request_poll", .at = 2, .step = 1, .from = 1,
	  .polled = true, .request = &request, LEAST },
	{ },
};

/* Configuration space (5.6.4). */
static const struct vi_config_field config[] = {
	{ "num_queues", 0, VI_KIND(U32) },
	{ "seg_max", 4, VI_KIND(U32) },
	{ "max_sectors", 8, VI_KIND(U32) },
	{ "cmd_per_lun", 12, VI_KIND(U32) },
	{ "event_info_size", 16, VI_KIND(U32) },
	{ "sense_size", 20, VI_KIND(U32) },
	{ "cdb_size", 24, VI_KIND(U32) },
	{ "max_channel", 28, VI_KIND(U16) },
	{ "max_target", 30, VI_KIND(U16) },
	{ "max_lun", 32, VI_KIND(U32) },
	{ },
};

static const struct vi_kname_rule knames[] = {
	{ .path = "host#" },
	{ },
};

VI_DEVICE_TYPE(scsi) = {
	.driver = VI_TYPE_DRIVER("scsi", 8),
	.queues = queues,
	.knames = knames,
	.config = config,
	/* The file counts request queues; add controlq and eventq. */
	.count = { .file = "scsi_host/host#/nr_hw_queues", .plus = 2 },
};
