// SPDX-License-Identifier: LGPL-2.1-or-later
/* What addresses point to, if they are physical and the memory map is known. */
#include <stdlib.h>

#include "check/judge/intervals.h"
#include "check/rules/rules.h"

enum place {
	PLACE_UNKNOWN,
	PLACE_RAM,
	PLACE_IO,		/* at least partly */
	PLACE_HOLE,		/* both ends exist, the middle does not */
	PLACE_NOTHING,
};

/* A sound buffer spans fewer ranges. */
#define MAX_PIECES	256

static enum place look(const struct vi_check_memory *m, uint64_t addr,
		       uint64_t len)
{
	enum vi_mem_kind first = VI_MEM_UNKNOWN, kind = VI_MEM_UNKNOWN;
	bool nothing = false, io = false;
	uint64_t at = 0;
	unsigned int i;

	if (!len || len - 1 > UINT64_MAX - addr)
		return PLACE_UNKNOWN;
	for (i = 0; at < len && i < MAX_PIECES; i++) {
		uint64_t extent = 1;

		kind = m->lookup(m->data, addr + at, &extent);
		if (kind == VI_MEM_UNKNOWN)
			return PLACE_UNKNOWN;
		first = i ? first : kind;
		nothing |= kind == VI_MEM_NOTHING;
		io |= kind == VI_MEM_IO;
		if (!extent || extent > len - at)
			extent = len - at;
		at += extent;
	}
	if (nothing)
		return first != VI_MEM_NOTHING && kind != VI_MEM_NOTHING ?
		       PLACE_HOLE : PLACE_NOTHING;
	return io ? PLACE_IO : PLACE_RAM;
}

static bool can_look(struct vi_judge *j)
{
	if (j->in->memory.lookup && j->in->memory.physical)
		return true;
	vi_skip(j, j->in->memory.lookup ?
		"the device does not use physical addresses" :
		"the memory map is unknown");
	return false;
}

/* Report parts of the ring whose place is between @least and @most. */
static void each_part(struct vi_judge *j, enum place least, enum place most,
		      const char *what)
{
	struct vi_parts p;
	size_t i;

	if (!vi_is_ready(j->q) || !vi_parts(j->q, &p))
		return;
	for (i = 0; i < 3; i++) {
		enum place place = look(&j->in->memory, p.part[i].addr,
					p.part[i].len);

		if (place >= least && place <= most)
			vi_found_part(j, i, &p.part[i], what);
	}
}

void vi_judge_unmapped(struct vi_judge *j)
{
	if (can_look(j) && !vi_is_left_behind(j->in))
		each_part(j, PLACE_HOLE, PLACE_NOTHING, "is not in memory");
}

/* Rings outside RAM work, but are worth knowing about. */
void vi_judge_ring_not_ram(struct vi_judge *j)
{
	if (can_look(j))
		each_part(j, PLACE_IO, PLACE_IO,
			  "is in memory that is not RAM");
}

void vi_judge_firmware(struct vi_judge *j)
{
	if (!vi_is_left_behind(j->in) || !vi_has(j->q, VI_Q_ADDRESSES) ||
	    !j->q->desc || !vi_is_ready(j->q))
		return;
	vi_found(j, "the queue points to 0x%llx, but no driver is bound: firmware may have left it behind",
		 (unsigned long long)j->q->desc);
	vi_evidence_hex(j, "desc", j->q->desc);
}

static void show_buffer(struct vi_judge *j, const struct vi_chain *c,
			const struct vi_desc *d, const char *what)
{
	vi_found(j, "the chain at %u has a buffer of %u bytes at 0x%llx, %s",
		 c->head, d->len, (unsigned long long)d->addr, what);
	vi_evidence(j, "head", c->head);
	vi_evidence_hex(j, "address", d->addr);
	vi_evidence(j, "len", d->len);
}

/* What an error code looks like if it is mistaken for a length. */
#define ALL_ONES	0xffffffff

static void buf_unmapped(struct vi_judge *j, const struct vi_chain *c,
			 const struct vi_desc *d)
{
	enum place place = look(&j->in->memory, d->addr, d->len);

	if (place == PLACE_NOTHING ||
	    (place == PLACE_HOLE && d->len == ALL_ONES))
		show_buffer(j, c, d, "part or all of which is not in memory");
}

void vi_judge_buf_unmapped(struct vi_judge *j)
{
	if (can_look(j) && vi_has_any(j))
		vi_each_desc(j, buf_unmapped);
}

