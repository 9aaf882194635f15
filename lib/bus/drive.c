// SPDX-License-Identifier: LGPL-2.1-or-later
/* <virtio-inspect/inject.h>, delegated to the device's transport. */
#include <errno.h>

#include "bus/drive.h"
#include "core/compiler.h"

#define HAS(vdev, op)	((vdev)->drive && (vdev)->drive->op)

VI_EXPORT int vi_queue_memory(struct virtqueue *vq, struct vi_ring_memory *mem)
{
	if (!HAS(vq->vdev, ring_memory))
		return -ENOTSUP;
	return vq->vdev->drive->ring_memory(vq, mem);
}

VI_EXPORT uint64_t vi_dma_addr(struct virtio_device *vdev, const void *buf,
			       size_t len)
{
	if (vdev->dma)
		return vdev->dma->map(vdev, buf, len);
	return (uintptr_t)buf;
}

VI_EXPORT int vi_notify(struct virtqueue *vq)
{
	if (!HAS(vq->vdev, notify))
		return -ENOTSUP;
	return vq->vdev->drive->notify(vq);
}

VI_EXPORT int vi_queue_reset(struct virtqueue *vq)
{
	if (!HAS(vq->vdev, queue_reset))
		return -ENOTSUP;
	return vq->vdev->drive->queue_reset(vq);
}

VI_EXPORT uint64_t vi_interrupts(struct virtio_device *vdev,
				 const struct virtqueue *vq)
{
	return HAS(vdev, interrupts) ? vdev->drive->interrupts(vdev, vq) : 0;
}

VI_EXPORT bool vi_wait_interrupt(struct virtio_device *vdev,
				 uint64_t timeout_us)
{
	return HAS(vdev, wait_interrupt) &&
	       vdev->drive->wait_interrupt(vdev, timeout_us);
}

VI_EXPORT enum vi_presence vi_presence(struct virtio_device *vdev)
{
	return HAS(vdev, presence) ? vdev->drive->presence(vdev) : VI_PRESENT;
}

VI_EXPORT int vi_register_read(struct virtio_device *vdev, const char *name,
			       uint64_t *value)
{
	if (!HAS(vdev, register_read))
		return -ENOTSUP;
	return vdev->drive->register_read(vdev, name, value);
}

VI_EXPORT int vi_register_write(struct virtio_device *vdev, const char *name,
				uint64_t value)
{
	if (!HAS(vdev, register_write))
		return -ENOTSUP;
	return vdev->drive->register_write(vdev, name, value);
}
