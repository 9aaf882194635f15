// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of a chain: its pieces, with guard bytes before, between and
 * behind them. The device works on a copy of this image, so differences show
 * what it wrote.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/chain/chain.h"

/* the least length of a guard; pieces are aligned to it */
#define GUARD	64

/* Place the pieces, with guards around them; returns the length of it all. */
static uint64_t lay_out(struct chain *c)
{
	uint64_t at = GUARD;
	unsigned int i;

	for (i = 0; i < c->out_num + c->in_num; i++) {
		struct piece *p = chain_piece(c, i);

		p->at = at;
		at += p->spec.len + GUARD;
		at += -at % GUARD;
	}
	return at;
}

/*
 * Random bytes: a device is unlikely to write the same, and neighbours differ.
 */
static void fill_guards(uint8_t *image, uint64_t len)
{
	uint64_t state = 0x766972746f, word;

	for (; len >= 8; len -= 8, image += 8) {
		word = spec_random(&state);
		memcpy(image, &word, 8);
	}
}

int chain_make_image(struct chain *c)
{
	unsigned int i;

	c->image_len = lay_out(c);
	if (chain_out_len(c) + chain_in_len(c) > UINT32_MAX) {
		tool_error("a chain has at most %" PRIu32 " bytes, and this one has %" PRIu64,
			   UINT32_MAX, chain_out_len(c) + chain_in_len(c));
		return EXIT_ERROR;
	}
	free(c->image);
	c->image = malloc(c->image_len);
	if (!c->image) {
		tool_error("out of memory for a chain of %" PRIu64 " bytes",
			   c->image_len);
		return EXIT_ERROR;
	}
	fill_guards(c->image, c->image_len);
	for (i = 0; i < c->out_num + c->in_num; i++)
		spec_fill(&chain_piece(c, i)->spec,
			  c->image + chain_piece(c, i)->at);
	return 0;
}

/* --- Checking what the device wrote --- */

/* One past the last byte that differs; 0: equal. */
static uint64_t last_difference(const uint8_t *a, const uint8_t *b,
				uint64_t len)
{
	if (!memcmp(a, b, len))
		return 0;
	while (a[len - 1] == b[len - 1])
		len--;
	return len;
}

static void note(struct chain_check *check, const char *what,
		 unsigned int piece, uint64_t at)
{
	if (check->outside)
		return;
	check->outside = true;
	check->outside_what = what;
	check->outside_piece = piece;
	check->outside_at = at;
}

/* Is the memory from @from to @to unchanged? */
static bool is_same(const struct chain *c, const uint8_t *mem, uint64_t from,
		    uint64_t to)
{
	return !memcmp(c->image + from, mem + from, to - from);
}

static void check_guards(const struct chain *c, const uint8_t *mem,
			 struct chain_check *check)
{
	unsigned int i, n = c->out_num + c->in_num;
	uint64_t next, end;

	if (n && !is_same(c, mem, 0, chain_piece(c, 0)->at))
		note(check, "before", 0, 0);
	for (i = 0; i < n; i++) {
		const struct piece *p = chain_piece(c, i);

		end = p->at + p->spec.len;
		next = i + 1 < n ? chain_piece(c, i + 1)->at : c->image_len;
		if (i < c->out_num && !is_same(c, mem, p->at, end))
			note(check, "in", i,
			     spec_first_difference(c->image + p->at,
						   mem + p->at, p->spec.len));
		if (!is_same(c, mem, end, next))
			note(check, "behind", i,
			     spec_first_difference(c->image + end, mem + end,
						   next - end));
	}
}

/* This many unchanged bytes are no coincidence. */
#define RUN	8

/*
 * Did the last RUN or more of @len bytes stay as they were? *@at is the first
 * of them. The initial content must be random.
 */
static bool is_untouched(const uint8_t *image, const uint8_t *mem,
			 uint64_t len, uint64_t *at)
{
	uint64_t n = 0;

	while (n < len && image[len - 1 - n] == mem[len - 1 - n])
		n++;
	*at = len - n;
	return n >= RUN;
}

void chain_check(const struct chain *c, const uint8_t *mem, uint64_t used,
		 struct chain_check *check)
{
	uint64_t before = 0, n, part;
	unsigned int i;

	memset(check, 0, sizeof(*check));
	check_guards(c, mem, check);
	for (i = 0; i < c->in_num; i++) {
		const struct piece *p = &c->in[i];

		n = last_difference(c->image + p->at, mem + p->at,
				    p->spec.len);
		if (n)
			check->written = before + n;
		part = used > before ? used - before : 0;
		if (part > p->spec.len)
			part = p->spec.len;
		if (p->spec.kind == SPEC_LENGTH && !check->short_of &&
		    is_untouched(c->image + p->at, mem + p->at, part, &n)) {
			check->short_of = true;
			check->untouched = before + n;
		}
		before += p->spec.len;
	}
}

uint64_t chain_gather(const struct chain *c, const uint8_t *mem, uint64_t len,
		      bool payload, uint8_t *to)
{
	uint64_t done = 0, part;
	unsigned int i;

	for (i = 0; i < c->in_num && len; i++) {
		const struct piece *p = &c->in[i];

		part = p->spec.len < len ? p->spec.len : len;
		len -= part;
		if (payload && !p->payload)
			continue;
		if (to)
			memcpy(to + done, mem + p->at, part);
		done += part;
	}
	return done;
}

uint64_t chain_payload_len(const struct chain *c, uint64_t len)
{
	return chain_gather(c, NULL, len, true, NULL);
}
