// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk through the kernel's structures, in arbitrary memory. The layout is
 * made up: real ones differ only in offsets, which a machine's tree may claim
 * to be anything. The input: how many members to move, which and where to; then
 * the memory from address BASE on, which starts with the struct bus_type.
 */
#include "access/kernel/kernel.h"
#include "fuzz.h"
#include "view/decode.h"

const char *const fuzz_words[] = { NULL };

#define BASE	0x1000

static const struct vi_klayout layout = {
	.member = {
		[VI_K_LIST_NEXT] = { 0, 8 },
		[VI_K_BUS_P] = { 0, 8 },
		[VI_K_SUBSYS_BUS] = { 0, 8 },
		[VI_K_SUBSYS_KOBJ] = { 8, 8 },
		[VI_K_SUBSYS_DEVICES] = { 16, 16 },
		[VI_K_KSET_LIST] = { 0, 16 },
		[VI_K_KOBJ_ENTRY] = { 0, 16 },
		[VI_K_KNODE_NODE] = { 0, 16 },
		[VI_K_DEVP_BUS] = { 0, 16 },
		[VI_K_DEVP_DEVICE] = { 16, 8 },
		[VI_K_DEV_PARENT] = { 0, 8 },
		[VI_K_DEV_NAME] = { 8, 8 },
		[VI_K_VDEV_INDEX] = { 0, 4 },
		[VI_K_VDEV_DEVICE] = { 4, 4 },
		[VI_K_VDEV_VENDOR] = { 8, 4 },
		[VI_K_VDEV_FEATURES] = { 16, 8 },
		[VI_K_VDEV_VQS] = { 24, 16 },
		[VI_K_VDEV_DEV] = { 40, 16 },
		[VI_K_VQ_LIST] = { 0, 16 },
		[VI_K_VQ_CALLBACK] = { 16, 8 },
		[VI_K_VQ_NAME] = { 24, 8 },
		[VI_K_VQ_INDEX] = { 32, 4 },
		[VI_K_VQ_NUM_FREE] = { 36, 4 },
		[VI_K_VR_VQ] = { 0, 40 },
		[VI_K_VR_PACKED] = { 40, 1 },
		[VI_K_VR_BROKEN] = { 41, 1 },
		[VI_K_P_AVAIL_WRAP] = { 42, 1 },
		[VI_K_VR_FREE_HEAD] = { 44, 4 },
		[VI_K_VR_NUM_ADDED] = { 48, 4 },
		[VI_K_VR_LAST_USED] = { 52, 2 },
		[VI_K_S_IDX_SHADOW] = { 54, 2 },
		[VI_K_P_NEXT_AVAIL] = { 54, 2 },
		[VI_K_S_FLAGS_SHADOW] = { 56, 2 },
		[VI_K_P_FLAGS_SHADOW] = { 56, 2 },
		[VI_K_S_NUM] = { 60, 4 },
		[VI_K_P_NUM] = { 60, 4 },
		[VI_K_S_DESC] = { 64, 8 },
		[VI_K_P_DESC] = { 64, 8 },
		[VI_K_S_AVAIL] = { 72, 8 },
		[VI_K_P_DRIVER] = { 72, 8 },
		[VI_K_S_USED] = { 80, 8 },
		[VI_K_P_DEVICE] = { 80, 8 },
		[VI_K_S_STATE] = { 88, 8 },
		[VI_K_P_STATE] = { 88, 8 },
		[VI_K_S_EXTRA] = { 96, 8 },
		[VI_K_P_EXTRA] = { 96, 8 },
		[VI_K_S_DMA] = { 104, 8 },
		[VI_K_P_DMA] = { 104, 8 },
		[VI_K_P_DRIVER_DMA] = { 104, 8 },
		[VI_K_P_DEVICE_DMA] = { 104, 8 },
		[VI_K_SS_DATA] = { 0, 8 },
		[VI_K_SS_INDIR] = { 8, 8 },
		[VI_K_PS_DATA] = { 0, 8 },
		[VI_K_PS_INDIR] = { 8, 8 },
		[VI_K_PS_NUM] = { 16, 2 },
		[VI_K_PS_LAST] = { 18, 2 },
		[VI_K_EX_ADDR] = { 0, 8 },
		[VI_K_EX_LEN] = { 8, 4 },
		[VI_K_EX_FLAGS] = { 12, 2 },
		[VI_K_EX_NEXT] = { 14, 2 },
	},
	.size = {
		[VI_K_VRING_VIRTQUEUE] = 112,
		[VI_K_SPLIT_STATE] = 16,
		[VI_K_PACKED_STATE] = 24,
		[VI_K_DESC_EXTRA] = 16,
	},
};

static int read_input(void *source, uint64_t offset, void *buf, size_t len)
{
	memcpy(buf, (const uint8_t *)source + offset, len);
	return 0;
}

