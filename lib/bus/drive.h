/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Operations of a transport beyond struct virtio_config_ops, with the contracts
 * of <virtio-inspect/inject.h>. Each may be NULL.
 */
#ifndef VI_BUS_DRIVE_H
#define VI_BUS_DRIVE_H

#include <virtio-inspect/inject.h>

struct vi_drive_ops {
	int (*ring_memory)(struct virtqueue *vq, struct vi_ring_memory *mem);
	int (*notify)(struct virtqueue *vq);
	int (*queue_reset)(struct virtqueue *vq);
	uint64_t (*interrupts)(struct virtio_device *vdev,
			       const struct virtqueue *vq);
	bool (*wait_interrupt)(struct virtio_device *vdev, uint64_t timeout_us);
	enum vi_presence (*presence)(struct virtio_device *vdev);
	int (*register_read)(struct virtio_device *vdev, const char *name,
			     uint64_t *value);
	int (*register_write)(struct virtio_device *vdev, const char *name,
			      uint64_t value);
};

#endif
