/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes of a PCI device's configuration space that are safe to read. */
#ifndef VI_TRANSPORT_PCI_CAP_WALK_H
#define VI_TRANSPORT_PCI_CAP_WALK_H

#include <stdbool.h>
#include <stdint.h>

/* Read bytes of configuration space; false: not readable. */
typedef bool (*vi_pci_read_fn)(void *data, unsigned int pos, uint8_t *buf,
			       unsigned int len);

/*
 * Read the bytes that vi_pci_parse() needs into @config, of 256 bytes; the
 * others are 0. Never reads pci_cfg_data, the window of a PCI_CFG capability
 * (spec 4.1.4.9): it may be aimed at a register whose value changes when read.
 * Returns 256; 64 if only the header is readable; -EIO if less is.
 */
int vi_pci_walk(uint8_t config[256], vi_pci_read_fn read, void *data);

#endif