static void buf_split(struct vi_judge *j, const struct vi_chain *c,
		      const struct vi_desc *d)
{
	if (d->len != ALL_ONES &&
	    look(&j->in->memory, d->addr, d->len) == PLACE_HOLE)
		show_buffer(j, c, d, "which spans a hole in memory");
}

void vi_judge_buf_split(struct vi_judge *j)
{
	if (can_look(j) && vi_has_any(j))
		vi_each_desc(j, buf_split);
}

static void buf_io(struct vi_judge *j, const struct vi_chain *c,
		   const struct vi_desc *d)
{
	if (look(&j->in->memory, d->addr, d->len) == PLACE_IO)
		show_buffer(j, c, d, "in memory that is not RAM");
}

/* Report tables whose place is between @least and @most. */
static void each_table(struct vi_judge *j, enum place least, enum place most,
		       const char *what)
{
	size_t i;

	if (!can_look(j) || !vi_has_any(j))
		return;
	for (i = 0; i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];
		enum place place;

		if (!c->indirect || c->twin)
			continue;
		place = look(&j->in->memory, c->table_addr, c->table_len);
		if (place < least || place > most)
			continue;
		vi_found(j, "the indirect table of the chain at %u, at 0x%llx, is %s",
			 c->head, (unsigned long long)c->table_addr, what);
		vi_evidence(j, "head", c->head);
		vi_evidence_hex(j, "table", c->table_addr);
		vi_evidence(j, "bytes", c->table_len);
	}
}

void vi_judge_not_ram(struct vi_judge *j)
{
	if (!can_look(j) || !vi_has_any(j))
		return;
	vi_each_desc(j, buf_io);
	if (j->ring->exact)
		each_table(j, PLACE_IO, PLACE_IO,
			   "in memory that is not RAM");
}

void vi_judge_ind_unmapped(struct vi_judge *j)
{
	each_table(j, PLACE_HOLE, PLACE_NOTHING, "partly or completely outside memory");
}

static void in_ring(struct vi_judge *j, const struct vi_chain *c,
		    const struct vi_desc *d)
{
	const struct vi_interval buf = { .addr = d->addr, .len = d->len };
	const struct vi_interval *part = vi_find_overlap(j->parts, &buf);

	if (!part)
		return;
	show_buffer(j, c, d, "which overlaps an active ring");
	vi_evidence(j, "ring_of_queue", part->queue);
	vi_evidence_hex(j, "ring_address", part->addr);
}

void vi_judge_buf_in_ring(struct vi_judge *j)
{
	if (vi_has_any(j))
		vi_each_desc(j, in_ring);
}

static void found_table_overlap(struct vi_judge *j, const struct vi_interval *t,
				uint64_t other, const char *what)
{
	vi_found(j, "the indirect table at 0x%llx overlaps %s",
		 (unsigned long long)t->addr, what);
	vi_evidence_hex(j, "table", t->addr);
	vi_evidence_hex(j, "other", other);
}

/* Report tables that overlap each other or a ring. */
static void overlap_tables(struct vi_judge *j, const struct vi_interval *tables,
			   size_t count)
{
	struct vi_interval reach = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		const struct vi_interval *t = &tables[i], *hit;

		/* Split: chains that share one table are for shared.c. */
		if (vi_overlap(&reach, t) &&
		    (j->q->packed || reach.addr != t->addr ||
		     reach.len != t->len))
			found_table_overlap(j, t, reach.addr, "another table");
		/* Sorted: compare with the table that reaches furthest. */
		if (!reach.len || t->addr + t->len > reach.addr + reach.len)
			reach = *t;
		hit = vi_find_overlap(j->parts, t);
		if (hit)
			found_table_overlap(j, t, hit->addr, "a ring");
	}
}

void vi_judge_table_overlap(struct vi_judge *j)
{
	struct vi_interval *tables;
	size_t i, n = 0;

	if (!j->ring->exact) {
		vi_skip(j, "needs the exact list of buffers in flight, which had to be inferred");
		return;
	}
	tables = calloc(j->ring->num_in_flight + 1, sizeof(*tables));
	j->no_memory = !tables;
	for (i = 0; tables && i < j->ring->num_in_flight; i++) {
		const struct vi_chain *c = &j->ring->in_flight[i];

		if (c->indirect)
			tables[n++] = (struct vi_interval) {
				.addr = c->table_addr, .len = c->table_len };
	}
	if (n) {
		vi_sort_intervals(tables, n);
		overlap_tables(j, tables, n);
	}
	free(tables);
}
