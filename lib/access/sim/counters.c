// SPDX-License-Identifier: LGPL-2.1-or-later
/* Counters of simulated devices, whose queues are in this process. */
#include <errno.h>

#include "access/sim/sim.h"
#include "inspect/access.h"
#include "ring/vring.h"
#include "transport/sim/sim.h"
#include "view/decode.h"
#include "view/raw_vring.h"

int vi_sim_watch(void *state, struct vi_device *dev, struct vi_watches *watches)
{
	struct virtqueue *vq;
	unsigned int i;

	(void)state;
	for (i = 0; (vq = vi_sim_queue(dev, i)); i++) {
		struct vi_watch *watch = vi_watches_add(watches);

		if (!watch)
			return vi_fail(dev->ctx, -ENOMEM, "out of memory");
		vi_raw_queue_shape_from_vring(vq, i, &watch->q);
		watch->data = vq;
		watch->addr = (uintptr_t)vi_sim_vdev(dev);
	}
	return 0;
}

/* The driver side runs concurrently, in the device's thread. */
static void read_split(const struct vring_virtqueue *vq, bool all,
		       const struct vi_raw_queue *q, struct vi_counters *r)
{
	uint16_t event;

	r->used = vi_q16(q, vi_load_acquire(&vq->split.used->idx));
	r->last = vi_load(&vq->last_used);
	r->avail = vi_load(&vq->avail);
	r->have |= VI_CTR_USED | VI_CTR_LAST | VI_CTR_AVAIL;
	if (!all)
		return;
	r->have |= VI_CTR_KICK | VI_CTR_INTERRUPT;
	if (!vq->event) {
		r->wants_kick = !(vi_q16(q, vi_load(&vq->split.used->flags)) &
				  VRING_USED_F_NO_NOTIFY);
		r->wants_interrupt = !vi_load(&vq->no_cb);
		return;
	}
	event = vi_q16(q, vi_load((const uint16_t *)
				  &vq->split.used->ring[vq->num]));
	r->wants_kick = vring_need_event(event, r->avail + 1, r->avail);
	event = vi_q16(q, vi_load(&vq->split.avail->ring[vq->num]));
	r->wants_interrupt = vring_need_event(event, r->used + 1, r->used);
}

/* The positions of a packed ring, as struct vi_raw_queue has them. */
static uint16_t packed_last(const struct vring_virtqueue *vq)
{
	uint32_t last = vi_load_acquire(&vq->last_used);

	return (uint16_t)last | (last >> 16 ? VI_WRAP : 0);
}

static uint16_t packed_avail(const struct vring_virtqueue *vq)
{
	uint32_t avail = vi_load(&vq->avail);

	return (uint16_t)avail |
	       (avail >> 16 & 1 << VRING_PACKED_DESC_F_AVAIL ? VI_WRAP : 0);
}

static void read_packed(const struct vring_virtqueue *vq, bool all,
			const struct vi_raw_queue *q, struct vi_counters *r)
{
	uint16_t flags;

	r->last = packed_last(vq);
	r->avail = packed_avail(vq);
	r->have |= VI_CTR_LAST | VI_CTR_AVAIL;
	if (!all)
		return;
	r->wants_kick = vi_packed_passes(q,
		vi_le16(vi_load(&vq->packed.device->flags)),
		vi_le16(vi_load(&vq->packed.device->off_wrap)), r->avail);
	r->wants_interrupt = vi_packed_passes(q,
		vi_le16(vi_load(&vq->packed.driver->flags)),
		vi_le16(vi_load(&vq->packed.driver->off_wrap)), r->last);
	r->have |= VI_CTR_KICK | VI_CTR_INTERRUPT;
	if ((r->last & ~VI_WRAP) >= vq->num)
		return;
	flags = vi_load_acquire(&vq->packed.desc[r->last & ~VI_WRAP].flags);
	r->pending = r->last != r->avail &&
		     (vi_load(&vq->in_batch) ||
		      vi_packed_is_used(vi_le16(flags), r->last));
	r->have |= VI_CTR_PENDING;
}

int vi_sim_poll(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
			struct vi_counters *r)
{
	const struct vring_virtqueue *vq = to_vring(watch->data);

	(void)ctx;
	r->have = 0;
	r->broken = vring_is_broken(vq);
	if (watch->q.packed)
		read_packed(vq, all, &watch->q, r);
	else
		read_split(vq, all, &watch->q, r);
	/* A broken queue's num_free, and packed last, hold a marker. */
	if (r->broken) {
		if (watch->q.packed)
			r->have &= ~(VI_CTR_LAST | VI_CTR_PENDING);
	} else {
		r->num_free = vi_load(&vq->num_free);
		r->have |= VI_CTR_NUM_FREE;
	}
	if (all) {
		r->interrupts = sim_interrupts((void *)(uintptr_t)watch->addr,
					       watch->q.index);
		r->have |= VI_CTR_INTERRUPTS;
	}
	return 0;
}

static void split_heads(const struct vring_virtqueue *vq,
			const struct vi_raw_queue *q, uint16_t last,
			struct vi_heads *h)
{
	uint16_t n = h->last - last, i;
	uint32_t at, id;

	for (at = 0; at < vq->num; at++)
		h->ring[at] = vi_q16(q, vi_load(&vq->split.avail->ring[at]));
	for (i = 0; !vq->in_order && n <= vq->num && i < n; i++) {
		id = vi_q32(q, vi_load(&vq->split.used->ring
				       [(uint16_t)(last + i) & vq->mask].id));
		if (id < vq->num)
			h->present[id] = false;
	}
}

static void packed_ids(const struct vring_virtqueue *vq, struct vi_heads *h)
{
	uint32_t i;

	for (i = 0; i < vq->num; i++) {
		const struct vring_packed_desc *d = &vq->packed.desc[i];
		uint16_t flags = vi_le16(vi_load_acquire(&d->flags));

		h->ring[i] = vi_ring_slot(vi_le16(vi_load(&d->id)), flags);
	}
}

int vi_sim_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		 struct vi_heads *h)
{
	const struct vring_virtqueue *vq = to_vring(watch->data);
	const struct vi_raw_queue *q = &watch->q;
	uint16_t last;
	uint32_t i;

	(void)ctx;
	/* A broken packed queue has no positions. */
	if (vring_is_broken(vq))
		return -ENODATA;
	h->last = q->packed ? packed_last(vq) :
		  vi_q16(q, vi_load_acquire(&vq->split.used->idx));
	last = vi_load(&vq->last_used);
	h->avail = q->packed ? packed_avail(vq) : vi_load(&vq->avail);
	h->batch = vi_load(&vq->in_batch) ? vi_load(&vq->batch_last) :
					    VI_NO_BATCH;
	for (i = 0; i < vq->num; i++) {
		h->token[i] = (uintptr_t)vi_load(&vq->slot[i].data);
		h->present[i] = h->token[i];
	}
	if (q->packed)
		packed_ids(vq, h);
	else
		split_heads(vq, q, last, h);
	h->end = q->packed ? packed_avail(vq) : vi_load(&vq->avail);
	sim_looked(vq->vq.vdev, q->index);
	vi_heads_drop_unreaped(q, h);
	return 0;
}
