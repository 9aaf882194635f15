// SPDX-License-Identifier: LGPL-2.1-or-later
/* Decoding queues: what both layouts share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view/walk.h"

int vi_ring_decode(const struct vi_queue *q, struct vi_ring *ring)
{
	int err;

	memset(ring, 0, sizeof(*ring));
	ring->q = q;
	ring->readable = q->have & VI_Q_SIZE && q->size &&
			 q->size <= VIRTQUEUE_MAX_SIZE && q->desc_bytes &&
			 q->driver_bytes && q->device_bytes;
	if (q->have & VI_Q_LAST_USED) {
		ring->has_last = true;
		ring->last = q->last_used;
	}
	if (!ring->readable)
		return 0;
	err = q->packed ? vi_decode_packed(q, ring) : vi_decode_split(q, ring);
	if (err)
		vi_ring_free(ring);
	return err;
}

void vi_ring_free(struct vi_ring *ring)
{
	vi_arena_free(&ring->descs);
	vi_arena_free(&ring->anomalies);
	free(ring->in_flight);
	free(ring->unseen);
	memset(ring, 0, sizeof(*ring));
}
