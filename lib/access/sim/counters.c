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

static void read_packed(const struct vring_virtqueue *vq, bool all,
			const struct vi_raw_queue *q, struct vi_counters *r)
{
	uint32_t last = vi_load_acquire(&vq->last_used);
	uint32_t avail = vi_load(&vq->avail);
	uint16_t flags;

	r->last = (uint16_t)last | (last >> 16 ? VI_WRAP : 0);
	r->avail = (uint16_t)avail |
		   (avail >> 16 & 1 << VRING_PACKED_DESC_F_AVAIL ? VI_WRAP : 0);
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
		     vi_packed_is_used(vi_le16(flags), r->last);
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

int vi_sim_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		     struct vi_heads *heads)
{
	const struct vring_virtqueue *vq = to_vring(watch->data);
	uint16_t used, last, n;
	uint32_t i;

	(void)ctx;
	used = vi_q16(&watch->q, vi_load_acquire(&vq->split.used->idx));
	last = vi_load(&vq->last_used);
	heads->avail = vi_load(&vq->avail);
	for (i = 0; i < vq->num; i++) {
		heads->present[i] = vi_load(&vq->slot[i].data);
		heads->ring[i] = vi_q16(&watch->q,
					vi_load(&vq->split.avail->ring[i]));
	}
	n = used - last;
	for (i = 0; n <= vq->num && i < n; i++) {
		uint32_t id = vi_q32(&watch->q, vi_load(&vq->split.used->ring
			[(uint16_t)(last + i) & vq->mask].id));

		if (id < vq->num)
			heads->present[id] = false;
	}
	return 0;
}
