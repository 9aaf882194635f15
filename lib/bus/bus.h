/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A virtio bus: matches devices and drivers. The process has one, behind
 * register_virtio_device() and the like; each inspection context has its own.
 */
#ifndef VI_BUS_BUS_H
#define VI_BUS_BUS_H

#include <virtio-inspect/virtio.h>

struct virtio_bus;

/* NULL when out of memory. */
struct virtio_bus *virtio_bus_new(void);

/* Removes all devices and drivers first; NULL is allowed. */
void virtio_bus_free(struct virtio_bus *bus);

/* The same as the functions of <virtio-inspect/virtio.h>, for a given bus. */
int virtio_bus_add_device(struct virtio_bus *bus, struct virtio_device *vdev);
void virtio_bus_remove_device(struct virtio_device *vdev);
int virtio_bus_add_driver(struct virtio_bus *bus,
			  const struct virtio_driver *drv);
void virtio_bus_remove_driver(struct virtio_bus *bus,
			      const struct virtio_driver *drv);

/* The driver bound to @vdev, or NULL. */
const struct virtio_driver *virtio_bus_driver(const struct virtio_device *vdev);

/* Does an id_table match this device? Wildcards match anything. */
bool virtio_id_match(const struct virtio_device_id *table,
		     const struct virtio_device_id *id);

#endif
