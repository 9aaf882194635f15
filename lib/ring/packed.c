// SPDX-License-Identifier: LGPL-2.1-or-later
/* Driver side of a packed virtqueue (virtio spec 1.4, 2.8). */
#include <string.h>

#include "ring/vring.h"

#define F_AVAIL		(1 << VRING_PACKED_DESC_F_AVAIL)
#define F_USED		(1 << VRING_PACKED_DESC_F_USED)
#define F_BOTH		(F_AVAIL | F_USED)

/*
 * The used position: the low half holds the slot, the high half the AVAIL and
 * USED bits of a used descriptor in this lap, both equal to the device's wrap
 * counter (spec 2.8.1). One word, so that another thread reads a consistent
 * pair.
 */
#define USED_SLOT(pos)	((uint16_t)(pos))
#define USED_LAP(pos)	((pos) >> 16)

/*
 * The available position, likewise: the slot, and the AVAIL and USED bits that
 * the driver writes in this lap.
 */
#define AVAIL_SLOT(pos)	((uint16_t)(pos))
#define AVAIL_LAP(pos)	((pos) >> 16)

/* Bits that no descriptor has: a broken queue finds nothing used. */
#define USED_NEVER	((uint32_t)0xffff << 16)

void vring_packed_break(struct vring_virtqueue *vq)
{
	vi_store(&vq->last_used, vq->last_used | USED_NEVER);
}

/* Convert to an event offset: the wrap counter in bit 15 (spec 2.8.14). */
static uint16_t off_wrap(uint32_t pos)
{
	return USED_SLOT(pos) | (USED_LAP(pos) ? 0x8000 : 0);
}

/* Flags go last: the device then owns the descriptor (spec 2.8.21). */
static inline void put_desc(struct vring_packed_desc *desc, uint64_t addr,
			    uint32_t len, uint16_t id, uint16_t flags)
{
	desc->addr = vi_le64(addr);
	desc->len = vi_le32(len);
	vi_store(&desc->id, vi_le16(id));
	vi_store_release(&desc->flags, vi_le16(flags));
}

/* Advance one slot; at the end of the ring, the AVAIL and USED bits flip. */
static inline uint32_t step(const struct vring_virtqueue *vq, uint32_t pos)
{
	if (likely(AVAIL_SLOT(++pos) < vq->num))
		return pos;
	return (AVAIL_LAP(pos) ^ F_BOTH) << 16;
}

/* Record the buffer @id as in flight. */
static inline void commit(struct vring_virtqueue *vq, uint32_t id, void *data,
			  uint32_t in_len, uint32_t count)
{
	struct vring_slot *slot = &vq->slot[id];

	vq->free_head = slot->next;
	vi_store(&vq->num_free, vq->num_free - count);
	vi_store(&slot->data, data);
	slot->in_len = in_len;
	vq->kicked += count;
}

/*
 * Fill entries @from to @to - 1 of an indirect table and sum their bytes. The
 * device reads only address, length and the write flag there (spec 2.8.7).
 */
static inline bool fill_table(const struct vring_virtqueue *vq,
			      struct vring_packed_desc *table,
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
		put_desc(&table[i], addr, sg[i].length, 0, flags);
	}
	*bytes = sum;
	return true;
}

/*
 * Write pieces from *@pos on, without flags: a device that saw one piece's
 * flags might take it for a buffer, and mapping a later piece may fail.
 */
static bool fill_list(const struct vring_virtqueue *vq,
		      const struct scatterlist *sg, unsigned int count,
		      uint32_t *pos, uint64_t *bytes)
{
	const bool dma = vq->dma;
	uint64_t addr, sum = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct vring_packed_desc *desc = &vq->packed.desc[AVAIL_SLOT(*pos)];

		if (unlikely(!vring_map(vq, dma, &sg[i], &addr)))
			return false;
		sum += sg[i].length;
		desc->addr = vi_le64(addr);
		desc->len = vi_le32(sg[i].length);
		vi_store(&desc->id, vi_le16(vq->free_head));
		*pos = step(vq, *pos);
	}
	*bytes = sum;
	return true;
}

