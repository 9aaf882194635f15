// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 9p (the Linux device type 9): the first message of a session agrees on a
 * version. Messages are little-endian: size, type, tag and parameters.
 */
#include <inttypes.h>
#include <string.h>

#include "vqinject/recipes/recipe.h"

enum { T_VERSION = 100, R_VERSION = 101, R_LERROR = 7, R_ERROR = 107 };

#define HEADER		7
#define NO_TAG		0xffff
#define MESSAGE		8192	/* the message size to propose */
#define VERSION		"9P2000.L"

static int make(struct recipe_run *r)
{
	uint8_t m[HEADER + 4 + 2 + sizeof(VERSION) - 1];
	struct chain *c;

	put_le(m, 4, sizeof(m));
	m[4] = T_VERSION;
	put_le(m + 5, 2, NO_TAG);
	put_le(m + 7, 4, MESSAGE);
	put_le(m + 11, 2, sizeof(VERSION) - 1);
	memcpy(m + 13, VERSION, sizeof(VERSION) - 1);
	c = recipe_chain(r, 0);
	if (!c || recipe_out(c, "Tversion", m, sizeof(m)))
		return EXIT_ERROR;
	return recipe_in(c, "answer", 256, true);
}

static int reply(struct recipe_run *r, const struct recipe_reply *rep)
{
	uint64_t size, len;

	if (rep->used < HEADER)
		return recipe_bad(r, "the answer of %" PRIu64 " bytes is too short",
				  rep->used);
	size = get_le(rep->in, 4);
	if (size > rep->used)
		return recipe_bad(r, "the answer claims to have %" PRIu64 " bytes, but %" PRIu64 " arrived",
				  size, rep->used);
	if (rep->in[4] == R_LERROR || rep->in[4] == R_ERROR)
		return recipe_bad(r, "the device returned an error");
	if (rep->in[4] != R_VERSION || size < HEADER + 6)
		return recipe_bad(r, "the answer has type %u instead of Rversion",
				  rep->in[4]);
	len = get_le(rep->in + 11, 2);
	if (len > size - HEADER - 6)
		return recipe_bad(r, "the version is longer than the answer");
	answer_number(&r->answer, "msize", get_le(rep->in + 7, 4));
	answer_text(&r->answer, "version", "%.*s", (int)len,
		    (const char *)rep->in + 13);
	return 0;
}

static const struct recipe_verb verbs[] = {
	{ "version", "", "negotiate a protocol version", .data = -1, .decoded = true,
	  .make = make, .reply = reply },
	{ },
};

const struct recipe_type recipe_9p = { "9p", VIRTIO_ID_9P, verbs };
