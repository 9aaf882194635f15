/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The driver side of a virtqueue: what split and packed rings share.
 *
 * Nothing that the device can write decides where this side writes: the
 * links and lengths of what is in flight are kept here, in private memory,
 * and an answer of the device is only looked up in it.
 */
#ifndef VI_RING_VRING_H
#define VI_RING_VRING_H

#include <errno.h>

#include <virtio-inspect/virtio_ring.h>

#include "core/compiler.h"
#include "ring/endian.h"
#include "ring/order.h"

/*
 * What is known of a descriptor (split) or a buffer id (packed). 16 bytes,
 * so that one is found by a shift and four share a cache line. In a free one
 * data is NULL and count is 1, as most buffers want it.
 */
struct vring_slot {
	void *data;		/* token; NULL: not outstanding. Also read by
				   other threads */
	uint32_t in_len;	/* bytes that the device may write */
	uint16_t next;		/* of the chain, or of the free list */
	uint16_t count;		/* descriptors that the buffer takes */
};

struct vring_virtqueue {
	struct virtqueue vq;

	/* Read and written for each buffer: the first two cache lines. */
	union {
		struct {
			struct vring_desc *desc;
			struct vring_avail *avail;
			struct vring_used *used;
		} split;
		struct {
			struct vring_packed_desc *desc;
			struct vring_packed_desc_event *driver;
			struct vring_packed_desc_event *device;
		} packed;
	};
	struct vring_slot *slot;
	uint32_t num;
	uint32_t mask;		/* split: num - 1 */
	uint32_t free_head;	/* free list through slot[].next */
	uint32_t num_free;	/* descriptors; 0 when broken. Also read by
				   other threads */
	uint32_t avail;		/* split: our avail->idx, free-running; packed:
				   see AVAIL_LAP. Also read by other threads */
	uint32_t kicked;	/* split: avail at the last kick; packed:
				   descriptors added since then */
	uint32_t last_used;	/* split: free-running, 16 bits; packed: see
				   USED_LAP. Also read by other threads, in
				   vring_interrupt() */
	uint16_t seen;		/* split: used->idx when last looked at */
	bool broken;		/* the device broke the rules; also read by
				   other threads */
	bool event;		/* VIRTIO_RING_F_EVENT_IDX */
	bool no_cb;		/* callbacks are not wanted; also written by
				   other threads, in disable_cb() */
	bool swap;		/* a little-endian ring, should this be a
				   big-endian machine */

	/* Seldom touched. */
	bool is_packed;
	bool dma;		/* addresses are translated */
	bool in_order;		/* VIRTIO_F_IN_ORDER */
	bool in_batch;		/* in order: batch_last is still to come; also
				   read by other threads */
	bool batch_counts;	/* in order: batch_len means something */
	uint16_t oldest;	/* in order: the id next to be completed */
	uint16_t batch_last;	/* in order: the id that the device named */
	uint32_t batch_len;	/* in order: the length for that one */
	void (*notify)(struct virtqueue *vq);
	void *transport;	/* who made it may keep something here */

	/* Tables for indirect descriptors: one for each of the first ids. */
	void *pool;
	uint64_t pool_addr;
	size_t pool_size;
	uint32_t pool_tables;	/* ids below this have a table */
	uint32_t table_entries;	/* of each */
};

static inline struct vring_virtqueue *to_vring(const struct virtqueue *vq)
{
	return container_of(vq, struct vring_virtqueue, vq);
}

static inline bool vring_is_broken(const struct vring_virtqueue *vq)
{
	return vi_load(&vq->broken);
}

/* The device broke the rules: for get_buf to return. */
void *vring_break(struct vring_virtqueue *vq);

/* May callbacks be wanted? disable_cb() decides, at any time. */
static inline bool vring_wants_event(const struct vring_virtqueue *vq)
{
	return vq->event && !vi_load(&vq->no_cb);
}

/*
 * The device's address of a piece of a buffer; false when it has none. @dma is
 * vq->dma, which callers in a loop load once.
 */
static inline bool vring_map(const struct vring_virtqueue *vq, bool dma,
			     const struct scatterlist *sg, uint64_t *addr)
{
	*addr = (uintptr_t)sg->buf;
	if (likely(!dma))
		return true;
	*addr = vq->vq.vdev->dma->map(vq->vq.vdev, sg->buf, sg->length);
	return *addr != VIRTIO_DMA_ERROR;
}

