// SPDX-License-Identifier: LGPL-2.1-or-later
/* Names of the kernel's structures and members, including former names. */
#include <errno.h>
#include <string.h>

#include "access/kernel/layout.h"

#define MAX_NAMES	3

static const struct {
	const char *type;
	const char *paths[MAX_NAMES];	/* the first that exists counts */
	bool optional;
} members[VI_K_MEMBERS] = {
	[VI_K_LIST_NEXT]	= { "list_head", { "next" }, false },
	/* Up to 6.2; later kernels need a search of all buses. */
	[VI_K_BUS_P]		= { "bus_type", { "p" }, true },
	[VI_K_SUBSYS_BUS]	= { "subsys_private", { "bus" }, false },
	[VI_K_SUBSYS_KOBJ]	= { "subsys_private", { "subsys.kobj" }, false },
	[VI_K_SUBSYS_DEVICES]	= { "subsys_private", { "klist_devices.k_list" }, false },
	[VI_K_KSET_LIST]	= { "kset", { "list" }, false },
	[VI_K_KOBJ_ENTRY]	= { "kobject", { "entry" }, false },
	[VI_K_KNODE_NODE]	= { "klist_node", { "n_node" }, false },
	[VI_K_DEVP_BUS]		= { "device_private", { "knode_bus" }, false },
	[VI_K_DEVP_DEVICE]	= { "device_private", { "device" }, false },
	[VI_K_DEV_PARENT]	= { "device", { "parent" }, false },
	[VI_K_DEV_NAME]		= { "device", { "kobj.name" }, false },
	/* Memory that the device's data goes through, if it must. */
	[VI_K_DEV_SWIOTLB]	= { "device", { "dma_io_tlb_mem" }, true },
	[VI_K_TLB_FORCE]	= { "io_tlb_mem", { "force_bounce" }, true },
	[VI_K_VDEV_DEV]		= { "virtio_device", { "dev" }, false },
	[VI_K_VDEV_INDEX]	= { "virtio_device", { "index" }, false },
	[VI_K_VDEV_DEVICE]	= { "virtio_device", { "id.device" }, false },
	[VI_K_VDEV_VENDOR]	= { "virtio_device", { "id.vendor" }, false },
	/* 128 bits, under another name, since 6.16. */
	[VI_K_VDEV_FEATURES]	= { "virtio_device", { "features_array", "features" }, false },
	[VI_K_VDEV_VQS]		= { "virtio_device", { "vqs" }, false },
	[VI_K_VDEV_FAILED]	= { "virtio_device", { "failed" }, true },
	/* Not in 6.1. */
	[VI_K_VDEV_CONFIG_OFF]	= { "virtio_device", { "config_driver_disabled" }, true },
	[VI_K_VDEV_CONFIG_PENDING] = { "virtio_device", { "config_change_pending" }, true },
	/* Of a transport that maps buffers itself: since 6.18. */
	[VI_K_VDEV_MAP]		= { "virtio_device", { "map" }, true },
	[VI_K_VQ_LIST]		= { "virtqueue", { "list" }, false },
	[VI_K_VQ_CALLBACK]	= { "virtqueue", { "callback" }, false },
	[VI_K_VQ_NAME]		= { "virtqueue", { "name" }, false },
	[VI_K_VQ_INDEX]		= { "virtqueue", { "index" }, false },
	[VI_K_VQ_NUM_FREE]	= { "virtqueue", { "num_free" }, false },
	[VI_K_VQ_NUM_MAX]	= { "virtqueue", { "num_max" }, true },
	[VI_K_VQ_RESET]		= { "virtqueue", { "reset" }, true },
	[VI_K_VR_VQ]		= { "vring_virtqueue", { "vq" }, false },
	[VI_K_VR_PACKED]	= { "vring_virtqueue", { "packed_ring" }, true },
	/* Since 7.0, which has four layouts. */
	[VI_K_VR_LAYOUT]	= { "vring_virtqueue", { "layout" }, true },
	[VI_K_VR_BROKEN]	= { "vring_virtqueue", { "broken" }, false },
	[VI_K_VR_FREE_HEAD]	= { "vring_virtqueue", { "free_head" }, false },
	[VI_K_VR_NUM_ADDED]	= { "vring_virtqueue", { "num_added" }, false },
	[VI_K_VR_LAST_USED]	= { "vring_virtqueue", { "last_used_idx" }, false },
	[VI_K_VR_EVENT_TRIGGERED] = { "vring_virtqueue", { "event_triggered" }, true },
	/* IN_ORDER, since 7.0. */
	[VI_K_VR_BATCH_ID]	= { "vring_virtqueue", { "batch_last.id" }, true },
	[VI_K_VR_BATCH_LEN]	= { "vring_virtqueue", { "batch_last.len" }, true },
	[VI_K_VR_NEXT_HEAD]	= { "vring_virtqueue", { "last_used" }, true },
	/* Renamed in 6.18. */
	[VI_K_VR_USE_MAP]	= { "vring_virtqueue", { "use_map_api", "use_dma_api" }, true },
	/* The device that does the DMA; in a union since 6.18. */
	[VI_K_VR_MAP_DEV]	= { "vring_virtqueue", { "map.dma_dev", "dma_dev" }, true },
	[VI_K_S_NUM]		= { "vring_virtqueue", { "split.vring.num" }, false },
	[VI_K_S_DESC]		= { "vring_virtqueue", { "split.vring.desc" }, false },
	[VI_K_S_AVAIL]		= { "vring_virtqueue", { "split.vring.avail" }, false },
	[VI_K_S_USED]		= { "vring_virtqueue", { "split.vring.used" }, false },
	[VI_K_S_FLAGS_SHADOW]	= { "vring_virtqueue", { "split.avail_flags_shadow" }, false },
	[VI_K_S_IDX_SHADOW]	= { "vring_virtqueue", { "split.avail_idx_shadow" }, false },
	[VI_K_S_STATE]		= { "vring_virtqueue", { "split.desc_state" }, false },
	[VI_K_S_EXTRA]		= { "vring_virtqueue", { "split.desc_extra" }, true },
	[VI_K_S_DMA]		= { "vring_virtqueue", { "split.queue_dma_addr" }, false },
	[VI_K_P_NUM]		= { "vring_virtqueue", { "packed.vring.num" }, false },
	[VI_K_P_DESC]		= { "vring_virtqueue", { "packed.vring.desc" }, false },
	[VI_K_P_DRIVER]		= { "vring_virtqueue", { "packed.vring.driver" }, false },
	[VI_K_P_DEVICE]		= { "vring_virtqueue", { "packed.vring.device" }, false },
	[VI_K_P_AVAIL_WRAP]	= { "vring_virtqueue", { "packed.avail_wrap_counter" }, false },
	/* Up to about 5.19; later in bit 15 of last_used_idx. */
	[VI_K_P_USED_WRAP]	= { "vring_virtqueue", { "packed.used_wrap_counter" }, true },
	[VI_K_P_NEXT_AVAIL]	= { "vring_virtqueue", { "packed.next_avail_idx" }, false },
	[VI_K_P_FLAGS_SHADOW]	= { "vring_virtqueue", { "packed.event_flags_shadow" }, false },
	[VI_K_P_STATE]		= { "vring_virtqueue", { "packed.desc_state" }, false },
	[VI_K_P_EXTRA]		= { "vring_virtqueue", { "packed.desc_extra" }, false },
	[VI_K_P_DMA]		= { "vring_virtqueue", { "packed.ring_dma_addr" }, false },
	[VI_K_P_DRIVER_DMA]	= { "vring_virtqueue", { "packed.driver_event_dma_addr" }, false },
	[VI_K_P_DEVICE_DMA]	= { "vring_virtqueue", { "packed.device_event_dma_addr" }, false },
	[VI_K_SS_DATA]		= { "vring_desc_state_split", { "data" }, false },
	[VI_K_SS_INDIR]		= { "vring_desc_state_split", { "indir_desc" }, false },
	[VI_K_PS_DATA]		= { "vring_desc_state_packed", { "data" }, false },
	[VI_K_PS_INDIR]		= { "vring_desc_state_packed", { "indir_desc" }, false },
	[VI_K_PS_NUM]		= { "vring_desc_state_packed", { "num" }, false },
	[VI_K_PS_LAST]		= { "vring_desc_state_packed", { "last" }, true },
	[VI_K_EX_ADDR]		= { "vring_desc_extra", { "addr" }, true },
	[VI_K_EX_LEN]		= { "vring_desc_extra", { "len" }, true },
	[VI_K_EX_FLAGS]		= { "vring_desc_extra", { "flags" }, true },
	[VI_K_EX_NEXT]		= { "vring_desc_extra", { "next" }, true },
	/* Queues' interrupt vectors on PCI. */
	[VI_K_PCI_VDEV]		= { "virtio_pci_device", { "vdev" }, true },
	[VI_K_PCI_DEV]		= { "virtio_pci_device", { "pci_dev" }, true },
	[VI_K_PCI_VQS]		= { "virtio_pci_device", { "vqs" }, true },
	/* The admin queue's, outside of that array: since 6.8, at first not
	 * through a pointer. */
	[VI_K_PCI_AVQ]		= { "virtio_pci_device", { "admin_vq.info" }, true },
	[VI_K_PCIDEV_DEV]	= { "pci_dev", { "dev" }, true },
	[VI_K_INFO_VQ]		= { "virtio_pci_vq_info", { "vq" }, true },
	[VI_K_INFO_VECTOR]	= { "virtio_pci_vq_info", { "msix_vector" }, true },
	/* From a sysfs directory to its object: see file.c. */
	[VI_K_TASK_FILES]	= { "task_struct", { "files" }, true },
	[VI_K_FILES_FDT]	= { "files_struct", { "fdt" }, true },
	[VI_K_FDT_FD]		= { "fdtable", { "fd" }, true },
	[VI_K_FILE_INODE]	= { "file", { "f_inode" }, true },
	[VI_K_INODE_PRIVATE]	= { "inode", { "i_private" }, true },
	[VI_K_KERNFS_PRIV]	= { "kernfs_node", { "priv" }, true },
	/* Disks and partitions, which are devices in sysfs since 5.12. */
	[VI_K_BDEV_KOBJ]	= { "block_device", { "bd_device.kobj" }, true },
	[VI_K_BDEV_OPENERS]	= { "block_device", { "bd_openers" }, true },
	/* When requests of disks began: see started.c. */
	[VI_K_RQ_IO_START]	= { "request", { "io_start_time_ns" }, true },
	[VI_K_SCSI_SC]		= { "virtio_scsi_cmd", { "sc" }, true },
};

