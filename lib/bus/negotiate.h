/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a device from reset to its driver (spec 1.4, 3.1.1). */
#ifndef VI_BUS_NEGOTIATE_H
#define VI_BUS_NEGOTIATE_H

#include <virtio-inspect/virtio.h>

/*
 * Reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK: all that comes before
 * probe. 0, or a negative errno when the device does not go along.
 */
int virtio_negotiate(struct virtio_device *vdev,
		     const struct virtio_driver *drv);

/* DRIVER_OK, if it is not set yet: the queues may be used. */
void virtio_driver_ok(struct virtio_device *vdev);

/* The driver could not take the device: FAILED, so that it shows. */
void virtio_give_up(struct virtio_device *vdev);

#endif
