/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that the program adds to a context: see vi_ctx_add_memory(). */
#ifndef VI_MEM_GIVEN_H
#define VI_MEM_GIVEN_H

#include "core/ctx.h"
#include "mem/mem.h"

/* All memory added; NULL: none. Owned by the context. */
struct vi_mem *vi_given_memory(struct vi_ctx *ctx);

#endif
