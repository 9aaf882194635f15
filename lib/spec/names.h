/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of small numbers: status bits, PCI structures. */
#ifndef VI_SPEC_NAMES_H
#define VI_SPEC_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Enough for every status, in vi_status_text(). */
#define VI_STATUS_TEXT_SIZE	128

/*
 * A status in words, in the order in which a driver sets the bits, unknown
 * ones as one hexadecimal number at the end; "0" for a device after reset.
 * What does not fit is cut off. Returns @buf.
 */
char *vi_status_text(uint32_t status, char *buf, size_t size);

/* cfg_type of a virtio PCI capability: "COMMON_CFG" for 1 (spec 4.1.4); NULL for
 * one that the specification does not name. */
const char *vi_pci_cap_name(uint32_t cfg_type);

#endif
