/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /dev/mem: RAM and registers by physical address. Written to only through a
 * mapping that was made for that. Only on kernels that leave it open: those without STRICT_DEVMEM for RAM, those
 * without IO_STRICT_DEVMEM, or with iomem=relaxed, for registers in use.
 */
#ifndef VI_MEM_DEVMEM_H
#define VI_MEM_DEVMEM_H

#include "core/ctx.h"
#include "mem/mem.h"

struct vi_devmem {
	struct vi_ctx *ctx;
	int fd;
	struct vi_mem phys;		/* System RAM, by /proc/iomem */
	uint64_t reads;			/* how many read calls were made */
};

/*
 * Open it for RAM. 0, or a negative errno with a message that names the
 * privilege, the kernel option or the lockdown that is in the way.
 */
int vi_devmem_open(struct vi_ctx *ctx, struct vi_devmem *dm);
void vi_devmem_close(struct vi_devmem *dm);

/*
 * Registers, mapped to be read; also to be written, if @fd is not -1: then no
 * one else who asks has them.
 */
struct vi_devmem_map {
	int fd;
	void *page;			/* NULL: none */
	size_t size;
	const volatile uint8_t *at;
	uint64_t len;
};

/* @len bytes at @addr, not in RAM. 0 or a negative errno with a message. */
int vi_devmem_map(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
		  struct vi_devmem_map *map);
/* The same for who writes, too. */
int vi_devmem_map_writable(struct vi_ctx *ctx, uint64_t addr, uint64_t len,
			   struct vi_devmem_map *map);
void vi_devmem_unmap(struct vi_devmem_map *map);

/* 1, 2 or 4 bytes at @at, aligned and within it, in one access. */
int vi_devmem_read(const struct vi_devmem_map *map, uint64_t at,
		   unsigned int len, uint32_t *value);
/* 4 bytes; -EPERM where they were mapped to be read. */
int vi_devmem_write(const struct vi_devmem_map *map, uint64_t at,
		    uint32_t value);

/* --- Between its parts, and for tests --- */

/* A range of /proc/iomem that is nested in none. */
struct vi_iomem {
	uint64_t start, end;		/* end is the last byte */
	const char *name;		/* in the text, not ended */
	size_t name_len;
};

/*
 * The next range in the text from *@at on; false: there are no more. What
 * cannot be made sense of is passed over.
 */
bool vi_iomem_next(const char **at, struct vi_iomem *range);

#endif
