// SPDX-License-Identifier: LGPL-2.1-or-later
/* Allocate from the memory that a device may access. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <virtio-inspect/virtio.h>

#include "core/ctx.h"
#include "transport/pci/dma_pool.h"

/* Fills free memory of a guarded pool; repeats every 8 bytes. */
static const unsigned char pattern[8] = {
	0xa5, 0x5a, 0xc3, 0x3c, 0x96, 0x69, 0xf0, 0x0f,
};

/* Number of chunks in @size bytes. */
static size_t count_chunks(size_t size, unsigned int chunk_shift)
{
	size_t chunk = (size_t)1 << chunk_shift;

	return size / chunk + (size % chunk != 0);
}

static size_t num_pages(const struct vi_dma_pool *pool)
{
	return pool->size / pool->page;
}

/* Pages that @size bytes occupy. */
static size_t pages_of(const struct vi_dma_pool *pool, size_t size)
{
	return size / pool->page + (size % pool->page != 0);
}

/* --- The pattern --------------------------------------------------------- */

static void paint(struct vi_dma_pool *pool, size_t at, size_t len)
{
	size_t i;

	for (i = at; i < at + len; i++)
		pool->base[i] = (char)pattern[i % sizeof(pattern)];
}

/* Check the pattern; repaint damage, so that it is reported once. */
static void check(struct vi_dma_pool *pool, size_t at, size_t len)
{
	size_t i, bad = 0, first = 0;

	for (i = at; i < at + len; i++) {
		unsigned char is = (unsigned char)pool->base[i];

		if (is == pattern[i % sizeof(pattern)])
			continue;
		if (!bad++)
			first = i;
	}
	if (!bad)
		return;
	pool->damaged++;
	vi_warn(NULL, "%s: %zu bytes outside any buffer have changed, from %p on: the device wrote outside its buffers",
		pool->name, bad, (void *)(pool->base + first));
	paint(pool, at, len);
}

/* Check the rest of an allocation's last page, and a page on either side. */
static void check_around(struct vi_dma_pool *pool, size_t first, size_t size)
{
	size_t at = first * pool->page;
	size_t end = at + pages_of(pool, size) * pool->page;

	check(pool, at - pool->page, pool->page);
	check(pool, at + size, end - at - size + pool->page);
}

static void check_all(struct vi_dma_pool *pool)
{
	size_t i, rest;

	for (i = 0; i < num_pages(pool); i++) {
		rest = pool->given[i] % pool->page;
		if (!pool->used[i])
			check(pool, i * pool->page, pool->page);
		else if (rest)
			check(pool, i * pool->page + pool->given[i],
			      pool->page - rest);
	}
}

/* --- Lifetime ------------------------------------------------------------ */

int vi_dma_pool_init(struct vi_dma_pool *pool, const char *name, void *base,
		 size_t size, unsigned int chunk_shift, const uint64_t *chunk,
		 bool guarded)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t chunks;

	memset(pool, 0, sizeof(*pool));
	if (!size || size % page || (uintptr_t)base % page ||
	    chunk_shift >= 8 * sizeof(size_t) ||
	    (size_t)1 << chunk_shift < page)
		return -EINVAL;
	chunks = count_chunks(size, chunk_shift);
	pool->chunk = calloc(chunks, sizeof(*chunk));
	pool->given = calloc(size / page, sizeof(*pool->given));
	pool->used = calloc(size / page, sizeof(*pool->used));
	if (!pool->chunk || !pool->given || !pool->used) {
		free(pool->chunk);
		free(pool->given);
		free(pool->used);
		memset(pool, 0, sizeof(*pool));
		return -ENOMEM;
	}
	memcpy(pool->chunk, chunk, chunks * sizeof(*chunk));
	pthread_mutex_init(&pool->lock, NULL);
	pool->name = name;
	pool->base = base;
	pool->size = size;
	pool->page = page;
	pool->chunk_shift = chunk_shift;
	pool->guarded = guarded;
	if (guarded)
		paint(pool, 0, size);
	return 0;
}

void vi_dma_pool_fini(struct vi_dma_pool *pool)
{
	if (!pool->size)
		return;
	if (pool->guarded)
		check_all(pool);
	pthread_mutex_destroy(&pool->lock);
	free(pool->chunk);
	free(pool->given);
	free(pool->used);
	memset(pool, 0, sizeof(*pool));
}

