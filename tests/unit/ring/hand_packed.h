/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hand-written device for packed rings (spec 1.4, 2.8). */
#ifndef TESTS_HAND_PACKED_H
#define TESTS_HAND_PACKED_H

#include "hand.h"

#define DESC_AVAIL	(1U << VRING_PACKED_DESC_F_AVAIL)
#define DESC_USED	(1U << VRING_PACKED_DESC_F_USED)

/* A position in the ring and its wrap counter. */
struct hand_pos {
	unsigned int off;
	bool wrap;
};

struct hand_packed {
	struct vring_packed_desc *desc;
	struct vring_packed_desc_event *driver;
	struct vring_packed_desc_event *device;
	unsigned int num;
	uint64_t features;
	uint64_t bias;		/* see hand_ptr() */
	struct hand_pos seen;	/* next to take */
	struct hand_pos used;	/* next to mark used */
	struct hand_chain chain;	/* taken last */
};

static inline void hand_packed_open(struct hand_packed *dev, unsigned int num,
				    void *pages, uint64_t features)
{
	memset(dev, 0, sizeof(*dev));
	dev->desc = pages;
	dev->driver = (void *)(dev->desc + num);
	dev->device = dev->driver + 1;
	dev->num = num;
	dev->features = features;
	dev->seen.wrap = dev->used.wrap = true;
	dev->chain.piece = calloc(num, sizeof(*dev->chain.piece));
	assert_non_null(dev->chain.piece);
}

static inline void hand_packed_close(struct hand_packed *dev)
{
	free(dev->chain.piece);
	dev->chain.piece = NULL;
}

static inline void hand_pos_add(struct hand_pos *pos, unsigned int count,
				unsigned int num)
{
	pos->off += count;
	if (pos->off >= num) {
		pos->off -= num;
		pos->wrap = !pos->wrap;
	}
}

/* Is @pos among the @count descriptors that begin at @from? */
static inline bool hand_pos_within(struct hand_pos pos, struct hand_pos from,
				   unsigned int count, unsigned int num)
{
	unsigned int a = pos.off + (pos.wrap ? 0 : num);
	unsigned int b = from.off + (from.wrap ? 0 : num);

	return (a + 2 * num - b) % (2 * num) < count;
}

static inline bool hand_packed_is_avail(unsigned int flags, bool wrap)
{
	return !!(flags & DESC_AVAIL) == wrap && !!(flags & DESC_USED) != wrap;
}

/* Read a table, in which only WRITE is allowed (spec 2.8.19). */
static inline void hand_packed_table(struct hand_packed *dev,
				     const struct vring_packed_desc *first)
{
	const struct vring_packed_desc *t = hand_ptr(first->addr, dev->bias);
	unsigned int entries = first->len / sizeof(*t), i;

	assert_true(dev->features & INDIRECT);
	assert_true(entries >= 1 && entries <= dev->num);
	assert_int_equal(first->len % sizeof(*t), 0);
	dev->chain.indirect = true;
	for (i = 0; i < entries; i++) {
		assert_int_equal(t[i].flags & ~VRING_DESC_F_WRITE, 0);
		hand_add_piece(&dev->chain, entries, t[i].addr, t[i].len,
			       t[i].flags & VRING_DESC_F_WRITE);
	}
}

/* Is a buffer available that the device has not taken yet? */
static inline bool hand_packed_waiting(struct hand_packed *dev)
{
	return hand_packed_is_avail(hand_load(&dev->desc[dev->seen.off].flags),
				    dev->seen.wrap);
}

