// SPDX-License-Identifier: LGPL-2.1-or-later
/* Chains of descriptors in flight (virtio spec 1.4, 2.7.5, 2.8.5 to 2.8.7). */
#include <string.h>

#include "check/rules/rules.h"

#define W(what)	(UINT32_C(1) << VI_WALK_##what)

/*
 * Rules about the rest of a chain need exact chains: the driver may have reused
 * the memory and the table of an old one.
 */
static bool is_exact(struct vi_judge *j)
{
	if (!vi_has_chains(j))
		return false;
	if (!j->ring->exact)
		vi_skip(j, "needs the exact list of buffers in flight, which had to be inferred");
	return j->ring->exact;
}

static void show_place(struct vi_judge *j, const struct vi_chain *c,
		       bool in_table, uint32_t at)
{
	vi_evidence(j, "head", c->head);
	if (j->q->packed)
		vi_evidence(j, "id", c->id);
	vi_evidence(j, in_table ? "entry" : "descriptor", at);
	if (in_table)
		vi_evidence_hex(j, "table", c->table_addr);
}

/* An anomaly in words. */
static const char *in_words(enum vi_walk what)
{
	switch (what) {
	case VI_WALK_NEXT:
		return "continues at a descriptor outside the table";
	case VI_WALK_LOOP:
		return "contains a loop";
	case VI_WALK_ORDER:
		return "has a readable descriptor after a writable one";
	case VI_WALK_IND_FEATURE:
		return "uses an indirect table although VIRTIO_F_INDIRECT_DESC was not negotiated";
	case VI_WALK_IND_NEXT:
		return "has a descriptor with both INDIRECT and NEXT set";
	case VI_WALK_IND_MIX:
		return "has an INDIRECT descriptor inside a list";
	case VI_WALK_IND_LATE:
		return "has an INDIRECT descriptor after direct ones";
	case VI_WALK_IND_LEN:
		return "has an indirect table whose length is 0 or not a multiple of 16";
	case VI_WALK_IND_HUGE:
		return "has an indirect table of more than 65536 entries";
	case VI_WALK_IND_RANGE:
		return "continues at an entry outside its indirect table";
	case VI_WALK_IND_DIVERGE:
		return "uses the entries of its table out of order";
	case VI_WALK_IND_LONG:
		return "has more entries in its table than the queue has";
	case VI_WALK_NESTED:
		return "has an INDIRECT descriptor in an indirect table";
	default:
		return "is invalid";
	}
}

void vi_judge_walk(struct vi_judge *j)
{
	uint32_t wanted = j->q->packed ? j->rule->packed_walks :
					 j->rule->walks;
	size_t i, k;

	if (j->q->packed && wanted & W(LOOP) && !j->ring->exact &&
	    vi_has_no_end(j->q)) {
		vi_found(j, "all %u slots have NEXT set: the list has no end",
			 j->q->size);
		vi_evidence(j, "size", j->q->size);
		return;
	}
	if (!vi_has_chains(j))
		return;
	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		if (wanted & W(IND_FEATURE) && c->indirect)
			vi_needs_features(j);
		for (k = 0; k < c->num_anomalies; k++) {
			const struct vi_anomaly *a = &c->anomaly[k];

			if (!(wanted >> a->what & 1) ||
			    (!j->ring->exact &&
			     (a->in_table || a->what == VI_WALK_IND_LONG)))
				continue;
			vi_found(j, "the chain at %u %s (%s %u)", c->head,
				 in_words(a->what),
				 a->in_table ? "entry" : "descriptor", a->at);
			show_place(j, c, a->in_table, a->at);
			vi_evidence(j, "value", a->value);
		}
	}
	vi_skip_cut(j);
}

/* A list that lost its head starts anywhere, so its order says nothing. */
void vi_judge_order(struct vi_judge *j)
{
	size_t i, k;

	if (!is_exact(j))
		return;
	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		if (vi_chain_has(c, VI_WALK_HEAD_GONE))
			continue;
		for (k = 0; k < c->num_anomalies; k++) {
			if (c->anomaly[k].what != VI_WALK_ORDER)
				continue;
			vi_found(j, "the chain at %u has a readable descriptor after a writable one",
				 c->head);
			show_place(j, c, c->anomaly[k].in_table,
				   c->anomaly[k].at);
		}
	}
	vi_skip_cut(j);
}

/* Like vi_each_desc(), but only for whole lists. */
static vi_always_inline void
each_desc(struct vi_judge *j,
	  void (*fn)(struct vi_judge *j, const struct vi_chain *c,
		     const struct vi_desc *d))
{
	if (vi_has_chains(j))
		vi_each_desc(j, fn);
}

