/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of devices, as Linux writes them in names. */
#ifndef VI_CORE_ADDRESS_H
#define VI_CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "ffffffff:ff:1f.7", NUL. */
#define VI_PCI_ADDRESS_SIZE	17

/*
 * "0000:00:04.0", or "00:04.0" in domain 0, as Linux writes it. 0 or -EINVAL.
 */
int vi_pci_address(const char *s, char address[VI_PCI_ADDRESS_SIZE]);

/* The parts of it, checked. */
int vi_pci_address_parse(const char *s, uint32_t part[4]);

/* "0.0.0007" */
bool vi_is_ccw_address(const char *s);

/* "a003e00.virtio_mmio": a node of a device tree, by its address. */
int vi_mmio_name(const char *s, uint64_t *base);

#endif
