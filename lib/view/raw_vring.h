/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A queue that this process drives, as one that was read. */
#ifndef VI_VIEW_RAW_VRING_H
#define VI_VIEW_RAW_VRING_H

#include "view/raw.h"

/*
 * Copy what is known of queue @index: its ring, and the driver's own state.
 * Neither side may be at work on it. 0 or -ENOMEM; end it with
 * vi_raw_queue_free().
 */
int vi_raw_queue_from_vring(const struct virtqueue *vq, uint16_t index,
			struct vi_raw_queue *q);

/*
 * The same without copies of memory: nothing to free. Of numbers that change
 * while others work on the queue, only those that do not are good.
 */
void vi_raw_queue_shape_from_vring(const struct virtqueue *vq, uint16_t index,
			       struct vi_raw_queue *q);

#endif
