// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Follow chains of descriptors. A walk records each broken rule and its place,
 * and goes on where possible. A walk takes at most as many steps as there are
 * descriptors, and all walks of a queue together a small multiple of that.
 */
#include <string.h>

#include "view/walk.h"

#define ENTRY	sizeof(struct vring_desc)

static int by_place(const void *a, const void *b)
{
	const struct vi_table *x = *(const struct vi_table *const *)a;
	const struct vi_table *y = *(const struct vi_table *const *)b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->len < y->len ? -1 : x->len > y->len;
}

/* Spare steps, so that small rings are always shown in full. */
#define SPARE	64

size_t vi_walk_steps(const struct vi_raw_queue *q)
{
	size_t steps = q->size + (size_t)q->size / 4 + SPARE, i;

	for (i = 0; i < q->num_tables; i++)
		steps += q->tables[i].have / ENTRY;
	return steps;
}

bool vi_walker_init(struct vi_walker *w, const struct vi_raw_queue *q)
{
	bool sorted = true;
	size_t i;

	w->q = q;
	w->steps = vi_walk_steps(q);
	w->descs = (struct vi_arena) { NULL };
	w->anomalies = (struct vi_arena) { NULL };
	w->by_addr = NULL;
	w->walked = NULL;
	w->next_table = 0;
	if (!q->num_tables)
		return true;
	w->by_addr = calloc(q->num_tables, sizeof(*w->by_addr));
	w->walked = calloc(q->num_tables, sizeof(*w->walked));
	if (!w->by_addr || !w->walked)
		return false;
	for (i = 0; i < q->num_tables; i++) {
		w->by_addr[i] = &q->tables[i];
		sorted &= !i || by_place(&w->by_addr[i - 1],
					 &w->by_addr[i]) <= 0;
	}
	/* A pool used in turn yields sorted tables. */
	if (!sorted)
		qsort(w->by_addr, q->num_tables, sizeof(*w->by_addr),
		      by_place);
	return true;
}

void vi_walker_fini(struct vi_walker *w)
{
	free(w->by_addr);
	free(w->walked);
	w->by_addr = NULL;
	w->walked = NULL;
	vi_arena_free(&w->descs);
	vi_arena_free(&w->anomalies);
}

/* The table read for @addr and @len, or NULL. */
static const struct vi_table *find_table(struct vi_walker *w, uint64_t addr,
					 uint32_t len)
{
	const struct vi_table key = { .addr = addr, .len = len };
	const struct vi_table *t, *k = &key, **found;

	if (!w->by_addr)
		return NULL;
	t = w->q->tables + w->next_table;
	if (w->next_table == w->q->num_tables || by_place(&t, &k)) {
		found = bsearch(&k, w->by_addr, w->q->num_tables,
				sizeof(*w->by_addr), by_place);
		if (!found)
			return NULL;
		t = *found;
	}
	w->next_table = t - w->q->tables + 1;
	return t;
}

/* Use up one step; false: none left. */
static bool step(struct vi_walker *w)
{
	if (!w->steps)
		return false;
	w->steps--;
	return true;
}

static struct vi_desc table_entry(const struct vi_raw_queue *q,
				  const struct vi_table *t, uint32_t i)
{
	struct vi_desc d = {
		.at = i, .in_table = true, .packed = q->packed,
	};

	if (q->packed) {
		struct vring_packed_desc p;

		memcpy(&p, t->bytes + (size_t)i * sizeof(p), sizeof(p));
		d.addr = vi_le64(p.addr);
		d.len = vi_le32(p.len);
		d.next = vi_le16(p.id);
		d.flags = vi_le16(p.flags);
	} else {
		struct vring_desc s;

		memcpy(&s, t->bytes + (size_t)i * sizeof(s), sizeof(s));
		d.addr = vi_q64(q, s.addr);
		d.len = vi_q32(q, s.len);
		d.flags = vi_q16(q, s.flags);
		d.next = vi_q16(q, s.next);
	}
	return d;
}

/* Entries follow in order (spec 2.8.7). */
static bool walk_packed_table(struct vi_walker *w, const struct vi_table *t,
			      struct vi_chain *c)
{
	uint32_t entries = t->have / ENTRY, at;

