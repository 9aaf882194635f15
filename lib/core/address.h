/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device addresses and aliases in the notation of Linux. */
#ifndef VI_CORE_ADDRESS_H
#define VI_CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "ffffffff:ff:1f.7" and its NUL. */
#define VI_PCI_ADDRESS_SIZE	17

/* Normalize "0000:00:04.0", or "00:04.0" in domain 0. 0 or -EINVAL. */
int vi_pci_address(const char *s, char address[VI_PCI_ADDRESS_SIZE]);

/* Parse into domain, bus, device and function; range-checked. 0 or -EINVAL. */
int vi_pci_address_parse(const char *s, uint32_t part[4]);

/* Is @s an s390 channel device address such as "0.0.0007"? */
bool vi_is_ccw_address(const char *s);

/* Parse the base address in "a003e00.virtio_mmio". 0 or -EINVAL. */
int vi_mmio_name(const char *s, uint64_t *base);

/* Parse the alias of a virtio device, "virtio:d00000002v00001AF4". */
bool vi_modalias_parse(const char *s, uint32_t *device, uint32_t *vendor);

#endif