static void read_queues(struct vi_kernel *k, const struct vi_kdevice *dev)
{
	struct vi_kdevice now;
	size_t i;

	/* The same queue may appear thousands of times. */
	for (i = 0; i < dev->num_queues && i < 4; i++) {
		struct vi_raw_queue q = { 0 };
		struct vi_decoded ring;

		if (vi_kernel_queue(k, dev, dev->queues[i], &q))
			continue;
		if (vi_decode(&q, &ring))
			abort();
		vi_decoded_free(&ring);
		vi_raw_queue_free(&q);
	}
	if (!vi_kernel_device_again(k, dev, &now))
		vi_kdevice_free(&now);
}

/* One byte selects the member; sizes follow all members. */
static void move_members(struct vi_klayout *k, const uint8_t **data,
			 size_t *size)
{
	unsigned int n = fuzz_take(data, size, 1) % 8;

	while (n--) {
		unsigned int which = fuzz_take(data, size, 1) %
				     (VI_K_MEMBERS + VI_K_STRUCTS);
		uint32_t offset = fuzz_take(data, size, 4);
		uint32_t bytes = fuzz_take(data, size, 4);

		if (which < VI_K_MEMBERS)
			k->member[which] = (struct vi_member){ offset, bytes };
		else
			k->size[which - VI_K_MEMBERS] =
				bytes % (VI_BTF_MAX_STRUCT + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vi_kernel k = { .layout = layout, .virtio_bus = BASE };
	struct vi_kdevice *devices;
	size_t i, count;

	move_members(&k.layout, &data, &size);
	if (!size)
		return 0;
	k.ctx = fuzz_ctx();
	if (vi_mem_add(&k.kcore.virt, BASE, size, read_input, (void *)data, 0))
		abort();
	if (!vi_kernel_devices(&k, &devices, &count)) {
		for (i = 0; i < count && i < 4; i++)
			read_queues(&k, &devices[i]);
		vi_kdevices_free(devices, count);
	}
	vi_mem_fini(&k.kcore.virt);
	vi_ctx_free(k.ctx);
	return 0;
}

/*
 * A bus, a device and a queue of four entries, one in flight; last, one in
 * which both lists lead back to their first entries instead of their heads.
 */
size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	bool packed = i & 1, loops = i == 2;
	uint8_t *vq, *desc;

	if (i > 2)
		return 0;
	/* No member moves. */
	*buf++ = 0;
	vq = buf + 0x180;
	desc = buf + 0x200;
	memset(buf, 0, 0x400);
	fuzz_le(buf, BASE + 0x40, 8);
	fuzz_le(buf + 0x40, BASE, 8);			/* subsys_private */
	fuzz_le(buf + 0x50, BASE + 0x80, 8);
	fuzz_le(buf + 0x80, BASE + 0x50, 8);		/* device_private */
	fuzz_le(buf + 0x90, BASE + 0x100 + 40, 8);
	fuzz_le(buf + 0x104, 2, 4);			/* virtio_device */
	fuzz_le(buf + 0x110, packed ? 0x510000000 : 0x110000000, 8);
	fuzz_le(buf + 0x118, BASE + 0x180, 8);
	fuzz_le(buf + 0x128, BASE + 0x160, 8);
	fuzz_le(buf + 0x168, BASE + 0x170, 8);		/* its parent */
	memcpy(buf + 0x170, "0000:00:04.0", 13);
	fuzz_le(vq, BASE + 0x118, 8);			/* vring_virtqueue */
	fuzz_le(vq + 24, BASE + 0x170, 8);
	fuzz_le(vq + 36, 3, 4);
	fuzz_le(vq + 40, packed | 0x10000, 4);
	fuzz_le(vq + 52, packed ? 0x8000 : 0, 2);
	fuzz_le(vq + 54, 1, 2);
	fuzz_le(vq + 60, 4, 4);
	fuzz_le(vq + 64, BASE + 0x200, 8);
	fuzz_le(vq + 72, BASE + 0x240, 8);
	fuzz_le(vq + 80, BASE + 0x260, 8);
	fuzz_le(vq + 88, BASE + 0x2a0, 8);
	fuzz_le(vq + 96, BASE + 0x300, 8);
	fuzz_le(desc, BASE + 0x380, 8);
	fuzz_le(desc + 8, 32, 4);
	fuzz_le(desc + 12, packed ? 0 : 4, 2);
	fuzz_le(desc + 14, packed ? 0x84 : 0, 2);
	fuzz_le(buf + 0x242, 1, 2);
	fuzz_le(buf + 0x2a0, 1, 8);
	fuzz_le(buf + 0x2a8, BASE + 0x380, 8);
	fuzz_le(buf + 0x2b0, packed ? 1 : 0, 2);
	fuzz_le(buf + 0x388, 16, 4);
	fuzz_le(buf + 0x398, 16, 4);
	if (loops) {
		fuzz_le(buf + 0x80, BASE + 0x80, 8);
		fuzz_le(vq, BASE + 0x180, 8);
	}
	return 1 + 0x400;
}
