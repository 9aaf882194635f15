/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chain: the pieces of one buffer, device-readable ones before
 * device-writable ones, and what to expect of it.
 */
#ifndef CMD_VQINJECT_CHAIN_CHAIN_H
#define CMD_VQINJECT_CHAIN_CHAIN_H

#include "common/tool.h"
#include "vqinject/chain/spec.h"

/* The length of the longest queue (virtio spec 1.4, 2.6). */
#define CHAIN_MAX_PIECES	32768

/*
 * @label:   a name for --dry-run; may be NULL.
 * @payload: in a recipe: data, not header or status.
 * @at:      the offset in the chain's memory; see image.c.
 */
struct piece {
	struct spec spec;
	const char *label;
	bool payload;
	uint64_t at;
};

/* The expected result. */
struct expect {
	struct spec data;	/* data.len 0: anything */
	bool has_len;
	uint64_t len;
	bool timeout, needs_reset;
};

/*
 * @queue:  a name or number; NULL: the run's queue.
 * @index:  the queue's index, once known.
 * @line:   in the script; 0: from the command line.
 * @number: for use by a recipe.
 * @image:  the initial content of all its memory; see image.c.
 */
struct chain {
	char *queue;
	unsigned int index;
	struct piece *out, *in;
	unsigned int out_num, in_num;
	struct expect expect;
	unsigned int line;
	unsigned int number;
	uint8_t *image;
	uint64_t image_len;
};

/* Append a piece; NULL: out of memory. */
struct piece *chain_add_out(struct chain *c);
struct piece *chain_add_in(struct chain *c);

/* The @i-th of all pieces, the device-readable ones first. */
static inline struct piece *chain_piece(const struct chain *c, unsigned int i)
{
	return i < c->out_num ? &c->out[i] : &c->in[i - c->out_num];
}

/* Both walk all pieces. */
uint64_t chain_out_len(const struct chain *c);
uint64_t chain_in_len(const struct chain *c);

void chain_free(struct chain *c);

/* "hex:…", any other SPEC, "len:N", "timeout", "needs-reset". */
int expect_parse(struct expect *x, const char *s, struct spec_error *e);
bool expect_anything(const struct expect *x);
void expect_free(struct expect *x);

/* Read the files that SPECs name: 0, or the exit status after a message. */
int chain_load(struct chain *c);

/* image.c: lay out the chain in memory. 0, or EXIT_ERROR after a message. */
int chain_make_image(struct chain *c);

/*
 * What the device did to its copy of the image.
 * @outside_at: where it wrote outside of pieces, from the start of one.
 * @written: bytes of the writable part up to the last that changed.
 * @short_of: it did not write all that it claims; @untouched is the first byte
 *            that it left alone.
 */
struct chain_check {
	bool outside;
	const char *outside_what;	/* "before", "behind", "in" */
	unsigned int outside_piece;	/* counts all pieces, from 0 */
	uint64_t outside_at;
	uint64_t written;
	bool short_of;
	uint64_t untouched;
};

void chain_check(const struct chain *c, const uint8_t *mem, uint64_t used,
		 struct chain_check *check);

/*
 * Copy the first @len bytes of the writable part to @to; with @payload, only
 * those of payload pieces. Returns how many bytes there were.
 */
uint64_t chain_gather(const struct chain *c, const uint8_t *mem, uint64_t len,
		      bool payload, uint8_t *to);
/* The length of the payload within the first @len bytes. */
uint64_t chain_payload_len(const struct chain *c, uint64_t len);

#endif