static const char *const structs[VI_K_STRUCTS] = {
	[VI_K_VRING_VIRTQUEUE]	= "vring_virtqueue",
	[VI_K_SPLIT_STATE]	= "vring_desc_state_split",
	[VI_K_PACKED_STATE]	= "vring_desc_state_packed",
	[VI_K_DESC_EXTRA]	= "vring_desc_extra",
	[VI_K_REQUEST]		= "request",
};

static int find(struct vi_btf *btf, enum vi_kmember which,
		struct vi_member *member)
{
	int i, err = -ENOENT;

	for (i = 0; err && i < MAX_NAMES && members[which].paths[i]; i++)
		err = vi_btf_member(btf, members[which].type,
				    members[which].paths[i], member);
	return err;
}

static const char *const rings[VI_K_RINGS] = {
	[VI_K_SPLIT]		= "VQ_LAYOUT_SPLIT",
	[VI_K_PACKED]		= "VQ_LAYOUT_PACKED",
	[VI_K_SPLIT_IN_ORDER]	= "VQ_LAYOUT_SPLIT_IN_ORDER",
	[VI_K_PACKED_IN_ORDER]	= "VQ_LAYOUT_PACKED_IN_ORDER",
};

/* Find out how the kernel marks packed rings. */
static int find_rings(struct vi_ctx *ctx, struct vi_btf *btf,
		      struct vi_klayout *layout)
{
	size_t i;

