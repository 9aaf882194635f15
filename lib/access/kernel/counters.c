// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Counters of the running kernel's queues: its structure holds the driver's
 * side; a few bytes of the ring hold the device's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/kernel/kernel.h"
#include "inspect/access.h"
#include "view/decode.h"

int vi_kernel_watch(void *state, struct vi_device *dev,
		    struct vi_watches *watches)
{
	struct vi_kernel_pass *pass = state;
	const struct vi_kdevice *kdev = vi_kdevice_find(pass, dev);
	size_t i;
	int err;

	for (i = 0; kdev && i < kdev->num_queues; i++) {
		struct vi_watch *watch = vi_watches_add(watches);

		if (!watch)
			return vi_fail(dev->ctx, -ENOMEM, "out of memory");
		watch->addr = kdev->queues[i];
		err = vi_kernel_shape(pass->k, kdev, watch->addr, &watch->q,
				      &watch->tokens);
		/* The queue exists: report the failure, for a retry. */
		if (err == -EIO || err == -ENOMEM)
			return vi_fail(dev->ctx, err,
				       "%s: cannot read a queue: %s",
				       vi_device_title(dev), strerror(-err));
		/* The queue just disappeared, or its kind is unknown. */
		if (err)
			watches->count--;
	}
	return 0;
}

static int read16(struct vi_kernel *k, uint64_t va,
		  const struct vi_raw_queue *q, uint16_t *v)
{
	int err = vi_kernel_read(k, va, v, sizeof(*v));

	*v = vi_q16(q, *v);
	return err;
}

/* One read each: the event indices are at opposite ends of the rings. */
static void split_events(struct vi_kernel *k, const struct vi_raw_queue *q,
			 uint16_t used_flags, uint16_t avail_flags,
			 struct vi_counters *r)
{
	struct vi_ring_parts parts = vi_ring_parts(false, q->size);
	uint16_t event;

	if (!vi_features_test(q->features, VIRTIO_RING_F_EVENT_IDX)) {
		r->wants_kick = !(used_flags & VRING_USED_F_NO_NOTIFY);
		r->wants_interrupt = !(avail_flags &
				       VRING_AVAIL_F_NO_INTERRUPT);
		r->have |= VI_CTR_KICK | VI_CTR_INTERRUPT;
		return;
	}
	if (!read16(k, q->device_va + parts.device - 2, q, &event)) {
		r->wants_kick = vring_need_event(event, r->avail + 1, r->avail);
		r->have |= VI_CTR_KICK;
	}
	if (!read16(k, q->driver_va + parts.driver - 2, q, &event)) {
		r->wants_interrupt = vring_need_event(event, r->used + 1,
						      r->used);
		r->have |= VI_CTR_INTERRUPT;
	}
}

static void packed_events(struct vi_kernel *k, const struct vi_raw_queue *q,
			  struct vi_counters *r)
{
	uint16_t event[2];

	if (!vi_kernel_read(k, q->device_va, event, sizeof(event))) {
		r->wants_kick = vi_packed_passes(q, vi_le16(event[1]),
						 vi_le16(event[0]), r->avail);
		r->have |= VI_CTR_KICK;
	}
	if (!vi_kernel_read(k, q->driver_va, event, sizeof(event))) {
		r->wants_interrupt = vi_packed_passes(q, vi_le16(event[1]),
						      vi_le16(event[0]),
						      r->last);
		r->have |= VI_CTR_INTERRUPT;
	}
}

/* Has the device used the slot for which the driver waits next? In order, the
 * rest of a batch has no used entries. */
static void packed_pending(struct vi_kernel *k, const struct vi_raw_queue *q,
			   const struct vi_raw_queue *now,
			   struct vi_counters *r)
{
	uint32_t slot = VI_SLOT(r->last);
	uint16_t flags;

	if (now->in_batch) {
		r->pending = true;
		r->have |= VI_CTR_PENDING;
		return;
	}
	if (slot >= q->size ||
	    vi_kernel_read(k, q->desc_va +
			   slot * sizeof(struct vring_packed_desc) +
			   offsetof(struct vring_packed_desc, flags), &flags,
			   sizeof(flags)))
		return;
	r->pending = r->last != r->avail &&
		     vi_packed_is_used(vi_le16(flags), r->last);
	r->have |= VI_CTR_PENDING;
}

/* Detect memory that was freed or reused for another queue. */
static bool is_same(const struct vi_raw_queue *a, const struct vi_raw_queue *b)
{
	return a->index == b->index && a->packed == b->packed &&
	       a->size == b->size && a->desc_va == b->desc_va &&
	       a->driver_va == b->driver_va && a->device_va == b->device_va;
}

int vi_kernel_poll(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
		   struct vi_counters *r)
{
	struct vi_kernel *k = vi_access_kept(ctx, &vi_kernel_access);
	uint16_t used[2] = { 0, 0 };	/* flags, idx */
	struct vi_raw_queue now = { .features = watch->q.features };
	int err = 0;

	r->have = 0;
	if (!k)
		return -ESTALE;
	if (!watch->q.packed)
		err = vi_kernel_read(k, watch->q.device_va, used, sizeof(used));
	if (err || vi_kernel_state(k, watch->addr, &now) ||
	    !is_same(&now, &watch->q))
		return -ESTALE;
	r->avail = now.avail_shadow;
	r->last = now.last_used;
	r->num_free = now.num_free;
	r->broken = now.broken;
	r->have = VI_CTR_AVAIL | VI_CTR_LAST | VI_CTR_NUM_FREE;
	if (!watch->q.packed) {
		r->used = vi_q16(&watch->q, used[1]);
		r->have |= VI_CTR_USED;
		if (all)
			split_events(k, &watch->q, vi_q16(&watch->q, used[0]),
				     now.flags_shadow, r);
	} else if (all) {
		packed_events(k, &watch->q, r);
		packed_pending(k, &watch->q, &now, r);
	}
	return 0;
}

