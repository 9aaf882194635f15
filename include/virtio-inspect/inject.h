/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file inject.h
 * Below the driver API: the memory of a ring, notifications at will, and the
 * registers of a device that this process drives. For tests of devices.
 *
 * What a device does with what is written here is its own affair: one that
 * trusts its driver may do harm. Everything else of the library checks what it
 * gives to a device; these functions do not.
 *
 * All work on devices of vi_attach(); on others they fail with -ENOTSUP. One
 * device is used by one thread at a time.
 */
#ifndef VIRTIO_INSPECT_INJECT_H
#define VIRTIO_INSPECT_INJECT_H

#include <virtio-inspect/virtio_ring.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct vi_ring_memory - where a queue's ring is
 * @num:    entries.
 * @packed: its layout.
 * @desc, @driver, @device: its three parts, as this process sees them: of a
 *          split ring the descriptor table, the available and the used ring; of
 *          a packed one the descriptors, the driver's and the device's event
 *          structure (spec 1.4, 2.7 and 2.8).
 * @desc_addr, @driver_addr, @device_addr: the same as the device sees them.
 */
struct vi_ring_memory {
	unsigned int num;
	bool packed;
	void *desc;
	void *driver;
	void *device;
	uint64_t desc_addr;
	uint64_t driver_addr;
	uint64_t device_addr;
};

/**
 * vi_queue_memory - the memory of a queue of virtio_find_vq(), good until
 * virtio_del_vq(). A program that writes to it must not use the queue's
 * operations until it has reset the device and set the queue up again. 0 or
 * -ENOTSUP.
 */
int vi_queue_memory(struct virtqueue *vq, struct vi_ring_memory *mem);

/**
 * vi_dma_addr - the address by which @vdev reaches @len bytes at @buf, which
 * virtio_alloc() gave. VIRTIO_DMA_ERROR: it cannot.
 */
uint64_t vi_dma_addr(struct virtio_device *vdev, const void *buf, size_t len);

/**
 * vi_notify - notify the device of a queue, even if it asked for no
 * notification (spec 1.4, 2.9). 0 or -ENOTSUP.
 */
int vi_notify(struct virtqueue *vq);

/**
 * vi_queue_reset - reset one queue (spec 1.4, 2.6.1), where VIRTIO_F_RING_RESET
 * was negotiated. The queue loses its buffers; it can only be deleted, and then
 * set up again. 0; -ENOTSUP; -ETIMEDOUT: the device did not do it.
 */
int vi_queue_reset(struct virtqueue *vq);

/**
 * vi_interrupts - the number of interrupts for the queue, or for @vq NULL of
 * configuration changes, since the device was attached. An interrupt of a
 * vector that several queues share counts for each. 0 if the device is only
 * polled.
 */
uint64_t vi_interrupts(struct virtio_device *vdev, const struct virtqueue *vq);

/**
 * vi_wait_interrupt - wait at most @timeout_us microseconds for an interrupt
 * since the last call. True: there was one. Returns false at once if the device
 * is only polled, and early if the kernel wants the device back or it failed
 * (see vi_presence()).
 */
bool vi_wait_interrupt(struct virtio_device *vdev, uint64_t timeout_us);

/** enum vi_presence - see vi_presence(). */
enum vi_presence {
	VI_PRESENT,		/* it answers */
	VI_WANTED_BACK,		/* the kernel asks for it: give it up */
	VI_GONE,		/* it is unplugged, or does not answer */
};

/** vi_presence - is the device still there? Reads its status. */
enum vi_presence vi_presence(struct virtio_device *vdev);

/**
 * vi_register_read - a register of the device, as it stands.
 *
 * @name:  as the common configuration structure names it (spec 1.4, 4.1.4.3):
 *         "device_feature_select", "device_feature", "driver_feature_select",
 *         "driver_feature", "config_msix_vector", "num_queues",
 *         "device_status", "config_generation", "queue_select", "queue_size",
 *         "queue_msix_vector", "queue_enable", "queue_notify_off",
 *         "queue_desc", "queue_driver", "queue_device",
 *         "queue_notify_data", "queue_reset".
 * @value: zero-extended.
 *
 * 0; -ENOTSUP: the transport has no register of that name, or not with these
 * features, or it cannot be written.
 */
int vi_register_read(struct virtio_device *vdev, const char *name,
		     uint64_t *value);

/** vi_register_write - write one; the same names and errors. */
int vi_register_write(struct virtio_device *vdev, const char *name,
		      uint64_t value);

#ifdef __cplusplus
}
#endif

#endif /* VIRTIO_INSPECT_INJECT_H */
