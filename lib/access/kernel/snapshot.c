// SPDX-License-Identifier: LGPL-2.1-or-later
/* Looking at queues through the running kernel's own structures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/kernel/kernel.h"
#include "inspect/snapshot.h"

/* The kernel's devices at the time of one vi_snapshot_take(). */
struct kernel_snapshot {
	struct vi_kernel *k;
	struct vi_kdevice *devices;
	size_t count;
};

void vi_kernel_forget(struct vi_ctx *ctx)
{
	vi_kernel_close(ctx->kernel);
	ctx->kernel = NULL;
}

/* BTF and kallsyms are megabytes of text: read once a context. */
int vi_kernel_get(struct vi_ctx *ctx, struct vi_kernel **k)
{
	int err = 0;

	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a recorded tree has no memory: its queues cannot be looked at; use a capture");
	if (!ctx->kernel) {
		struct vi_kernel *opened = NULL;

		err = vi_kernel_open(ctx, &opened);
		ctx->kernel = opened;
		ctx->free_kernel = vi_kernel_forget;
	}
	*k = ctx->kernel;
	return err;
}

static int kernel_open(struct vi_ctx *ctx, void **state)
{
	struct kernel_snapshot *snap = calloc(1, sizeof(*snap));
	int err;

	if (!snap)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	err = vi_kernel_get(ctx, &snap->k);
	if (!err) {
		err = vi_kernel_devices(snap->k, &snap->devices, &snap->count);
		/* Should the virtio modules be new: look them up again. */
		if (err)
			vi_kernel_forget(ctx);
	}
	if (err) {
		free(snap);
		return err;
	}
	*state = snap;
	return 0;
}

static void kernel_close(void *state)
{
	struct kernel_snapshot *snap = state;

	vi_kdevices_free(snap->devices, snap->count);
	free(snap);
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

/* By its number, if that is of the same device still. */
const struct vi_kdevice *vi_kdevice_find(const struct vi_kdevice *devices,
					 size_t count, struct vi_device *dev)
{
	const char *parent = vi_load(dev, VI_FACT_PARENT) ? NULL :
			     base_name(dev->parent);
	size_t i;

	for (i = 0; dev->index >= 0 && i < count; i++) {
		const struct vi_kdevice *kdev = &devices[i];

		if (kdev->index != dev->index)
			continue;
		if ((!vi_load(dev, VI_FACT_ID) &&
		     kdev->device != dev->vdev.id.device) ||
		    (parent && *kdev->parent && strcmp(parent, kdev->parent)))
			return NULL;
		return kdev;
	}
	return NULL;
}

/* @addrs: where each queue of the look is. */
static int read_queue(struct kernel_snapshot *l, const struct vi_kdevice *kdev,
		      uint64_t addr, struct vi_snapshot *snap, uint64_t *addrs)
{
	struct vi_raw_queue *q = vi_snapshot_add(snap);
	int err;

	if (!q)
		return -ENOMEM;
	addrs[snap->count - 1] = addr;
	err = vi_kernel_queue(l->k, kdev, addr, q);
	if (!err)
		return 0;
	snap->count--;
	if (err == -ENOTSUP)
		vi_access_note(snap->dev, "a queue's ring is of a kind that virtio-inspect %s does not know",
			     VI_VERSION);
	else if (err != -ENOENT && err != -ENOMEM)
		vi_access_note(snap->dev, "a queue could not be read: %s",
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
 * Memory that is freed keeps what was in it for a while. What the kernel does
 * not have any more, now that it was read, is taken back.
 */
static int take_back(struct kernel_snapshot *l, const struct vi_kdevice *kdev,
		     struct vi_snapshot *snap, const uint64_t *addrs)
{
	struct vi_kdevice now;
	size_t i, kept = 0;
	int err = vi_kernel_device_again(l->k, kdev, &now);

	if (err)
		return err == -ENOMEM ? err :
		       vi_fail(snap->dev->ctx, err,
			       "%s: it went away, or its driver let go of it, while its queues were read; scan again",
			       vi_device_label(snap->dev));
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

static int read_queues(struct kernel_snapshot *l, const struct vi_kdevice *kdev,
		       struct vi_snapshot *snap)
{
	uint64_t *addrs = calloc(kdev->num_queues + 1, sizeof(*addrs));
	size_t i;
	int err = addrs ? 0 : -ENOMEM;

	for (i = 0; i < kdev->num_queues && !err; i++)
		err = read_queue(l, kdev, kdev->queues[i], snap, addrs);
	if (!err)
		err = take_back(l, kdev, snap, addrs);
	free(addrs);
	return err;
}

static int kernel_snapshot(void *state, struct vi_device *dev,
		       struct vi_snapshot *snap)
{
	struct kernel_snapshot *l = state;
	const struct vi_kdevice *kdev = vi_kdevice_find(l->devices, l->count,
							dev);
	int err;

	if (!kdev)
		return vi_fail(dev->ctx, -ENODEV,
			       "%s: the kernel's list of virtio devices does not have it any more; scan again",
			       vi_device_label(dev));
	err = read_queues(l, kdev, snap);
	if (!err && !kdev->num_queues)
		vi_access_note(dev, "the kernel has no queues of it: %s",
			     vi_load(dev, VI_FACT_DRIVER) || !dev->driver ?
			     "no driver has it" : "its driver set up none");
	return err;
}

static int kernel_memory(void *state, struct vi_device *dev, uint64_t addr,
			 void *buf, size_t len)
{
	struct kernel_snapshot *l = state;

	(void)dev;
	return vi_mem_read(&l->k->kcore.phys, addr, buf, len, NULL);
}

const struct vi_access vi_kernel_access = {
	.name = "kernel",
	.flags = VI_ACCESS_AUTO | VI_ACCESS_LIVE,
	.open = kernel_open,
	.read = kernel_snapshot,
	.memory = kernel_memory,
	.close = kernel_close,
	.taps = &vi_kernel_taps,
};
