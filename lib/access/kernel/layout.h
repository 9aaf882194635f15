/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names of the members that are read from the kernel's structures. Support for
 * a kernel that renamed or moved one takes another name in a row of layout.c.
 */
#ifndef VI_ACCESS_KERNEL_LAYOUT_H
#define VI_ACCESS_KERNEL_LAYOUT_H

#include "access/kernel/btf.h"

enum vi_kmember {
	VI_K_LIST_NEXT,
	VI_K_BUS_P,
	VI_K_SUBSYS_BUS,
	VI_K_SUBSYS_KOBJ,
	VI_K_SUBSYS_DEVICES,
	VI_K_KSET_LIST,
	VI_K_KOBJ_ENTRY,
	VI_K_KNODE_NODE,
	VI_K_DEVP_BUS,
	VI_K_DEVP_DEVICE,
	VI_K_DEV_PARENT,
	VI_K_DEV_NAME,
	VI_K_DEV_SWIOTLB,
	VI_K_TLB_FORCE,
	VI_K_VDEV_DEV,
	VI_K_VDEV_INDEX,
	VI_K_VDEV_DEVICE,
	VI_K_VDEV_VENDOR,
	VI_K_VDEV_FEATURES,
	VI_K_VDEV_VQS,
	VI_K_VDEV_FAILED,
	VI_K_VDEV_CONFIG_OFF,
	VI_K_VDEV_CONFIG_PENDING,
	VI_K_VDEV_MAP,
	VI_K_VQ_LIST,
	VI_K_VQ_CALLBACK,
	VI_K_VQ_NAME,
	VI_K_VQ_INDEX,
	VI_K_VQ_NUM_FREE,
	VI_K_VQ_NUM_MAX,
	VI_K_VQ_RESET,
	VI_K_VR_VQ,
	VI_K_VR_PACKED,
	VI_K_VR_LAYOUT,
	VI_K_VR_BROKEN,
	VI_K_VR_FREE_HEAD,
	VI_K_VR_NUM_ADDED,
	VI_K_VR_LAST_USED,
	VI_K_VR_EVENT_TRIGGERED,
	VI_K_VR_BATCH_ID,
	VI_K_VR_BATCH_LEN,
	VI_K_VR_NEXT_HEAD,
	VI_K_VR_USE_MAP,
	VI_K_VR_MAP_DEV,
	VI_K_S_NUM,
	VI_K_S_DESC,
	VI_K_S_AVAIL,
	VI_K_S_USED,
	VI_K_S_FLAGS_SHADOW,
	VI_K_S_IDX_SHADOW,
	VI_K_S_STATE,
	VI_K_S_EXTRA,
	VI_K_S_DMA,
	VI_K_P_NUM,
	VI_K_P_DESC,
	VI_K_P_DRIVER,
	VI_K_P_DEVICE,
	VI_K_P_AVAIL_WRAP,
	VI_K_P_USED_WRAP,
	VI_K_P_NEXT_AVAIL,
	VI_K_P_FLAGS_SHADOW,
	VI_K_P_STATE,
	VI_K_P_EXTRA,
	VI_K_P_DMA,
	VI_K_P_DRIVER_DMA,
	VI_K_P_DEVICE_DMA,
	VI_K_SS_DATA,
	VI_K_SS_INDIR,
	VI_K_PS_DATA,
	VI_K_PS_INDIR,
	VI_K_PS_NUM,
	VI_K_PS_LAST,
	VI_K_EX_ADDR,
	VI_K_EX_LEN,
	VI_K_EX_FLAGS,
	VI_K_EX_NEXT,
	VI_K_PCI_VDEV,
	VI_K_PCI_DEV,
	VI_K_PCI_VQS,
	VI_K_PCI_AVQ,
	VI_K_PCIDEV_DEV,
	VI_K_INFO_VQ,
	VI_K_INFO_VECTOR,
	VI_K_TASK_FILES,
	VI_K_FILES_FDT,
	VI_K_FDT_FD,
	VI_K_FILE_INODE,
	VI_K_INODE_PRIVATE,
	VI_K_KERNFS_PRIV,
	VI_K_BDEV_KOBJ,
	VI_K_BDEV_OPENERS,
	VI_K_RQ_IO_START,
	VI_K_SCSI_SC,
	VI_K_MEMBERS,
};

/* Structures in arrays or read whole, for their sizes. */
enum vi_kstruct {
	VI_K_VRING_VIRTQUEUE,
	VI_K_SPLIT_STATE,
	VI_K_PACKED_STATE,
	VI_K_DESC_EXTRA,
	VI_K_REQUEST,
	VI_K_STRUCTS,
};

/* Values of enum vq_layout; their meaning is the same in all kernels. */
enum vi_kring {
	VI_K_SPLIT,
	VI_K_PACKED,
	VI_K_SPLIT_IN_ORDER,
	VI_K_PACKED_IN_ORDER,
	VI_K_RINGS,
};

struct vi_klayout {
	struct vi_member member[VI_K_MEMBERS];	/* size 0: absent */
	uint32_t size[VI_K_STRUCTS];		/* 0: absent */
	/* Values, if vring_virtqueue has a layout. */
	bool has_ring[VI_K_RINGS];
	uint32_t ring[VI_K_RINGS];
};

static inline bool vi_k_has(const struct vi_klayout *k, enum vi_kmember m)
{
	return k->member[m].size;
}

/*
 * Resolve all names. -ENOENT with a message that names the member, if one is
 * missing that finding queues requires.
 */
int vi_klayout_read(struct vi_ctx *ctx, struct vi_btf *btf,
		    struct vi_klayout *layout);

#endif