/* Read the driver's tokens, in one read. */
static int read_tokens(struct vi_kernel *k, const struct vi_watch *watch,
		       struct vi_heads *h)
{
	bool packed = watch->q.packed;
	size_t each = k->layout.size[packed ? VI_K_PACKED_STATE :
					      VI_K_SPLIT_STATE];
	size_t len = each * watch->q.size;
	uint8_t *bytes;
	uint32_t i;
	int err;

	if (!watch->tokens || !each)
		return -ENODATA;
	bytes = malloc(len);
	if (!bytes)
		return -ENOMEM;
	err = vi_kernel_read(k, watch->tokens, bytes, len);
	for (i = 0; !err && i < watch->q.size; i++) {
		h->token[i] = vi_k_get(&k->layout, bytes + i * each, each,
				       packed ? VI_K_PS_DATA : VI_K_SS_DATA);
		h->present[i] = h->token[i];
	}
	free(bytes);
	return err;
}

/* Drop heads in [last, used): completed, but not taken by the driver. Without
 * IN_ORDER, the used entries name them all. */
static int drop_unreaped(struct vi_kernel *k, const struct vi_watch *watch,
			 uint16_t last, uint16_t used, bool *present)
{
	struct vring_used_elem e;
	uint16_t n = used - last, i;
	int err = 0;

	for (i = 0; n <= watch->q.size && i < n && !err; i++) {
		uint32_t at = (uint16_t)(last + i) & (watch->q.size - 1);

		err = vi_kernel_read(k, watch->q.device_va + 4 +
				     (uint64_t)at * sizeof(e), &e, sizeof(e));
		e.id = vi_q32(&watch->q, e.id);
		if (!err && e.id < watch->q.size)
			present[e.id] = false;
	}
	return err;
}

static int read_split_heads(struct vi_kernel *k, const struct vi_watch *watch,
			    uint16_t last, struct vi_heads *h)
{
	uint32_t size = watch->q.size, i = size;
	uint16_t *heads = malloc(size * sizeof(*heads));
	int err = heads ? 0 : -ENOMEM;

	if (!err && !vi_features_test(watch->q.features, VIRTIO_F_IN_ORDER))
		err = drop_unreaped(k, watch, last, h->last, h->present);
	if (!err)
		err = vi_kernel_read(k, watch->q.driver_va + 4, heads,
				     size * sizeof(*heads));
	while (!err && i--)
		h->ring[i] = vi_q16(&watch->q, heads[i]);
	free(heads);
	return err;
}

static int read_packed_ids(struct vi_kernel *k, const struct vi_watch *watch,
			   struct vi_heads *h)
{
	uint32_t size = watch->q.size, i = size;
	struct vring_packed_desc *desc = malloc(size * sizeof(*desc));
	int err = desc ? vi_kernel_read(k, watch->q.desc_va, desc,
					size * sizeof(*desc)) : -ENOMEM;

	while (!err && i--)
		h->ring[i] = vi_ring_slot(vi_le16(desc[i].id),
					  vi_le16(desc[i].flags));
	free(desc);
	return err;
}

/* The driver's positions; -ESTALE if they are another queue's by now. */
static int read_state(struct vi_kernel *k, const struct vi_watch *watch,
		      struct vi_raw_queue *now)
{
	int err;

	*now = (struct vi_raw_queue) { .features = watch->q.features };
	err = vi_kernel_state(k, watch->addr, now);
	if (!err && !is_same(now, &watch->q))
		err = -ESTALE;
	return err;
}

int vi_kernel_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		    struct vi_heads *h)
{
	struct vi_kernel *k = vi_access_kept(ctx, &vi_kernel_access);
	bool packed = watch->q.packed;
	struct vi_raw_queue now;
	uint16_t last;
	int err = 0;

	if (!k)
		return -ESTALE;
	if (!packed)
		err = read16(k, watch->q.device_va + 2, &watch->q, &h->last);
	if (!err)
		err = read_state(k, watch, &now);
	if (err)
		return err;
	last = now.last_used;
	h->avail = now.avail_shadow;
	h->batch = now.in_batch ? now.batch_last : VI_NO_BATCH;
	if (packed)
		h->last = last;
	err = read_tokens(k, watch, h);
	if (!err)
		err = packed ? read_packed_ids(k, watch, h) :
			       read_split_heads(k, watch, last, h);
	if (!err)
		err = read_state(k, watch, &now);
	if (err)
		return err;
	h->end = now.avail_shadow;
	vi_heads_drop_unreaped(&watch->q, h);
	return 0;
}

/* A consistent copy takes dozens of reads: give up soon. */
#define PASSES	3

int vi_kernel_ring(struct vi_ctx *ctx, const struct vi_watch *watch,
		   struct vi_raw_queue *q)
{
	struct vi_kernel *k = vi_access_kept(ctx, &vi_kernel_access);
	/* Only features are needed here. */
	struct vi_kdevice dev = { .features = watch->q.features };
	int err;

	if (!k)
		return -ESTALE;
	err = vi_kernel_queue_in(k, &dev, watch->addr, PASSES, q);
	if (err)
		return err == -ENOMEM ? err : -ESTALE;
	if (!q->gone && is_same(q, &watch->q))
		return 0;
	vi_raw_queue_free(q);
	return -ESTALE;
}
