// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looking at queues through the device's registers, their rings being read out
 * of physical memory. Writes to the device, so only where it was asked for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/registers/mmio.h"
#include "core/file.h"
#include "inspect/register_fields.h"
#include "inspect/snapshot.h"
#include "mem/devmem.h"
#include "mem/kcore.h"

/* Physical memory, by what is open of it. */
struct register_look {
	bool has_kcore, has_devmem;
	struct vi_kcore kcore;
	struct vi_devmem devmem;
};

static struct vi_mem *memory_of(struct register_look *l)
{
	return l->has_kcore ? &l->kcore.phys :
	       l->has_devmem ? &l->devmem.phys : NULL;
}

/* Both are for root; what else is in the way, the device itself shows. */
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

/* Without memory there are still addresses and sizes to see. */
static int registers_open(struct vi_ctx *ctx, void **state)
{
	struct register_look *l;
	int err;

	if (ctx->root_fd >= 0)
		return vi_fail(ctx, -ENOTSUP,
			       "a recorded tree has no registers: use a capture");
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

static void registers_close(void *state)
{
	struct register_look *l = state;

	if (l->has_kcore)
		vi_kcore_close(&l->kcore);
	if (l->has_devmem)
		vi_devmem_close(&l->devmem);
	free(l);
}

static int read_queue(struct register_look *l, struct vi_look *look,
		      const struct vi_registers *regs, unsigned int index)
{
	struct vi_device *dev = look->dev;
	struct vi_queue *q = vi_look_add(look);
	int err;

	if (!q)
		return -ENOMEM;
	err = vi_registers_queue(dev->ctx, dev, regs, index,
				 look->physical ? memory_of(l) : NULL, q);
	if (!err)
		return 0;
	look->count--;
	if (err != -ENOENT && err != -ENOMEM)
		vi_look_note(dev, "%s", vi_error(dev->ctx));
	return err == -ENOMEM ? err : 0;
}

static int pci_look(struct register_look *l, struct vi_device *dev,
		    struct vi_look *look)
{
	struct vi_registers regs;
	size_t i;
	int err;

	err = vi_registers_read(dev->ctx, dev, &regs);
	if (err)
		return err;
	if (!memory_of(l))
		vi_look_note(dev, "rings were not read: neither /proc/kcore nor /dev/mem is open");
	err = vi_keep_registers(dev, &regs);
	for (i = 0; i < regs.count && !err; i++)
		err = read_queue(l, look, &regs, regs.queues[i].index);
	vi_registers_free(&regs);
	return err;
}

static int registers_look(void *state, struct vi_device *dev,
			  struct vi_look *look)
{
	return vi_is_mmio(dev) ? vi_mmio_look(dev, look, true) :
				 pci_look(state, dev, look);
}

static int registers_memory(void *state, struct vi_device *dev, uint64_t addr,
			    void *buf, size_t len)
{
	struct vi_mem *mem = memory_of(state);

	(void)dev;
	return mem ? vi_mem_read(mem, addr, buf, len, NULL) : -EFAULT;
}

const struct vi_look_way vi_registers_way = {
	.name = "registers",
	.flags = VI_ACCESS_WRITES | VI_ACCESS_LIVE,
	.held_against = "kernel",
	.open = registers_open,
	.read = registers_look,
	.memory = registers_memory,
	.close = registers_close,
};
