/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI configuration space through libpci, which is opened on demand. */
#ifndef VI_ACCESS_PCI_LIBPCI_H
#define VI_ACCESS_PCI_LIBPCI_H

#include <sys/types.h>

#include "core/ctx.h"
#include "transport/pci/caps.h"

/* The part that contains capabilities. */
#define VI_LIBPCI_CONFIG_SIZE	256

/*
 * Read what vi_pci_parse() needs from the configuration space of the device at
 * @address ("0000:00:04.0"): the header and the capabilities' contents; the
 * rest is 0. Skips the window onto registers, as reading it would read a
 * register. The number of valid bytes, 64 for unprivileged users, or a negative
 * errno.
 */
ssize_t vi_libpci_config(struct vi_ctx *ctx, const char *address,
			 uint8_t config[VI_LIBPCI_CONFIG_SIZE]);

/*
 * Configuration space of a local device, writable; only for window_io.c. Opens
 * files for writing on first use. 0 or a negative errno, without a message
 * unless libpci itself is missing.
 */
struct vi_libpci_rw;
int vi_libpci_open_rw(struct vi_ctx *ctx, const char *address,
		      struct vi_libpci_rw **rw);
void vi_libpci_close_rw(struct vi_libpci_rw *rw);
/* Access 1, 2 or 4 aligned bytes, little-endian, in one access. */
int vi_libpci_read(struct vi_libpci_rw *rw, unsigned int pos, void *bytes,
		   unsigned int len);
int vi_libpci_write(struct vi_libpci_rw *rw, unsigned int pos,
		    const void *bytes, unsigned int len);

#endif
