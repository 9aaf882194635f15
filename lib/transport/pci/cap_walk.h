/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which bytes of a PCI device's configuration space may be read. */
#ifndef VI_TRANSPORT_PCI_CAP_WALK_H
#define VI_TRANSPORT_PCI_CAP_WALK_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of configuration space; false: not to be had. */
typedef bool (*vi_pci_read_fn)(void *data, unsigned int pos, uint8_t *buf,
			       unsigned int len);

/*
 * Read what vi_pci_parse() looks at into @config, of 256 bytes; all others
 * are 0. Never reads pci_cfg_data, the window of a PCI_CFG capability (spec
 * 4.1.4.9): what it was left aimed at may be a register that changes when it
 * is read. 256; 64 when there is no more to be had; -EIO when there is less.
 */
int vi_pci_walk(uint8_t config[256], vi_pci_read_fn read, void *data);

#endif
