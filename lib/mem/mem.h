/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An address space as segments, each with a function that reads it: RAM behind
 * /proc/kcore or /dev/mem, a flat file, this process. Read-only.
 */
#ifndef VI_MEM_MEM_H
#define VI_MEM_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read @len bytes at @offset of @source into @buf. 0 if all were read, or a
 * negative errno.
 */
typedef int (*vi_mem_read_fn)(void *source, uint64_t offset, void *buf,
			      size_t len);

struct vi_mem_segment {
	uint64_t start, size;		/* start + size does not wrap */
	uint64_t offset;		/* of start, within the source */
	vi_mem_read_fn read;
	void *source;
};

/* Zeroed: an empty address space. */
struct vi_mem {
	struct vi_mem_segment *segment;
	size_t count;
	bool sorted;
};

/*
 * Add a segment. Segments that overlap must hold the same bytes there. -EINVAL
 * if it is empty or wraps, or -ENOMEM.
 */
int vi_mem_add(struct vi_mem *mem, uint64_t start, uint64_t size,
	       vi_mem_read_fn read, void *source, uint64_t offset);

void vi_mem_fini(struct vi_mem *mem);

/*
 * Copy memory, across adjoining segments. 0, -EFAULT, or the source's error;
 * *@fault is then the first address not read. @fault may be NULL.
 */
int vi_mem_read(struct vi_mem *mem, uint64_t addr, void *buf, size_t len,
		uint64_t *fault);

/* The number of bytes, at most @len, from @addr to the next gap. */
uint64_t vi_mem_extent(struct vi_mem *mem, uint64_t addr, uint64_t len);

#endif
