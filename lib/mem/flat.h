/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A flat file as physical memory: a dump whose first byte has an address. */
#ifndef VI_MEM_FLAT_H
#define VI_MEM_FLAT_H

#include "core/ctx.h"
#include "mem/mem.h"

struct vi_flat {
	struct vi_ctx *ctx;
	int fd;
	struct vi_mem phys;		/* contains the file alone */
};

/* @spec: "FILE" or "FILE@ADDRESS". 0, or a negative errno with a message. */
int vi_flat_open(struct vi_ctx *ctx, const char *spec, struct vi_flat *flat);
void vi_flat_close(struct vi_flat *flat);

#endif
