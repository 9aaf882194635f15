// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names of small numbers. */
#include <stdio.h>
#include <string.h>

#include "core/compiler.h"
#include "spec/names.h"

/* In the order in which a driver sets them (virtio spec 1.4, 2.1, 3.1.1). */
static const struct {
	uint8_t bit;
	const char *name;
} status_bits[] = {
	{ 0, "ACKNOWLEDGE" },
	{ 1, "DRIVER" },
	{ 3, "FEATURES_OK" },
	{ 2, "DRIVER_OK" },
	{ 4, "SUSPEND" },
	{ 6, "DEVICE_NEEDS_RESET" },
	{ 7, "FAILED" },
};

char *vi_status_text(uint32_t status, char *buf, size_t size)
{
	uint32_t rest = status;
	size_t used = 0;
	unsigned int i;

	if (!size)
		return buf;
	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(status_bits); i++) {
		uint32_t bit = UINT32_C(1) << status_bits[i].bit;

		if (!(status & bit))
			continue;
		rest &= ~bit;
		snprintf(buf + used, size - used, "%s%s", used ? "|" : "",
			 status_bits[i].name);
		used = strlen(buf);
	}
	if (rest)
		snprintf(buf + used, size - used, "%s0x%x", used ? "|" : "",
			 rest);
	else if (!status)
		snprintf(buf, size, "0");
	return buf;
}

static const char *const pci_caps[] = {
	[1] = "COMMON_CFG",
	[2] = "NOTIFY_CFG",
	[3] = "ISR_CFG",
	[4] = "DEVICE_CFG",
	[5] = "PCI_CFG",
	[8] = "SHARED_MEMORY_CFG",
	[9] = "VENDOR_CFG",
};

const char *vi_pci_cap_name(uint32_t cfg_type)
{
	return cfg_type < ARRAY_SIZE(pci_caps) ? pci_caps[cfg_type] : NULL;
}
