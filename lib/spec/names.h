/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of small numbers: status bits, PCI structures, administration. */
#ifndef VI_SPEC_NAMES_H
#define VI_SPEC_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* All return NULL for a number that the specification does not name. */

/* One bit of the device status, "DRIVER_OK" for 4 (virtio spec 1.4, 2.1). */
const char *vi_status_bit_name(uint32_t bit);

/* Enough for every status, in vi_status_text(). */
#define VI_STATUS_TEXT_SIZE	128

/*
 * A status in words, in the order in which a driver sets the bits, unknown
 * ones as one hexadecimal number at the end; "0" for a device after reset.
 * What does not fit is cut off. Returns @buf.
 */
char *vi_status_text(uint32_t status, char *buf, size_t size);

/* cfg_type of a virtio PCI capability: "COMMON_CFG" for 1 (spec 4.1.4). */
const char *vi_pci_cap_name(uint32_t cfg_type);

/* Opcode of an administration command (spec 2.12.1). */
const char *vi_admin_opcode_name(uint32_t opcode);

/* Type of a device part (spec 2.14). */
const char *vi_dev_part_name(uint32_t part);

#endif
