// SPDX-License-Identifier: LGPL-2.1-or-later
/* Feature bits by number and by name (virtio spec 1.4, 2.2 and chapters 5, 6). */
#include <errno.h>
#include <string.h>

#include <virtio-inspect/inspect.h>

#include "core/compiler.h"
#include "spec/features.h"
#include "spec/fold.h"

#define TRANSPORT	VI_FEATURE_TRANSPORT
#define MODERN		false
#define LEGACY		true

/* Sorted by device, then bit. */
static const struct vi_feature_info features[] = {
	{ TRANSPORT, 24, LEGACY, "VIRTIO_F_NOTIFY_ON_EMPTY", "1.0" },
	{ TRANSPORT, 27, LEGACY, "VIRTIO_F_ANY_LAYOUT", "1.0" },
	{ TRANSPORT, 28, MODERN, "VIRTIO_F_INDIRECT_DESC", "1.0" },
	{ TRANSPORT, 29, MODERN, "VIRTIO_F_EVENT_IDX", "1.0" },
	{ TRANSPORT, 30, LEGACY, "UNUSED", "1.0" },
	{ TRANSPORT, 32, MODERN, "VIRTIO_F_VERSION_1", "1.0" },
	{ TRANSPORT, 33, MODERN, "VIRTIO_F_ACCESS_PLATFORM", "1.1" },
	{ TRANSPORT, 34, MODERN, "VIRTIO_F_RING_PACKED", "1.1" },
	{ TRANSPORT, 35, MODERN, "VIRTIO_F_IN_ORDER", "1.1" },
	{ TRANSPORT, 36, MODERN, "VIRTIO_F_ORDER_PLATFORM", "1.1" },
	{ TRANSPORT, 37, MODERN, "VIRTIO_F_SR_IOV", "1.1" },
	{ TRANSPORT, 38, MODERN, "VIRTIO_F_NOTIFICATION_DATA", "1.1" },
	{ TRANSPORT, 39, MODERN, "VIRTIO_F_NOTIF_CONFIG_DATA", "1.2" },
	{ TRANSPORT, 40, MODERN, "VIRTIO_F_RING_RESET", "1.2" },
	{ TRANSPORT, 41, MODERN, "VIRTIO_F_ADMIN_VQ", "1.3" },
	{ TRANSPORT, 43, MODERN, "VIRTIO_F_SUSPEND", "1.4" },

	{ 1, 0, MODERN, "VIRTIO_NET_F_CSUM", "1.0" },
	{ 1, 1, MODERN, "VIRTIO_NET_F_GUEST_CSUM", "1.0" },
	{ 1, 2, MODERN, "VIRTIO_NET_F_CTRL_GUEST_OFFLOADS", "1.0" },
	{ 1, 3, MODERN, "VIRTIO_NET_F_MTU", "1.1" },
	{ 1, 5, MODERN, "VIRTIO_NET_F_MAC", "1.0" },
	{ 1, 6, LEGACY, "VIRTIO_NET_F_GSO", "1.0" },
	{ 1, 7, MODERN, "VIRTIO_NET_F_GUEST_TSO4", "1.0" },
	{ 1, 8, MODERN, "VIRTIO_NET_F_GUEST_TSO6", "1.0" },
	{ 1, 9, MODERN, "VIRTIO_NET_F_GUEST_ECN", "1.0" },
	{ 1, 10, MODERN, "VIRTIO_NET_F_GUEST_UFO", "1.0" },
	{ 1, 11, MODERN, "VIRTIO_NET_F_HOST_TSO4", "1.0" },
	{ 1, 12, MODERN, "VIRTIO_NET_F_HOST_TSO6", "1.0" },
	{ 1, 13, MODERN, "VIRTIO_NET_F_HOST_ECN", "1.0" },
	{ 1, 14, MODERN, "VIRTIO_NET_F_HOST_UFO", "1.0" },
	{ 1, 15, MODERN, "VIRTIO_NET_F_MRG_RXBUF", "1.0" },
	{ 1, 16, MODERN, "VIRTIO_NET_F_STATUS", "1.0" },
	{ 1, 17, MODERN, "VIRTIO_NET_F_CTRL_VQ", "1.0" },
	{ 1, 18, MODERN, "VIRTIO_NET_F_CTRL_RX", "1.0" },
	{ 1, 19, MODERN, "VIRTIO_NET_F_CTRL_VLAN", "1.0" },
	{ 1, 20, MODERN, "VIRTIO_NET_F_CTRL_RX_EXTRA", "1.0" },
	{ 1, 21, MODERN, "VIRTIO_NET_F_GUEST_ANNOUNCE", "1.0" },
	{ 1, 22, MODERN, "VIRTIO_NET_F_MQ", "1.0" },
	{ 1, 23, MODERN, "VIRTIO_NET_F_CTRL_MAC_ADDR", "1.0" },
	{ 1, 41, LEGACY, "VIRTIO_NET_F_GUEST_RSC4", "1.1" },
	{ 1, 42, LEGACY, "VIRTIO_NET_F_GUEST_RSC6", "1.1" },
	{ 1, 50, MODERN, "VIRTIO_NET_F_DEVICE_STATS", "1.4" },
	{ 1, 51, MODERN, "VIRTIO_NET_F_HASH_TUNNEL", "1.3" },
	{ 1, 52, MODERN, "VIRTIO_NET_F_VQ_NOTF_COAL", "1.3" },
	{ 1, 53, MODERN, "VIRTIO_NET_F_NOTF_COAL", "1.3" },
	{ 1, 54, MODERN, "VIRTIO_NET_F_GUEST_USO4", "1.3" },
	{ 1, 55, MODERN, "VIRTIO_NET_F_GUEST_USO6", "1.3" },
	{ 1, 56, MODERN, "VIRTIO_NET_F_HOST_USO", "1.2" },
	{ 1, 57, MODERN, "VIRTIO_NET_F_HASH_REPORT", "1.2" },
	{ 1, 59, MODERN, "VIRTIO_NET_F_GUEST_HDRLEN", "1.2" },
	{ 1, 60, MODERN, "VIRTIO_NET_F_RSS", "1.2" },
	{ 1, 61, MODERN, "VIRTIO_NET_F_RSC_EXT", "1.1" },
	{ 1, 62, MODERN, "VIRTIO_NET_F_STANDBY", "1.1" },
	{ 1, 63, MODERN, "VIRTIO_NET_F_SPEED_DUPLEX", "1.2" },
	{ 1, 64, MODERN, "VIRTIO_NET_F_RSS_CONTEXT", "1.4" },
	{ 1, 65, MODERN, "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO", "1.4" },
	{ 1, 66, MODERN, "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM", "1.4" },
	{ 1, 67, MODERN, "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO", "1.4" },
	{ 1, 68, MODERN, "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM", "1.4" },
	{ 1, 69, MODERN, "VIRTIO_NET_F_OUT_NET_HEADER", "1.4" },
	{ 1, 70, MODERN, "VIRTIO_NET_F_IPSEC", "1.4" },

	{ 2, 0, LEGACY, "VIRTIO_BLK_F_BARRIER", "1.0" },
	{ 2, 1, MODERN, "VIRTIO_BLK_F_SIZE_MAX", "1.0" },
	{ 2, 2, MODERN, "VIRTIO_BLK_F_SEG_MAX", "1.0" },
	{ 2, 4, MODERN, "VIRTIO_BLK_F_GEOMETRY", "1.0" },
	{ 2, 5, MODERN, "VIRTIO_BLK_F_RO", "1.0" },
	{ 2, 6, MODERN, "VIRTIO_BLK_F_BLK_SIZE", "1.0" },
	{ 2, 7, LEGACY, "VIRTIO_BLK_F_SCSI", "1.0" },
	{ 2, 9, MODERN, "VIRTIO_BLK_F_FLUSH", "1.0" },
	{ 2, 10, MODERN, "VIRTIO_BLK_F_TOPOLOGY", "1.0" },
	{ 2, 11, MODERN, "VIRTIO_BLK_F_CONFIG_WCE", "1.0" },
	{ 2, 12, MODERN, "VIRTIO_BLK_F_MQ", "1.2" },
	{ 2, 13, MODERN, "VIRTIO_BLK_F_DISCARD", "1.1" },
	{ 2, 14, MODERN, "VIRTIO_BLK_F_WRITE_ZEROES", "1.1" },
	{ 2, 15, MODERN, "VIRTIO_BLK_F_LIFETIME", "1.2" },
	{ 2, 16, MODERN, "VIRTIO_BLK_F_SECURE_ERASE", "1.2" },
	{ 2, 17, MODERN, "VIRTIO_BLK_F_ZONED", "1.3" },

	{ 3, 0, MODERN, "VIRTIO_CONSOLE_F_SIZE", "1.0" },
	{ 3, 1, MODERN, "VIRTIO_CONSOLE_F_MULTIPORT", "1.0" },
	{ 3, 2, MODERN, "VIRTIO_CONSOLE_F_EMERG_WRITE", "1.0" },

	{ 5, 0, MODERN, "VIRTIO_BALLOON_F_MUST_TELL_HOST", "1.0" },
	{ 5, 1, MODERN, "VIRTIO_BALLOON_F_STATS_VQ", "1.0" },
	{ 5, 2, MODERN, "VIRTIO_BALLOON_F_DEFLATE_ON_OOM", "1.0" },
	{ 5, 3, MODERN, "VIRTIO_BALLOON_F_FREE_PAGE_HINT", "1.2" },
	{ 5, 4, MODERN, "VIRTIO_BALLOON_F_PAGE_POISON", "1.2" },
	{ 5, 5, MODERN, "VIRTIO_BALLOON_F_PAGE_REPORTING", "1.2" },

	{ 8, 0, MODERN, "VIRTIO_SCSI_F_INOUT", "1.0" },
	{ 8, 1, MODERN, "VIRTIO_SCSI_F_HOTPLUG", "1.0" },
	{ 8, 2, MODERN, "VIRTIO_SCSI_F_CHANGE", "1.0" },
	{ 8, 3, MODERN, "VIRTIO_SCSI_F_T10_PI", "1.0" },

	{ 16, 0, MODERN, "VIRTIO_GPU_F_VIRGL", "1.1" },
	{ 16, 1, MODERN, "VIRTIO_GPU_F_EDID", "1.1" },
	{ 16, 2, MODERN, "VIRTIO_GPU_F_RESOURCE_UUID", "1.2" },
	{ 16, 3, MODERN, "VIRTIO_GPU_F_RESOURCE_BLOB", "1.2" },
	{ 16, 4, MODERN, "VIRTIO_GPU_F_CONTEXT_INIT", "1.2" },
	{ 16, 5, MODERN, "VIRTIO_GPU_F_BLOB_ALIGNMENT", "1.4" },

	{ 17, 0, MODERN, "VIRTIO_RTC_F_ALARM", "1.4" },

	{ 19, 0, MODERN, "VIRTIO_VSOCK_F_STREAM", "1.2" },
	{ 19, 1, MODERN, "VIRTIO_VSOCK_F_SEQPACKET", "1.2" },
	{ 19, 2, MODERN, "VIRTIO_VSOCK_F_NO_IMPLIED_STREAM", "1.3" },

	{ 20, 0, MODERN, "VIRTIO_CRYPTO_F_REVISION_1", "1.1" },
	{ 20, 1, MODERN, "VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE", "1.1" },
	{ 20, 2, MODERN, "VIRTIO_CRYPTO_F_HASH_STATELESS_MODE", "1.1" },
	{ 20, 3, MODERN, "VIRTIO_CRYPTO_F_MAC_STATELESS_MODE", "1.1" },
	{ 20, 4, MODERN, "VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE", "1.1" },
	{ 20, 5, MODERN, "VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE", "1.3" },

	{ 23, 0, MODERN, "VIRTIO_IOMMU_F_INPUT_RANGE", "1.2" },
	{ 23, 1, MODERN, "VIRTIO_IOMMU_F_DOMAIN_RANGE", "1.2" },
	{ 23, 2, MODERN, "VIRTIO_IOMMU_F_MAP_UNMAP", "1.2" },
	{ 23, 3, MODERN, "VIRTIO_IOMMU_F_BYPASS", "1.2" },
	{ 23, 4, MODERN, "VIRTIO_IOMMU_F_PROBE", "1.2" },
	{ 23, 5, MODERN, "VIRTIO_IOMMU_F_MMIO", "1.2" },
	{ 23, 6, MODERN, "VIRTIO_IOMMU_F_BYPASS_CONFIG", "1.2" },

	{ 24, 0, MODERN, "VIRTIO_MEM_F_ACPI_PXM", "1.2" },
	{ 24, 1, MODERN, "VIRTIO_MEM_F_UNPLUGGED_INACCESSIBLE", "1.2" },
	{ 24, 2, MODERN, "VIRTIO_MEM_F_PERSISTENT_SUSPEND", "1.4" },

	{ 25, 0, MODERN, "VIRTIO_SND_F_CTLS", "1.3" },

	{ 26, 0, MODERN, "VIRTIO_FS_F_NOTIFICATION", "1.2" },

	{ 27, 0, MODERN, "VIRTIO_PMEM_F_SHMEM_REGION", "1.2" },

	{ 32, 0, MODERN, "VIRTIO_SCMI_F_P2A_CHANNELS", "1.2" },
	{ 32, 1, MODERN, "VIRTIO_SCMI_F_SHARED_MEMORY", "1.2" },

	{ 34, 0, MODERN, "VIRTIO_I2C_F_ZERO_LENGTH_REQUEST", "1.2" },

	{ 36, 0, MODERN, "VIRTIO_CAN_F_CAN_CLASSIC", "1.4" },
	{ 36, 1, MODERN, "VIRTIO_CAN_F_CAN_FD", "1.4" },
	{ 36, 2, MODERN, "VIRTIO_CAN_F_RTR_FRAMES", "1.4" },
	{ 36, 3, MODERN, "VIRTIO_CAN_F_LATE_TX_ACK", "1.4" },

	{ 41, 0, MODERN, "VIRTIO_GPIO_F_IRQ", "1.2" },
};

