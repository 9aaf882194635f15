// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SCSI host (virtio spec 1.4, 5.6.6.1): a command for a logical unit. Queue 2
 * is the first request queue.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/recipes/recipe.h"

#define REQUESTQ	2

/* Sizes after a reset (5.6.4). */
#define CDB		32
#define SENSE		96
#define REQUEST		(19 + CDB)
#define RESPONSE	(12 + SENSE)

enum { INQUIRY = 0x12, READ_CAPACITY = 0x25, READ_10 = 0x28 };
enum { S_GOOD = 0, S_CHECK_CONDITION = 2 };
enum { UNIT_ATTENTION = 6 };

/* After a reset, units report it once in place of an answer. */
#define MAX_ATTENTIONS	4

struct scsi {
	unsigned int target, lun;
	unsigned int attentions;
	bool again;		/* the last answer only reported a reset */
	bool has_blocks;
	uint64_t blocks;
	uint32_t block_size;
	bool done;
};

/* --- Arguments --- */

/* "TARGET" or "TARGET:LUN" */
static int parse_unit(struct recipe_run *r, const char *s)
{
	struct scsi *scsi = calloc(1, sizeof(*scsi));
	char rest;
	int n;

	if (!scsi)
		return tool_no_memory();
	r->state = scsi;
	scsi->block_size = 512;
	n = sscanf(s, "%3u:%5u%c", &scsi->target, &scsi->lun, &rest);
	if (n < 1 || n > 2 || strspn(s, "0123456789:") != strlen(s) ||
	    (n == 1 && strchr(s, ':')) || scsi->target > 255 ||
	    scsi->lun > 16383)
		return tool_usage("scsi %s %s: invalid unit; use TARGET[:LUN] such as 0 or 0:0, with TARGET up to 255 and LUN up to 16383",
				  r->recipe->verb->verb, s);
	return 0;
}

static int check_inquiry(struct recipe_run *r)
{
	return parse_unit(r, r->arg[0].text);
}

static int check_read(struct recipe_run *r)
{
	uint64_t len = r->arg[2].number;

	if (!len || len > SPEC_MAX)
		return tool_usage("scsi read: %s: not a number of bytes from 1 to %" PRIu64,
				  r->arg[2].text, SPEC_MAX);
	if (r->arg[1].number > UINT32_MAX)
		return tool_usage("scsi read: %s: block number too large for READ(10)",
				  r->arg[1].text);
	return parse_unit(r, r->arg[0].text);
}

/* --- Requests --- */

static int command(struct recipe_run *r, const uint8_t *cdb, size_t cdb_len,
		   uint64_t in, bool payload)
{
	const struct scsi *scsi = r->state;
	uint8_t m[REQUEST] = { 0 };
	struct chain *c;

	/* The flat addressing format (5.6.6.1). */
	m[0] = 1;
	m[1] = scsi->target;
	m[2] = 0x40 | scsi->lun >> 8;
	m[3] = scsi->lun;
	put_64(r, m + 8, 1);
	memcpy(m + 19, cdb, cdb_len);
	c = recipe_chain(r, REQUESTQ);
	if (!c || recipe_out(c, "request", m, sizeof(m)) ||
	    recipe_in(c, "response", RESPONSE, false))
		return EXIT_ERROR;
	return recipe_in(c, "data", in, payload);
}

static int step_inquiry(struct recipe_run *r, unsigned int n)
{
	uint8_t cdb[6] = { INQUIRY, [4] = 36 };

	return n ? 0 : command(r, cdb, sizeof(cdb), 36, true);
}

static int read_blocks(struct recipe_run *r)
{
	struct scsi *scsi = r->state;
	uint64_t lba = r->arg[1].number, len = r->arg[2].number;
	uint64_t blocks = len / scsi->block_size;
	uint8_t cdb[10] = { READ_10 };

	if (len % scsi->block_size || blocks > UINT16_MAX)
		return recipe_bad(r, "length %" PRIu64 " is not a multiple of the %" PRIu32 "-byte block size, or is more than %d blocks",
				  len, scsi->block_size, UINT16_MAX);
	if (scsi->has_blocks &&
	    (blocks > scsi->blocks || lba > scsi->blocks - blocks))
		return recipe_bad(r, "block %" PRIu64 " plus %" PRIu64 " bytes extends past the end of the disk, which has %" PRIu64 " blocks of %" PRIu32 " bytes",
				  lba, len, scsi->blocks, scsi->block_size);
	put_be(cdb + 2, 4, lba);
	put_be(cdb + 7, 2, blocks);
	return command(r, cdb, sizeof(cdb), len, true);
}

/* Ask for the size of blocks first; a dry run assumes it. */
static int step_read(struct recipe_run *r, unsigned int n)
{
	static const uint8_t capacity[10] = { READ_CAPACITY };
	struct scsi *scsi = r->state;

	scsi->again = false;
	if (scsi->done || (!r->vdev && n > 1))
		return 0;
	if (scsi->has_blocks || (!r->vdev && n))
		return read_blocks(r);
	return command(r, capacity, sizeof(capacity), 8, false);
}

