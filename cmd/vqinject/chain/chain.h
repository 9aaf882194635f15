/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chain: the pieces of one buffer, those that the device reads before those
 * that it writes, and what is expected of it.
 */
#ifndef CMD_VQINJECT_CHAIN_CHAIN_H
#define CMD_VQINJECT_CHAIN_CHAIN_H

#include "common/tool.h"
#include "vqinject/chain/spec.h"

/* As many as the longest queue has descriptors (virtio spec 1.4, 2.6). */
#define CHAIN_MAX_PIECES	32768

/*
 * @label:   what it is, for --dry-run; may be NULL.
 * @payload: of a recipe: what it is all about, without header and status.
 * @at:      in the chain's memory; see image.c.
 */
struct piece {
	struct spec spec;
	const char *label;
	bool payload;
	uint64_t at;
};

/* What has to come out of it. */
struct expect {
	struct spec data;	/* data.len 0: anything */
	bool has_len;
	uint64_t len;
	bool timeout, needs_reset;
};

/*
 * @queue:  by name or number; NULL: the run's.
 * @index:  the queue's, once it is known.
 * @line:   of the script; 0: it is from the command line.
 * @number: for a recipe's use.
 * @image:  all of its memory as the device gets it; see image.c.
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

/* A piece more: where it goes, or NULL when out of memory. */
struct piece *chain_add_out(struct chain *c);
struct piece *chain_add_in(struct chain *c);

/* Both are found out by walking the pieces. */
uint64_t chain_out_len(const struct chain *c);
uint64_t chain_in_len(const struct chain *c);

void chain_free(struct chain *c);

/* "hex:…", any other SPEC, "len:N", "timeout", "needs-reset". */
int expect_parse(struct expect *x, const char *s, struct spec_error *e);
bool expect_anything(const struct expect *x);
void expect_free(struct expect *x);

/* Files that the chain is about; 0 or what to end with, after a message. */
int chain_load(struct chain *c);

/* image.c: lay the chain out in memory. 0, or EXIT_ERROR after a message. */
int chain_make_image(struct chain *c);

/*
 * What the device did to its copy of the image.
 * @guard:   where, from the beginning of a piece on, it wrote outside of it.
 * @written: bytes of the writable part, in the order of its pieces, up to the
 *           last that is not as it was.
 * @untouched: the first of those that the device says it wrote, but did not,
 *           where that can be told.
 */
struct chain_check {
	bool outside;
	const char *outside_what;	/* "before", "behind", "in" */
	unsigned int outside_piece;	/* counted over all of them, from 0 */
	uint64_t outside_at;
	uint64_t written;
	bool short_of;
	uint64_t untouched;
};

void chain_check(const struct chain *c, const uint8_t *mem, uint64_t used,
		 struct chain_check *check);

/*
 * Bytes of the writable part, @len of them, into @to; with @payload only of
 * pieces that are the payload. How many there were.
 */
uint64_t chain_gather(const struct chain *c, const uint8_t *mem, uint64_t len,
		      bool payload, uint8_t *to);
/* The same, without a copy. */
uint64_t chain_payload_len(const struct chain *c, uint64_t len);

#endif
