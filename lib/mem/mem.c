// SPDX-License-Identifier: LGPL-2.1-or-later
/* Address spaces made of segments. */
#include <errno.h>
#include <stdlib.h>

#include "core/pool.h"
#include "core/sorted.h"
#include "mem/mem.h"

int vi_mem_add(struct vi_mem *mem, uint64_t start, uint64_t size,
	       vi_mem_read_fn read, void *source, uint64_t offset)
{
	if (!size || start > UINT64_MAX - (size - 1))
		return -EINVAL;
	/* Drop the last possible byte, so that start + size cannot wrap. */
	if (start > UINT64_MAX - size)
		size--;
	if (!vi_grow(&mem->segment, mem->count, sizeof(*mem->segment)))
		return -ENOMEM;
	mem->segment[mem->count++] = (struct vi_mem_segment) {
		.start = start, .size = size, .offset = offset,
		.read = read, .source = source,
	};
	mem->sorted = false;
	return 0;
}

void vi_mem_fini(struct vi_mem *mem)
{
	free(mem->segment);
	*mem = (struct vi_mem) { 0 };
}

static int by_start(const void *a, const void *b)
{
	const struct vi_mem_segment *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return 0;
}

/* Sort by address, and trim overlaps. */
static void sort(struct vi_mem *mem)
{
	size_t i, kept = 0;

	vi_sort(mem->segment, mem->count, by_start);
	for (i = 0; i < mem->count; i++) {
		struct vi_mem_segment s = mem->segment[i];
		uint64_t end = s.start + s.size, from = s.start;

		if (kept) {
			const struct vi_mem_segment *last =
				&mem->segment[kept - 1];

			if (from < last->start + last->size)
				from = last->start + last->size;
		}
		if (from >= end)
			continue;
		s.offset += from - s.start;
		s.start = from;
		s.size = end - from;
		mem->segment[kept++] = s;
	}
	mem->count = kept;
	mem->sorted = true;
}

/* The segment that contains @addr, or NULL. */
static const struct vi_mem_segment *find(struct vi_mem *mem, uint64_t addr)
{
	const struct vi_mem_segment *s;
	size_t i;

	if (!mem->sorted)
		sort(mem);
	s = mem->segment;
	vi_bisect(i, mem->count,
		  addr >= s[i].start && addr - s[i].start >= s[i].size);
	return i < mem->count && addr >= s[i].start ? &s[i] : NULL;
}

int vi_mem_read(struct vi_mem *mem, uint64_t addr, void *buf, size_t len,
		uint64_t *fault)
{
	char *to = buf;

	while (len) {
		const struct vi_mem_segment *s = find(mem, addr);
		uint64_t at, part;
		int err;

		if (!s) {
			if (fault)
				*fault = addr;
			return -EFAULT;
		}
		at = addr - s->start;
		part = s->size - at < len ? s->size - at : len;
		err = s->read(s->source, s->offset + at, to, part);
		if (err) {
			if (fault)
				*fault = addr;
			return err;
		}
		addr += part;
		to += part;
		len -= part;
	}
	return 0;
}

uint64_t vi_mem_extent(struct vi_mem *mem, uint64_t addr, uint64_t len)
{
	uint64_t have = 0;

	while (have < len) {
		const struct vi_mem_segment *s = find(mem, addr + have);

		if (!s)
			break;
		have += s->start + s->size - (addr + have);
	}
	return have < len ? have : len;
}