static void zero_len(struct vi_judge *j, const struct vi_chain *c,
		     const struct vi_desc *d)
{
	if (d->len)
		return;
	vi_found(j, "the chain at %u has a descriptor of length 0", c->head);
	show_place(j, c, d->in_table, d->at);
}

void vi_judge_zero_len(struct vi_judge *j)
{
	each_desc(j, zero_len);
}

static void buf_wrap(struct vi_judge *j, const struct vi_chain *c,
		     const struct vi_desc *d)
{
	/* The last byte may be the last of the address space. */
	if (!d->len || d->len - 1 <= UINT64_MAX - d->addr)
		return;
	vi_found(j, "the chain at %u has a buffer of %u bytes at 0x%llx, which extends past the end of the address space",
		 c->head, d->len, (unsigned long long)d->addr);
	show_place(j, c, d->in_table, d->at);
	vi_evidence_hex(j, "address", d->addr);
	vi_evidence(j, "len", d->len);
}

/* A buffer's address is valid evidence even after its completion. */
void vi_judge_buf_wrap(struct vi_judge *j)
{
	if (vi_has_any(j))
		vi_each_desc(j, buf_wrap);
}

/* In a packed table, NEXT, AVAIL and USED are reserved too (spec 2.8.7). */
static void bad_flags(struct vi_judge *j, const struct vi_chain *c,
		      const struct vi_desc *d)
{
	uint16_t known = VRING_DESC_F_WRITE | VRING_DESC_F_INDIRECT;

	if (!j->q->packed || !d->in_table)
		known |= VRING_DESC_F_NEXT;
	if (j->q->packed && !d->in_table)
		known |= 1 << VRING_PACKED_DESC_F_AVAIL |
			 1 << VRING_PACKED_DESC_F_USED;
	if (!(d->flags & ~known))
		return;
	vi_found(j, "the chain at %u has a descriptor with reserved flags 0x%x",
		 c->head, d->flags & ~known);
	show_place(j, c, d->in_table, d->at);
	vi_evidence_hex(j, "flags", d->flags);
}

void vi_judge_flags(struct vi_judge *j)
{
	each_desc(j, bad_flags);
}

/* Spec 2.7.5.2. */
void vi_judge_total(struct vi_judge *j)
{
	size_t i;

	if (!is_exact(j))
		return;
	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];
		uint64_t total = c->out_len + c->in_len;

		if (total <= (uint64_t)1 << 32)
			continue;
		vi_found(j, "the chain at %u has %llu bytes, more than 2^32",
			 c->head, (unsigned long long)total);
		vi_evidence(j, "head", c->head);
		vi_evidence(j, "bytes", total);
	}
	vi_skip_cut(j);
}

/* The device type says how short a request may be. */
void vi_judge_short(struct vi_judge *j)
{
	const struct vi_queue_kind *kind = j->queue->kind;
	size_t i;

	if (!kind || (!kind->least_out && !kind->least_in) || !is_exact(j))
		return;
	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		if (!vi_chain_is_whole(c) ||
		    (c->out_len >= kind->least_out &&
		     c->in_len >= kind->least_in))
			continue;
		vi_found(j, "the chain at %u is shorter than a request header",
			 c->head);
		vi_evidence(j, "head", c->head);
		vi_evidence(j, "readable", c->out_len);
		vi_evidence(j, "writable", c->in_len);
		vi_evidence(j, "least_readable", kind->least_out);
		vi_evidence(j, "least_writable", kind->least_in);
	}
	vi_skip_cut(j);
}

static void inorder_next(struct vi_judge *j, const struct vi_chain *c,
			 const struct vi_desc *d)
{
	if (d->in_table || !(d->flags & VRING_DESC_F_NEXT) ||
	    d->next >= j->q->size || d->next == (d->at + 1) % j->q->size)
		return;
	vi_found(j, "descriptor %u of the chain at %u continues at %u, not at the next descriptor",
		 d->at, c->head, d->next);
	show_place(j, c, false, d->at);
	vi_evidence(j, "next", d->next);
}

void vi_judge_inorder_next(struct vi_judge *j)
{
	if (vi_needs_features(j) && vi_feature(j, VIRTIO_F_IN_ORDER))
		each_desc(j, inorder_next);
}

static void inorder_ind(struct vi_judge *j, const struct vi_chain *c,
			const struct vi_desc *d)
{
	if (!d->in_table || !(d->flags & VRING_DESC_F_NEXT) ||
	    d->next == d->at + 1)
		return;
	vi_found(j, "entry %u in the table of the chain at %u continues at %u, not at the next entry",
		 d->at, c->head, d->next);
	show_place(j, c, true, d->at);
	vi_evidence(j, "next", d->next);
}

void vi_judge_inorder_ind(struct vi_judge *j)
{
	if (vi_needs_features(j) && vi_feature(j, VIRTIO_F_IN_ORDER))
		each_desc(j, inorder_ind);
}