	for (at = 0; at < entries; at++) {
		struct vi_desc d = table_entry(w->q, t, at);

		if (!step(w))
			return vi_chain_note(w, c, VI_WALK_CUT, true, at, 0);
		if (d.flags & VRING_DESC_F_INDIRECT)
			return vi_chain_note(w, c, VI_WALK_NESTED, true, at, 0);
		if (!vi_chain_add(w, c, &d))
			return false;
	}
	if (entries < t->len / ENTRY)
		return vi_chain_note(w, c, VI_WALK_IND_UNREAD, true, at, -t->err);
	return true;
}

/* Follow next from entry 0 (spec 2.7.5.3). */
static bool walk_split_table(struct vi_walker *w, const struct vi_table *t,
			     struct vi_chain *c)
{
	uint32_t entries = t->have / ENTRY, at = 0, i;
	size_t before = c->num;

	for (i = 0; i < entries; i++) {
		struct vi_desc d = table_entry(w->q, t, at);

		if (!step(w))
			return vi_chain_note(w, c, VI_WALK_CUT, true, at, 0);
		if (d.flags & VRING_DESC_F_INDIRECT)
			return vi_chain_note(w, c, VI_WALK_NESTED, true, at, 0);
		if (!vi_chain_add(w, c, &d))
			return false;
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		if (d.next >= t->len / ENTRY)
			return vi_chain_note(w, c, VI_WALK_IND_RANGE, true, at,
					     d.next);
		if (d.next >= entries)
			return vi_chain_note(w, c, VI_WALK_IND_UNREAD, true,
					     d.next, -t->err);
		at = d.next;
	}
	return vi_chain_cut(c, before, entries) &&
	       vi_chain_note(w, c, VI_WALK_LOOP, true,
			     c->desc[c->num - 1].at, c->desc[c->num - 1].next);
}

/*
 * If an earlier chain consists of the same table as @c, share the copy of its
 * descriptors.
 */
static bool take_walked(const struct vi_walker *w, const struct vi_desc *d,
			struct vi_chain *c)
{
	const struct vi_chain *was = &w->walked[c->table - w->q->tables];

	if (!was->kept || c->num || d->flags & VRING_DESC_F_NEXT)
		return false;
	c->desc = was->desc;
	c->num = was->num;
	c->out_len = was->out_len;
	c->in_len = was->in_len;
	c->met |= was->met;
	c->kept = true;
	return true;
}

/*
 * Keep a chain that consists of one table for chains with the same table, with
 * its anomalies. The caller may still add anomalies of the chain itself.
 */
static bool keep_walked(struct vi_walker *w, struct vi_chain *c)
{
	struct vi_chain *was;
	uint32_t i;

	if (!c->num || !c->desc[0].in_table || c->slots > 1 ||
	    vi_chain_has(c, VI_WALK_CUT))
		return true;
	vi_arena_keep(&w->descs, c->num, sizeof(*c->desc));
	vi_arena_keep(&w->anomalies, c->num_anomalies, sizeof(*c->anomaly));
	c->kept = true;
	was = &w->walked[c->table - w->q->tables];
	*was = *c;
	c->anomaly = NULL;
	c->num_anomalies = 0;
	for (i = 0; i < was->num_anomalies; i++)
		if (!vi_chain_note_again(w, c, &was->anomaly[i]))
			return false;
	return true;
}

/* Walk the table of a valid indirect descriptor. */
static bool walk_entries(struct vi_walker *w, const struct vi_desc *d,
			 struct vi_chain *c)
{
	size_t before = c->num;
	bool ok;

	c->table = find_table(w, d->addr, d->len);
	if (!c->table || c->table->have < ENTRY || !c->table->bytes)
		return vi_chain_note(w, c, VI_WALK_IND_UNREAD, false, d->at,
				     c->table ? -c->table->err : 0);
	if (take_walked(w, d, c))
		return true;
	ok = w->q->packed ? walk_packed_table(w, c->table, c) :
			    walk_split_table(w, c->table, c);
	if (ok && c->num - before > w->q->size)
		ok = vi_chain_note(w, c, VI_WALK_IND_LONG, false, d->at,
				   c->num - before);
	return ok;
}

static bool walk_table(struct vi_walker *w, const struct vi_desc *d,
		       struct vi_chain *c)
{
	uint32_t entries = d->len / ENTRY;

	c->indirect = true;
	c->table_addr = d->addr;
	c->table_len = d->len;
	if (vi_queue_lacks(w->q, VIRTIO_RING_F_INDIRECT_DESC) &&
	    !vi_chain_note(w, c, VI_WALK_IND_FEATURE, false, d->at, 0))
		return false;
	if (!d->len || d->len % ENTRY)
		return vi_chain_note(w, c, VI_WALK_IND_LEN, false, d->at, d->len);
	if (entries > 65536)
		return vi_chain_note(w, c, VI_WALK_IND_HUGE, false, d->at,
				     entries);
	return walk_entries(w, d, c);
}

