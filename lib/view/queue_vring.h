/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A queue that this process drives, as one that was read. */
#ifndef VI_VIEW_QUEUE_VRING_H
#define VI_VIEW_QUEUE_VRING_H

#include "view/queue.h"

/*
 * Copy what is known of queue @index: its ring, and the driver's own state.
 * Neither side may be at work on it. 0 or -ENOMEM; end with vi_queue_free().
 */
int vi_queue_from_vring(const struct virtqueue *vq, uint16_t index,
			struct vi_queue *q);

/*
 * The same without copies of memory: nothing to free. Of numbers that change
 * while others work on the queue, only those that do not are good.
 */
void vi_queue_shape_from_vring(const struct virtqueue *vq, uint16_t index,
			       struct vi_queue *q);

#endif
