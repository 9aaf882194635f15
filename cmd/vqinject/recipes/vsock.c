// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Socket device (virtio spec 1.4, 5.10.6): request a connection to a port of
 * the host. The host answers RESPONSE if a process listens there, else RST.
 * Queue 0 receives, queue 1 transmits.
 */
#include <inttypes.h>

#include "vqinject/recipes/recipe.h"

#define HEADER		44
#define OUR_PORT	1025
#define HOST_CID	2
#define STREAM		1
#define ROOM		65536	/* the buffer space that we advertise */

enum { OP_REQUEST = 1, OP_RESPONSE = 2, OP_RST = 3 };

static const char *op_name(unsigned int op)
{
	static const char *const names[] = {
		"INVALID", "REQUEST", "RESPONSE", "RST", "SHUTDOWN", "RW",
		"CREDIT_UPDATE", "CREDIT_REQUEST",
	};

	return op < ARRAY_SIZE(names) ? names[op] : NULL;
}

static int check(struct recipe_run *r)
{
	if (r->arg[0].number <= UINT32_MAX)
		return 0;
	return tool_usage("vsock connect %s: not a port from 0 to %" PRIu32,
			  r->arg[0].text, UINT32_MAX);
}

/* Numbers are always little-endian (5.10.6). */
static int send(struct recipe_run *r, unsigned int op)
{
	uint8_t h[HEADER] = { 0 };
	struct chain *c;
	uint64_t cid;

	if (recipe_config(r, 0, 8, 3, &cid))
		return EXIT_ERROR;
	put_le(h, 8, cid);
	put_le(h + 8, 8, HOST_CID);
	put_le(h + 16, 4, OUR_PORT);
	put_le(h + 20, 4, r->arg[0].number);
	put_le(h + 28, 2, STREAM);
	put_le(h + 30, 2, op);
	put_le(h + 36, 4, ROOM);
	c = recipe_chain(r, 1);
	return c ? recipe_out(c, "header", h, HEADER) : EXIT_ERROR;
}

/* Submit a buffer for the answer before the request. */
static int receive(struct recipe_run *r)
{
	struct chain *c = recipe_chain(r, 0);

	if (!c || recipe_in(c, "header", HEADER, true))
		return EXIT_ERROR;
	return recipe_in(c, "data", 256, true);
}

static bool was_accepted(const struct recipe_run *r)
{
	unsigned int i;

	for (i = 0; i < r->answer.count; i++)
		if (r->answer.fact[i].is_number)
			return r->answer.fact[i].number == OP_RESPONSE;
	return false;
}

static int step(struct recipe_run *r, unsigned int n)
{
	if (!n) {
		r->depth = 2;
		return receive(r) ? EXIT_ERROR : send(r, OP_REQUEST);
	}
	/* There is no more answer to wait for. */
	r->depth = 0;
	return n == 1 && was_accepted(r) ? send(r, OP_RST) : 0;
}

static int reply(struct recipe_run *r, const struct recipe_reply *rep)
{
	const char *name;
	unsigned int op;

	if (!rep->in_len)
		return 0;
	if (rep->used < HEADER)
		return recipe_bad(r, "the answer of %" PRIu64 " bytes is too short for a packet",
				  rep->used);
	op = get_le(rep->in + 30, 2);
	name = op_name(op);
	answer_number(&r->answer, "op", op);
	answer_text(&r->answer, "answer", "%s", name ? name : "unknown");
	answer_text(&r->answer, "from", "%" PRIu64 ":%" PRIu64,
		    get_le(rep->in, 8), get_le(rep->in + 16, 4));
	return 0;
}

static const struct recipe_verb verbs[] = {
	{ "connect", "PORT", "ask the host for a connection, then drop it",
	  { ARG_NUMBER }, 1, .data = -1, .queue = 1, .other = 1,
	  .decoded = true, .check = check,
	  .step = step, .reply = reply },
	{ },
};

const struct recipe_type recipe_vsock = { "vsock", VIRTIO_ID_VSOCK, verbs };