/* Walk an indirect descriptor, the @i-th of its chain. */
static bool walk_indirect(struct vi_walker *w, const struct vi_desc *d,
			  uint32_t i, struct vi_chain *c)
{
	if (d->flags & VRING_DESC_F_NEXT &&
	    !vi_chain_note(w, c, VI_WALK_IND_NEXT, false, d->at, 0))
		return false;
	if (i && !vi_chain_note(w, c, w->q->packed ? VI_WALK_IND_MIX :
				VI_WALK_IND_LATE, false, d->at, 0))
		return false;
	return walk_table(w, d, c);
}

static bool follow_split(struct vi_walker *w, struct vi_chain *c)
{
	const struct vi_raw_queue *q = w->q;
	uint32_t at = c->head, i;

	for (i = 0; i < q->size; i++) {
		struct vring_desc s = vi_split_desc(q, at);
		struct vi_desc d = {
			.addr = s.addr, .len = s.len, .flags = s.flags,
			.next = s.next, .at = at,
		};

		if (!step(w))
			return vi_chain_note(w, c, VI_WALK_CUT, false, at, 0);
		c->slots++;
		if (d.flags & VRING_DESC_F_INDIRECT)
			return walk_indirect(w, &d, i, c);
		if (!vi_chain_add(w, c, &d))
			return false;
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		if (d.next >= q->size)
			return vi_chain_note(w, c, VI_WALK_NEXT, false, at,
					     d.next);
		at = d.next;
	}
	/* More steps than descriptors: one was visited twice. */
	if (!vi_chain_cut(c, 0, q->size))
		return false;
	c->slots = c->num;
	return vi_chain_note(w, c, VI_WALK_LOOP, false, c->desc[c->num - 1].at,
			     c->desc[c->num - 1].next);
}

/* Check the chain as a whole, unless a shared table was checked before. */
static bool finish(struct vi_walker *w, struct vi_chain *c)
{
	if (c->kept)
		return true;
	if (c->num > 1 && !vi_chain_order(w, c, w->q->packed))
		return false;
	return !c->table || keep_walked(w, c);
}

bool vi_walk_split(struct vi_walker *w, uint16_t head, struct vi_chain *c)
{
	c->head = head;
	c->id = head;
	if (head >= w->q->size)
		return vi_chain_note(w, c, VI_WALK_HEAD, false, 0, head);
	return follow_split(w, c) && finish(w, c);
}

/* Follow the list at @pos; *@end: its last descriptor was reached. */
static bool follow_packed(struct vi_walker *w, uint16_t pos, uint32_t most,
			  struct vi_chain *c, bool *end)
{
	uint32_t i;

	for (i = 0; i < most; i++, pos = vi_packed_step(w->q, pos, 1)) {
		uint32_t at = VI_SLOT(pos);
		struct vring_packed_desc p = vi_packed_desc(w->q, at);
		struct vi_desc d = {
			.addr = p.addr, .len = p.len, .flags = p.flags,
			.next = p.id, .at = at, .packed = true,
		};

		*end = true;
		if (i && !vi_packed_is_avail(d.flags, pos))
			return vi_chain_note(w, c, VI_WALK_TORN, false, at,
					     d.flags);
		if (!step(w))
			return vi_chain_note(w, c, VI_WALK_CUT, false, at, 0);
		c->slots++;
		c->id = d.next;
		if (d.flags & VRING_DESC_F_INDIRECT) {
			if (!walk_indirect(w, &d, i, c))
				return false;
		} else if (!vi_chain_add(w, c, &d)) {
			return false;
		}
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		*end = false;
	}
	return true;
}

bool vi_walk_packed(struct vi_walker *w, uint16_t pos, uint32_t most,
		    struct vi_chain *c)
{
	const struct vi_raw_queue *q = w->q;
	bool end = true;

	c->head = VI_SLOT(pos);
	if (!follow_packed(w, pos, most, c, &end))
		return false;
	/* The list extends past the driver's position, or has no end. */
	if (!end && !vi_chain_note(w, c, most < q->size ? VI_WALK_TORN :
				   VI_WALK_LOOP, false,
				   (c->head + c->slots) % q->size, 0))
		return false;
	return finish(w, c);
}