/* Flags of piece @i of @total, of which the first @out are readable. */
static inline uint16_t piece(unsigned int i, unsigned int out,
			     unsigned int total)
{
	return (i >= out ? VRING_DESC_F_WRITE : 0) |
	       (i + 1 < total ? VRING_DESC_F_NEXT : 0);
}

/*
 * Write the flags of a list, those of its first descriptor last: with them, the
 * device owns the whole list (spec 2.8.6).
 */
static void publish_list(struct vring_virtqueue *vq, unsigned int out,
			 unsigned int total)
{
	uint32_t first = vq->avail, pos = first;
	unsigned int i;

	for (i = 1; i < total; i++) {
		pos = step(vq, pos);
		vi_store(&vq->packed.desc[AVAIL_SLOT(pos)].flags,
			 vi_le16(AVAIL_LAP(pos) | piece(i, out, total)));
	}
	vi_store_release(&vq->packed.desc[AVAIL_SLOT(first)].flags,
			 vi_le16(AVAIL_LAP(first) | piece(0, out, total)));
}

/* Add a buffer as an indirect table, which takes one descriptor. */
static int add_indirect(struct vring_virtqueue *vq,
			const struct scatterlist *sg, unsigned int out,
			unsigned int in, void *data, void *pool,
			uint64_t addr)
{
	struct vring_packed_desc *table = pool;
	uint32_t id = vq->free_head, pos = vq->avail;
	uint64_t readable, writable;

	if (!fill_table(vq, table, sg, 0, out, 0, &readable) ||
	    !fill_table(vq, table, sg, out, out + in, VRING_DESC_F_WRITE,
			&writable))
		return -EFAULT;
	if (!vring_size_ok(readable, writable))
		return -EINVAL;
	put_desc(&vq->packed.desc[AVAIL_SLOT(pos)], addr,
		 (out + in) * sizeof(*table), id,
		 AVAIL_LAP(pos) | VRING_DESC_F_INDIRECT);
	commit(vq, id, data, writable, 1);
	vi_store(&vq->avail, step(vq, pos));
	return 0;
}

/* Add a buffer as a list of descriptors. */
static int add_list(struct vring_virtqueue *vq, const struct scatterlist *sg,
		    unsigned int out, unsigned int in, void *data)
{
	uint32_t id = vq->free_head, end = vq->avail;
	uint64_t readable, writable;

	if (!fill_list(vq, sg, out, &end, &readable) ||
	    !fill_list(vq, sg + out, in, &end, &writable))
		return -EFAULT;
	if (!vring_size_ok(readable, writable))
		return -EINVAL;
	publish_list(vq, out, out + in);
	vq->slot[id].count = out + in;
	commit(vq, id, data, writable, out + in);
	vi_store(&vq->avail, end);
	return 0;
}

static vi_noinline int add_any(struct vring_virtqueue *vq,
			       const struct scatterlist *sg, unsigned int out,
			       unsigned int in, void *data)
{
	return vring_add_any(vq, sg, out, in, data, add_indirect, add_list);
}

static inline int add_one(struct vring_virtqueue *vq,
			  const struct scatterlist *sg, uint16_t flags,
			  void *data)
{
	uint32_t id = vq->free_head, len = sg->length, pos = vq->avail;

	if (unlikely(!data || !vq->num_free))
		return add_any(vq, sg, !flags, !!flags, data);
	put_desc(&vq->packed.desc[AVAIL_SLOT(pos)], (uintptr_t)sg->buf, len, id,
		 AVAIL_LAP(pos) | flags);
	commit(vq, id, data, flags ? len : 0, 1);
	vi_store(&vq->avail, step(vq, pos));
	return 0;
}

static int packed_add_buf(struct virtqueue *vq, struct scatterlist sg[],
			  unsigned int out_num, unsigned int in_num,
			  void *data)
{
	if (out_num == 1 && !in_num)
		return add_one(to_vring(vq), sg, 0, data);
	if (in_num == 1 && !out_num)
		return add_one(to_vring(vq), sg, VRING_DESC_F_WRITE, data);
	return add_any(to_vring(vq), sg, out_num, in_num, data);
}

