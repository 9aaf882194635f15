/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a queue's ring out of memory, by the addresses that it has. */
#ifndef VI_RING_QUEUE_MEM_H
#define VI_RING_QUEUE_MEM_H

#include "mem/mem.h"
#include "ring/queue.h"

/*
 * Fill in the copies of the ring and of its indirect tables. The device's
 * side is read first, so that U ≤ A holds of what is read; see also q->torn.
 * What is not there is noted in q->memory_err and q->memory_fault. 0, -ENOMEM.
 */
int vi_queue_read_memory(struct vi_queue *q, struct vi_mem *mem);

#endif
