/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI configuration space, through libpci, which is opened on demand. */
#ifndef VI_ACCESS_PCI_LIBPCI_H
#define VI_ACCESS_PCI_LIBPCI_H

#include <sys/types.h>

#include "core/ctx.h"
#include "transport/pci/caps.h"

/* The part that has capabilities. */
#define VI_LIBPCI_CONFIG_SIZE	256

/*
 * What vi_pci_parse() needs of the configuration space of the device at
 * @address ("0000:00:04.0"): the header, and of each capability what it looks
 * at; the rest is 0. A capability's window onto registers is not read, since
 * that would read the register. How much there is, 64 where this user may
 * see no more; or a negative errno.
 */
ssize_t vi_libpci_config(struct vi_ctx *ctx, const char *address,
			 uint8_t config[VI_LIBPCI_CONFIG_SIZE]);

/*
 * Configuration space of a device of this machine, to be written too; only
 * for window_io.c. What is opened for writing is opened when it is first
 * needed. Returns 0 or a negative errno, without a message unless libpci
 * itself is missing.
 */
struct vi_libpci_rw;
int vi_libpci_open_rw(struct vi_ctx *ctx, const char *address,
		      struct vi_libpci_rw **rw);
void vi_libpci_close_rw(struct vi_libpci_rw *rw);
/* 1, 2 or 4 bytes, little-endian, aligned: one access of that width. */
int vi_libpci_read(struct vi_libpci_rw *rw, unsigned int pos, void *bytes,
		   unsigned int len);
int vi_libpci_write(struct vi_libpci_rw *rw, unsigned int pos,
		    const void *bytes, unsigned int len);

#endif