static int packed_add_any(struct virtqueue *vq, struct scatterlist sg[],
			  unsigned int out_num, unsigned int in_num,
			  void *data)
{
	return add_any(to_vring(vq), sg, out_num, in_num, data);
}

/*
 * Have the buffers added since the last kick passed the descriptor at which the
 * device wants a notification (spec 2.8.10)?
 */
static bool passed_event(const struct vring_virtqueue *vq, uint16_t where,
			 uint16_t added)
{
	uint16_t event = where & 0x7fff, at = AVAIL_SLOT(vq->avail);
	bool wrap = AVAIL_LAP(vq->avail) & F_AVAIL;

	if (wrap != where >> 15)
		event -= vq->num;
	return vring_need_event(event, at, at - added);
}

static void packed_kick(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);
	uint32_t added = vq->kicked;
	uint16_t flags;
	bool tell;

	if (vq->broken)
		return;
	vq->kicked = 0;
	vi_full_barrier();
	flags = vi_le16(vi_load_acquire(&vq->packed.device->flags)) & 3;
	if (flags == VRING_PACKED_EVENT_FLAG_DESC && vq->event)
		/* Positions compare only within 65,535 descriptors. */
		tell = added > UINT16_MAX || passed_event(vq,
			vi_le16(vi_load(&vq->packed.device->off_wrap)), added);
	else
		tell = flags != VRING_PACKED_EVENT_FLAG_DISABLE;
	if (tell && vq->notify)
		vq->notify(_vq);
}

static inline uint16_t read_flags(const struct vring_virtqueue *vq,
				  uint32_t pos)
{
	return vi_le16(vi_load_acquire(
		       &vq->packed.desc[USED_SLOT(pos)].flags));
}

/* Has the device marked the slot at @pos as used, in the lap of @pos? */
static inline bool is_used(const struct vring_virtqueue *vq, uint32_t pos)
{
	return (read_flags(vq, pos) & F_BOTH) == USED_LAP(pos);
}

/* Request an interrupt for the next slot, unless the device has used it. */
static void ask_event(struct vring_virtqueue *vq)
{
	if (is_used(vq, vq->last_used))
		return;
	vi_store(&vq->packed.driver->off_wrap,
		 vi_le16(off_wrap(vq->last_used)));
	vi_full_barrier();
}

/* Handle the end of a lap and event offsets. Returns @data. */
static vi_noinline void *advance_far(struct vring_virtqueue *vq, uint32_t pos,
				     void *data)
{
	if (USED_SLOT(pos) >= vq->num)
		pos = (pos - vq->num) ^ (uint32_t)F_BOTH << 16;
	vi_store(&vq->last_used, pos);
	if (vring_wants_event(vq))
		ask_event(vq);
	return data;
}

/* Advance past the @count slots of a used buffer. Returns @data. */
static inline void *advance(struct vring_virtqueue *vq, uint32_t pos,
			    uint32_t count, void *data)
{
	pos += count;
	vi_store(&vq->num_free, vq->num_free + count);
	if (unlikely(USED_SLOT(pos) >= vq->num || vq->event))
		return advance_far(vq, pos, data);
	vi_store(&vq->last_used, pos);
	return data;
}

/*
 * With IN_ORDER, one used descriptor in the first slot of a batch names the
 * batch's last buffer (spec 2.8.8). Ids recur in order too: the free list is a
 * circle.
 */
static vi_noinline void *get_in_order(struct vring_virtqueue *vq, unsigned int *len)
{
	struct vring_slot *slot = &vq->slot[vq->oldest];
	void *data = slot->data;
	uint32_t n, count;

	if (!vq->in_batch) {
		const struct vring_packed_desc *desc =
			&vq->packed.desc[USED_SLOT(vq->last_used)];
		uint16_t id, flags = read_flags(vq, vq->last_used);

		if ((flags & F_BOTH) != USED_LAP(vq->last_used))
			return NULL;
		id = vi_le16(vi_load(&desc->id));
		if (id >= vq->num || !vq->slot[id].data)
			return vring_break(vq);
		vi_store(&vq->batch_last, id);
		vq->batch_len = vi_le32(vi_load(&desc->len));
		vq->batch_counts = flags & VRING_DESC_F_WRITE;
	}
	if (!data || !vring_batch_len(vq, slot->in_len, &n))
		return vring_break(vq);
	count = slot->count;
	vi_store(&slot->data, NULL);
	slot->count = 1;
	vq->oldest = slot->next;
	*len = n;
	return advance(vq, vq->last_used, count, data);
}

