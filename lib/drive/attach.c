// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * vi_attach(): devices that this process drives, by target. A transport is a
 * row of the table.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "core/ctx.h"
#include "drive/pci.h"
#include "transport/sim/sim.h"

/*
 * @prefix: how its targets begin.
 * @open:   make the device for a target, or leave a message.
 * @close:  end a device that has left the bus.
 */
static const struct transport {
	const char *prefix;
	int (*open)(const char *target, struct virtio_device **vdev);
	void (*close)(struct virtio_device *vdev);
} transports[] = {
	{ VI_SIM_PREFIX, sim_new, sim_free },
	{ VI_PHYSICAL_PREFIX, vi_physical_attach, vi_pci_drive_free },
	/* All that is left must be a PCI address. */
	{ "", vi_vfio_attach, vi_pci_drive_free },
};

/* What vi_detach() will have to end. */
struct attached {
	struct attached *next;
	struct virtio_device *vdev;
	const struct transport *transport;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct attached *all;

static const struct transport *find_transport(const char *target)
{
	const struct transport *t = transports;

	while (strncmp(t->prefix, target, strlen(t->prefix)))
		t++;
	return t;
}

/*
 * Put it on the bus. The message is for a caller that finds no driver bound: one
 * that a driver or its transport leaves when it fails is more precise, and takes
 * its place.
 */
static int add_to_bus(const char *target, struct virtio_device *vdev)
{
	const char *type = vi_type_name(vdev->id.device);

	vi_fail(NULL, -ENODEV,
		"%s: no driver that is registered takes it; it is of type %u%s%s%s",
		target, vdev->id.device, type ? " (" : "", type ? type : "",
		type ? ")" : "");
	return register_virtio_device(vdev);
}

VI_EXPORT int vi_attach(const char *target, struct virtio_device **vdev)
{
	const struct transport *t;
	struct attached *a;
	int err;

	if (!target || !vdev)
		return vi_fail(NULL, -EINVAL, "vi_attach: no target");
	t = find_transport(target);
	a = calloc(1, sizeof(*a));
	if (!a)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", target);
	err = t->open(target, &a->vdev);
	if (err) {
		free(a);
		return err;
	}
	a->transport = t;
	pthread_mutex_lock(&lock);
	a->next = all;
	all = a;
	pthread_mutex_unlock(&lock);
	*vdev = a->vdev;
	err = add_to_bus(target, a->vdev);
	if (err) {
		vi_detach(a->vdev);
		return vi_fail(NULL, err, "%s: %s", target, strerror(-err));
	}
	return 0;
}

VI_EXPORT void vi_detach(struct virtio_device *vdev)
{
	struct attached **at, *a;

	if (!vdev)
		return;
	pthread_mutex_lock(&lock);
	for (at = &all; *at && (*at)->vdev != vdev; at = &(*at)->next)
		;
	a = *at;
	if (a)
		*at = a->next;
	pthread_mutex_unlock(&lock);
	if (!a)
		return;
	unregister_virtio_device(vdev);
	a->transport->close(vdev);
	free(a);
}
