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

/*
 * @name:      how tools call the type, on the command line and in JSON.
 * @title:     for people.
 * @macro:     its name in <linux/virtio_ids.h>; NULL: it has none there.
 * @pci_transitional: 0: there is no such device.
 * @specified: the specification has a section on it. Otherwise the number is
 *             reserved and no more is known.
 */
struct vi_id_info {
	uint32_t id;
	const char *name;
	const char *title;
	const char *macro;
	uint16_t pci_modern;
	uint16_t pci_transitional;
	bool specified;
};

/* All return NULL for what is not in the table; id 0 is no device type. */
const struct vi_id_info *vi_id_find(uint32_t id);

/* By name or macro; case does not matter, nor does - or _. */
const struct vi_id_info *vi_id_find_name(const char *name);

/* By PCI device id, modern or transitional. */
const struct vi_id_info *vi_id_from_pci(uint16_t pci_device);

/* In the order of ids: NULL begins, NULL ends. */
const struct vi_id_info *vi_id_next(const struct vi_id_info *prev);

#endif
