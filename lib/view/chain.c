// SPDX-License-Identifier: LGPL-2.1-or-later
/* Building chains: descriptors, and the anomalies found in them. */
#include <string.h>

#include "core/pool.h"
#include "view/walk.h"

bool vi_chain_note(struct vi_walker *w, struct vi_chain *c, enum vi_walk what,
		   bool in_table, uint32_t at, uint64_t value)
{
	struct vi_anomaly *anomaly = vi_arena_more(&w->anomalies, c->anomaly,
						   c->num_anomalies,
						   sizeof(*anomaly));

	if (!anomaly)
		return false;
	c->anomaly = anomaly;
	c->met |= UINT32_C(1) << what;
	anomaly[c->num_anomalies++] = (struct vi_anomaly) {
		.what = what, .in_table = in_table, .at = at, .value = value,
	};
	return true;
}

bool vi_chain_cut(struct vi_chain *c, size_t from, uint32_t limit)
{
	uint64_t *met = vi_bits_new(limit);
	size_t i;

	if (!met)
		return false;
	for (i = from; i < c->num && !vi_bit(met, c->desc[i].at); i++)
		vi_bit_set(met, c->desc[i].at);
	free(met);
	c->num = i;
	c->out_len = 0;
	c->in_len = 0;
	for (i = 0; i < c->num; i++)
		vi_chain_count(c, &c->desc[i]);
	return true;
}

bool vi_chain_order(struct vi_walker *w, struct vi_chain *c, bool packed)
{
	bool writable = false, order = false, diverges = packed;
	size_t i;

	if (c->num < 2)
		return true;
	for (i = 0; i < c->num; i++) {
		const struct vi_desc *d = &c->desc[i];

		/* Spec 2.7.4.2, 2.8.17. */
		if (!(d->flags & VRING_DESC_F_WRITE) && writable && !order) {
			order = true;
			if (!vi_chain_note(w, c, VI_WALK_ORDER, d->in_table,
					   d->at, 0))
				return false;
		}
		writable |= d->flags & VRING_DESC_F_WRITE;
		if (d->in_table && i + 1 < c->num && !diverges &&
		    d[1].at != d->at + 1) {
			diverges = true;
			if (!vi_chain_note(w, c, VI_WALK_IND_DIVERGE, true,
					   d->at, d[1].at))
				return false;
		}
	}
	return true;
}

bool vi_ring_reserve(struct vi_decoded *ring, size_t n)
{
	struct vi_chain *grown;

	if (n <= ring->room_in_flight)
		return true;
	grown = reallocarray(ring->in_flight, n, sizeof(*grown));
	if (!grown)
		return false;
	ring->in_flight = grown;
	ring->room_in_flight = n;
	return true;
}

bool vi_ring_add(struct vi_walker *w, struct vi_decoded *ring,
		 const struct vi_chain *c)
{
	if (ring->num_in_flight == ring->room_in_flight &&
	    !vi_ring_reserve(ring, 2 * ring->room_in_flight + 16))
		return false;
	if (!c->kept)
		vi_arena_keep(&w->descs, c->num, sizeof(*c->desc));
	vi_arena_keep(&w->anomalies, c->num_anomalies, sizeof(*c->anomaly));
	ring->in_flight[ring->num_in_flight++] = *c;
	return true;
}

/*
 * The chain for which a table was walked may not be in flight. The first chain
 * in flight with that table takes over the table's anomalies.
 */
static bool take_over(struct vi_walker *w, struct vi_chain *c)
{
	const struct vi_chain *was = &w->walked[c->table - w->q->tables];
	struct vi_chain all = *c;
	uint32_t i;
	bool ok = true;

	if (was->head == c->head)
		return true;
	all.anomaly = NULL;
	all.num_anomalies = 0;
	for (i = 0; i < c->num_anomalies && ok; i++)
		ok = vi_chain_note_again(w, &all, &c->anomaly[i]);
	for (i = 0; i < was->num_anomalies && ok; i++) {
		struct vi_anomaly a = was->anomaly[i];

		if (a.what == VI_WALK_IND_LONG)
			a.at = c->head;
		else if (!a.in_table)
			continue;
		ok = vi_chain_note_again(w, &all, &a);
	}
	if (ok)
		vi_arena_keep(&w->anomalies, all.num_anomalies,
			      sizeof(*all.anomaly));
	*c = all;
	return ok;
}

/* Link chains that consist of the same single table. */
static bool find_twins(struct vi_walker *w, struct vi_decoded *ring)
{
	uint32_t *first = calloc(w->q->num_tables + 1, sizeof(*first)), *at;
	bool ok = first;
	size_t i;

	for (i = 0; ok && i < ring->num_in_flight; i++) {
		struct vi_chain *c = &ring->in_flight[i];

		if (!c->kept)
			continue;
		at = &first[c->table - w->q->tables];
		c->twin = *at;
		if (*at)
			continue;
		*at = i + 1;
		ok = take_over(w, c);
	}
	free(first);
	return ok;
}

bool vi_ring_take(struct vi_decoded *ring, struct vi_walker *w)
{
	bool ok = !w->q->num_tables || find_twins(w, ring);
	size_t i;

	for (i = 0; !w->steps && i < ring->num_in_flight; i++)
		ring->num_cut += vi_chain_has(&ring->in_flight[i],
					      VI_WALK_CUT);
	ring->descs = w->descs;
	ring->anomalies = w->anomalies;
	w->descs.top = NULL;
	w->anomalies.top = NULL;
	return ok;
}

bool vi_decoded_add_unreaped(struct vi_decoded *ring, struct vi_used used)
{
	if (!vi_grow(&ring->unreaped, ring->num_unreaped, sizeof(used)))
		return false;
	ring->unreaped[ring->num_unreaped++] = used;
	return true;
}