/* Take the next available buffer into dev->chain; false: none. */
static inline bool hand_packed_take(struct hand_packed *dev)
{
	unsigned int known = VRING_DESC_F_NEXT | VRING_DESC_F_WRITE |
			     VRING_DESC_F_INDIRECT | DESC_AVAIL | DESC_USED;
	struct hand_chain *chain = &dev->chain;
	unsigned int flags;

	if (!hand_packed_waiting(dev))
		return false;
	chain->num = chain->in_num = chain->slots = 0;
	chain->in_len = 0;
	chain->indirect = false;
	do {
		const struct vring_packed_desc *d = &dev->desc[dev->seen.off];

		flags = d->flags;
		assert_int_equal(flags & ~known, 0);
		/* Each is marked, not only the first (spec 2.8.6). */
		assert_true(hand_packed_is_avail(flags, dev->seen.wrap));
		chain->id = d->id;
		chain->slots++;
		assert_true(chain->slots <= dev->num);
		if (flags & VRING_DESC_F_INDIRECT) {
			assert_int_equal(flags & VRING_DESC_F_NEXT, 0);
			assert_int_equal(chain->slots, 1);
			hand_packed_table(dev, d);
		} else {
			hand_add_piece(chain, dev->num, d->addr, d->len,
				       flags & VRING_DESC_F_WRITE);
		}
		hand_pos_add(&dev->seen, 1, dev->num);
	} while (flags & VRING_DESC_F_NEXT);
	return true;
}

/* Write a used descriptor; advance by @slots. @flags: WRITE or others. */
static inline void hand_packed_answer(struct hand_packed *dev, unsigned int id,
				      unsigned int slots, uint32_t len,
				      unsigned int flags)
{
	struct vring_packed_desc *d = &dev->desc[dev->used.off];

	d->id = id;
	d->len = len;
	hand_store(&d->flags, (uint16_t)(flags | (dev->used.wrap ?
						  DESC_AVAIL | DESC_USED : 0)));
	hand_pos_add(&dev->used, slots, dev->num);
}

/* Complete a buffer as usual: with WRITE if the device wrote to it. */
static inline void hand_packed_use(struct hand_packed *dev, unsigned int id,
				   unsigned int slots, uint32_t len)
{
	hand_packed_answer(dev, id, slots, len, len ? VRING_DESC_F_WRITE : 0);
}

/*
 * Does the driver want a signal for the @count descriptors used since @old
 * (spec 2.8.10)?
 */
static inline bool hand_packed_signals(struct hand_packed *dev,
				       struct hand_pos old, unsigned int count)
{
	unsigned int flags, off_wrap;
	struct hand_pos event;

	hand_fence();
	flags = hand_load(&dev->driver->flags);
	if (flags != VRING_PACKED_EVENT_FLAG_DESC) {
		assert_true(flags <= VRING_PACKED_EVENT_FLAG_DISABLE);
		return flags == VRING_PACKED_EVENT_FLAG_ENABLE;
	}
	assert_true(dev->features & EVENT_IDX);
	off_wrap = hand_load(&dev->driver->off_wrap);
	event.off = off_wrap & ~(1U << VRING_PACKED_EVENT_F_WRAP_CTR);
	event.wrap = off_wrap >> VRING_PACKED_EVENT_F_WRAP_CTR;
	assert_true(event.off < dev->num);
	return hand_pos_within(event, old, count, dev->num);
}

static inline void hand_packed_event(struct hand_packed *dev,
				     unsigned int flags, struct hand_pos pos)
{
	hand_store(&dev->device->off_wrap,
		   (uint16_t)(pos.off | (unsigned int)pos.wrap <<
				      VRING_PACKED_EVENT_F_WRAP_CTR));
	hand_store(&dev->device->flags, (uint16_t)flags);
	hand_fence();
}

/* Enable or disable notification of the next available buffer. */
static inline void hand_packed_want_kick(struct hand_packed *dev, bool want)
{
	if (!want)
		hand_packed_event(dev, VRING_PACKED_EVENT_FLAG_DISABLE,
				  dev->seen);
	else if (dev->features & EVENT_IDX)
		hand_packed_event(dev, VRING_PACKED_EVENT_FLAG_DESC, dev->seen);
	else
		hand_packed_event(dev, VRING_PACKED_EVENT_FLAG_ENABLE,
				  dev->seen);
}

#endif
