// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * vi_attach(): devices that this process drives, by target. A way in is a row
 * of the table.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "drive/attach.h"

static const struct vi_way ways[] = {
	{ "sim:", sim_new, sim_free },
	/* All that is left must be a PCI address. */
	{ "", vi_pci_attach, vi_pci_drive_free },
};

/* What vi_detach() will have to end. */
struct attached {
	struct attached *next;
	struct virtio_device *vdev;
	const struct vi_way *way;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct attached *all;

static const struct vi_way *find_way(const char *target)
{
	const struct vi_way *way = ways;

	while (strncmp(way->prefix, target, strlen(way->prefix)))
		way++;
	return way;
}

VI_EXPORT int vi_attach(const char *target, struct virtio_device **vdev)
{
	const struct vi_way *way;
	struct attached *a;
	int err;

	if (!target || !vdev)
		return vi_fail(NULL, -EINVAL, "vi_attach: no target");
	way = find_way(target);
	a = calloc(1, sizeof(*a));
	if (!a)
		return vi_fail(NULL, -ENOMEM, "%s: out of memory", target);
	err = way->open(target, &a->vdev);
	if (err) {
		free(a);
		return err;
	}
	a->way = way;
	pthread_mutex_lock(&lock);
	a->next = all;
	all = a;
	pthread_mutex_unlock(&lock);
	*vdev = a->vdev;
	err = register_virtio_device(a->vdev);
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
	a->way->close(vdev);
	free(a);
}
