// SPDX-License-Identifier: LGPL-2.1-or-later
/* Driver side of a split virtqueue (virtio spec 1.4, 2.7). */
#include <string.h>

#include "ring/vring.h"

static uint16_t swab16(const struct vring_virtqueue *vq, uint16_t v)
{
	return vi_swab16_if(vq->swap, v);
}

/* The event indices follow the two rings (spec 2.7.6 and 2.7.8). */
static uint16_t *used_event(const struct vring_virtqueue *vq)
{
	return &vq->split.avail->ring[vq->num];
}

static const uint16_t *avail_event(const struct vring_virtqueue *vq)
{
	return (const uint16_t *)&vq->split.used->ring[vq->num];
}

static inline void put_desc(const struct vring_virtqueue *vq,
			    struct vring_desc *desc, uint64_t addr,
			    uint32_t len, uint16_t flags, uint16_t next)
{
	struct vring_desc d = {
		.addr = vi_swab64_if(vq->swap, addr),
		.len = vi_swab32_if(vq->swap, len),
		.flags = swab16(vq, flags),
		.next = swab16(vq, next),
	};

	*desc = d;
}

/* Publish the chain at @head. @next: the new head of the free list. */
static inline void publish(struct vring_virtqueue *vq, uint32_t head,
			   uint32_t next, void *data, uint32_t in_len)
{
	struct vring_avail *avail = vq->split.avail;
	struct vring_slot *slot = &vq->slot[head];
	uint32_t idx = vq->avail;

	vi_store(&slot->data, data);
	slot->in_len = in_len;
	vi_store(&avail->ring[idx++ & vq->mask], swab16(vq, head));
	/* Write the entry before the index that covers it (spec 2.7.13.3). */
	vi_store_release(&avail->idx, swab16(vq, idx));
	vi_store(&vq->avail, idx);
	vq->free_head = next;
}

/*
 * Fill entries @from to @to - 1 of an indirect table, each linked to the next
 * (spec 2.7.5.3), and sum their bytes.
 */
static inline bool fill_table(const struct vring_virtqueue *vq,
			      struct vring_desc *table,
			      const struct scatterlist *sg, unsigned int from,
			      unsigned int to, uint16_t flags, uint64_t *bytes)
{
	const bool dma = vq->dma;
	uint64_t addr, sum = 0;
	unsigned int i;

	for (i = from; i < to; i++) {
		if (unlikely(!vring_map(vq, dma, &sg[i], &addr)))
			return false;
		sum += sg[i].length;
		put_desc(vq, &table[i], addr, sg[i].length, flags, i + 1);
	}
	*bytes = sum;
	return true;
}

/* The same along the free list from *@at; *@last is the last one filled. */
static inline bool fill_chain(const struct vring_virtqueue *vq,
			      const struct scatterlist *sg, unsigned int count,
			      uint16_t flags, uint32_t *at, uint32_t *last,
			      uint64_t *bytes)
{
	const bool dma = vq->dma;
	uint64_t addr, sum = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		uint32_t next = vq->slot[*at].next;

		if (unlikely(!vring_map(vq, dma, &sg[i], &addr)))
			return false;
		sum += sg[i].length;
		put_desc(vq, &vq->split.desc[*at], addr, sg[i].length, flags,
			 next);
		*last = *at;
		*at = next;
	}
	*bytes = sum;
	return true;
}

#define OUT	VRING_DESC_F_NEXT
#define IN	(VRING_DESC_F_NEXT | VRING_DESC_F_WRITE)

/* Add a buffer as an indirect table, which takes one descriptor. */
static int add_indirect(struct vring_virtqueue *vq,
			const struct scatterlist *sg, unsigned int out,
			unsigned int in, void *data, void *pool,
			uint64_t addr)
{
	struct vring_desc *table = pool;
	uint32_t head = vq->free_head, total = out + in;
	uint64_t readable, writable;

	if (!fill_table(vq, table, sg, 0, out, OUT, &readable) ||
	    !fill_table(vq, table, sg, out, total, IN, &writable))
		return -EFAULT;
	if (!vring_size_ok(readable, writable))
		return -EINVAL;
	table[total - 1].flags = swab16(vq, in ? VRING_DESC_F_WRITE : 0);
	put_desc(vq, &vq->split.desc[head], addr, total * sizeof(*table),
		 VRING_DESC_F_INDIRECT, 0);
	vi_store(&vq->num_free, vq->num_free - 1);
	publish(vq, head, vq->slot[head].next, data, writable);
	return 0;
}

