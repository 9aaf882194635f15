/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings by their addresses. */
#ifndef VI_ATTACH_RAW_RING_H
#define VI_ATTACH_RAW_RING_H

#include "attach/device.h"
#include "mem/mem.h"

/* The flat file that such a ring is in, which is all of memory; NULL: the
 * device is no such ring, or is in this machine's memory. */
struct vi_mem *vi_raw_ring_memory(const struct vi_device *dev);

#endif
