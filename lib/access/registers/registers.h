/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Read the registers of a device while its driver uses it.
 *
 * On PCI, this goes through the window in configuration space, which requires
 * writes to the device (see window.h): only on the user's request.
 */
#ifndef VI_ACCESS_REGISTERS_REGISTERS_H
#define VI_ACCESS_REGISTERS_REGISTERS_H

#include "inspect/registers.h"
#include "mem/mem.h"
#include "view/raw.h"

/*
 * Read all registers. 0, or a negative errno with a message that names the
 * obstacle: lockdown, privilege, a device without a working window. On return,
 * select registers are restored, and the window is aimed at nothing; failure to
 * do so is an error, and *@regs is empty.
 */
int vi_registers_read(struct vi_ctx *ctx, struct vi_device *dev,
		      struct vi_registers *regs);
void vi_registers_free(struct vi_registers *regs);

/* The same through @io instead of libpci; for tests. */
struct vi_window_io;
int vi_registers_read_io(struct vi_ctx *ctx, struct vi_device *dev,
			 const struct vi_window_io *io,
			 struct vi_registers *regs);

/*
 * Read queue @index according to its registers, with its ring from physical
 * memory @phys; NULL if device addresses are not physical: no memory is copied.
 * Free with vi_raw_queue_free().
 *
 * 0, even without copies of memory (q->memory_err says why); -ENOENT: missing
 * or not enabled; -ENODATA with a message: enabled, but its ring's addresses
 * are not readable; or -ENOMEM.
 */
int vi_registers_queue(struct vi_ctx *ctx, struct vi_device *dev,
		       const struct vi_registers *regs, unsigned int index,
		       struct vi_mem *phys, struct vi_raw_queue *q);

#endif
