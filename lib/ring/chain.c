// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains as they are put together: descriptors, and what is odd about them. */
#include <string.h>

#include "ring/walk.h"

/* Room doubles, so that a long chain is not copied for each entry. */
void *vi_grow(void *array, size_t have, size_t each)
{
	if (have & (have - 1))
		return array;
	return reallocarray(array, have ? have * 2 : 1, each);
}

static void count_bytes(struct vi_chain *c, const struct vi_desc *d)
{
	if (d->flags & VRING_DESC_F_WRITE)
		c->in_len += d->len;
	else
		c->out_len += d->len;
}

bool vi_chain_add(struct vi_chain *c, const struct vi_desc *d)
{
	struct vi_desc *grown = vi_grow(c->desc, c->num, sizeof(*grown));

	if (!grown)
		return false;
	c->desc = grown;
	grown[c->num++] = *d;
	count_bytes(c, d);
	return true;
}

bool vi_chain_note(struct vi_chain *c, enum vi_walk what, bool in_table,
		   uint32_t at, uint64_t value)
{
	struct vi_anomaly *grown =
		vi_grow(c->anomaly, c->num_anomalies, sizeof(*grown));

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
		count_bytes(c, &c->desc[i]);
	return true;
}

bool vi_chain_order(struct vi_chain *c, bool packed)
{
	bool writable = false, order = false, diverges = packed;
	size_t i;

	for (i = 0; i < c->num; i++) {
		const struct vi_desc *d = &c->desc[i];

		/* Spec 2.7.4.2, 2.8.17. */
		if (!(d->flags & VRING_DESC_F_WRITE) && writable && !order) {
			order = true;
			if (!vi_chain_note(c, VI_WALK_ORDER, d->in_table,
					   d->at, 0))
				return false;
		}
		writable |= d->flags & VRING_DESC_F_WRITE;
		if (d->in_table && i + 1 < c->num && !diverges &&
		    d[1].at != d->at + 1) {
			diverges = true;
			if (!vi_chain_note(c, VI_WALK_IND_DIVERGE, true,
					   d->at, d[1].at))
				return false;
		}
	}
	return true;
}

bool vi_ring_add(struct vi_ring *ring, struct vi_chain *c)
{
	struct vi_chain *grown =
		vi_grow(ring->in_flight, ring->num_in_flight, sizeof(*grown));

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
		vi_grow(ring->unseen, ring->num_unseen, sizeof(*grown));

	if (!grown)
		return false;
	ring->unseen = grown;
	grown[ring->num_unseen++] = used;
	return true;
}
