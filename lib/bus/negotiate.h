/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device initialization from reset to DRIVER_OK (spec 1.4, 3.1.1). */
#ifndef VI_BUS_NEGOTIATE_H
#define VI_BUS_NEGOTIATE_H

#include <virtio-inspect/virtio.h>

/*
 * Steps before probe: reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK. 0, or
 * a negative errno when the device refuses.
 */
int virtio_negotiate(struct virtio_device *vdev,
		     const struct virtio_driver *drv);

/* Set DRIVER_OK unless set: the queues become usable. */
void virtio_driver_ok(struct virtio_device *vdev);

/* Set FAILED: the driver could not take the device. */
void virtio_give_up(struct virtio_device *vdev);

#endif
