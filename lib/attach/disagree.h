/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a device's registers and the kernel's structures say different things:
 * what the device was told is not what its driver goes by.
 */
#ifndef VI_ATTACH_DISAGREE_H
#define VI_ATTACH_DISAGREE_H

#include "attach/register_fields.h"

/* The kernel's side, where it is open; NULL: it is not. */
void *vi_disagree_open(struct vi_ctx *ctx);
void vi_disagree_close(void *kernel);

/*
 * Compare @dev->registers, which were just read, with what the kernel has now,
 * and note what differs. Nothing is noted where the kernel cannot be read.
 * 0 or -ENOMEM.
 */
int vi_disagree_find(void *kernel, struct vi_device *dev);

#endif
