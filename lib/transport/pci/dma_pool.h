/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that a device may access: one region, allocated in pages. Device
 * addresses come in chunks: contiguous within a chunk, arbitrary from chunk to
 * chunk.
 *
 * A guarded pool is for devices that nothing keeps from accessing other memory.
 * Allocations touch neither each other nor the edge of a chunk, and a pattern
 * fills free memory, so that writes outside of buffers are noticed.
 */
#ifndef VI_TRANSPORT_PCI_DMA_POOL_H
#define VI_TRANSPORT_PCI_DMA_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vi_dma_pool {
	const char *name;		/* of the device, for messages */
	pthread_mutex_t lock;
	char *base;
	size_t size;
	size_t page;
	unsigned int chunk_shift;	/* chunks have 1 << chunk_shift bytes */
	uint64_t *chunk;		/* their device addresses */
	bool guarded;
	size_t *given;			/* by page: bytes of the allocation that
					 * starts there, or 0 */
	unsigned char *used;		/* by page: allocated */
	unsigned int damaged;		/* damaged places found */
};

/*
 * @base: @size bytes in whole pages, page-aligned; must outlive the pool.
 * @chunk: a device address per chunk, copied. 0, -EINVAL or -ENOMEM.
 */
int vi_dma_pool_init(struct vi_dma_pool *pool, const char *name, void *base,
		 size_t size, unsigned int chunk_shift, const uint64_t *chunk,
		 bool guarded);

/* Checks the pattern a last time. Accepts a zeroed pool. */
void vi_dma_pool_fini(struct vi_dma_pool *pool);

/* See struct virtio_dma_ops. */
uint64_t vi_dma_pool_map(const struct vi_dma_pool *pool, const void *buf,
			 size_t len);
void *vi_dma_pool_alloc(struct vi_dma_pool *pool, size_t size, uint64_t *addr);
void vi_dma_pool_free(struct vi_dma_pool *pool, void *buf, size_t size);

#endif
