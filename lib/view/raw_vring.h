/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A virtqueue of this process as a raw queue. */
#ifndef VI_VIEW_RAW_VRING_H
#define VI_VIEW_RAW_VRING_H

#include "view/raw.h"

/*
 * Copy queue @index: its ring and the driver's state. Neither side may use the
 * queue meanwhile. 0 or -ENOMEM; free with vi_raw_queue_free().
 */
int vi_raw_queue_from_vring(const struct virtqueue *vq, uint16_t index,
			struct vi_raw_queue *q);

/*
 * The same without memory copies: nothing to free. Others may use the queue
 * meanwhile; only fields that they do not change are then valid.
 */
void vi_raw_queue_shape_from_vring(const struct virtqueue *vq, uint16_t index,
			       struct vi_raw_queue *q);

#endif
