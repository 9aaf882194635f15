/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory as segments of an address space, each with a way to read it: RAM
 * behind /proc/kcore or /dev/mem, a flat file, this process. Nothing here can
 * write.
 */
#ifndef VI_MEM_MEM_H
#define VI_MEM_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read @len bytes at @offset of a source into @buf: all of them and 0, or a
 * negative errno.
 */
typedef int (*vi_mem_read_fn)(void *source, uint64_t offset, void *buf,
			      size_t len);

struct vi_mem_segment {
	uint64_t start, size;		/* start + size does not wrap */
	uint64_t offset;		/* of start, in the source */
	vi_mem_read_fn read;
	void *source;
};

/* Zeroed, it is an address space without memory. */
struct vi_mem {
	struct vi_mem_segment *segment;
	size_t count;
	bool sorted;
};

/*
 * Add a segment. Where two overlap they hold the same, and either is read. -EINVAL
 * for one that is empty or wraps, or -ENOMEM.
 */
int vi_mem_add(struct vi_mem *mem, uint64_t start, uint64_t size,
	       vi_mem_read_fn read, void *source, uint64_t offset);

void vi_mem_fini(struct vi_mem *mem);

/*
 * Copy memory, across segments that adjoin. 0; -EFAULT where there is none,
 * *@fault then being the first address without; or the source's error.
 * @fault may be NULL.
 */
int vi_mem_read(struct vi_mem *mem, uint64_t addr, void *buf, size_t len,
		uint64_t *fault);

/* How many of @len bytes from @addr on there are before a gap. */
uint64_t vi_mem_extent(struct vi_mem *mem, uint64_t addr, uint64_t len);

#endif
