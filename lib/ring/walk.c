// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Following chains of descriptors. A rule that is broken is noted with its
 * place, and the walk goes on where it can; no walk takes more steps than
 * there are descriptors.
 */
#include <stdlib.h>
#include <string.h>

#include "ring/walk.h"

/* Room grows by halves, so that a long chain is not copied for each entry. */
static void *grow(void *array, size_t have, size_t each)
{
	if (have & (have - 1))
		return array;
	return reallocarray(array, have ? have * 2 : 1, each);
}

bool vi_chain_add(struct vi_chain *c, const struct vi_desc *d)
{
	struct vi_desc *grown = grow(c->desc, c->num, sizeof(*grown));

	if (!grown)
		return false;
	c->desc = grown;
	grown[c->num++] = *d;
	if (d->flags & VRING_DESC_F_WRITE)
		c->in_len += d->len;
	else
		c->out_len += d->len;
	return true;
}

bool vi_chain_note(struct vi_chain *c, enum vi_walk what, bool in_table,
		   uint32_t at, uint64_t value)
{
	struct vi_anomaly *grown =
		grow(c->anomaly, c->num_anomalies, sizeof(*grown));

	if (!grown)
		return false;
	c->anomaly = grown;
	grown[c->num_anomalies++] = (struct vi_anomaly) {
		.what = what, .in_table = in_table, .at = at, .value = value,
	};
	return true;
}

void vi_chain_free(struct vi_chain *c)
{
	free(c->desc);
	free(c->anomaly);
	memset(c, 0, sizeof(*c));
}

bool vi_ring_add(struct vi_ring *ring, struct vi_chain *c)
{
	struct vi_chain *grown =
		grow(ring->in_flight, ring->num_in_flight, sizeof(*grown));

	if (!grown) {
		vi_chain_free(c);
		return false;
	}
	ring->in_flight = grown;
	grown[ring->num_in_flight++] = *c;
	return true;
}

bool vi_ring_add_unseen(struct vi_ring *ring, struct vi_used used)
{
	struct vi_used *grown =
		grow(ring->unseen, ring->num_unseen, sizeof(*grown));

	if (!grown)
		return false;
	ring->unseen = grown;
	grown[ring->num_unseen++] = used;
	return true;
}

/* Tables lie in the order in which descriptors were looked through. */
const struct vi_table *vi_find_table(const struct vi_queue *q, uint64_t addr,
				     uint32_t len)
{
	size_t i;

	for (i = 0; i < q->num_tables; i++)
		if (q->tables[i].addr == addr && q->tables[i].len == len)
			return &q->tables[i];
	return NULL;
}

/* Readable after writable: noted once a chain (spec 2.7.4.2, 2.8.17). */
static bool check_order(struct vi_chain *c, const struct vi_desc *d)
{
	if (d->flags & VRING_DESC_F_WRITE || !c->in_len)
		return true;
	if (c->num_anomalies &&
	    c->anomaly[c->num_anomalies - 1].what == VI_WALK_ORDER)
		return true;
	return vi_chain_note(c, VI_WALK_ORDER, d->in_table, d->at, 0);
}

