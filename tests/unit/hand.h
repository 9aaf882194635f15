/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers for hand-written devices on rings of either layout. They use nothing
 * of the library but the system's ring structures, and assert what the driver
 * owes to every device.
 */
#ifndef TESTS_HAND_H
#define TESTS_HAND_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <virtio-inspect/virtio.h>
#include <virtio-inspect/virtio_ring.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		((uint64_t)1 << (n))

#define INDIRECT	BIT(VIRTIO_RING_F_INDIRECT_DESC)
#define EVENT_IDX	BIT(VIRTIO_RING_F_EVENT_IDX)
#define VERSION_1	BIT(VIRTIO_F_VERSION_1)
#define PACKED		BIT(VIRTIO_F_RING_PACKED)
#define IN_ORDER	BIT(VIRTIO_F_IN_ORDER)

#define PAGE		4096

/* Ring memory is shared with the driver's thread in some tests. */
#define hand_load(p)		__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define hand_store(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define hand_fence()		__atomic_thread_fence(__ATOMIC_SEQ_CST)

struct hand_piece {
	uint64_t addr;
	uint32_t len;
	bool write;
};

/* A buffer as the device finds it in the ring. */
struct hand_chain {
	unsigned int id;	/* id to answer with */
	unsigned int slots;	/* descriptors in the ring */
	unsigned int num;	/* pieces */
	unsigned int in_num;	/* writable pieces */
	uint64_t in_len;	/* bytes in writable pieces */
	bool indirect;
	struct hand_piece *piece;
};

/* The driver's memory at the device's address @addr: minus @bias. */
static inline void *hand_ptr(uint64_t addr, uint64_t bias)
{
	return (void *)(uintptr_t)(addr - bias);
}

/* Add a piece; readable ones come first (spec 2.7.4.2, 2.8.17). */
static inline void hand_add_piece(struct hand_chain *chain, unsigned int max,
				  uint64_t addr, uint32_t len, bool write)
{
	assert_true(chain->num < max);
	if (!write)
		assert_int_equal(chain->in_num, 0);
	chain->piece[chain->num].addr = addr;
	chain->piece[chain->num].len = len;
	chain->piece[chain->num].write = write;
	chain->num++;
	chain->in_num += write;
	chain->in_len += write ? len : 0;
}

/* Did the device find exactly what the driver submitted? */
static inline void hand_assert_same(const struct hand_chain *chain,
				    const struct scatterlist *sg,
				    unsigned int out_num, unsigned int in_num,
				    uint64_t bias)
{
	unsigned int i;

	assert_int_equal(chain->num, out_num + in_num);
	assert_int_equal(chain->in_num, in_num);
	for (i = 0; i < chain->num; i++) {
		assert_int_equal(chain->piece[i].addr,
				 (uintptr_t)sg[i].buf + bias);
		assert_int_equal(chain->piece[i].len, sg[i].length);
		assert_int_equal(chain->piece[i].write, i >= out_num);
	}
}

/* Memory of exactly @size bytes, so that a sanitizer sees overruns. */
static inline void *hand_pages(size_t size, unsigned char fill)
{
	void *pages = NULL;

	assert_int_equal(posix_memalign(&pages, PAGE, size), 0);
	memset(pages, fill, size);
	return pages;
}

static inline void hand_features(struct virtio_device *vdev, uint64_t bits)
{
	unsigned int i;

	for (i = 0; i < 64; i++)
		if (bits & BIT(i))
			virtio_set_feature(vdev, i);
}

/* A small generator with the same numbers on every machine. */
static inline uint32_t hand_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32);
}

#endif