/* Add a buffer as a chain of descriptors. */
static int add_chain(struct vring_virtqueue *vq, const struct scatterlist *sg,
		     unsigned int out, unsigned int in, void *data)
{
	uint32_t head = vq->free_head, at = head, last = head;
	uint64_t readable, writable;

	if (!fill_chain(vq, sg, out, OUT, &at, &last, &readable) ||
	    !fill_chain(vq, sg + out, in, IN, &at, &last, &writable))
		return -EFAULT;
	if (!vring_size_ok(readable, writable))
		return -EINVAL;
	vq->split.desc[last].flags = swab16(vq, in ? VRING_DESC_F_WRITE : 0);
	vq->slot[head].count = out + in;
	vi_store(&vq->num_free, vq->num_free - (out + in));
	publish(vq, head, at, data, writable);
	return 0;
}

static vi_noinline int add_any(struct vring_virtqueue *vq,
			       const struct scatterlist *sg, unsigned int out,
			       unsigned int in, void *data)
{
	return vring_add_any(vq, sg, out, in, data, add_indirect, add_chain);
}

static inline int add_one(struct vring_virtqueue *vq,
			  const struct scatterlist *sg, uint16_t flags,
			  void *data)
{
	uint32_t head = vq->free_head, len = sg->length;

	if (unlikely(!data || !vq->num_free))
		return add_any(vq, sg, !flags, !!flags, data);
	put_desc(vq, &vq->split.desc[head], (uintptr_t)sg->buf, len, flags, 0);
	vi_store(&vq->num_free, vq->num_free - 1);
	publish(vq, head, vq->slot[head].next, data, flags ? len : 0);
	return 0;
}

static int split_add_buf(struct virtqueue *vq, struct scatterlist sg[],
			 unsigned int out_num, unsigned int in_num, void *data)
{
	if (out_num == 1 && !in_num)
		return add_one(to_vring(vq), sg, 0, data);
	if (in_num == 1 && !out_num)
		return add_one(to_vring(vq), sg, VRING_DESC_F_WRITE, data);
	return add_any(to_vring(vq), sg, out_num, in_num, data);
}

static int split_add_any(struct virtqueue *vq, struct scatterlist sg[],
			 unsigned int out_num, unsigned int in_num, void *data)
{
	return add_any(to_vring(vq), sg, out_num, in_num, data);
}

static void split_kick(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);
	uint32_t before = vq->kicked;
	bool tell;

	if (vq->broken)
		return;
	vq->kicked = vq->avail;
	vi_full_barrier();
	/* Indices compare only within 65,535 buffers. */
	if (vq->event)
		tell = vq->avail - before > UINT16_MAX ||
		       vring_need_event(swab16(vq, vi_load(avail_event(vq))),
					vq->avail, before);
	else
		tell = !(swab16(vq, vi_load(&vq->split.used->flags)) &
			 VRING_USED_F_NO_NOTIFY);
	if (tell && vq->notify)
		vq->notify(_vq);
}

/* Read the device's index; true if completions are pending. */
static bool snap(struct vring_virtqueue *vq)
{
	uint16_t idx;

	if (vring_is_broken(vq))
		return false;
	idx = swab16(vq, vi_load_acquire(&vq->split.used->idx));
	if ((uint16_t)(idx - vq->last_used) > vq->num - vq->num_free) {
		vring_break(vq);
		return false;
	}
	vq->seen = idx;
	return idx != vq->last_used;
}

/*
 * Advance past a used entry; after the last one seen, request an interrupt for
 * the next. One that completed before raises none: drivers call get_buf() until
 * it returns NULL, or heed enable_cb().
 */
static inline void advance(struct vring_virtqueue *vq, uint16_t last)
{
	last++;
	vi_store(&vq->last_used, (uint32_t)last);
	if (last == vq->seen && vring_wants_event(vq)) {
		vi_store(used_event(vq), swab16(vq, last));
		vi_full_barrier();
	}
}

/* Return the chain at @head to the free list, last in, first out. */
static inline void free_chain(struct vring_virtqueue *vq,
			      struct vring_slot *slot, uint32_t head)
{
	uint32_t i, count = slot->count;

	vi_store(&vq->num_free, vq->num_free + count);
	if (unlikely(count > 1)) {
		slot->count = 1;
		for (i = count; i > 1; i--)
			slot = &vq->slot[slot->next];
	}
	slot->next = vq->free_head;
	vq->free_head = head;
}

static inline void read_elem(const struct vring_virtqueue *vq, uint32_t last,
			     uint32_t *id, uint32_t *len)
{
	const struct vring_used_elem *elem =
		&vq->split.used->ring[last & vq->mask];

	*id = vi_swab32_if(vq->swap, vi_load(&elem->id));
	*len = vi_swab32_if(vq->swap, vi_load(&elem->len));
}

