/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that a capture is of. Its name is nobody's business. */
#ifndef VI_ATTACH_HOST_H
#define VI_ATTACH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "attach/pool.h"
#include "core/schema.h"

/* NULL, 0: not known. */
struct vi_host {
	const char *kernel;		/* release */
	const char *machine;
	const char *byte_order;		/* "little", "big" */
	uint64_t page_size;
	const char *time;		/* RFC 3339 */
};

/* Of this machine, now. 0 or -ENOMEM. */
int vi_host_read(struct vi_pool *pool, struct vi_host *host);

extern const struct vi_schema vi_host_schema;

#endif