	if (vi_k_has(layout, VI_K_VR_PACKED))
		return 0;
	for (i = 0; i < VI_K_RINGS; i++)
		layout->has_ring[i] = !vi_btf_enum(btf, "vq_layout", rings[i],
						   &layout->ring[i]);
	if (vi_k_has(layout, VI_K_VR_LAYOUT) && layout->has_ring[VI_K_SPLIT] &&
	    layout->has_ring[VI_K_PACKED])
		return 0;
	return vi_fail(ctx, -ENOENT,
		       "BTF does not say which rings are packed (vring_virtqueue.packed_ring, or %s and %s): this kernel is newer than virtio-inspect %s",
		       rings[VI_K_SPLIT], rings[VI_K_PACKED], VI_VERSION);
}

int vi_klayout_read(struct vi_ctx *ctx, struct vi_btf *btf,
		    struct vi_klayout *layout)
{
	size_t i;
	long size;

	memset(layout, 0, sizeof(*layout));
	for (i = 0; i < VI_K_MEMBERS; i++) {
		if (!find(btf, i, &layout->member[i]) || members[i].optional)
			continue;
		return vi_fail(ctx, -ENOENT,
			       "BTF has no %s.%s: either the virtio modules carry no BTF (kernels before 5.11, or modules built apart), or this kernel is newer than virtio-inspect %s",
			       members[i].type, members[i].paths[0],
			       VI_VERSION);
	}
	for (i = 0; i < VI_K_STRUCTS; i++) {
		size = vi_btf_size(btf, structs[i]);
		if (size == -ERANGE)
			return vi_fail(ctx, -ERANGE,
				       "BTF is damaged: struct %s is larger than %d bytes",
				       structs[i], VI_BTF_MAX_STRUCT);
		if (size > 0)
			layout->size[i] = size;
	}
	return find_rings(ctx, btf, layout);
}