static struct vi_desc table_entry(const struct vi_queue *q,
				  const struct vi_table *t, uint32_t i)
{
	struct vi_desc d = { .at = i, .in_table = true };

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

/* Split: along next, from entry 0; packed: one after the other. */
static bool walk_entries(const struct vi_queue *q, const struct vi_table *t,
			 struct vi_chain *c)
{
	uint32_t entries = t->have / sizeof(struct vring_desc), at = 0, i;
	bool diverges = false;

	for (i = 0; i < entries; i++) {
		struct vi_desc d = table_entry(q, t, at);

		if (!check_order(c, &d))
			return false;
		if (d.flags & VRING_DESC_F_INDIRECT)
			return vi_chain_note(c, VI_WALK_NESTED, true, at, 0);
		if (!vi_chain_add(c, &d))
			return false;
		if (q->packed) {
			at++;
			continue;
		}
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		if (d.next >= entries)
			return vi_chain_note(c, VI_WALK_IND_RANGE, true, at,
					     d.next);
		if (d.next != at + 1 && !diverges) {
			diverges = true;
			if (!vi_chain_note(c, VI_WALK_IND_DIVERGE, true, at,
					   d.next))
				return false;
		}
		at = d.next;
	}
	return q->packed || vi_chain_note(c, VI_WALK_LOOP, true, at, at);
}

bool vi_walk_table(const struct vi_queue *q, const struct vi_desc *d,
		   struct vi_chain *c)
{
	uint32_t entries = d->len / sizeof(struct vring_desc);
	size_t before = c->num;

	if (!vi_queue_has_feature(q, VIRTIO_RING_F_INDIRECT_DESC) &&
	    !vi_chain_note(c, VI_WALK_IND_FEATURE, false, d->at, 0))
		return false;
	if (!d->len || d->len % sizeof(struct vring_desc))
		return vi_chain_note(c, VI_WALK_IND_LEN, false, d->at, d->len);
	if (entries > 65536)
		return vi_chain_note(c, VI_WALK_IND_HUGE, false, d->at,
				     entries);
	c->table = vi_find_table(q, d->addr, d->len);
	if (!c->table || c->table->have < sizeof(struct vring_desc))
		return vi_chain_note(c, VI_WALK_IND_UNREAD, false, d->at,
				     c->table ? -c->table->err : 0);
	if (!walk_entries(q, c->table, c))
		return false;
	if (c->num - before > q->size)
		return vi_chain_note(c, VI_WALK_IND_LONG, false, d->at,
				     c->num - before);
	return true;
}

bool vi_walk_split(const struct vi_queue *q, uint16_t head,
		   struct vi_chain *c)
{
	uint32_t at = head, i;

	c->head = head;
	c->id = head;
	if (head >= q->size)
		return vi_chain_note(c, VI_WALK_HEAD, false, 0, head);
	for (i = 0; i < q->size; i++) {
		struct vring_desc s = vi_split_desc(q, at);
		struct vi_desc d = {
			.addr = s.addr, .len = s.len, .flags = s.flags,
			.next = s.next, .at = at,
		};

		c->slots++;
		if (d.flags & VRING_DESC_F_INDIRECT) {
			if (d.flags & VRING_DESC_F_NEXT &&
			    !vi_chain_note(c, VI_WALK_IND_NEXT, false, at, 0))
				return false;
			if (i && !vi_chain_note(c, VI_WALK_IND_LATE, false, at,
						0))
				return false;
			return vi_walk_table(q, &d, c);
		}
		if (!check_order(c, &d) || !vi_chain_add(c, &d))
			return false;
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		if (d.next >= q->size)
			return vi_chain_note(c, VI_WALK_NEXT, false, at,
					     d.next);
		at = d.next;
	}
	/* As many steps as there are descriptors: one was met twice. */
	return vi_chain_note(c, VI_WALK_LOOP, false, at, at);
}

bool vi_walk_packed(const struct vi_queue *q, uint16_t pos, uint32_t most,
		    struct vi_chain *c)
{
	uint32_t i;

	c->head = pos & 0x7fff;
	for (i = 0; i < most; i++) {
		uint32_t at = pos & 0x7fff;
		struct vring_packed_desc p = vi_packed_desc(q, at);
		struct vi_desc d = {
			.addr = p.addr, .len = p.len, .flags = p.flags,
			.next = p.id, .at = at,
		};

		if (i && !vi_packed_is_avail(d.flags, pos))
			return vi_chain_note(c, VI_WALK_TORN, false, at,
					     d.flags);
		c->slots++;
		c->id = d.next;
		if (d.flags & VRING_DESC_F_INDIRECT) {
			if (i && !vi_chain_note(c, VI_WALK_IND_MIX, false, at,
						0))
				return false;
			if (d.flags & VRING_DESC_F_NEXT &&
			    !vi_chain_note(c, VI_WALK_IND_NEXT, false, at, 0))
				return false;
			if (!vi_walk_table(q, &d, c))
				return false;
		} else if (!check_order(c, &d) || !vi_chain_add(c, &d)) {
			return false;
		}
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		pos = vi_packed_step(q, pos, 1);
	}
	return most < q->size || vi_chain_note(c, VI_WALK_LOOP, false,
					       c->head, c->head);
}
