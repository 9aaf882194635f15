/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A queue of the library with a hand-written device behind it, and a way to run
 * a case over both layouts. Cases for one layout are in test_split.c and
 * test_packed.c.
 */
#ifndef TESTS_RING_BED_H
#define TESTS_RING_BED_H

#include "hand_ring.h"

struct bed {
	struct virtio_device vdev;
	struct virtqueue *vq;
	struct hand_ring dev;
	void *pages;
	unsigned int num;
	unsigned int notified;
	unsigned int called;
	unsigned int trips;
};

static char mem[65536];

static inline void on_notify(struct virtqueue *vq)
{
	((struct bed *)vq->vdev->priv)->notified++;
}

static inline void on_callback(struct virtqueue *vq)
{
	((struct bed *)vq->vdev->priv)->called++;
}

/* --- Making a queue --- */

struct layout {
	uint64_t base;		/* features of every queue */
	uint64_t legacy;	/* the same, without VERSION_1 */
	unsigned int usual;	/* a size with room for several chains */
	uint32_t id_mask;	/* bits of an id */
};

static const struct layout split = { 0, 0, 8, UINT32_MAX };
static const struct layout packed = {
	PACKED | VERSION_1, PACKED, 7, UINT16_MAX,
};

/* The layout is a case's state. */
#define OVER(layout, test) \
	{ #layout ": " #test, test, NULL, NULL, (void *)&(layout) }
#define OVER_BOTH(test)	OVER(split, test), OVER(packed, test)

/* Sizes of split rings are powers of two (spec 2.7). */
static inline bool can_have(const struct layout *l, unsigned int num)
{
	return l->base & PACKED || !(num & (num - 1));
}

/* Prepare everything but the queue, on pages that are not zero. */
static inline void bed_prepare(struct bed *b, unsigned int num,
			       uint64_t features)
{
	memset(b, 0, sizeof(*b));
	b->num = num;
	b->vdev.id.device = VIRTIO_ID_RNG;
	b->vdev.priv = b;
	hand_features(&b->vdev, features);
	b->pages = hand_pages(hand_ring_size(num, PAGE, features), 0xff);
	hand_ring_open(&b->dev, num, PAGE, b->pages, features);
}

static inline void bed_ready(struct bed *b,
			     void (*notify)(struct virtqueue *vq),
			     void (*callback)(struct virtqueue *vq))
{
	b->vq = vring_new_virtqueue(b->num, PAGE, &b->vdev, b->pages, notify,
				    callback);
	assert_non_null(b->vq);
}

static inline void bed_open(struct bed *b, unsigned int num, uint64_t features)
{
	bed_prepare(b, num, features);
	bed_ready(b, on_notify, on_callback);
}

static inline void bed_close(struct bed *b)
{
	vring_del_virtqueue(b->vq);
	hand_ring_close(&b->dev);
	free(b->pages);
}

/* --- The driver --- */

/* Add @out + @in pieces of @len bytes each, contiguous in mem. */
static inline int add(struct bed *b, unsigned int out, unsigned int in,
		      unsigned int len, void *data)
{
	static struct scatterlist sg[VIRTQUEUE_MAX_SIZE + 1];
	unsigned int i;

	sg_init_table(sg, out + in);
	for (i = 0; i < out + in; i++)
		sg_set_buf(&sg[i], mem + i, len);
	return b->vq->vq_ops->add_buf(b->vq, sg, out, in, data);
}

static inline void *get(struct bed *b, unsigned int *len)
{
	return b->vq->vq_ops->get_buf(b->vq, len);
}

/* The next token is @data, with @len bytes written. */
static inline void assert_got(struct bed *b, const void *data, uint64_t len)
{
	unsigned int got = UINT32_MAX;

	assert_ptr_equal(get(b, &got), data);
	assert_int_equal(got, len);
}

static inline void assert_nothing_to_get(struct bed *b)
{
	unsigned int len;

	assert_null(get(b, &len));
}

/* The token for number @i. */
static inline void *token(unsigned int i)
{
	return mem + i;
}

/* --- The device --- */

/* The next buffer, which must be available. */
static inline const struct hand_chain *take(struct bed *b)
{
	assert_true(hand_ring_take(&b->dev));
	return hand_ring_chain(&b->dev);
}

/* Complete the buffer taken last. */
static inline void use_last(struct bed *b, uint32_t len)
{
	const struct hand_chain *chain = hand_ring_chain(&b->dev);

	hand_ring_use(&b->dev, 1, chain->id, chain->slots, len);
}

static inline void take_and_use(struct bed *b, uint32_t len)
{
	take(b);
	use_last(b, len);
}

/* Pass a readable buffer of @pieces through the ring and back. */
static inline void round_trip(struct bed *b, unsigned int pieces)
{
	void *data = token(b->trips++ % 1000);

	assert_int_equal(add(b, pieces, 0, 1, data), 0);
	take_and_use(b, 0);
	assert_got(b, data, 0);
}

/* Complete a buffer of @pieces: would the device signal? */
static inline bool signals_one(struct bed *b, unsigned int pieces)
{
	struct hand_used old = hand_ring_used(&b->dev);

	assert_int_equal(add(b, pieces, 0, 1, mem), 0);
	take_and_use(b, 0);
	return hand_ring_signals(&b->dev, old, hand_ring_chain(&b->dev)->slots);
}

/* --- Broken queues --- */

/* Detach: each outstanding token comes back once. */
static inline unsigned int detach_all(struct bed *b)
{
	unsigned int n = 0;

	while (virtqueue_detach_unused_buf(b->vq))
		assert_true(++n <= b->num);
	return n;
}

/*
 * A broken queue refuses all work, loops over it end, and @left tokens come
 * back.
 */
static inline void assert_broken(struct bed *b, unsigned int left)
{
	unsigned int called = b->called;

	assert_nothing_to_get(b);
	assert_true(virtqueue_is_broken(b->vq));
	assert_int_equal(add(b, 1, 0, 1, mem), -EIO);
	assert_nothing_to_get(b);
	b->vq->vq_ops->kick(b->vq);
	b->vq->vq_ops->disable_cb(b->vq);
	/* "get them and try again" must end. */
	assert_true(b->vq->vq_ops->enable_cb(b->vq));
	assert_true(vring_interrupt(b->vq));
	assert_true(b->called <= called + 1);
	assert_nothing_to_get(b);
	assert_int_equal(detach_all(b), left);
}

#endif
