/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device types (virtio spec 1.4, chapter 5). */
#ifndef VI_SPEC_IDS_H
#define VI_SPEC_IDS_H

#include <stdbool.h>
#include <stdint.h>

/* PCI device ids of virtio devices (spec 4.1.2); the vendor is 0x1af4. */
#define VI_PCI_VENDOR_ID	0x1af4
#define VI_PCI_DEVICE_FIRST	0x1000
#define VI_PCI_MODERN_BASE	0x1040
#define VI_PCI_DEVICE_LAST	0x107f

static inline bool vi_pci_is_virtio(uint64_t vendor, uint64_t device)
{
	return vendor == VI_PCI_VENDOR_ID && device >= VI_PCI_DEVICE_FIRST &&
	       device <= VI_PCI_DEVICE_LAST;
}

#endif
