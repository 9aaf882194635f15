/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hand-written device for split rings (spec 1.4, 2.7). */
#ifndef TESTS_HAND_SPLIT_H
#define TESTS_HAND_SPLIT_H

#include "hand.h"

struct hand_split {
	struct vring vr;
	uint64_t features;
	uint64_t bias;		/* see hand_ptr() */
	uint16_t seen;		/* entries of the available ring taken */
	uint16_t used;		/* used index, as published */
	unsigned int next_desc;	/* where an in-order driver continues */
	struct hand_chain chain;	/* taken last */
};

static inline void hand_split_open(struct hand_split *dev, unsigned int num,
				   unsigned int align, void *pages,
				   uint64_t features)
{
	memset(dev, 0, sizeof(*dev));
	vring_init(&dev->vr, num, pages, align);
	dev->features = features;
	dev->chain.piece = calloc(num, sizeof(*dev->chain.piece));
	assert_non_null(dev->chain.piece);
}

static inline void hand_split_close(struct hand_split *dev)
{
	free(dev->chain.piece);
	dev->chain.piece = NULL;
}

/* Read a table; @first is its descriptor in the ring (spec 2.7.5.3). */
static inline void hand_split_table(struct hand_split *dev,
				    const struct vring_desc *first)
{
	const struct vring_desc *table = hand_ptr(first->addr, dev->bias);
	unsigned int entries = first->len / sizeof(*table), i = 0;
	unsigned int known = VRING_DESC_F_NEXT | VRING_DESC_F_WRITE;

	assert_true(dev->features & INDIRECT);
	assert_int_equal(first->flags & VRING_DESC_F_NEXT, 0);
	assert_true(entries >= 1 && entries <= dev->vr.num);
	assert_int_equal(first->len % sizeof(*table), 0);
	dev->chain.indirect = true;
	for (;;) {
		const struct vring_desc *d = &table[i];

		assert_int_equal(d->flags & ~known, 0);
		hand_add_piece(&dev->chain, entries, d->addr, d->len,
			       d->flags & VRING_DESC_F_WRITE);
		if (!(d->flags & VRING_DESC_F_NEXT))
			break;
		assert_true(d->next < entries);
		if (dev->features & IN_ORDER)
			assert_int_equal(d->next, i + 1);
		i = d->next;
	}
}

/* Read the chain at @head into dev->chain. */
static inline void hand_split_walk(struct hand_split *dev, unsigned int head)
{
	unsigned int known = VRING_DESC_F_NEXT | VRING_DESC_F_WRITE |
			     VRING_DESC_F_INDIRECT;
	struct hand_chain *chain = &dev->chain;
	unsigned int i = head;

	chain->id = head;
	chain->num = chain->in_num = chain->slots = 0;
	chain->in_len = 0;
	chain->indirect = false;
	for (;;) {
		const struct vring_desc *d = &dev->vr.desc[i];

		assert_int_equal(d->flags & ~known, 0);
		chain->slots++;
		if (d->flags & VRING_DESC_F_INDIRECT) {
			hand_split_table(dev, d);
			break;
		}
		hand_add_piece(chain, dev->vr.num, d->addr, d->len,
			       d->flags & VRING_DESC_F_WRITE);
		if (!(d->flags & VRING_DESC_F_NEXT))
			break;
		assert_true(d->next < dev->vr.num);
		if (dev->features & IN_ORDER)	/* spec 2.7.5.2 */
			assert_int_equal(d->next, (i + 1) % dev->vr.num);
		i = d->next;
	}
}

/* Is a buffer available that the device has not taken yet? */
static inline bool hand_split_waiting(struct hand_split *dev)
{
	return hand_load(&dev->vr.avail->idx) != dev->seen;
}

/* Take the next available buffer into dev->chain; false: none. */
static inline bool hand_split_take(struct hand_split *dev)
{
	uint16_t ahead = hand_load(&dev->vr.avail->idx) - dev->seen;
	unsigned int head;

	if (!ahead)
		return false;
	assert_true(ahead <= dev->vr.num);
	head = dev->vr.avail->ring[dev->seen++ % dev->vr.num];
	assert_true(head < dev->vr.num);
	if (dev->features & IN_ORDER)
		assert_int_equal(head, dev->next_desc);
	hand_split_walk(dev, head);
	dev->next_desc = (head + dev->chain.slots) % dev->vr.num;
	return true;
}

/*
 * Complete @batch buffers with one entry for the last one, @id. A batch of
 * several needs in-order (spec 2.7.9).
 */
static inline void hand_split_use_batch(struct hand_split *dev,
					unsigned int batch, uint32_t id,
					uint32_t len)
{
	struct vring_used_elem *e = &dev->vr.used->ring[dev->used %
							dev->vr.num];

	e->id = id;
	e->len = len;
	dev->used += batch;
	hand_store(&dev->vr.used->idx, dev->used);
}

static inline void hand_split_use(struct hand_split *dev, uint32_t id,
				  uint32_t len)
{
	hand_split_use_batch(dev, 1, id, len);
}

/* Does the driver want a signal for entries after @old (spec 2.7.7.2)? */
static inline bool hand_split_signals(struct hand_split *dev, uint16_t old)
{
	unsigned int flags;

	hand_fence();
	flags = hand_load(&dev->vr.avail->flags);
	if (dev->features & EVENT_IDX) {
		assert_int_equal(flags, 0);	/* spec 2.7.7.1 */
		return vring_need_event(
			hand_load(&dev->vr.avail->ring[dev->vr.num]),
			dev->used, old);
	}
	assert_true(flags <= VRING_AVAIL_F_NO_INTERRUPT);
	return flags != VRING_AVAIL_F_NO_INTERRUPT;
}

/* Enable or disable notification of the next available buffer. */
static inline void hand_split_want_kick(struct hand_split *dev, bool want)
{
	if (dev->features & EVENT_IDX)
		hand_store(&vring_avail_event(&dev->vr),
			   (uint16_t)(want ? dev->seen : dev->seen - 1));
	else
		hand_store(&dev->vr.used->flags,
			   (uint16_t)(want ? 0 : VRING_USED_F_NO_NOTIFY));
	hand_fence();
}

#endif