/* Rows sorted by device, then by the part of the name after _F_. */
static const uint8_t by_name[] = {
	6, 14, 1, 3, 8, 2, 12, 11, 0, 9, 7, 13, 10, 15, 4, 5, 16, 18,
	38, 33, 35, 34, 32, 41, 21, 36, 17, 24, 49, 39, 40, 22, 23, 55,
	56, 25, 45, 46, 48, 42, 28, 26, 27, 57, 58, 29, 47, 60, 20, 37,
	30, 19, 44, 59, 51, 50, 54, 53, 52, 31, 43, 61, 66, 70, 72, 68,
	64, 74, 71, 65, 67, 75, 63, 62, 69, 73, 76, 79, 78, 77, 82, 83,
	80, 84, 85, 81, 88, 87, 86, 89, 95, 94, 91, 93, 92, 90, 96, 99,
	98, 97, 104, 105, 101, 102, 103, 100, 109, 112, 107, 106, 108,
	111, 110, 113, 115, 114, 116, 117, 118, 119, 120, 121, 122, 123,
	125, 124, 126,
};

static const struct vi_feature_info *find_row(int device, unsigned int bit)
{
	size_t low = 0, high = ARRAY_SIZE(features);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct vi_feature_info *row = &features[mid];

		if (row->device == device && row->bit == bit)
			return row;
		if (row->device < device ||
		    (row->device == device && row->bit < bit))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* No device type is as large as this one; so the transport's bits are left. */
static int device_key(uint32_t device)
{
	return device < INT16_MAX ? (int)device : INT16_MAX;
}

/*
 * Bits 41 and 42 of a network device are the one place where two rows meet:
 * the legacy reading cannot be negotiated by a legacy driver, which has bits
 * 0 to 31 only, so the modern one is what is meant.
 */
const struct vi_feature_info *vi_feature_find(uint32_t device, unsigned int bit)
{
	const struct vi_feature_info *own = find_row(device_key(device), bit);
	const struct vi_feature_info *all = find_row(TRANSPORT, bit);

	if (!own)
		return all;
	return all && own->legacy_only && !all->legacy_only ? all : own;
}

VI_EXPORT const char *vi_feature_name(uint32_t device, unsigned int bit)
{
	const struct vi_feature_info *row = vi_feature_find(device, bit);

	return row ? row->name : NULL;
}

/* "VIRTIO_NET_F_MQ" -> "MQ"; a name without _F_ stays whole. */
static const char *short_name(const struct vi_feature_info *row)
{
	const char *p = strstr(row->name, "_F_");

	return p ? p + 3 : row->name;
}

static const struct vi_feature_info *find_short(int device, const char *name)
{
	size_t low = 0, high = ARRAY_SIZE(by_name);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct vi_feature_info *row = &features[by_name[mid]];
		int cmp = device - row->device;

		if (!cmp)
			cmp = vi_fold_cmp(name, short_name(row));
		if (!cmp)
			return row;
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/* Past "F_" or "NET_F_"; @name itself where there is no such thing. */
static const char *skip_prefix(const char *name)
{
	const char *p;

	if (vi_fold_skip(name, "f_") != name)
		return name + 2;
	for (p = name; *p; p++) {
		if (vi_fold_skip(p, "_f_") != p)
			return p + 3;
	}
	return name;
}

int vi_feature_bit(uint32_t device, const char *name)
{
	int scope[2] = { device_key(device), TRANSPORT };
	const char *full, *part;
	unsigned int i;

	if (!name)
		return -EINVAL;
	full = vi_fold_skip(name, "VIRTIO_");
	part = skip_prefix(full);
	for (i = 0; i < ARRAY_SIZE(scope); i++) {
		const struct vi_feature_info *row = find_short(scope[i], part);

		if (!row)
			continue;
		/* A prefix that was given must be the right one. */
		if (part == full ||
		    !vi_fold_cmp(full, vi_fold_skip(row->name, "VIRTIO_")))
			return row->bit;
	}
	return -ENOENT;
}

const struct vi_feature_info *vi_feature_next(const struct vi_feature_info *prev)
{
	const struct vi_feature_info *row = prev ? prev + 1 : features;

	return row < features + ARRAY_SIZE(features) ? row : NULL;
}
