// SPDX-License-Identifier: LGPL-2.1-or-later
/* Raw queues: sizes and lifetime. */
#include <stdlib.h>
#include <string.h>

#include "view/raw.h"

bool vi_is_size(bool packed, uint32_t size)
{
	return size && size <= VIRTQUEUE_MAX_SIZE &&
	       (packed || !(size & (size - 1)));
}

struct vi_ring_parts vi_ring_parts(bool packed, uint32_t size)
{
	struct vi_ring_parts parts = {
		.desc = (size_t)size * sizeof(struct vring_desc),
		.driver = sizeof(struct vring_packed_desc_event),
		.device = sizeof(struct vring_packed_desc_event),
	};

	if (!packed) {
		/* Flags, index, entries, event index. */
		parts.driver = 6 + 2 * (size_t)size;
		parts.device = 6 + sizeof(struct vring_used_elem) * (size_t)size;
	}
	return parts;
}

void vi_raw_queue_forget_contents(struct vi_raw_queue *q)
{
	size_t i;

	for (i = 0; i < q->num_contents; i++)
		free(q->contents[i].bytes);
	free(q->contents);
	q->contents = NULL;
	q->num_contents = 0;
}

void vi_raw_queue_free(struct vi_raw_queue *q)
{
	size_t i;

	free(q->tokens);
	free(q->extra);
	free(q->desc_bytes);
	free(q->driver_bytes);
	free(q->device_bytes);
	for (i = 0; i < q->num_tables; i++)
		free(q->tables[i].bytes);
	free(q->tables);
	free(q->headers);
	vi_raw_queue_forget_contents(q);
	memset(q, 0, sizeof(*q));
}