/* What is wrong with a buffer that is not one plain piece; 0: nothing. */
static inline int vring_check(const struct vring_virtqueue *vq,
			      unsigned int out, unsigned int in,
			      const void *data)
{
	uint64_t total = (uint64_t)out + in;

	if (vring_is_broken(vq))
		return -EIO;
	if (!data || !total || total > vq->num)
		return -EINVAL;
	return vq->num_free ? 0 : -ENOSPC;
}

/*
 * Of all of a buffer, at most 2^32 bytes (spec 1.4, 2.7.5.2); of what the
 * device may write, what a used length can say.
 */
static inline bool vring_size_ok(uint64_t readable, uint64_t writable)
{
	return readable + writable <= (uint64_t)UINT32_MAX + 1 &&
	       writable <= UINT32_MAX;
}

/*
 * A length that the device reports, if it may be: never more than the buffer
 * has. Legacy devices are known to report too much, and are believed up to
 * there (spec 1.4, 2.7.8.1). @counts: the length means something; without
 * the write flag, one in a packed ring does not (2.8.4).
 */
static inline bool vring_len_ok(const struct vring_virtqueue *vq,
				uint32_t in_len, uint32_t *len, bool counts)
{
	if (likely(*len <= in_len))
		return true;
	*len = in_len;
	return !counts || !virtio_has_feature(vq->vq.vdev, VIRTIO_F_VERSION_1);
}

/*
 * In order: is the oldest buffer the last of the batch? It has the length
 * that the device reported; those before it were filled (spec 1.4, 2.7.9).
 */
static inline bool vring_batch_len(struct vring_virtqueue *vq, uint32_t in_len,
				   uint32_t *len)
{
	bool more = vq->oldest != vq->batch_last;

	vi_store(&vq->in_batch, more);
	*len = more ? in_len : vq->batch_len;
	return vring_len_ok(vq, in_len, len, vq->batch_counts);
}

/* The table for @id if a buffer of @total pieces may go there, or NULL. */
static inline void *vring_table(const struct vring_virtqueue *vq,
				unsigned int id, unsigned int total,
				uint64_t *addr)
{
	size_t at = (size_t)id * vq->table_entries * sizeof(struct vring_desc);

	if (id >= vq->pool_tables || total > vq->table_entries)
		return NULL;
	*addr = vq->pool_addr + at;
	return (char *)vq->pool + at;
}

/*
 * Any buffer. Nothing is published, nothing changes, until all is well. The two
 * ways that a layout has for it are constants where this is used, so that
 * nothing is called through a pointer.
 */
static vi_always_inline int
vring_add_any(struct vring_virtqueue *vq, const struct scatterlist *sg,
	      unsigned int out, unsigned int in, void *data,
	      int (*add_indirect)(struct vring_virtqueue *vq,
				  const struct scatterlist *sg,
				  unsigned int out, unsigned int in,
				  void *data, void *table, uint64_t addr),
	      int (*add_direct)(struct vring_virtqueue *vq,
				const struct scatterlist *sg,
				unsigned int out, unsigned int in, void *data))
{
	void *table = NULL;
	uint64_t addr;
	int err;

	err = vring_check(vq, out, in, data);
	if (err)
		return err;
	if (out + in > 1)
		table = vring_table(vq, vq->free_head, out + in, &addr);
	if (table)
		return add_indirect(vq, sg, out, in, data, table, addr);
	if (vq->num_free < out + in)
		return -ENOSPC;
	return add_direct(vq, sg, out, in, data);
}

/* What the two layouts provide. */
/* ops: one-piece buffers take the shortest way; any_ops: with addresses to
 * translate, or in order. */
extern const struct virtqueue_ops vring_split_ops, vring_split_any_ops;
extern const struct virtqueue_ops vring_packed_ops, vring_packed_any_ops;
void vring_split_init(struct vring_virtqueue *vq, unsigned int align,
		      void *pages);
void vring_packed_init(struct vring_virtqueue *vq, void *pages);
void vring_packed_break(struct vring_virtqueue *vq);
bool vring_split_pending(const struct vring_virtqueue *vq);
bool vring_packed_pending(const struct vring_virtqueue *vq);

#endif
