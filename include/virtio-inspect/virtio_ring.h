/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file virtio_ring.h
 * A virtqueue over memory that the caller lays out: for transports, and for
 * tests that play the device by hand.
 *
 * The ring structures are those of <linux/virtio_ring.h>. (In C++ its
 * vring_init() and vring_size() do not compile, and are left out.)
 */
#ifndef VIRTIO_INSPECT_VIRTIO_RING_H
#define VIRTIO_INSPECT_VIRTIO_RING_H

#if defined(__cplusplus) && !defined(_LINUX_VIRTIO_RING_H) && \
	!defined(_UAPI_LINUX_VIRTIO_RING_H) && !defined(VIRTIO_RING_NO_LEGACY)
#define VIRTIO_RING_NO_LEGACY
#include <linux/virtio_ring.h>
#undef VIRTIO_RING_NO_LEGACY
#else
#include <linux/virtio_ring.h>
#endif

#include <virtio-inspect/virtio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** VIRTQUEUE_MAX_SIZE - the most entries a queue may have (spec 1.4, 2.6). */
#define VIRTQUEUE_MAX_SIZE	32768

/**
 * vring_new_virtqueue - make a queue over @pages.
 *
 * The features negotiated on @vdev decide: VIRTIO_F_RING_PACKED its layout;
 * VIRTIO_RING_F_INDIRECT_DESC, VIRTIO_RING_F_EVENT_IDX and VIRTIO_F_IN_ORDER
 * how it works; VIRTIO_F_VERSION_1 that a split ring is little-endian
 * whatever the machine is.
 *
 * @num:    entries, 1 to 32768; a power of two for a split ring.
 * @vring_align: where the used ring of a split ring begins, a power of two
 *          of at least 4 (4096 for legacy PCI); no matter for a packed one.
 * @vdev:   the device; outlives the queue.
 * @pages:  the ring's memory, 16-byte aligned. The caller's: it outlives the
 *          queue and is zeroed here. A split ring lies in it as vring_init()
 *          lays it, which fits vring_size() bytes where @pages is aligned to
 *          @vring_align; of a packed one first come the descriptors, then the
 *          driver's event structure, then the device's.
 * @notify: called by kick to notify the device, in the thread that kicks. May
 *          be NULL.
 * @callback: see struct virtqueue. With NULL, callbacks start disabled.
 *
 * The queue, ended by vring_del_virtqueue(); NULL with errno EINVAL (a size,
 * alignment or address that cannot be, or no @vdev; @pages was not touched) or
 * ENOMEM.
 */
struct virtqueue *vring_new_virtqueue(unsigned int num,
				      unsigned int vring_align,
				      struct virtio_device *vdev, void *pages,
				      void (*notify)(struct virtqueue *vq),
				      void (*callback)(struct virtqueue *vq));

/**
 * vring_del_virtqueue - free a queue of vring_new_virtqueue(); NULL is fine.
 * The device must have been reset; the queue forgets buffers that it still had.
 */
void vring_del_virtqueue(struct virtqueue *vq);

/**
 * vring_interrupt - tell the queue that the device sent an interrupt.
 *
 * Calls its callback if there are completed buffers. True if the interrupt was
 * for this queue: there are such buffers, or the queue is broken. May be called
 * from any thread, also during the queue's operations.
 */
bool vring_interrupt(struct virtqueue *vq);

/** vring_packed_size - bytes of a packed ring of @num entries (spec 2.8.10.1). */
static inline size_t vring_packed_size(unsigned int num)
{
	return num * sizeof(struct vring_packed_desc) +
	       2 * sizeof(struct vring_packed_desc_event);
}

/** virtqueue_get_vring_size - the number of entries of the queue. */
unsigned int virtqueue_get_vring_size(const struct virtqueue *vq);

/** virtqueue_is_broken - did the device break the rules? See get_buf. */
bool virtqueue_is_broken(const struct virtqueue *vq);

/**
 * virtqueue_detach_unused_buf - take back a buffer that the device still has.
 * Returns its token; NULL: there are no more. Only after a reset of the device;
 * the queue can then only be deleted.
 */
void *virtqueue_detach_unused_buf(struct virtqueue *vq);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_VIRTIO_RING_H */
