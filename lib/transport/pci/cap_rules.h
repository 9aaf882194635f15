/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interface between caps.c, which walks and decodes, and the rules. */
#ifndef VI_TRANSPORT_PCI_CAP_RULES_H
#define VI_TRANSPORT_PCI_CAP_RULES_H

#include "core/compiler.h"
#include "transport/pci/caps.h"

/* End of the part of configuration space that holds capabilities. */
#define VI_PCI_CAPS_END	256

VI_PRINTF(5, 6)
void vi_pci_add_hazard(struct vi_pci_config *out, const char *code,
		       char severity, unsigned int pos, const char *fmt, ...);

bool vi_pci_type_known(uint8_t cfg_type);

/*
 * Minimum of cap_len. Vendor data is 6 bytes padded to 8 (4.1.4.8); a reserved
 * type is only known to have a cfg_type.
 */
unsigned int vi_pci_min_cap_len(uint8_t cfg_type);

/* Apply all rules to @cap, the last capability in @out, and set its state. */
void vi_pci_judge(const struct vi_pci_input *in, struct vi_pci_config *out,
		  struct vi_pci_cap *cap);

#endif
