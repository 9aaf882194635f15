// SPDX-License-Identifier: GPL-2.0-or-later
/* What is at a physical address, by /proc/iomem. */
#include <string.h>

#include "check/run.h"
#include "mem/devmem.h"

static bool is_ram(const struct vi_iomem *r)
{
	static const char name[] = "System RAM";

	return r->name_len == sizeof(name) - 1 &&
	       !memcmp(r->name, name, sizeof(name) - 1);
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
		return is_ram(&r) ? VI_MEM_RAM : VI_MEM_IO;
	}
	*extent = addr ? 0 - addr : UINT64_MAX;
	return VI_MEM_NOTHING;
}

enum vi_mem_kind vi_flat_look(void *mem, uint64_t addr, uint64_t *extent)
{
	uint64_t i, len;

	/* One file, which is one segment. */
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
