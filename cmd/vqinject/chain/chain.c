// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains and expectations. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vqinject/chain/chain.h"

/* Append a zeroed piece. */
static struct piece *add(struct piece **list, unsigned int *count)
{
	if (!tool_grow(list, *count, sizeof(**list)))
		return NULL;
	memset(&(*list)[*count], 0, sizeof(**list));
	return &(*list)[(*count)++];
}

struct piece *chain_add_out(struct chain *c)
{
	return add(&c->out, &c->out_num);
}

struct piece *chain_add_in(struct chain *c)
{
	return add(&c->in, &c->in_num);
}

static uint64_t sum(const struct piece *p, unsigned int n)
{
	uint64_t len = 0;

	while (n--)
		len += p++->spec.len;
	return len;
}

uint64_t chain_out_len(const struct chain *c)
{
	return sum(c->out, c->out_num);
}

uint64_t chain_in_len(const struct chain *c)
{
	return sum(c->in, c->in_num);
}

static void free_pieces(struct piece *p, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		spec_free(&p[i].spec);
	free(p);
}

void chain_free(struct chain *c)
{
	free_pieces(c->out, c->out_num);
	free_pieces(c->in, c->in_num);
	expect_free(&c->expect);
	free(c->queue);
	free(c->image);
	memset(c, 0, sizeof(*c));
}

int expect_parse(struct expect *x, const char *s, struct spec_error *e)
{
	size_t at = 4;

	if (!strcmp(s, "timeout")) {
		x->timeout = true;
		return 0;
	}
	if (!strcmp(s, "needs-reset")) {
		x->needs_reset = true;
		return 0;
	}
	if (!strncmp(s, "len:", 4)) {
		if (spec_number(s, &at, &x->len, e))
			return -EINVAL;
		if (s[at])
			return spec_fail(e, at, "unexpected text after the length");
		x->has_len = true;
		return 0;
	}
	if (!strchr(s, ':'))
		return spec_fail(e, 0, "expected hex:BYTES or another SPEC, len:N, timeout or needs-reset");
	spec_free(&x->data);
	return spec_parse(&x->data, s, false, e);
}

bool expect_anything(const struct expect *x)
{
	return !x->data.len && !x->has_len && !x->timeout && !x->needs_reset;
}

void expect_free(struct expect *x)
{
	spec_free(&x->data);
}

static int load(struct spec *spec)
{
	char why[600];

	if (!spec_load(spec, why, sizeof(why)))
		return 0;
	tool_error("%s", why);
	return EXIT_ERROR;
}

int chain_load(struct chain *c)
{
	unsigned int i;
	int status = load(&c->expect.data);

	for (i = 0; i < c->out_num + c->in_num && !status; i++)
		status = load(&chain_piece(c, i)->spec);
	return status;
}
