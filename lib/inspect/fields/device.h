/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schemas of records in devices. */
#ifndef VI_INSPECT_FIELDS_DEVICE_H
#define VI_INSPECT_FIELDS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "record/schema.h"

struct vi_pci_cap;

extern const struct vi_schema vi_interrupt_schema;	/* struct vi_interrupt */
extern const struct vi_schema vi_capability_schema;	/* struct vi_pci_cap */
extern const struct vi_schema vi_hazard_schema;	/* struct vi_pci_hazard */
extern const struct vi_schema vi_msix_schema;	/* struct vi_pci_msix */

/* Captures may lack it. */
bool vi_knows_cfg_type(const struct vi_pci_cap *cap);

/* "common" for a capability of type 1; "other" for unknown types. */
const char *vi_cap_short_name(uint8_t cfg_type);

#endif
