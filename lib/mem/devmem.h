/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /dev/mem: RAM and registers by physical address. Only a mapping made for
 * writing is ever written. RAM needs a kernel without STRICT_DEVMEM; registers
 * that a driver uses need one without IO_STRICT_DEVMEM, or iomem=relaxed.
 */
#ifndef VI_MEM_DEVMEM_H
#define VI_MEM_DEVMEM_H

#include "core/ctx.h"
#include "mem/mem.h"

struct vi_devmem {
	struct vi_ctx *ctx;
	int fd;
	struct vi_mem phys;		/* System RAM in /proc/iomem */
	uint64_t reads;			/* number of read calls */
};

/*
 * Open /dev/mem for RAM. 0, or a negative errno with a message that names the
 * missing privilege or kernel option, or the lockdown.
 */
int vi_devmem_open(struct vi_ctx *ctx, struct vi_devmem *dm);
void vi_devmem_close(struct vi_devmem *dm);

/*
 * A read-only mapping of registers. With @fd other than -1 it is writable, and
 * @fd holds an exclusive flock() on /dev/mem.
 */
struct vi_devmem_map {
	int fd;
	void *page;			/* NULL: not mapped */
	size_t size;
	const volatile uint8_t *at;
	uint64_t len;
};

/* Map @len bytes outside RAM at @addr. 0 or a negative errno with a message. */
int vi_devmem_map(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
		  struct vi_devmem_map *map);
/* The same, writable; waits for other writers to unmap. */
int vi_devmem_map_writable(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
			   struct vi_devmem_map *map);
void vi_devmem_unmap(struct vi_devmem_map *map);

/* Read 1, 2 or 4 bytes at offset @at, aligned and in bounds, in one access. */
int vi_devmem_read(const struct vi_devmem_map *map, uint64_t at,
		   unsigned int len, uint32_t *value);
/* Write 4 bytes; -EPERM on a read-only mapping. */
int vi_devmem_write(const struct vi_devmem_map *map, uint64_t at,
		    uint32_t value);

/* --- Internal, and for tests --- */

/* A top-level range of /proc/iomem. */
struct vi_iomem {
	uint64_t start, end;		/* end: last byte, inclusive */
	const char *name;		/* points into the text, no NUL */
	size_t name_len;
};

/* Find the next range at or after *@at; skips invalid lines. false: no more. */
bool vi_iomem_next(const char **at, struct vi_iomem *range);

#endif