/* --- Addresses ----------------------------------------------------------- */

/* Are the chunks that hold @len bytes at @at contiguous for the device? */
static bool contiguous(const struct vi_dma_pool *pool, size_t at, size_t len)
{
	size_t i = at >> pool->chunk_shift;
	size_t last = (at + len - 1) >> pool->chunk_shift;

	for (; i < last; i++)
		if (pool->chunk[i] + ((uint64_t)1 << pool->chunk_shift) !=
		    pool->chunk[i + 1])
			return false;
	return true;
}

uint64_t vi_dma_pool_map(const struct vi_dma_pool *pool, const void *buf,
			 size_t len)
{
	size_t at = (uintptr_t)buf - (uintptr_t)pool->base;

	if (at >= pool->size || len > pool->size - at ||
	    (len && !contiguous(pool, at, len)))
		return VIRTIO_DMA_ERROR;
	return pool->chunk[at >> pool->chunk_shift] +
	       (at & (((size_t)1 << pool->chunk_shift) - 1));
}

/* --- Allocations --------------------------------------------------------- */

/* May page @i be allocated? In a guarded pool, the edges of a chunk may not. */
static bool usable(const struct vi_dma_pool *pool, size_t i)
{
	size_t in_chunk = ((size_t)1 << pool->chunk_shift) / pool->page;

	return !pool->guarded ||
	       (i % in_chunk && i % in_chunk != in_chunk - 1 &&
		i != num_pages(pool) - 1);
}

/* @first if @count pages can be allocated there, or the next page to try. */
static size_t try_at(const struct vi_dma_pool *pool, size_t first, size_t count)
{
	size_t gap = pool->guarded ? 1 : 0, i;

	for (i = first + count; i-- > first;)
		if (!usable(pool, i))
			return i + 1;
	for (i = first + count + gap; i-- > first - gap;)
		if (pool->used[i])
			return i + 1 + gap;
	if (!contiguous(pool, first * pool->page, count * pool->page))
		return first + 1;
	return first;
}

/* First page of @count free pages; the number of pages if there are none. */
static size_t find(const struct vi_dma_pool *pool, size_t count)
{
	size_t n = num_pages(pool), gap = pool->guarded ? 1 : 0;
	size_t at = gap, next;

	while (at + count + gap <= n) {
		next = try_at(pool, at, count);
		if (next == at)
			return at;
		at = next;
	}
	return n;
}

static void *give(struct vi_dma_pool *pool, size_t first, size_t size,
		  uint64_t *addr)
{
	char *buf = pool->base + first * pool->page;

	if (pool->guarded)
		check(pool, first * pool->page, size);
	pool->given[first] = size;
	memset(pool->used + first, 1, pages_of(pool, size));
	memset(buf, 0, size);
	*addr = vi_dma_pool_map(pool, buf, size);
	return buf;
}

void *vi_dma_pool_alloc(struct vi_dma_pool *pool, size_t size, uint64_t *addr)
{
	size_t count = pool->size ? pages_of(pool, size) : 0, first;
	void *buf = NULL;

	if (!size || !count || count > num_pages(pool)) {
		errno = ENOMEM;
		return NULL;
	}
	pthread_mutex_lock(&pool->lock);
	first = find(pool, count);
	if (first < num_pages(pool))
		buf = give(pool, first, size, addr);
	pthread_mutex_unlock(&pool->lock);
	if (!buf)
		errno = ENOMEM;
	return buf;
}

void vi_dma_pool_free(struct vi_dma_pool *pool, void *buf, size_t size)
{
	size_t at = (uintptr_t)buf - (uintptr_t)pool->base, first;

	if (!buf)
		return;
	pthread_mutex_lock(&pool->lock);
	first = pool->page ? at / pool->page : 0;
	if (!pool->size || at >= pool->size || at % pool->page ||
	    !size || pool->given[first] != size) {
		vi_warn(NULL, "%s: %zu bytes at %p are freed, but were not allocated",
			pool->name ? pool->name : "pool", size, buf);
	} else {
		if (pool->guarded) {
			check_around(pool, first, size);
			paint(pool, at, pages_of(pool, size) * pool->page);
		}
		pool->given[first] = 0;
		memset(pool->used + first, 0, pages_of(pool, size));
	}
	pthread_mutex_unlock(&pool->lock);
}
