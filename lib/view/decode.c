// SPDX-License-Identifier: LGPL-2.1-or-later
/* Decode queues: the part that both layouts share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view/walk.h"

int vi_decode(const struct vi_raw_queue *q, struct vi_decoded *ring)
{
	int err;

	memset(ring, 0, sizeof(*ring));
	ring->q = q;
	ring->readable = q->have & VI_Q_SIZE && q->size &&
			 q->size <= VIRTQUEUE_MAX_SIZE && q->desc_bytes &&
			 q->driver_bytes && q->device_bytes &&
			 !q->order_unknown;
	if (q->have & VI_Q_LAST_USED) {
		ring->has_last = true;
		ring->last = q->last_used;
	}
	if (!ring->readable)
		return 0;
	err = q->packed ? vi_decode_packed(q, ring) : vi_decode_split(q, ring);
	if (err)
		vi_decoded_free(ring);
	return err;
}

void vi_decoded_free(struct vi_decoded *ring)
{
	vi_arena_free(&ring->descs);
	vi_arena_free(&ring->anomalies);
	free(ring->in_flight);
	free(ring->unreaped);
	memset(ring, 0, sizeof(*ring));
}
