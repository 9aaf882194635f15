// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Create and delete the driver side of a virtqueue: the part independent of the
 * ring layout.
 */
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "ring/vring.h"

/* Maximum pieces per table; longer buffers use direct descriptors. */
#define TABLE_ENTRIES	32u
/* Bytes for all tables of a queue; ids without a table go direct. */
#define POOL_MAX	(2u << 20)

/*
 * Mark the queue broken. The fast paths need no check of their own: add_buf()
 * finds no free descriptor and get_buf() nothing used, and only then look at
 * @broken.
 */
void *vring_break(struct vring_virtqueue *vq)
{
	vi_store(&vq->broken, true);
	vi_store(&vq->num_free, 0);
	if (vq->is_packed)
		vring_packed_break(vq);
	else
		vq->seen = vq->last_used;
	return NULL;
}

/*
 * DMA memory may not suffice for tables; buffers then use direct descriptors.
 * Without private memory, the queue cannot be created.
 */
static int make_pool(struct vring_virtqueue *vq)
{
	struct virtio_device *vdev = vq->vq.vdev;
	size_t table;

	vq->table_entries = vq->num < TABLE_ENTRIES ? vq->num : TABLE_ENTRIES;
	table = vq->table_entries * sizeof(struct vring_desc);
	vq->pool_tables = vq->num;
	if (vq->pool_tables > POOL_MAX / table)
		vq->pool_tables = POOL_MAX / table;
	vq->pool_size = vq->pool_tables * table;
	if (vdev->dma) {
		vq->pool = vdev->dma->alloc(vdev, vq->pool_size,
					    &vq->pool_addr);
	} else {
		vq->pool = calloc(1, vq->pool_size);
		if (!vq->pool)
			return -ENOMEM;
		vq->pool_addr = (uintptr_t)vq->pool;
	}
	if (!vq->pool) {
		vq->pool_tables = 0;
		vi_count_fault(NULL, -ENOMEM);
	}
	return 0;
}

static void free_pool(struct vring_virtqueue *vq)
{
	struct virtio_device *vdev = vq->vq.vdev;

	if (!vq->pool)
		return;
	if (vdev->dma)
		vdev->dma->free(vdev, vq->pool, vq->pool_size);
	else
		free(vq->pool);
}

static const struct virtqueue_ops *choose_ops(const struct vring_virtqueue *vq)
{
	bool any = vq->in_order || vq->dma;

	if (vq->is_packed)
		return any ? &vring_packed_any_ops : &vring_packed_ops;
	return any ? &vring_split_any_ops : &vring_split_ops;
}

static bool power_of_two(unsigned int n)
{
	return n && !(n & (n - 1));
}

/* Alignments: spec 1.4, 2.7 and 2.8.10.1. */
static bool sane(bool packed, unsigned int num, unsigned int align,
		 const struct virtio_device *vdev, const void *pages)
{
	if (!vdev || !pages || (uintptr_t)pages % VRING_DESC_ALIGN_SIZE)
		return false;
	if (!num || num > VIRTQUEUE_MAX_SIZE)
		return false;
	if (packed)
		return true;
	return power_of_two(num) && power_of_two(align) &&
	       align >= VRING_USED_ALIGN_SIZE;
}

VI_EXPORT struct virtqueue *
vring_new_virtqueue(unsigned int num, unsigned int vring_align,
		    struct virtio_device *vdev, void *pages,
		    void (*notify)(struct virtqueue *vq),
		    void (*callback)(struct virtqueue *vq))
{
	bool packed = vdev && virtio_has_feature(vdev, VIRTIO_F_RING_PACKED);
	struct vring_virtqueue *vq;
	unsigned int i;

	if (!sane(packed, num, vring_align, vdev, pages)) {
		errno = EINVAL;
		return NULL;
	}
	/* Whole cache lines: the fast paths touch only the first two. */
	vq = aligned_alloc(64, (sizeof(*vq) + 63) & ~(size_t)63);
	if (!vq)
		return NULL;
	memset(vq, 0, sizeof(*vq));
	vq->slot = calloc(num, sizeof(*vq->slot));
	if (!vq->slot) {
		free(vq);
		return NULL;
	}
	vq->vq.callback = callback;
	vq->vq.vdev = vdev;
	vq->num = num;
	vq->mask = num - 1;
	vq->num_free = num;
	vq->notify = notify;
	vq->event = virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX);
	vq->swap = virtio_has_feature(vdev, VIRTIO_F_VERSION_1);
	vq->is_packed = packed;
	vq->in_order = virtio_has_feature(vdev, VIRTIO_F_IN_ORDER);
	vq->dma = vdev->dma;
	vq->vq.vq_ops = choose_ops(vq);
	for (i = 0; i < num; i++) {
		vq->slot[i].next = i + 1 < num ? i + 1 : 0;
		vq->slot[i].count = 1;
	}

	if (packed)
		vring_packed_init(vq, pages);
	else
		vring_split_init(vq, vring_align, pages);
	if (virtio_has_feature(vdev, VIRTIO_RING_F_INDIRECT_DESC) &&
	    make_pool(vq)) {
		vring_del_virtqueue(&vq->vq);
		errno = ENOMEM;
		return NULL;
	}
	if (callback)
		vq->vq.vq_ops->enable_cb(&vq->vq);
	else
		vq->vq.vq_ops->disable_cb(&vq->vq);
	return &vq->vq;
}

VI_EXPORT void vring_del_virtqueue(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq;

	if (!_vq)
		return;
	vq = to_vring(_vq);
	free_pool(vq);
	free(vq->slot);
	free(vq);
}

VI_EXPORT bool vring_interrupt(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);

	if (vring_is_broken(vq))
		return true;
	if (!(vq->is_packed ? vring_packed_pending(vq) :
			      vring_split_pending(vq)))
		return false;
	if (vq->vq.callback)
		vq->vq.callback(_vq);
	return true;
}

VI_EXPORT unsigned int virtqueue_get_vring_size(const struct virtqueue *vq)
{
	return to_vring(vq)->num;
}

VI_EXPORT bool virtqueue_is_broken(const struct virtqueue *vq)
{
	return vring_is_broken(to_vring(vq));
}

VI_EXPORT void *virtqueue_detach_unused_buf(struct virtqueue *_vq)
{
	struct vring_virtqueue *vq = to_vring(_vq);
	unsigned int i;

	for (i = 0; i < vq->num; i++) {
		void *data = vq->slot[i].data;

		if (!data)
			continue;
		/* The caller abandons the ring: only the token matters. */
		vq->slot[i].data = NULL;
		return data;
	}
	return NULL;
}
