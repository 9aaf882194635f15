// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Network device (virtio spec 1.4, 5.1.6): a header precedes each frame, all
 * zeros without offloads. Queue 0 receives, queue 1 transmits.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "vqinject/input/frames.h"
#include "vqinject/recipes/recipe.h"

#define F_MRG_RXBUF	15
#define HEADER		12
#define HEADER_LEGACY	10
#define FRAME		1514	/* of Ethernet, without the checksum */
#define MAX_BUFFERS	VIRTQUEUE_MAX_SIZE

/* Without VERSION_1 the header has no num_buffers (5.1.6.1). */
static size_t header_len(const struct recipe_run *r)
{
	return recipe_has(r, VIRTIO_F_VERSION_1) ||
	       recipe_has(r, F_MRG_RXBUF) ? HEADER : HEADER_LEGACY;
}

/* --- send --- */

/* Hand each frame of the file to @each. NULL: only check the file. */
static int read_file(struct recipe_run *r, struct frames *f)
{
	struct spec file = { .kind = SPEC_FILE,
			     .path = (char *)r->arg[0].text };
	int ret = spec_load(&file, f->why, sizeof(f->why));

	if (ret) {
		tool_error("%s", f->why);
	} else {
		ret = frames_read(f, file.bytes, file.len);
		if (ret < 0)
			tool_error("%s: %s", file.path, f->why);
	}
	free(file.bytes);
	return ret < 0 ? EXIT_ERROR : ret;
}

static int add_frame(void *data, const uint8_t *bytes, uint32_t len)
{
	static const uint8_t header[HEADER];
	struct recipe_run *r = data;
	struct chain *c = recipe_chain(r, 1);

	if (!c || recipe_out(c, "header", header, header_len(r)))
		return EXIT_ERROR;
	return recipe_out(c, "frame", bytes, len);
}

static int make_send(struct recipe_run *r)
{
	struct frames f = { .each = add_frame, .data = r };
	int status = read_file(r, &f);

	if (!status)
		answer_number(&r->answer, "frames", f.count);
	return status;
}

/* Report a bad file before touching the device. */
static int check_send(struct recipe_run *r)
{
	struct frames f = { .each = NULL };

	return read_file(r, &f);
}

/* --- receive --- */

static int check_receive(struct recipe_run *r)
{
	if (!r->arg[0].given)
		r->arg[0].number = 1;
	if (r->arg[0].number && r->arg[0].number <= MAX_BUFFERS)
		return 0;
	return tool_usage("net receive %s: must be a number of frames from 1 to %d",
			  r->arg[0].text, MAX_BUFFERS);
}

static int make_receive(struct recipe_run *r)
{
	struct chain *c;
	uint64_t i;

	for (i = 0; i < r->arg[0].number; i++) {
		c = recipe_chain(r, 0);
		if (!c || recipe_in(c, "header", header_len(r), false) ||
		    recipe_in(c, "frame", FRAME, true))
			return EXIT_ERROR;
	}
	/* Keep all of them in flight, as a driver would. */
	r->depth = r->o->depth ? 0 : r->num_chains;
	return 0;
}

static int reply_receive(struct recipe_run *r, const struct recipe_reply *rep)
{
	uint16_t buffers;

	if (rep->used < header_len(r))
		return recipe_bad(r, "%" PRIu64 " bytes are too short for a frame header",
				  rep->used);
	if (header_len(r) == HEADER_LEGACY)
		return 0;
	/* 1 without VIRTIO_NET_F_MRG_RXBUF (5.1.6.4). */
	buffers = get_16(r, rep->in + 10);
	if (buffers != 1)
		return recipe_bad(r, "the header claims that the frame spans %u buffers, but it has only 1",
				  buffers);
	return 0;
}

static const struct recipe_verb verbs[] = {
	{ "send", "FILE", "send the frames of a pcap file", { ARG_TEXT }, 1,
	  .data = -1, .queue = 1, .check = check_send, .make = make_send },
	{ "receive", "[N]", "receive N frames (default 1)", { ARG_NUMBER }, 0,
	  .data = -1, .check = check_receive, .make = make_receive,
	  .reply = reply_receive },
	{ },
};

const struct recipe_type recipe_net = { "net", VIRTIO_ID_NET, verbs };
