// SPDX-License-Identifier: LGPL-2.1-or-later
/* Take a raw queue from a virtqueue of this process. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/pool.h"
#include "ring/vring.h"
#include "view/decode.h"
#include "view/raw_vring.h"

/* Wrap counter of a packed ring position. */

static void set_split(const struct vring_virtqueue *vq, struct vi_raw_queue *q)
{
	q->desc = (uintptr_t)vq->split.desc;
	q->driver = (uintptr_t)vq->split.avail;
	q->device = (uintptr_t)vq->split.used;
	q->last_used = vq->last_used;
	q->avail_shadow = vq->avail;
	q->num_added = (uint16_t)(vq->avail - vq->kicked);
	q->flags_shadow = vq->no_cb && !vq->event ?
			  VRING_AVAIL_F_NO_INTERRUPT : 0;
	q->swap = VI_BIG_ENDIAN && vq->swap;
}

static void set_packed(const struct vring_virtqueue *vq, struct vi_raw_queue *q)
{
	q->desc = (uintptr_t)vq->packed.desc;
	q->driver = (uintptr_t)vq->packed.driver;
	q->device = (uintptr_t)vq->packed.device;
	/* The high half has the lap's AVAIL and USED bits. */
	q->last_used = (uint16_t)vq->last_used |
		       (vq->last_used >> 16 ? VI_WRAP : 0);
	q->avail_shadow = (uint16_t)vq->avail |
			  (vq->avail >> 16 & 1 << VRING_PACKED_DESC_F_AVAIL ?
			   VI_WRAP : 0);
	q->num_added = vq->kicked;
	q->flags_shadow = vq->no_cb ? VRING_PACKED_EVENT_FLAG_DISABLE :
			  vq->event ? VRING_PACKED_EVENT_FLAG_DESC :
				      VRING_PACKED_EVENT_FLAG_ENABLE;
}

static void set_batch(const struct vring_virtqueue *vq, struct vi_raw_queue *q)
{
	q->in_batch = vq->in_batch;
	q->batch_last = vq->batch_last;
	q->batch_len = vq->batch_len;
	q->next_head = vq->oldest;
	q->have |= VI_Q_BATCH | (q->packed ? 0 : VI_Q_NEXT_HEAD);
}

static void set_state(const struct vring_virtqueue *vq, struct vi_raw_queue *q)
{
	q->size = vq->num;
	q->packed = vq->is_packed;
	q->features = vq->vq.vdev->features;
	q->free_head = vq->free_head;
	q->broken = vring_is_broken(vq);
	q->callback = vq->vq.callback;
	q->ready = true;
	q->have = VI_Q_INDEX | VI_Q_SIZE | VI_Q_READY | VI_Q_NUM_ADDED |
		  VI_Q_BROKEN | VI_Q_CALLBACK | VI_Q_AVAIL_SHADOW |
		  VI_Q_FLAGS_SHADOW | VI_Q_FREE_HEAD | VI_Q_FEATURES;
	if (q->packed)
		set_packed(vq, q);
	else
		set_split(vq, q);
	if (vq->in_order)
		set_batch(vq, q);
	/* A broken queue's num_free, and packed last_used, hold a marker. */
	if (!q->broken) {
		q->num_free = vq->num_free;
		q->have |= VI_Q_NUM_FREE | VI_Q_LAST_USED;
	} else if (!q->packed) {
		q->have |= VI_Q_LAST_USED;
	}
	/* With translation, the device's addresses are not kept. */
	if (!vq->dma)
		q->have |= VI_Q_ADDRESSES;
}

void vi_raw_queue_shape_from_vring(const struct virtqueue *vq, uint16_t index,
			       struct vi_raw_queue *q)
{
	memset(q, 0, sizeof(*q));
	q->index = index;
	set_state(to_vring(vq), q);
}

static uint8_t *copy(uint64_t from, size_t len)
{
	uint8_t *bytes = malloc(len ? len : 1);

	return bytes ? memcpy(bytes, (const void *)(uintptr_t)from, len) :
	       NULL;
}

static bool copy_ring(struct vi_raw_queue *q)
{
	struct vi_ring_parts parts = vi_ring_parts(q->packed, q->size);

	q->device_bytes = copy(q->device, parts.device);
	q->driver_bytes = copy(q->driver, parts.driver);
	q->desc_bytes = copy(q->desc, parts.desc);
	return q->device_bytes && q->driver_bytes && q->desc_bytes;
}

static bool copy_tokens(const struct vring_virtqueue *vq,
			struct vi_raw_queue *q)
{
	uint32_t i;

	q->tokens = calloc(q->size, sizeof(*q->tokens));
	if (!q->tokens)
		return false;
	for (i = 0; i < q->size; i++) {
		q->tokens[i].data = (uintptr_t)vq->slot[i].data;
		q->tokens[i].present = q->tokens[i].data;
		if (q->packed && q->tokens[i].present)
			q->tokens[i].num = vq->slot[i].count;
	}
	q->have |= VI_Q_TOKENS;
	return true;
}

/* Tables lie in the queue's own pool; read nothing else. */
static bool copy_table(const struct vring_virtqueue *vq, struct vi_raw_queue *q,
		       uint64_t addr, uint32_t len)
{
	struct vi_table *t;
	uint64_t at = addr - vq->pool_addr;

	if (!vq->pool || addr < vq->pool_addr || at > vq->pool_size ||
	    len > vq->pool_size - at)
		return true;
	if (!vi_grow(&q->tables, q->num_tables, sizeof(*t)))
		return false;
	t = &q->tables[q->num_tables++];
	*t = (struct vi_table) { .addr = addr, .len = len, .have = len };
	t->bytes = copy((uintptr_t)vq->pool + at, len);
	return t->bytes;
}

static bool copy_tables(const struct vring_virtqueue *vq,
			struct vi_raw_queue *q)
{
	uint32_t i, id;
	uint16_t flags;
	bool ok = true;

	for (i = 0; ok && i < q->size; i++) {
		if (q->packed) {
			struct vring_packed_desc d = vi_packed_desc(q, i);

			id = d.id;
			flags = d.flags;
		} else {
			id = i;
			flags = vi_split_desc(q, i).flags;
		}
		if (!(flags & VRING_DESC_F_INDIRECT) || id >= q->size ||
		    !q->tokens[id].present)
			continue;
		if (q->packed)
			ok = copy_table(vq, q, vi_packed_desc(q, i).addr,
					vi_packed_desc(q, i).len);
		else
			ok = copy_table(vq, q, vi_split_desc(q, i).addr,
					vi_split_desc(q, i).len);
	}
	return ok;
}

int vi_raw_queue_from_vring(const struct virtqueue *_vq, uint16_t index,
			struct vi_raw_queue *q)
{
	const struct vring_virtqueue *vq = to_vring(_vq);

	memset(q, 0, sizeof(*q));
	q->time_ns = vi_real_ns();
	q->index = index;
	q->passes = 1;
	set_state(vq, q);
	if (copy_ring(q) && copy_tokens(vq, q) && copy_tables(vq, q))
		return 0;
	vi_raw_queue_free(q);
	return -ENOMEM;
}
