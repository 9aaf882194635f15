/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/kcore: the running kernel's memory by virtual and by physical address.
 * It is an ELF core file whose program headers locate each segment.
 */
#ifndef VI_MEM_KCORE_H
#define VI_MEM_KCORE_H

#include "core/ctx.h"
#include "mem/mem.h"

struct vi_kcore {
	struct vi_ctx *ctx;
	int fd;
	struct vi_mem virt;
	struct vi_mem phys;		/* RAM in the kernel's linear mapping */
	uint64_t notes, notes_len;	/* file offset and size; 0: none */
	uint64_t reads;			/* number of read calls */
};

/*
 * Open /proc/kcore. 0, or a negative errno with a message that names the
 * missing capability or kernel option, or the lockdown.
 */
int vi_kcore_open(struct vi_ctx *ctx, struct vi_kcore *kcore);
/*
 * Read @len bytes at @offset of the calling task's task_struct. -ENOENT,
 * without a message, if no note contains them.
 */
int vi_kcore_task(struct vi_kcore *kcore, uint64_t offset, void *buf,
		  size_t len);

void vi_kcore_close(struct vi_kcore *kcore);

#endif