/* --- Answers --- */

static const char *response_name(unsigned int response)
{
	static const char *const names[] = {
		"OK", "OVERRUN", "ABORTED", "BAD_TARGET", "RESET", "BUSY",
		"TRANSPORT_FAILURE", "TARGET_FAILURE", "NEXUS_FAILURE",
		"FAILURE", "FUNCTION_SUCCEEDED", "FUNCTION_REJECTED",
		"INCORRECT_LUN",
	};

	return response < ARRAY_SIZE(names) ? names[response] : "unknown";
}

static int bad_status(struct recipe_run *r, const uint8_t *m)
{
	struct scsi *scsi = r->state;
	uint32_t sense_len = get_32(r, m);
	unsigned int key, asc, ascq;

	if (m[10] != S_CHECK_CONDITION || sense_len < 14)
		return recipe_bad(r, "the unit returned status 0x%02x", m[10]);
	/* Fixed format, the default after a reset. */
	key = m[12 + 2] & 15;
	asc = m[12 + 12];
	ascq = m[12 + 13];
	if (key == UNIT_ATTENTION && !scsi->done &&
	    scsi->attentions++ < MAX_ATTENTIONS) {
		scsi->again = true;
		return 0;
	}
	return recipe_bad(r, "the unit returned CHECK CONDITION: sense key %u, %02xh/%02xh",
			  key, asc, ascq);
}

/* 0 also if the request must be repeated. */
static int check_response(struct recipe_run *r, const struct recipe_reply *rep)
{
	const uint8_t *m = rep->in;

	if (rep->used < 12)
		return recipe_bad(r, "the answer of %" PRIu64 " bytes is too short",
				  rep->used);
	answer_text(&r->answer, "response", "%s", response_name(m[11]));
	answer_number(&r->answer, "status", m[10]);
	if (m[11])
		return recipe_bad(r, "the device returned %s (%u)",
				  response_name(m[11]), m[11]);
	return m[10] == S_GOOD ? 0 : bad_status(r, m);
}

/* Add an ASCII field without trailing blanks. */
static void add_field(struct recipe_run *r, const char *name,
		      const uint8_t *from, int len)
{
	while (len && from[len - 1] == ' ')
		len--;
	answer_text(&r->answer, name, "%.*s", len, (const char *)from);
}

static int reply_inquiry(struct recipe_run *r, const struct recipe_reply *rep)
{
	const uint8_t *data = rep->in + RESPONSE;
	int status = check_response(r, rep);

	if (status)
		return status;
	if (rep->used < RESPONSE + 36)
		return recipe_bad(r, "an answer of %" PRIu64 " bytes is too short for INQUIRY",
				  rep->used);
	answer_number(&r->answer, "device_type", data[0] & 0x1f);
	add_field(r, "vendor", data + 8, 8);
	add_field(r, "product", data + 16, 16);
	add_field(r, "revision", data + 32, 4);
	return 0;
}

static int reply_capacity(struct recipe_run *r, const struct recipe_reply *rep)
{
	struct scsi *scsi = r->state;
	const uint8_t *data = rep->in + RESPONSE;

	if (rep->used < RESPONSE + 8)
		return recipe_bad(r, "an answer of %" PRIu64 " bytes is too short for READ CAPACITY",
				  rep->used);
	scsi->blocks = get_be(data, 4) + 1;
	scsi->block_size = get_be(data + 4, 4);
	if (!scsi->block_size)
		return recipe_bad(r, "the unit reports a block size of 0");
	scsi->has_blocks = true;
	answer_number(&r->answer, "block_size", scsi->block_size);
	return 0;
}

static int reply_read(struct recipe_run *r, const struct recipe_reply *rep)
{
	struct scsi *scsi = r->state;
	bool was_capacity = !scsi->has_blocks;
	int status = check_response(r, rep);

	if (status || scsi->again)
		return status;
	if (was_capacity)
		return reply_capacity(r, rep);
	scsi->done = true;
	return 0;
}

static const struct recipe_verb verbs[] = {
	{ "inquiry", "TARGET[:LUN]", "identify a logical unit", { ARG_TEXT }, 1,
	  .data = -1, .queue = REQUESTQ, .decoded = true,
	  .check = check_inquiry,
	  .step = step_inquiry, .reply = reply_inquiry },
	{ "read", "TARGET[:LUN] LBA LEN", "read LEN bytes from a block on",
	  { ARG_TEXT, ARG_NUMBER, ARG_NUMBER }, 3, .data = -1,
	  .queue = REQUESTQ, .check = check_read, .step = step_read,
	  .reply = reply_read },
	{ },
};

const struct recipe_type recipe_scsi = { "scsi", VIRTIO_ID_SCSI, verbs };
