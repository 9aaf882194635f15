/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file scatterlist.h
 * The pieces of memory that make up one buffer.
 *
 * A buffer given to virtqueue_ops.add_buf is an array of these: first the
 * parts that the device reads, then those that it writes.
 */
#ifndef VIRTIO_INSPECT_SCATTERLIST_H
#define VIRTIO_INSPECT_SCATTERLIST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct scatterlist - one contiguous piece of a buffer
 * @buf:      where it starts. The caller owns the memory, and leaves it
 *            alone from add_buf until get_buf has given its token back.
 * @length:   its size in bytes, 0 to 2^32 - 1. Some devices stall for good
 *            on a piece of 0 bytes.
 * @reserved: 0.
 */
struct scatterlist {
	void *buf;
	uint32_t length;
	uint32_t reserved;
};

/** sg_init_table - make all @nents entries of @sg empty. */
static inline void sg_init_table(struct scatterlist *sg, unsigned int nents)
{
	unsigned int i;

	for (i = 0; i < nents; i++) {
		sg[i].buf = (void *)0;
		sg[i].length = 0;
		sg[i].reserved = 0;
	}
}

/**
 * sg_set_buf - let @sg stand for @buflen bytes at @buf.
 *
 * @buf is const so that a readable part can be described without a cast;
 * whether the device reads or writes it is said by add_buf's counts.
 */
static inline void sg_set_buf(struct scatterlist *sg, const void *buf,
			      unsigned int buflen)
{
	sg->buf = (void *)(uintptr_t)buf;
	sg->length = buflen;
	sg->reserved = 0;
}

/** sg_init_one - a table of one entry: @buflen bytes at @buf. */
static inline void sg_init_one(struct scatterlist *sg, const void *buf,
			       unsigned int buflen)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, buflen);
}

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_SCATTERLIST_H */
