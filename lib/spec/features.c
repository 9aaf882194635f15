// SPDX-License-Identifier: LGPL-2.1-or-later
/* Feature bits by number and by name (virtio spec 1.4, 2.2 and chapters 5, 6). */
#include <virtio-inspect/inspect.h>

#include "core/compiler.h"
#include "spec/features.h"

#define TRANSPORT	(-1)	/* the same bit on all types */
#define MODERN		false
#define LEGACY		true	/* only without VIRTIO_F_VERSION_1 */

/* Sorted by device type, then bit. */
static const struct feature {
	int16_t device;
	uint8_t bit;
	bool legacy_only;
	const char *name;
} features[] = {
	{ TRANSPORT, 24, LEGACY, "VIRTIO_F_NOTIFY_ON_EMPTY" },
	{ TRANSPORT, 27, LEGACY, "VIRTIO_F_ANY_LAYOUT" },
	{ TRANSPORT, 28, MODERN, "VIRTIO_F_INDIRECT_DESC" },
	{ TRANSPORT, 29, MODERN, "VIRTIO_F_EVENT_IDX" },
	{ TRANSPORT, 30, LEGACY, "UNUSED" },
	{ TRANSPORT, 32, MODERN, "VIRTIO_F_VERSION_1" },
	{ TRANSPORT, 33, MODERN, "VIRTIO_F_ACCESS_PLATFORM" },
	{ TRANSPORT, 34, MODERN, "VIRTIO_F_RING_PACKED" },
	{ TRANSPORT, 35, MODERN, "VIRTIO_F_IN_ORDER" },
	{ TRANSPORT, 36, MODERN, "VIRTIO_F_ORDER_PLATFORM" },
	{ TRANSPORT, 37, MODERN, "VIRTIO_F_SR_IOV" },
	{ TRANSPORT, 38, MODERN, "VIRTIO_F_NOTIFICATION_DATA" },
	{ TRANSPORT, 39, MODERN, "VIRTIO_F_NOTIF_CONFIG_DATA" },
	{ TRANSPORT, 40, MODERN, "VIRTIO_F_RING_RESET" },
	{ TRANSPORT, 41, MODERN, "VIRTIO_F_ADMIN_VQ" },
	{ TRANSPORT, 43, MODERN, "VIRTIO_F_SUSPEND" },

	{ 1, 0, MODERN, "VIRTIO_NET_F_CSUM" },
	{ 1, 1, MODERN, "VIRTIO_NET_F_GUEST_CSUM" },
	{ 1, 2, MODERN, "VIRTIO_NET_F_CTRL_GUEST_OFFLOADS" },
	{ 1, 3, MODERN, "VIRTIO_NET_F_MTU" },
	{ 1, 5, MODERN, "VIRTIO_NET_F_MAC" },
	{ 1, 6, LEGACY, "VIRTIO_NET_F_GSO" },
	{ 1, 7, MODERN, "VIRTIO_NET_F_GUEST_TSO4" },
	{ 1, 8, MODERN, "VIRTIO_NET_F_GUEST_TSO6" },
	{ 1, 9, MODERN, "VIRTIO_NET_F_GUEST_ECN" },
	{ 1, 10, MODERN, "VIRTIO_NET_F_GUEST_UFO" },
	{ 1, 11, MODERN, "VIRTIO_NET_F_HOST_TSO4" },
	{ 1, 12, MODERN, "VIRTIO_NET_F_HOST_TSO6" },
	{ 1, 13, MODERN, "VIRTIO_NET_F_HOST_ECN" },
	{ 1, 14, MODERN, "VIRTIO_NET_F_HOST_UFO" },
	{ 1, 15, MODERN, "VIRTIO_NET_F_MRG_RXBUF" },
	{ 1, 16, MODERN, "VIRTIO_NET_F_STATUS" },
	{ 1, 17, MODERN, "VIRTIO_NET_F_CTRL_VQ" },
	{ 1, 18, MODERN, "VIRTIO_NET_F_CTRL_RX" },
	{ 1, 19, MODERN, "VIRTIO_NET_F_CTRL_VLAN" },
	{ 1, 20, MODERN, "VIRTIO_NET_F_CTRL_RX_EXTRA" },
	{ 1, 21, MODERN, "VIRTIO_NET_F_GUEST_ANNOUNCE" },
	{ 1, 22, MODERN, "VIRTIO_NET_F_MQ" },
	{ 1, 23, MODERN, "VIRTIO_NET_F_CTRL_MAC_ADDR" },
	{ 1, 41, LEGACY, "VIRTIO_NET_F_GUEST_RSC4" },
	{ 1, 42, LEGACY, "VIRTIO_NET_F_GUEST_RSC6" },
	{ 1, 50, MODERN, "VIRTIO_NET_F_DEVICE_STATS" },
	{ 1, 51, MODERN, "VIRTIO_NET_F_HASH_TUNNEL" },
	{ 1, 52, MODERN, "VIRTIO_NET_F_VQ_NOTF_COAL" },
	{ 1, 53, MODERN, "VIRTIO_NET_F_NOTF_COAL" },
	{ 1, 54, MODERN, "VIRTIO_NET_F_GUEST_USO4" },
	{ 1, 55, MODERN, "VIRTIO_NET_F_GUEST_USO6" },
	{ 1, 56, MODERN, "VIRTIO_NET_F_HOST_USO" },
	{ 1, 57, MODERN, "VIRTIO_NET_F_HASH_REPORT" },
	{ 1, 59, MODERN, "VIRTIO_NET_F_GUEST_HDRLEN" },
	{ 1, 60, MODERN, "VIRTIO_NET_F_RSS" },
	{ 1, 61, MODERN, "VIRTIO_NET_F_RSC_EXT" },
	{ 1, 62, MODERN, "VIRTIO_NET_F_STANDBY" },
	{ 1, 63, MODERN, "VIRTIO_NET_F_SPEED_DUPLEX" },
	{ 1, 64, MODERN, "VIRTIO_NET_F_RSS_CONTEXT" },
	{ 1, 65, MODERN, "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO" },
	{ 1, 66, MODERN, "VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM" },
	{ 1, 67, MODERN, "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO" },
	{ 1, 68, MODERN, "VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM" },
	{ 1, 69, MODERN, "VIRTIO_NET_F_OUT_NET_HEADER" },
	{ 1, 70, MODERN, "VIRTIO_NET_F_IPSEC" },

	{ 2, 0, LEGACY, "VIRTIO_BLK_F_BARRIER" },
	{ 2, 1, MODERN, "VIRTIO_BLK_F_SIZE_MAX" },
	{ 2, 2, MODERN, "VIRTIO_BLK_F_SEG_MAX" },
	{ 2, 4, MODERN, "VIRTIO_BLK_F_GEOMETRY" },
	{ 2, 5, MODERN, "VIRTIO_BLK_F_RO" },
	{ 2, 6, MODERN, "VIRTIO_BLK_F_BLK_SIZE" },
	{ 2, 7, LEGACY, "VIRTIO_BLK_F_SCSI" },
	{ 2, 9, MODERN, "VIRTIO_BLK_F_FLUSH" },
	{ 2, 10, MODERN, "VIRTIO_BLK_F_TOPOLOGY" },
	{ 2, 11, MODERN, "VIRTIO_BLK_F_CONFIG_WCE" },
	{ 2, 12, MODERN, "VIRTIO_BLK_F_MQ" },
	{ 2, 13, MODERN, "VIRTIO_BLK_F_DISCARD" },
	{ 2, 14, MODERN, "VIRTIO_BLK_F_WRITE_ZEROES" },
	{ 2, 15, MODERN, "VIRTIO_BLK_F_LIFETIME" },
	{ 2, 16, MODERN, "VIRTIO_BLK_F_SECURE_ERASE" },
	{ 2, 17, MODERN, "VIRTIO_BLK_F_ZONED" },

	{ 3, 0, MODERN, "VIRTIO_CONSOLE_F_SIZE" },
	{ 3, 1, MODERN, "VIRTIO_CONSOLE_F_MULTIPORT" },
	{ 3, 2, MODERN, "VIRTIO_CONSOLE_F_EMERG_WRITE" },

	{ 5, 0, MODERN, "VIRTIO_BALLOON_F_MUST_TELL_HOST" },
	{ 5, 1, MODERN, "VIRTIO_BALLOON_F_STATS_VQ" },
	{ 5, 2, MODERN, "VIRTIO_BALLOON_F_DEFLATE_ON_OOM" },
	{ 5, 3, MODERN, "VIRTIO_BALLOON_F_FREE_PAGE_HINT" },
	{ 5, 4, MODERN, "VIRTIO_BALLOON_F_PAGE_POISON" },
	{ 5, 5, MODERN, "VIRTIO_BALLOON_F_PAGE_REPORTING" },

	{ 8, 0, MODERN, "VIRTIO_SCSI_F_INOUT" },
	{ 8, 1, MODERN, "VIRTIO_SCSI_F_HOTPLUG" },
	{ 8, 2, MODERN, "VIRTIO_SCSI_F_CHANGE" },
	{ 8, 3, MODERN, "VIRTIO_SCSI_F_T10_PI" },

	{ 16, 0, MODERN, "VIRTIO_GPU_F_VIRGL" },
	{ 16, 1, MODERN, "VIRTIO_GPU_F_EDID" },
	{ 16, 2, MODERN, "VIRTIO_GPU_F_RESOURCE_UUID" },
	{ 16, 3, MODERN, "VIRTIO_GPU_F_RESOURCE_BLOB" },
	{ 16, 4, MODERN, "VIRTIO_GPU_F_CONTEXT_INIT" },
	{ 16, 5, MODERN, "VIRTIO_GPU_F_BLOB_ALIGNMENT" },

	{ 17, 0, MODERN, "VIRTIO_RTC_F_ALARM" },

	{ 19, 0, MODERN, "VIRTIO_VSOCK_F_STREAM" },
	{ 19, 1, MODERN, "VIRTIO_VSOCK_F_SEQPACKET" },
	{ 19, 2, MODERN, "VIRTIO_VSOCK_F_NO_IMPLIED_STREAM" },

	{ 20, 0, MODERN, "VIRTIO_CRYPTO_F_REVISION_1" },
	{ 20, 1, MODERN, "VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE" },
	{ 20, 2, MODERN, "VIRTIO_CRYPTO_F_HASH_STATELESS_MODE" },
	{ 20, 3, MODERN, "VIRTIO_CRYPTO_F_MAC_STATELESS_MODE" },
	{ 20, 4, MODERN, "VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE" },
	{ 20, 5, MODERN, "VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE" },

	{ 23, 0, MODERN, "VIRTIO_IOMMU_F_INPUT_RANGE" },
	{ 23, 1, MODERN, "VIRTIO_IOMMU_F_DOMAIN_RANGE" },
	{ 23, 2, MODERN, "VIRTIO_IOMMU_F_MAP_UNMAP" },
	{ 23, 3, MODERN, "VIRTIO_IOMMU_F_BYPASS" },
	{ 23, 4, MODERN, "VIRTIO_IOMMU_F_PROBE" },
	{ 23, 5, MODERN, "VIRTIO_IOMMU_F_MMIO" },
	{ 23, 6, MODERN, "VIRTIO_IOMMU_F_BYPASS_CONFIG" },

	{ 24, 0, MODERN, "VIRTIO_MEM_F_ACPI_PXM" },
	{ 24, 1, MODERN, "VIRTIO_MEM_F_UNPLUGGED_INACCESSIBLE" },
	{ 24, 2, MODERN, "VIRTIO_MEM_F_PERSISTENT_SUSPEND" },

	{ 25, 0, MODERN, "VIRTIO_SND_F_CTLS" },

	{ 26, 0, MODERN, "VIRTIO_FS_F_NOTIFICATION" },

	{ 27, 0, MODERN, "VIRTIO_PMEM_F_SHMEM_REGION" },

	{ 32, 0, MODERN, "VIRTIO_SCMI_F_P2A_CHANNELS" },
	{ 32, 1, MODERN, "VIRTIO_SCMI_F_SHARED_MEMORY" },

	{ 34, 0, MODERN, "VIRTIO_I2C_F_ZERO_LENGTH_REQUEST" },

	{ 36, 0, MODERN, "VIRTIO_CAN_F_CAN_CLASSIC" },
	{ 36, 1, MODERN, "VIRTIO_CAN_F_CAN_FD" },
	{ 36, 2, MODERN, "VIRTIO_CAN_F_RTR_FRAMES" },
	{ 36, 3, MODERN, "VIRTIO_CAN_F_LATE_TX_ACK" },

	{ 41, 0, MODERN, "VIRTIO_GPIO_F_IRQ" },
};

static const struct feature *find_row(int device, unsigned int bit)
{
	size_t low = 0, high = ARRAY_SIZE(features);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct feature *row = &features[mid];

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
VI_EXPORT const char *vi_feature_name(uint32_t device, unsigned int bit)
{
	const struct feature *own = find_row(device_key(device), bit);
	const struct feature *all = find_row(TRANSPORT, bit);

	if (!own || (all && own->legacy_only && !all->legacy_only))
		own = all;
	return own ? own->name : NULL;
}
