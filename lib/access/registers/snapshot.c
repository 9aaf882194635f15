// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Snapshots of queues through a device's registers, with rings from physical
 * memory. Writes to the device, so only on request.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/registers/mmio.h"
#include "core/file.h"
#include "inspect/fields/registers.h"
#include "inspect/snapshot.h"
#include "mem/devmem.h"
#include "mem/kcore.h"

/* Physical memory, through what is accessible. */
struct register_access {
	bool has_kcore, has_devmem;
	struct vi_kcore kcore;
	struct vi_devmem devmem;
};

static struct vi_mem *memory_of(struct register_access *l)
{
	return l->has_kcore ? &l->kcore.phys :
	       l->has_devmem ? &l->devmem.phys : NULL;
}

/* Check privilege and lockdown; other obstacles show on access. */
static int may_write(struct vi_ctx *ctx)
{
	char lockdown[128];

	if (geteuid())
		return vi_fail(ctx, -EACCES,
			       "writing to registers needs root");
	if (vi_read_line(ctx, "/sys/kernel/security/lockdown", lockdown,
			 sizeof(lockdown)) > 0 &&
	    !strstr(lockdown, "[none]"))
		return vi_fail(ctx, -EPERM,
			       "lockdown forbids writing to registers (see /sys/kernel/security/lockdown)");
	return 0;
}

/* Addresses and sizes are useful even without memory. */
static int registers_begin(struct vi_ctx *ctx, void *kept, void **state)
{
	struct register_access *l;
	int err;

	(void)kept;
	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a --sysroot tree contains no registers; use a capture (--read)");
	err = may_write(ctx);
	if (err)
		return err;
	l = calloc(1, sizeof(*l));
	if (!l)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	l->has_kcore = !vi_kcore_open(ctx, &l->kcore);
	if (!l->has_kcore)
		l->has_devmem = !vi_devmem_open(ctx, &l->devmem);
	*state = l;
	return 0;
}

static void registers_end(void *state)
{
	struct register_access *l = state;

	if (l->has_kcore)
		vi_kcore_close(&l->kcore);
	if (l->has_devmem)
		vi_devmem_close(&l->devmem);
	free(l);
}

static int read_queue(struct register_access *l, struct vi_snapshot *snap,
		      const struct vi_registers *regs, unsigned int index)
{
	struct vi_device *dev = snap->dev;
	struct vi_raw_queue *q = vi_snapshot_add(snap);
	int err;

	if (!q)
		return -ENOMEM;
	err = vi_registers_queue(dev->ctx, dev, regs, index,
				 snap->physical ? memory_of(l) : NULL, q);
	if (!err)
		return 0;
	snap->count--;
	if (err != -ENOENT && err != -ENOMEM)
		vi_access_note(dev, "%s", vi_error(dev->ctx));
	return err == -ENOMEM ? err : 0;
}

static int pci_snapshot(struct register_access *l, struct vi_device *dev,
		    struct vi_snapshot *snap)
{
	struct vi_registers regs;
	size_t i;
	int err;

	err = vi_registers_read(dev->ctx, dev, &regs);
	if (err)
		return err;
	if (!memory_of(l))
		vi_access_note(dev, "rings not read: neither /proc/kcore nor /dev/mem is accessible");
	err = vi_keep_registers(dev, &regs);
	for (i = 0; i < regs.count && !err; i++)
		err = read_queue(l, snap, &regs, regs.queues[i].index);
	vi_registers_free(&regs);
	return err;
}

static int registers_snapshot(void *state, struct vi_device *dev,
			  struct vi_snapshot *snap)
{
	return vi_is_mmio(dev) ? vi_mmio_snapshot(dev, snap, true) :
				 pci_snapshot(state, dev, snap);
}

static int registers_memory(void *state, struct vi_device *dev, uint64_t addr,
			    void *buf, size_t len)
{
	struct vi_mem *mem = memory_of(state);

	(void)dev;
	return mem ? vi_mem_read(mem, addr, buf, len, NULL) : -EFAULT;
}

const struct vi_access vi_registers_access = {
	.name = "registers",
	.flags = VI_ACCESS_WRITES | VI_ACCESS_LIVE | VI_ACCESS_DEVICE,
	.held_against = "kernel",
	.begin = registers_begin,
	.end = registers_end,
	.snapshot = registers_snapshot,
	.memory = registers_memory,
};
