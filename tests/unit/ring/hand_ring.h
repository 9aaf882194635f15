/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hand-written device for rings of either layout. */
#ifndef TESTS_HAND_RING_H
#define TESTS_HAND_RING_H

#include "hand_packed.h"
#include "hand_split.h"

/* Only one of the two is open: the packed one with PACKED. */
struct hand_ring {
	bool is_packed;
	struct hand_split split;
	struct hand_packed packed;
};

/* The device's position in its completions. */
struct hand_used {
	uint16_t split;
	struct hand_pos packed;
};

static inline size_t hand_ring_size(unsigned int num, unsigned int align,
				    uint64_t features)
{
	return features & PACKED ? vring_packed_size(num) :
				   vring_size(num, align);
}

static inline void hand_ring_open(struct hand_ring *dev, unsigned int num,
				  unsigned int align, void *pages,
				  uint64_t features)
{
	memset(dev, 0, sizeof(*dev));
	dev->is_packed = features & PACKED;
	if (dev->is_packed)
		hand_packed_open(&dev->packed, num, pages, features);
	else
		hand_split_open(&dev->split, num, align, pages, features);
}

static inline void hand_ring_close(struct hand_ring *dev)
{
	hand_split_close(&dev->split);
	hand_packed_close(&dev->packed);
}

/* See hand_ptr(). */
static inline void hand_ring_set_bias(struct hand_ring *dev, uint64_t bias)
{
	dev->split.bias = dev->packed.bias = bias;
}

static inline const struct hand_chain *
hand_ring_chain(const struct hand_ring *dev)
{
	return dev->is_packed ? &dev->packed.chain : &dev->split.chain;
}

static inline bool hand_ring_waiting(struct hand_ring *dev)
{
	return dev->is_packed ? hand_packed_waiting(&dev->packed) :
				hand_split_waiting(&dev->split);
}

static inline bool hand_ring_take(struct hand_ring *dev)
{
	return dev->is_packed ? hand_packed_take(&dev->packed) :
				hand_split_take(&dev->split);
}

/*
 * Complete @batch buffers with @slots descriptors in all; @id and @len are the
 * last one's.
 */
static inline void hand_ring_use(struct hand_ring *dev, unsigned int batch,
				 unsigned int id, unsigned int slots,
				 uint32_t len)
{
	if (dev->is_packed)
		hand_packed_use(&dev->packed, id, slots, len);
	else
		hand_split_use_batch(&dev->split, batch, id, len);
}

static inline struct hand_used hand_ring_used(const struct hand_ring *dev)
{
	return (struct hand_used){ dev->split.used, dev->packed.used };
}

/* Does the driver want a signal for the @slots used since @old? */
static inline bool hand_ring_signals(struct hand_ring *dev,
				     struct hand_used old, unsigned int slots)
{
	return dev->is_packed ?
	       hand_packed_signals(&dev->packed, old.packed, slots) :
	       hand_split_signals(&dev->split, old.split);
}

static inline void hand_ring_want_kick(struct hand_ring *dev, bool want)
{
	if (dev->is_packed)
		hand_packed_want_kick(&dev->packed, want);
	else
		hand_split_want_kick(&dev->split, want);
}

#endif