/*
 * With IN_ORDER, the device writes one entry per batch, at the batch's start,
 * which names the last buffer; the index covers all of them (spec 2.7.9).
 * Descriptors are used in ring order, so the free list stays a circle.
 */
static vi_noinline void *get_in_order(struct vring_virtqueue *vq, unsigned int *len)
{
	struct vring_slot *slot = &vq->slot[vq->oldest];
	uint32_t id, n;
	void *data = slot->data;

	if (!vq->in_batch) {
		read_elem(vq, vq->last_used, &id, &vq->batch_len);
		if (id >= vq->num || !vq->slot[id].data)
			return vring_break(vq);
		vi_store(&vq->batch_last, id);
		vq->batch_counts = true;
	}
	if (!data || !vring_batch_len(vq, slot->in_len, &n))
		return vring_break(vq);
	/* The index must cover the whole batch. */
	if (vq->in_batch && (uint16_t)(vq->last_used + 1) == vq->seen)
		return vring_break(vq);
	vi_store(&slot->data, NULL);
	vi_store(&vq->num_free, vq->num_free + slot->count);
	vq->oldest = (vq->oldest + slot->count) & vq->mask;
	slot->count = 1;
	*len = n;
	advance(vq, vq->last_used);
	return data;
}

/* Take the buffer of the next used entry; one must be pending. */
static vi_always_inline void *take(struct vring_virtqueue *vq, unsigned int *len)
{
	uint32_t last = vq->last_used, id, n;
	struct vring_slot *slot;
	void *data;

	read_elem(vq, last, &id, &n);
	if (unlikely(id >= vq->num))
		return vring_break(vq);
	slot = &vq->slot[id];
	data = slot->data;
	if (unlikely(!data || !vring_len_ok(vq, slot->in_len, &n, true)))
		return vring_break(vq);
	vi_store(&slot->data, NULL);
	free_chain(vq, slot, id);
	*len = n;
	advance(vq, last);
	return data;
}

static vi_noinline void *look_and_take(struct vring_virtqueue *vq,
				       unsigned int *len)
{
	return snap(vq) ? take(vq, len) : NULL;
}

static void *split_get_buf(struct virtqueue *_vq, unsigned int *len)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	if (unlikely(vq->last_used == vq->seen))
		return look_and_take(vq, len);
	return take(vq, len);
}

static void *split_get_any(struct virtqueue *_vq, unsigned int *len)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	if (!vq->in_order)
		return split_get_buf(_vq, len);
	if (vq->last_used == vq->seen && !snap(vq))
		return NULL;
	return get_in_order(vq, len);
}

/*
 * With EVENT_IDX the flag stays 0 (spec 2.7.7.1). An index just behind the
 * device suppresses interrupts for the next 65,535 entries.
 */
static void split_disable_cb(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	vi_store(&vq->no_cb, true);
	if (vq->event)
		vi_store(used_event(vq),
			 swab16(vq, vi_load(&vq->last_used) - 1));
	else
		vi_store(&vq->split.avail->flags,
			 swab16(vq, VRING_AVAIL_F_NO_INTERRUPT));
}

static bool split_enable_cb(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	vi_store(&vq->no_cb, false);
	if (vq->event)
		vi_store(used_event(vq), swab16(vq, vq->last_used));
	else
		vi_store(&vq->split.avail->flags, 0);
	vi_full_barrier();
	return !vring_split_pending(vq);
}

bool vring_split_pending(const struct vring_virtqueue *vq)
{
	return !vring_is_broken(vq) &&
	       swab16(vq, vi_load_acquire(&vq->split.used->idx)) !=
	       vi_load(&vq->last_used);
}

void vring_split_init(struct vring_virtqueue *vq, unsigned int align,
		      void *pages)
{
	struct vring vring;

	/* vring_init() aligns addresses: the size follows from its layout. */
	vring_init(&vring, vq->num, pages, align);
	memset(pages, 0, (char *)(&vring_avail_event(&vring) + 1) -
	       (char *)pages);
	vq->split.desc = vring.desc;
	vq->split.avail = vring.avail;
	vq->split.used = vring.used;
}

const struct virtqueue_ops vring_split_any_ops = {
	.add_buf	= split_add_any,
	.kick		= split_kick,
	.get_buf	= split_get_any,
	.disable_cb	= split_disable_cb,
	.enable_cb	= split_enable_cb,
};

const struct virtqueue_ops vring_split_ops = {
	.add_buf	= split_add_buf,
	.kick		= split_kick,
	.get_buf	= split_get_buf,
	.disable_cb	= split_disable_cb,
	.enable_cb	= split_enable_cb,
};
