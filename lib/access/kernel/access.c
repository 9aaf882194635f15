// SPDX-License-Identifier: LGPL-2.1-or-later
/* The access method that reads the running kernel's structures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/kernel/kernel.h"
#include "inspect/access.h"

/* BTF and kallsyms are megabytes of text: read them once per context. */
static int kernel_open(struct vi_ctx *ctx, void **kept)
{
	struct vi_kernel *k = NULL;
	int err;

	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a --sysroot tree contains no ring memory; use a capture (--read)");
	err = vi_kernel_open(ctx, &k);
	*kept = k;
	return err;
}

static void kernel_close(void *kept)
{
	vi_kernel_close(kept);
}

int vi_kernel_get(struct vi_ctx *ctx, struct vi_kernel **k)
{
	void *kept;
	int err = vi_access_open(ctx, &vi_kernel_access, &kept);

	*k = kept;
	return err;
}

/* Fails if virtio modules were reloaded; the next attempt rereads symbols. */
static int kernel_begin(struct vi_ctx *ctx, void *kept, void **state)
{
	struct vi_kernel_pass *pass = calloc(1, sizeof(*pass));
	int err;

	if (!pass)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	pass->k = kept;
	err = vi_kernel_devices(pass->k, &pass->devices, &pass->count);
	if (err) {
		free(pass);
		return err;
	}
	*state = pass;
	return 0;
}

static void kernel_end(void *state)
{
	struct vi_kernel_pass *pass = state;

	vi_kdevices_free(pass->devices, pass->count);
	free(pass);
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

/* Match by index, provided that type and parent agree. */
const struct vi_kdevice *vi_kdevice_find(const struct vi_kernel_pass *pass,
					 struct vi_device *dev)
{
	const char *parent = vi_load(dev, VI_FACT_PARENT) ? NULL :
			     base_name(dev->parent);
	size_t i;

	for (i = 0; dev->index >= 0 && i < pass->count; i++) {
		const struct vi_kdevice *kdev = &pass->devices[i];

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

static int kernel_memory(void *state, struct vi_device *dev, uint64_t addr,
			 void *buf, size_t len)
{
	struct vi_kernel_pass *pass = state;

	(void)dev;
	return vi_mem_read(&pass->k->kcore.phys, addr, buf, len, NULL);
}

const struct vi_access vi_kernel_access = {
	.name = "kernel",
	.flags = VI_ACCESS_AUTO | VI_ACCESS_LIVE,
	.open = kernel_open,
	.close = kernel_close,
	.begin = kernel_begin,
	.end = kernel_end,
	.snapshot = vi_kernel_snapshot,
	.memory = kernel_memory,
	.watch = vi_kernel_watch,
	.poll = vi_kernel_poll,
	.heads = vi_kernel_heads,
	.ring = vi_kernel_ring,
};
