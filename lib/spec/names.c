// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names of small numbers; all tables are indexed by the number itself. */
#include <stdio.h>
#include <string.h>

#include "core/compiler.h"
#include "spec/names.h"

static const char *at(const char *const *table, size_t n, uint32_t i)
{
	return i < n ? table[i] : NULL;
}

/*
 * By the number of the bit. FEATURES_OK is bit 3 and DRIVER_OK bit 2, but
 * set the other way round (virtio spec 1.4, 3.1.1), so they are shown so.
 */
static const char *const status_bits[] = {
	[0] = "ACKNOWLEDGE",
	[1] = "DRIVER",
	[2] = "DRIVER_OK",
	[3] = "FEATURES_OK",
	[4] = "SUSPEND",
	[6] = "DEVICE_NEEDS_RESET",
	[7] = "FAILED",
};

static const uint8_t status_order[] = { 0, 1, 3, 2, 4, 6, 7 };

const char *vi_status_bit_name(uint32_t bit)
{
	if (!bit || bit & (bit - 1))
		return NULL;
	return at(status_bits, ARRAY_SIZE(status_bits),
		  (uint32_t)__builtin_ctz(bit));
}

char *vi_status_text(uint32_t status, char *buf, size_t size)
{
	uint32_t rest = status;
	size_t used = 0;
	unsigned int i;

	if (!size)
		return buf;
	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(status_order); i++) {
		uint32_t bit = UINT32_C(1) << status_order[i];

		if (!(status & bit))
			continue;
		rest &= ~bit;
		snprintf(buf + used, size - used, "%s%s", used ? "|" : "",
			 status_bits[status_order[i]]);
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
	return at(pci_caps, ARRAY_SIZE(pci_caps), cfg_type);
}

static const char *const admin_opcodes[] = {
	[0x00] = "VIRTIO_ADMIN_CMD_LIST_QUERY",
	[0x01] = "VIRTIO_ADMIN_CMD_LIST_USE",
	[0x02] = "VIRTIO_ADMIN_CMD_LEGACY_COMMON_CFG_WRITE",
	[0x03] = "VIRTIO_ADMIN_CMD_LEGACY_COMMON_CFG_READ",
	[0x04] = "VIRTIO_ADMIN_CMD_LEGACY_DEV_CFG_WRITE",
	[0x05] = "VIRTIO_ADMIN_CMD_LEGACY_DEV_CFG_READ",
	[0x06] = "VIRTIO_ADMIN_CMD_LEGACY_NOTIFY_INFO",
	[0x07] = "VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY",
	[0x08] = "VIRTIO_ADMIN_CMD_DEVICE_CAP_GET",
	[0x09] = "VIRTIO_ADMIN_CMD_DRIVER_CAP_SET",
	[0x0a] = "VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE",
	[0x0b] = "VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY",
	[0x0c] = "VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY",
	[0x0d] = "VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY",
	[0x0e] = "VIRTIO_ADMIN_CMD_DEV_PARTS_METADATA_GET",
	[0x0f] = "VIRTIO_ADMIN_CMD_DEV_PARTS_GET",
	[0x10] = "VIRTIO_ADMIN_CMD_DEV_PARTS_SET",
	[0x11] = "VIRTIO_ADMIN_CMD_DEV_MODE_SET",
};

const char *vi_admin_opcode_name(uint32_t opcode)
{
	return at(admin_opcodes, ARRAY_SIZE(admin_opcodes), opcode);
}

#define DEV_PART_FIRST	0x100

static const char *const dev_parts[] = {
	[0x100 - DEV_PART_FIRST] = "VIRTIO_DEV_PART_DEV_FEATURES",
	[0x101 - DEV_PART_FIRST] = "VIRTIO_DEV_PART_DRV_FEATURES",
	[0x102 - DEV_PART_FIRST] = "VIRTIO_DEV_PART_PCI_COMMON_CFG",
	[0x103 - DEV_PART_FIRST] = "VIRTIO_DEV_PART_DEVICE_STATUS",
	[0x104 - DEV_PART_FIRST] = "VIRTIO_DEV_PART_VQ_CFG",
	[0x105 - DEV_PART_FIRST] = "VIRTIO_DEV_PART_VQ_NOTIFY_CFG",
};

const char *vi_dev_part_name(uint32_t part)
{
	return part >= DEV_PART_FIRST ?
	       at(dev_parts, ARRAY_SIZE(dev_parts), part - DEV_PART_FIRST) : NULL;
}