static void *packed_get_buf(struct virtqueue *_vq, unsigned int *len)
{
	struct vring_virtqueue *vq = to_vring(_vq);
	uint32_t pos = vq->last_used, id, n, count;
	const struct vring_packed_desc *desc =
		&vq->packed.desc[USED_SLOT(pos)];
	uint16_t flags = read_flags(vq, pos);
	struct vring_slot *slot;
	void *data;

	if ((flags & F_BOTH) != USED_LAP(pos))
		return NULL;
	id = vi_le16(vi_load(&desc->id));
	n = vi_le32(vi_load(&desc->len));
	if (unlikely(id >= vq->num))
		return vring_break(vq);
	slot = &vq->slot[id];
	data = slot->data;
	if (unlikely(!data || !vring_len_ok(vq, slot->in_len, &n,
					    flags & VRING_DESC_F_WRITE)))
		return vring_break(vq);
	count = slot->count;
	vi_store(&slot->data, NULL);
	if (unlikely(count != 1))
		slot->count = 1;
	slot->next = vq->free_head;
	vq->free_head = id;
	*len = n;
	return advance(vq, pos, count, data);
}

static void *packed_get_any(struct virtqueue *_vq, unsigned int *len)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	return vq->in_order ? get_in_order(vq, len) : packed_get_buf(_vq, len);
}

static void packed_disable_cb(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	vi_store(&vq->no_cb, true);
	vi_store(&vq->packed.driver->flags,
		 vi_le16(VRING_PACKED_EVENT_FLAG_DISABLE));
}

static bool packed_enable_cb(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);
	uint16_t flags = VRING_PACKED_EVENT_FLAG_ENABLE;

	vi_store(&vq->no_cb, false);
	if (vq->event) {
		vi_store(&vq->packed.driver->off_wrap,
			 vi_le16(off_wrap(vq->last_used)));
		flags = VRING_PACKED_EVENT_FLAG_DESC;
	}
	/* Write the offset before the flag that enables it (spec 2.8.10). */
	vi_store_release(&vq->packed.driver->flags, vi_le16(flags));
	vi_full_barrier();
	return !vring_packed_pending(vq);
}

/* Later buffers of a batch have no used descriptor of their own. */
bool vring_packed_pending(const struct vring_virtqueue *vq)
{
	if (vring_is_broken(vq))
		return false;
	return vi_load(&vq->in_batch) || is_used(vq, vi_load(&vq->last_used));
}

void vring_packed_init(struct vring_virtqueue *vq, void *pages)
{
	memset(pages, 0, vring_packed_size(vq->num));
	vq->packed.desc = pages;
	vq->packed.driver = (void *)&vq->packed.desc[vq->num];
	vq->packed.device = vq->packed.driver + 1;
	/* Both wrap counters start at 1 (spec 2.8.1). */
	vq->avail = (uint32_t)F_AVAIL << 16;
	vq->last_used = (uint32_t)F_BOTH << 16;
}

const struct virtqueue_ops vring_packed_any_ops = {
	.add_buf	= packed_add_any,
	.kick		= packed_kick,
	.get_buf	= packed_get_any,
	.disable_cb	= packed_disable_cb,
	.enable_cb	= packed_enable_cb,
};

const struct virtqueue_ops vring_packed_ops = {
	.add_buf	= packed_add_buf,
	.kick		= packed_kick,
	.get_buf	= packed_get_buf,
	.disable_cb	= packed_disable_cb,
	.enable_cb	= packed_enable_cb,
};
