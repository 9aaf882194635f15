/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The driver side of a virtqueue: what split and packed rings share.
 *
 * Nothing that the device writes determines where this side writes: links and
 * lengths of buffers in flight are kept in private memory, and the device's ids
 * are only looked up there.
 */
#ifndef VI_RING_VRING_H
#define VI_RING_VRING_H

#include <errno.h>

#include <virtio-inspect/virtio_ring.h>

#include "core/compiler.h"
#include "ring/endian.h"
#include "ring/order.h"

/*
 * State of a descriptor (split) or a buffer id (packed). 16 bytes, so that a
 * shift finds it and four share a cache line. A free slot has data NULL and
 * count 1, which suits most buffers.
 */
struct vring_slot {
	void *data;		/* token; NULL: not in flight. Also read by
				 * other threads */
	uint32_t in_len;	/* bytes that the device may write */
	uint16_t next;		/* in the chain or in the free list */
	uint16_t count;		/* descriptors that the buffer takes */
};

struct vring_virtqueue {
	struct virtqueue vq;

	/* The first two cache lines: accessed for each buffer. */
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
				 * other threads */
	uint32_t avail;		/* split: our avail->idx, free-running; packed:
				 * see AVAIL_LAP. Also read by other threads */
	uint32_t kicked;	/* split: avail at the last kick; packed:
				 * descriptors added since then */
	uint32_t last_used;	/* split: free-running, 16 bits; packed: see
				 * USED_LAP. Also read by other threads, in
				 * vring_interrupt() */
	uint16_t seen;		/* split: used->idx when last read */
	bool broken;		/* the device broke the rules; also read by
				 * other threads */
	bool event;		/* VIRTIO_RING_F_EVENT_IDX */
	bool no_cb;		/* callbacks are off; other threads may set it
				 * in disable_cb() */
	bool swap;		/* swap bytes on big-endian machines: the ring
				 * is little-endian */

	/* Rarely accessed. */
	bool is_packed;
	bool dma;		/* addresses need translation */
	bool in_order;		/* VIRTIO_F_IN_ORDER */
	bool in_batch;		/* in order: batch_last has not been returned
				 * yet; also read by other threads */
	bool batch_counts;	/* in order: batch_len is meaningful */
	uint16_t oldest;	/* in order: next id to complete */
	uint16_t batch_last;	/* in order: id that the device named */
	uint32_t batch_len;	/* in order: length of that buffer */
	void (*notify)(struct virtqueue *vq);
	void *transport;	/* private to the transport */

	/* Indirect tables: one for each of the first ids. */
	void *pool;
	uint64_t pool_addr;
	size_t pool_size;
	uint32_t pool_tables;	/* ids below this have a table */
	uint32_t table_entries;	/* per table */
};

static inline struct vring_virtqueue *to_vring(const struct virtqueue *vq)
{
	return container_of(vq, struct vring_virtqueue, vq);
}

static inline bool vring_is_broken(const struct vring_virtqueue *vq)
{
	return vi_load(&vq->broken);
}

/* Mark the queue broken; returns NULL for get_buf() to return. */
void *vring_break(struct vring_virtqueue *vq);

/* Are callbacks on? Another thread may call disable_cb() at any time. */
static inline bool vring_wants_event(const struct vring_virtqueue *vq)
{
	return vq->event && !vi_load(&vq->no_cb);
}

/*
 * Get the device's address of a piece; false if it has none. @dma is vq->dma,
 * which callers load once per loop.
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

/* Check a buffer off the fast path. 0 or a negative errno. */
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
 * A buffer has at most 2^32 bytes (spec 1.4, 2.7.5.2); its writable part must
 * fit in a used length.
 */
static inline bool vring_size_ok(uint64_t readable, uint64_t writable)
{
	return readable + writable <= (uint64_t)UINT32_MAX + 1 &&
	       writable <= UINT32_MAX;
}

/*
 * Check the used length that the device reports: at most the buffer's writable
 * size. Legacy devices are known to report more; their value is clamped (spec
 * 1.4, 2.7.8.1). @counts: the length is meaningful; a packed ring's is not
 * without the write flag (2.8.4).
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
 * In order: set *@len for the oldest buffer. The batch's last buffer has the
 * length that the device reported; the device filled the others (spec 1.4,
 * 2.7.9).
 */
static inline bool vring_batch_len(struct vring_virtqueue *vq, uint32_t in_len,
				   uint32_t *len)
{
	bool more = vq->oldest != vq->batch_last;

	vi_store(&vq->in_batch, more);
	*len = more ? in_len : vq->batch_len;
	return vring_len_ok(vq, in_len, len, vq->batch_counts);
}

/* The table of @id if it exists and has room for @total pieces, or NULL. */
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
 * Add any buffer. Publishes and changes nothing until all checks pass. Both
 * function pointers are constants at each call, so the compiler inlines them.
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

/*
 * Provided by the two layouts. ops: fast path for one-piece buffers; any_ops:
 * for queues with address translation or IN_ORDER.
 */
extern const struct virtqueue_ops vring_split_ops, vring_split_any_ops;
extern const struct virtqueue_ops vring_packed_ops, vring_packed_any_ops;
void vring_split_init(struct vring_virtqueue *vq, unsigned int align,
		      void *pages);
void vring_packed_init(struct vring_virtqueue *vq, void *pages);
void vring_packed_break(struct vring_virtqueue *vq);
bool vring_split_pending(const struct vring_virtqueue *vq);
bool vring_packed_pending(const struct vring_virtqueue *vq);

#endif
