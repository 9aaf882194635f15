// SPDX-License-Identifier: GPL-2.0-or-later
/* Block device (virtio spec 1.4, 5.2.6): header, data, one byte of status. */
#include <inttypes.h>
#include <string.h>

#include "vqinject/recipes/recipe.h"

#define SECTOR		512
#define HEADER		16
#define ID		20

enum { F_RO = 5, F_FLUSH = 9, F_DISCARD = 13 };
enum {
	T_IN = 0, T_OUT = 1, T_FLUSH = 4, T_GET_ID = 8, T_DISCARD = 11,
};

/* Configuration space (5.2.4). */
enum { C_CAPACITY = 0, C_MAX_DISCARD_SECTORS = 36 };

static const char *status_name(unsigned int status)
{
	static const char *const names[] = { "OK", "IOERR", "UNSUPP" };

	return status < ARRAY_SIZE(names) ? names[status] : NULL;
}

/* --- Arguments --- */

static int check_length(const struct recipe_run *r, uint64_t len)
{
	if (!len || len % SECTOR)
		return tool_usage("blk %s: length %" PRIu64 " is not a multiple of the %d-byte sector size",
				  r->recipe->verb->verb, len, SECTOR);
	if (len > UINT32_MAX - HEADER - 1)
		return tool_usage("blk %s: length %" PRIu64 " is too large for one request",
				  r->recipe->verb->verb, len);
	return 0;
}

static int check_read(struct recipe_run *r)
{
	return check_length(r, r->arg[1].number);
}

static int check_write(struct recipe_run *r)
{
	uint64_t len = recipe_data_len(r, &r->arg[2]);

	if (r->arg[1].given && r->arg[1].number != len)
		return tool_usage("blk write: the data has %" PRIu64 " bytes, and LEN says %" PRIu64,
				  len, r->arg[1].number);
	return check_length(r, len);
}

static int check_discard(struct recipe_run *r)
{
	uint64_t len = r->arg[1].number;

	if (!len || len % SECTOR || len / SECTOR > UINT32_MAX)
		return tool_usage("blk discard: length %" PRIu64 " is not a multiple of the %d-byte sector size, or is more than 2^32 - 1 sectors",
				  len, SECTOR);
	return 0;
}

/* --- Requests --- */

static struct chain *begin(struct recipe_run *r, uint32_t type,
			   uint64_t sector)
{
	uint8_t header[HEADER] = { 0 };
	struct chain *c = recipe_chain(r, 0);

	put_32(r, header, type);
	put_64(r, header + 8, sector);
	if (!c || recipe_out(c, "header", header, HEADER))
		return NULL;
	return c;
}

/* The device would refuse this as well, but without the numbers. */
static int check_capacity(struct recipe_run *r, uint64_t sector, uint64_t len)
{
	uint64_t capacity;

	if (recipe_config(r, C_CAPACITY, 8, UINT64_MAX, &capacity))
		return EXIT_ERROR;
	if (len / SECTOR <= capacity && sector <= capacity - len / SECTOR)
		return 0;
	return recipe_bad(r, "sector %" PRIu64 " plus %" PRIu64 " bytes extends past the end of the disk, which has %" PRIu64 " sectors of %d bytes",
			  sector, len, capacity, SECTOR);
}

static int make_read(struct recipe_run *r)
{
	uint64_t sector = r->arg[0].number, len = r->arg[1].number;
	struct chain *c;

	if (check_capacity(r, sector, len))
		return EXIT_ERROR;
	c = begin(r, T_IN, sector);
	if (!c || recipe_in(c, "data", len, true))
		return EXIT_ERROR;
	return recipe_in_status(c);
}

static int make_write(struct recipe_run *r)
{
	uint64_t sector = r->arg[0].number;
	uint64_t len = recipe_data_len(r, &r->arg[2]);
	struct chain *c;

	if (check_capacity(r, sector, len))
		return EXIT_ERROR;
	if (recipe_has(r, F_RO))
		return recipe_bad(r, "the disk is read-only");
	c = begin(r, T_OUT, sector);
	if (!c || recipe_out_data(r, c, &r->arg[2]))
		return EXIT_ERROR;
	return recipe_in_status(c);
}

