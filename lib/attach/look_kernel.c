// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking at queues through the running kernel's own structures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attach/kernel.h"
#include "attach/look.h"

/* The kernel's devices at the time of one vi_look(). */
struct kernel_look {
	struct vi_kernel *k;
	struct vi_kdevice *devices;
	size_t count;
};

static void forget_kernel(struct vi_ctx *ctx)
{
	vi_kernel_close(ctx->kernel);
	ctx->kernel = NULL;
}

/* BTF and kallsyms are megabytes of text: read once a context. */
static int get_kernel(struct vi_ctx *ctx, struct vi_kernel **k)
{
	int err = 0;

	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a recorded tree has no memory: its queues cannot be looked at; use a capture");
	if (!ctx->kernel) {
		struct vi_kernel *opened = NULL;

		err = vi_kernel_open(ctx, &opened);
		ctx->kernel = opened;
		ctx->free_kernel = forget_kernel;
	}
	*k = ctx->kernel;
	return err;
}

static int kernel_open(struct vi_ctx *ctx, void **state)
{
	struct kernel_look *look = calloc(1, sizeof(*look));
	int err;

	if (!look)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	err = get_kernel(ctx, &look->k);
	if (!err) {
		err = vi_kernel_devices(look->k, &look->devices, &look->count);
		/* Should the virtio modules be new: look them up again. */
		if (err)
			forget_kernel(ctx);
	}
	if (err) {
		free(look);
		return err;
	}
	*state = look;
	return 0;
}

static void kernel_close(void *state)
{
	struct kernel_look *look = state;

	vi_kdevices_free(look->devices, look->count);
	free(look);
}

static const struct vi_kdevice *find_device(const struct kernel_look *l,
					    int index)
{
	size_t i;

	for (i = 0; index >= 0 && i < l->count; i++)
		if (l->devices[i].index == index)
			return &l->devices[i];
	return NULL;
}

/* A queue that has no ring, or was given up meanwhile, is none. */
static int read_queue(struct kernel_look *l, const struct vi_kdevice *kdev,
		      uint64_t addr, struct vi_look *look)
{
	struct vi_queue *q = vi_look_add(look);
	int err;

	if (!q)
		return -ENOMEM;
	err = vi_kernel_queue(l->k, kdev, addr, q);
	if (!err)
		return 0;
	look->count--;
	if (err != -ENOENT && err != -ENOMEM)
		vi_look_note(look->dev, "a queue could not be read: %s",
			     strerror(-err));
	return err == -ENOMEM ? err : 0;
}

static int kernel_look(void *state, struct vi_device *dev,
		       struct vi_look *look)
{
	struct kernel_look *l = state;
	const struct vi_kdevice *kdev = find_device(l, dev->index);
	size_t i;
	int err = 0;

	if (!kdev)
		return vi_fail(dev->ctx, -ENODEV,
			       "%s: the kernel's list of virtio devices does not have it; scan again",
			       vi_device_label(dev));
	for (i = 0; i < kdev->num_queues && !err; i++)
		err = read_queue(l, kdev, kdev->queues[i], look);
	if (!err && !kdev->num_queues)
		vi_look_note(dev, "the kernel has no queues of it: %s",
			     vi_know(dev, VI_FACT_DRIVER) || !dev->driver ?
			     "no driver has it" : "its driver set up none");
	return err;
}

static int kernel_memory(void *state, struct vi_device *dev, uint64_t addr,
			 void *buf, size_t len)
{
	struct kernel_look *l = state;

	(void)dev;
	return vi_mem_read(&l->k->kcore.phys, addr, buf, len, NULL);
}

const struct vi_look_way vi_kernel_way = {
	.name = "kernel",
	.automatic = true,
	.open = kernel_open,
	.read = kernel_look,
	.memory = kernel_memory,
	.close = kernel_close,
};
