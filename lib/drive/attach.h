/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ways to a device that this process drives. */
#ifndef VI_DRIVE_ATTACH_H
#define VI_DRIVE_ATTACH_H

#include <virtio-inspect/virtio.h>

#include "drive/pci.h"
#include "transport/sim/sim.h"

/*
 * Targets that begin with @prefix, as all do with the last one's, "". @open makes the device, with a message for
 * vi_error(NULL) when it cannot; @close ends it after it left the bus.
 */
struct vi_way {
	const char *prefix;
	int (*open)(const char *target, struct virtio_device **vdev);
	void (*close)(struct virtio_device *vdev);
};

#endif
