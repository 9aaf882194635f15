// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * File system device (virtio spec 1.4, 5.11): FUSE requests. The first one of a
 * session, FUSE_INIT, agrees on a version and on limits. Numbers are in this
 * machine's byte order.
 */
#include <inttypes.h>
#include <linux/fuse.h>
#include <string.h>

#include "vqinject/recipes/recipe.h"

#define REQUESTQ	1	/* queue 0 is for urgent requests */
#define READAHEAD	131072
#define ID		1

/* The leading members; newer headers define more. */
struct init_in {
	struct fuse_in_header header;
	uint32_t major, minor, max_readahead, flags;
};

static int make(struct recipe_run *r)
{
	struct init_in in = {
		.header = {
			.len = sizeof(in), .opcode = FUSE_INIT, .unique = ID,
		},
		/* The oldest version that QEMU's file server speaks. */
		.major = 7, .minor = 31, .max_readahead = READAHEAD,
	};
	struct chain *c;

	c = recipe_chain(r, REQUESTQ);
	if (!c || recipe_out(c, "header", &in.header, sizeof(in.header)) ||
	    recipe_out(c, "FUSE_INIT", (uint8_t *)&in + sizeof(in.header),
		       sizeof(in) - sizeof(in.header)) ||
	    recipe_in(c, "header", sizeof(struct fuse_out_header), false))
		return EXIT_ERROR;
	return recipe_in(c, "answer", 64, true);
}

static int check_header(struct recipe_run *r, const struct recipe_reply *rep)
{
	struct fuse_out_header header;

	if (rep->used < sizeof(header))
		return recipe_bad(r, "the answer of %" PRIu64 " bytes is too short",
				  rep->used);
	memcpy(&header, rep->in, sizeof(header));
	if (header.unique != ID)
		return recipe_bad(r, "the answer belongs to request %" PRIu64 " instead of %d",
				  (uint64_t)header.unique, ID);
	if (!header.error)
		return 0;
	/* Servers report a negative errno. */
	return recipe_bad(r, "the device returned error %" PRId32 "%s%s%s",
			  header.error,
			  header.error < 0 && header.error > -512 ? " (" : "",
			  header.error < 0 && header.error > -512 ?
			  strerror(-header.error) : "",
			  header.error < 0 && header.error > -512 ? ")" : "");
}

/* Offsets in struct fuse_init_out. */
enum { MAJOR = 0, MINOR = 4, MAX_READAHEAD = 8, FLAGS = 12, MAX_WRITE = 20 };

static uint32_t number(const struct recipe_reply *rep, size_t at)
{
	uint32_t n;

	memcpy(&n, rep->in + sizeof(struct fuse_out_header) + at, 4);
	return n;
}

static int reply(struct recipe_run *r, const struct recipe_reply *rep)
{
	int status = check_header(r, rep);

	if (status)
		return status;
	if (rep->used < sizeof(struct fuse_out_header) + MAX_WRITE + 4)
		return recipe_bad(r, "the answer of %" PRIu64 " bytes is too short for FUSE_INIT",
				  rep->used);
	answer_text(&r->answer, "version", "%" PRIu32 ".%" PRIu32,
		    number(rep, MAJOR), number(rep, MINOR));
	answer_number(&r->answer, "max_readahead", number(rep, MAX_READAHEAD));
	answer_text(&r->answer, "flags", "0x%" PRIx32, number(rep, FLAGS));
	answer_number(&r->answer, "max_write", number(rep, MAX_WRITE));
	return 0;
}

static const struct recipe_verb verbs[] = {
	{ "init", "", "start a FUSE session", .data = -1, .decoded = true, .queue = REQUESTQ,
	  .make = make, .reply = reply },
	{ },
};

const struct recipe_type recipe_fs = { "fs", VIRTIO_ID_FS, verbs };
