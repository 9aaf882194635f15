/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that a device may reach: one region, given out by the page. Addresses
 * of the device come in chunks: within one they go up with the memory, from
 * one to the next they need not.
 *
 * A guarded pool is for devices that nothing keeps from the memory around: no
 * two pieces touch, nor does any touch the edge of a chunk, and all that is
 * not given out bears a pattern, so that a device that writes too far shows.
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
	unsigned int chunk_shift;	/* a chunk has 1 << chunk_shift bytes */
	uint64_t *chunk;		/* the device's address of each */
	bool guarded;
	size_t *given;			/* by page: bytes of the piece that
					   begins there; 0: none does */
	unsigned char *used;		/* by page: part of any piece */
	unsigned int damaged;		/* places where the pattern was not */
};

/* Room for the addresses that @chunk_shift asks for. */
size_t vi_dma_pool_chunks(size_t size, unsigned int chunk_shift);

/*
 * @base: @size bytes, whole pages, page-aligned; outlives the pool. @chunk: an
 * address for each chunk, copied. 0, -EINVAL or -ENOMEM.
 */
int vi_dma_pool_init(struct vi_dma_pool *pool, const char *name, void *base,
		 size_t size, unsigned int chunk_shift, const uint64_t *chunk,
		 bool guarded);

/* Looks at the pattern once more. A pool of zero bytes is fine. */
void vi_dma_pool_fini(struct vi_dma_pool *pool);

/* As struct virtio_dma_ops has them. */
uint64_t vi_dma_pool_map(const struct vi_dma_pool *pool, const void *buf,
			 size_t len);
void *vi_dma_pool_alloc(struct vi_dma_pool *pool, size_t size, uint64_t *addr);
void vi_dma_pool_free(struct vi_dma_pool *pool, void *buf, size_t size);

#endif
