/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading the registers of a device while its driver goes on using it.
 *
 * On PCI that is done through the window in configuration space, which means
 * writing to the device (see window.h): only where the user asked for it.
 */
#ifndef VI_ACCESS_REGISTERS_REGISTERS_H
#define VI_ACCESS_REGISTERS_REGISTERS_H

#include "inspect/registers.h"
#include "mem/mem.h"
#include "view/raw.h"

/*
 * Read all of them. 0, or a negative errno with a message that names what is
 * in the way: lockdown, privilege, a device without a window that works.
 * Select registers are as they were when it returns, and the window is aimed
 * at nothing; otherwise that is an error, and *@regs is empty.
 */
int vi_registers_read(struct vi_ctx *ctx, struct vi_device *dev,
		      struct vi_registers *regs);
void vi_registers_free(struct vi_registers *regs);

/* The same by other means than libpci; for tests. */
struct vi_window_io;
int vi_registers_read_io(struct vi_ctx *ctx, struct vi_device *dev,
			 const struct vi_window_io *io,
			 struct vi_registers *regs);

/*
 * Queue @index as the registers have it, with its ring out of physical memory.
 * @phys: NULL where addresses are not physical ones; then there are no copies
 * of memory. Freed with vi_raw_queue_free().
 *
 * 0, also without copies of memory (q->memory_err says why); -ENOENT: it is
 * not there, or not set up; -ENODATA with a message: it is, but where its ring
 * lies cannot be read here. -ENOMEM.
 */
int vi_registers_queue(struct vi_ctx *ctx, struct vi_device *dev,
		       const struct vi_registers *regs, unsigned int index,
		       struct vi_mem *phys, struct vi_raw_queue *q);

#endif
