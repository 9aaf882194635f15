/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/kcore: the running kernel's memory, by kernel virtual and by physical
 * address. An ELF core file whose program headers say where each part lies.
 */
#ifndef VI_MEM_KCORE_H
#define VI_MEM_KCORE_H

#include "core/ctx.h"
#include "mem/mem.h"

struct vi_kcore {
	struct vi_ctx *ctx;
	int fd;
	struct vi_mem virt;
	struct vi_mem phys;		/* RAM that the kernel maps linearly */
	uint64_t notes, notes_len;	/* where the notes are; 0: none */
	uint64_t reads;			/* how many read calls were made */
};

/*
 * 0, or a negative errno with a message that names the capability, the kernel
 * option or the lockdown that is in the way.
 */
int vi_kcore_open(struct vi_ctx *ctx, struct vi_kcore *kcore);
/*
 * @len bytes at @offset of the task_struct of the task that calls. -ENOENT,
 * without a message, when no note has them.
 */
int vi_kcore_task(struct vi_kcore *kcore, uint64_t offset, void *buf,
		  size_t len);

void vi_kcore_close(struct vi_kcore *kcore);

#endif
