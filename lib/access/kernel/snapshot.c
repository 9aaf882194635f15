// SPDX-License-Identifier: LGPL-2.1-or-later
/* Snapshots of queues from the running kernel's structures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/kernel/kernel.h"
#include "inspect/snapshot.h"

/* @addrs: kernel addresses of the snapshot's queues. */
static int read_queue(struct vi_kernel_pass *pass,
		      const struct vi_kdevice *kdev, uint64_t addr,
		      struct vi_snapshot *snap, uint64_t *addrs)
{
	struct vi_raw_queue *q = vi_snapshot_add(snap);
	int err;

	if (!q)
		return -ENOMEM;
	addrs[snap->count - 1] = addr;
	err = vi_kernel_queue(pass->k, kdev, addr, q);
	if (!err)
		return 0;
	snap->count--;
	if (err == -ENOTSUP)
		vi_access_note(snap->dev, "virtio-inspect %s does not support the ring type of a queue",
			     VI_VERSION);
	else if (err != -ENOENT && err != -ENOMEM)
		vi_access_note(snap->dev, "cannot read a queue: %s",
			     strerror(-err));
	return err == -ENOMEM ? err : 0;
}

static bool has_queue(const struct vi_kdevice *kdev, uint64_t addr)
{
	size_t i;

	for (i = 0; i < kdev->num_queues; i++)
		if (kdev->queues[i] == addr)
			return true;
	return false;
}

/*
 * Freed memory keeps its contents for a while. Drop queues that the kernel no
 * longer has after they were read.
 */
static int take_back(struct vi_kernel_pass *pass, const struct vi_kdevice *kdev,
		     struct vi_snapshot *snap, const uint64_t *addrs)
{
	struct vi_kdevice now;
	size_t i, kept = 0;
	int err = vi_kernel_device_again(pass->k, kdev, &now);

	if (err)
		return err == -ENOMEM ? err :
		       vi_fail(snap->dev->ctx, err,
			       "%s: the device or its driver went away while the queues were read; scan again",
			       vi_device_title(snap->dev));
	for (i = 0; i < snap->count; i++) {
		if (has_queue(&now, addrs[i])) {
			snap->queues[kept++] = snap->queues[i];
			continue;
		}
		vi_access_note(snap->dev, "a queue went away while it was read; scan again");
		vi_raw_queue_free(&snap->queues[i]);
	}
	snap->count = kept;
	vi_kdevice_free(&now);
	return 0;
}

static int read_queues(struct vi_kernel_pass *pass,
		       const struct vi_kdevice *kdev, struct vi_snapshot *snap)
{
	uint64_t *addrs = calloc(kdev->num_queues + 1, sizeof(*addrs));
	size_t i;
	int err = addrs ? 0 : -ENOMEM;

	for (i = 0; i < kdev->num_queues && !err; i++)
		err = read_queue(pass, kdev, kdev->queues[i], snap, addrs);
	if (!err)
		err = take_back(pass, kdev, snap, addrs);
	free(addrs);
	return err;
}

/* The kernel knows what sysfs does not show. */
static void set_addresses(struct vi_snapshot *snap)
{
	size_t i;

	for (i = 0; i < snap->count; i++) {
		const struct vi_raw_queue *q = &snap->queues[i];

		if (!(q->have & VI_Q_MAP) || q->map != VI_MAP_TRANSPORT)
			continue;
		snap->mapped = true;
		snap->physical = snap->translated = false;
	}
}

int vi_kernel_snapshot(void *state, struct vi_device *dev,
		       struct vi_snapshot *snap)
{
	struct vi_kernel_pass *pass = state;
	const struct vi_kdevice *kdev = vi_kdevice_find(pass, dev);
	int err;

	if (!kdev)
		return vi_fail(dev->ctx, -ENODEV,
			       "%s: no longer in the kernel's list of virtio devices; scan again",
			       vi_device_title(dev));
	snap->core = kdev->core;
	err = read_queues(pass, kdev, snap);
	set_addresses(snap);
	if (!err && !kdev->num_queues)
		vi_access_note(dev, "no queues: %s",
			     vi_load(dev, VI_FACT_DRIVER) || !dev->driver ?
			     "no driver is bound" : "its driver set up none");
	return err;
}
