/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of the kernel's symbols, from /proc/kallsyms. */
#ifndef VI_ACCESS_KERNEL_KALLSYMS_H
#define VI_ACCESS_KERNEL_KALLSYMS_H

#include "core/ctx.h"

struct vi_symbol {
	const char *name;
	uint64_t address;		/* 0: not found */
};

/*
 * Look up @count symbols in one pass over the file. 0, even if some are
 * missing; -EPERM if addresses are hidden from this user. Errors leave a
 * message.
 */
int vi_kallsyms(struct vi_ctx *ctx, struct vi_symbol *symbols, size_t count);

#endif
