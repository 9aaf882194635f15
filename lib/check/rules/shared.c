// SPDX-License-Identifier: LGPL-2.1-or-later
/* Chains in flight that share descriptors (virtio spec 1.4, 2.7.5). */
#include <stdlib.h>

#include "check/rules/rules.h"

/* Which chain owns a descriptor of the ring, counted from 1. */
struct owners {
	uint32_t *of;
	uint32_t who;		/* the chain that claims now */
};

static void show_heads(struct vi_judge *j, const struct vi_chain *a,
		       const struct vi_chain *b)
{
	vi_evidence(j, "head", b->head);
	vi_evidence(j, "other_head", a->head);
}

/* False, with a finding, if another chain owns the descriptor. */
static bool claim(struct vi_judge *j, struct owners *o,
		  const struct vi_chain *c, uint32_t at)
{
	const struct vi_chain *other;

	if (at >= j->q->size)
		return true;
	if (!o->of[at]) {
		o->of[at] = o->who;
		return true;
	}
	other = &j->ring->in_flight[o->of[at] - 1];
	/* A buffer submitted twice is for another rule. */
	if (other->head == c->head)
		return false;
	vi_found(j, "the chains at %u and %u, both in flight, share descriptor %u",
		 other->head, c->head, at);
	vi_evidence(j, "descriptor", at);
	show_heads(j, other, c);
	return false;
}

/* Claim direct descriptors, then the one that points to a table. */
static void claim_chain(struct vi_judge *j, struct owners *o,
			const struct vi_chain *c)
{
	uint32_t next = c->head;
	size_t i;

	for (i = 0; i < c->num && !c->desc[i].in_table; i++) {
		if (!claim(j, o, c, c->desc[i].at))
			return;
		next = c->desc[i].next;
	}
	if (c->indirect)
		claim(j, o, c, next);
}

/* An entry of a table, and a chain that uses it. */
struct entry {
	uint64_t addr;
	uint32_t chain, at;
};

static int by_addr(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->chain < y->chain ? -1 : x->chain > y->chain;
}

static size_t collect(const struct vi_decoded *ring, struct entry *entries)
{
	size_t i, k, n = 0;

	for (i = 0; i < ring->num_in_flight; i++) {
		const struct vi_chain *c = &ring->in_flight[i];

		/* Of a table already listed, one entry suffices. */
		for (k = 0; k < (c->twin ? 1 : c->num); k++) {
			if (!c->desc[k].in_table)
				continue;
			if (entries)
				entries[n] = (struct entry) {
					c->table_addr + 16ull * c->desc[k].at,
					i, c->desc[k].at };
			n++;
		}
	}
	return n;
}

/* Report chains that share an entry of a table. */
static void share_entries(struct vi_judge *j)
{
	size_t n = collect(j->ring, NULL), i;
	struct entry *e = calloc(n + 1, sizeof(*e));

	j->no_memory = !e;
	if (!e)
		return;
	collect(j->ring, e);
	qsort(e, n, sizeof(*e), by_addr);
	for (i = 1; i < n; i++) {
		const struct vi_chain *a = &j->ring->in_flight[e[i - 1].chain];
		const struct vi_chain *b = &j->ring->in_flight[e[i].chain];

		if (e[i].addr != e[i - 1].addr || a->head == b->head)
			continue;
		vi_found(j, "the chains at %u and %u, both in flight, share an entry of an indirect table",
			 a->head, b->head);
		vi_evidence_hex(j, "table", b->table_addr);
		vi_evidence(j, "entry", e[i].at);
		show_heads(j, a, b);
		break;
	}
	free(e);
}

void vi_judge_shared_desc(struct vi_judge *j)
{
	struct owners o = { 0 };
	uint32_t i;

	if (!j->ring->exact) {
		vi_skip(j, "needs the exact list of buffers in flight, which had to be inferred");
		return;
	}
	o.of = calloc(j->q->size, sizeof(*o.of));
	j->no_memory = !o.of;
	for (i = 0; o.of && i < j->ring->num_in_flight; i++) {
		o.who = i + 1;
		claim_chain(j, &o, &j->ring->in_flight[i]);
	}
	free(o.of);
	/* Chains that share the descriptor of a table share its entries. */
	if (!j->no_memory && !j->found.times)
		share_entries(j);
}
