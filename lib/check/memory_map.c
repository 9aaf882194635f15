// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is at a physical address: RAM, other memory, or nothing. */
#include <string.h>

#include "check/run.h"
#include "core/sorted.h"
#include "inspect/host.h"
#include "mem/devmem.h"

/* "System RAM", or a driver's, such as "System RAM (virtio_mem)". */
static bool is_ram(const struct vi_iomem *r)
{
	static const char name[] = "System RAM";
	size_t len = sizeof(name) - 1;

	return r->name_len >= len && !memcmp(r->name, name, len) &&
	       (r->name_len == len || r->name[len] == ' ');
}

/*
 * RAM that a driver added (virtio-mem, DAX) is nested in its device's range. On
 * entry, *@extent reaches to the end of that range.
 */
static enum vi_mem_kind look_inside(const char *at,
				    const struct vi_iomem *outer,
				    uint64_t addr, uint64_t *extent)
{
	while (*at == ' ') {
		struct vi_iomem r;

		at += strspn(at, " ");
		if (!vi_iomem_next(&at, &r) || r.start < outer->start ||
		    r.end > outer->end)
			break;
		if (!is_ram(&r) || addr > r.end)
			continue;
		if (addr < r.start) {
			*extent = r.start - addr;
			break;
		}
		*extent = r.end - addr == UINT64_MAX ? UINT64_MAX :
			  r.end - addr + 1;
		return VI_MEM_RAM;
	}
	return VI_MEM_IO;
}

/* Ranges come in ascending order. */
enum vi_mem_kind vi_iomem_look(void *text, uint64_t addr, uint64_t *extent)
{
	const char *at = text;
	struct vi_iomem r;

	while (vi_iomem_next(&at, &r)) {
		if (addr > r.end)
			continue;
		if (addr < r.start) {
			*extent = r.start - addr;
			return VI_MEM_NOTHING;
		}
		*extent = r.end - addr == UINT64_MAX ? UINT64_MAX :
			  r.end - addr + 1;
		return is_ram(&r) ? VI_MEM_RAM :
		       look_inside(at, &r, addr, extent);
	}
	*extent = addr ? 0 - addr : UINT64_MAX;
	return VI_MEM_NOTHING;
}

/* Searches by bisection, as a capture may have any number of ranges. */
enum vi_mem_kind vi_ranges_look(void *data, uint64_t addr, uint64_t *extent)
{
	const struct vi_host *host = data;
	const struct vi_memory_range *r = host->memory;
	size_t i;

	vi_bisect(i, host->num_memory, addr > r[i].end);
	if (i == host->num_memory) {
		*extent = addr ? 0 - addr : UINT64_MAX;
		return VI_MEM_NOTHING;
	}
	r += i;
	if (addr < r->start) {
		*extent = r->start - addr;
		return VI_MEM_NOTHING;
	}
	*extent = r->end - addr == UINT64_MAX ? UINT64_MAX :
		  r->end - addr + 1;
	return strcmp(r->name, "System RAM") ? VI_MEM_IO : VI_MEM_RAM;
}

enum vi_mem_kind vi_flat_look(void *mem, uint64_t addr, uint64_t *extent)
{
	uint64_t i, len;

	/* A flat file is one segment. */
	*extent = vi_mem_extent(mem, addr, UINT64_MAX - addr);
	if (*extent)
		return VI_MEM_RAM;
	*extent = addr ? 0 - addr : UINT64_MAX;
	for (i = 0; i < ((struct vi_mem *)mem)->count; i++) {
		const struct vi_mem_segment *s =
			&((struct vi_mem *)mem)->segment[i];

		len = s->start - addr;
		if (s->start > addr && len < *extent)
			*extent = len;
	}
	return VI_MEM_NOTHING;
}