static int make_flush(struct recipe_run *r)
{
	struct chain *c;

	c = begin(r, T_FLUSH, 0);
	return c ? recipe_in_status(c) : EXIT_ERROR;
}

static int make_get_id(struct recipe_run *r)
{
	struct chain *c;

	c = begin(r, T_GET_ID, 0);
	if (!c || recipe_in(c, "id", ID, true))
		return EXIT_ERROR;
	return recipe_in_status(c);
}

/* A single range (5.2.6): sector, number of sectors, flags. */
static int make_discard(struct recipe_run *r)
{
	uint64_t sector = r->arg[0].number, len = r->arg[1].number, max;
	uint8_t range[16] = { 0 };
	struct chain *c;

	if (check_capacity(r, sector, len) ||
	    recipe_config(r, C_MAX_DISCARD_SECTORS, 4, UINT32_MAX, &max))
		return EXIT_ERROR;
	if (len / SECTOR > max)
		return recipe_bad(r, "%" PRIu64 " sectors are more than the %" PRIu64 " that the device discards at once",
				  len / SECTOR, max);
	put_64(r, range, sector);
	put_32(r, range + 8, len / SECTOR);
	c = begin(r, T_DISCARD, 0);
	if (!c || recipe_out(c, "range", range, sizeof(range)))
		return EXIT_ERROR;
	return recipe_in_status(c);
}

/* The status is the last device-writable byte. */
static int reply(struct recipe_run *r, const struct recipe_reply *reply)
{
	unsigned int status = reply->all[reply->in_len - 1];
	const char *name = status_name(status);

	if (name)
		answer_text(&r->answer, "status", "%s", name);
	else
		answer_text(&r->answer, "status", "0x%02x", status);
	if (!status)
		return 0;
	if (status == RECIPE_NO_STATUS)
		return recipe_bad(r, "the device returned the request without a status");
	return recipe_bad(r, "the device returned %s (%u)",
			  name ? name : "an unknown status", status);
}

static int reply_get_id(struct recipe_run *r, const struct recipe_reply *rep)
{
	answer_text(&r->answer, "id", "%.*s", ID, (const char *)rep->all);
	return reply(r, rep);
}

static const uint8_t wants_ro[] = { F_RO, RECIPE_NO_MORE };
static const uint8_t needs_flush[] = { F_FLUSH, RECIPE_NO_MORE };
static const uint8_t needs_discard[] = { F_DISCARD, RECIPE_NO_MORE };

static const struct recipe_verb verbs[] = {
	{ "read", "SECTOR LEN", "read LEN bytes from a sector on",
	  { ARG_NUMBER, ARG_NUMBER }, 2, .data = -1, .wants = wants_ro,
	  .check = check_read, .make = make_read, .reply = reply },
	{ "write", "SECTOR [LEN] [SPEC]", "write the SPEC, or --out, to a sector",
	  { ARG_NUMBER, ARG_NUMBER, ARG_DATA }, 1, .data = 2, .destroys = true,
	  .wants = wants_ro, .check = check_write, .make = make_write,
	  .reply = reply },
	{ "flush", "", "flush the write cache", .data = -1,
	  .needs = needs_flush, .make = make_flush, .reply = reply },
	{ "discard", "SECTOR LEN", "discard (TRIM) sectors",
	  { ARG_NUMBER, ARG_NUMBER }, 2, .data = -1, .destroys = true,
	  .needs = needs_discard, .check = check_discard,
	  .make = make_discard, .reply = reply },
	{ "get-id", "", "read the disk's serial number", .data = -1, .decoded = true,
	  .make = make_get_id, .reply = reply_get_id },
	{ },
};

const struct recipe_type recipe_blk = { "blk", VIRTIO_ID_BLOCK, verbs };
