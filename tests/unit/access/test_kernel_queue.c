// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Queues in the kernel's structures: what newer kernels have is read, and what
 * older ones lack is unknown. The layout is made up; real ones differ only in
 * offsets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "access/kernel/kernel.h"
#include "spec/features.h"

#define BASE	0x1000
#define SIZE	0x800

/* Places in the image. */
#define SUBSYS	0x040
#define PRIVATE	0x080
#define DEVICE	0x100
#define PARENT	0x180
#define BOUNCE	0x1a0
#define NAME	0x1b0
#define AVQ_NAME 0x1c0
#define INFOS	0x1d0
#define INFO	0x1e0
#define AVQ_INFO 0x1f0
#define VQ	0x200
#define AVQ	0x300
#define RING	0x400

static const struct vi_klayout oldest = {
	.member = {
		[VI_K_LIST_NEXT] = { 0, 8 },
		[VI_K_BUS_P] = { 0, 8 },
		[VI_K_SUBSYS_DEVICES] = { 16, 16 },
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
		[VI_K_VR_FREE_HEAD] = { 48, 4 },
		[VI_K_VR_NUM_ADDED] = { 52, 4 },
		[VI_K_VR_LAST_USED] = { 56, 2 },
		[VI_K_S_IDX_SHADOW] = { 68, 2 },
		[VI_K_S_FLAGS_SHADOW] = { 70, 2 },
		[VI_K_S_NUM] = { 72, 4 },
		[VI_K_S_DESC] = { 80, 8 },
		[VI_K_S_AVAIL] = { 88, 8 },
		[VI_K_S_USED] = { 96, 8 },
		[VI_K_S_STATE] = { 104, 8 },
		[VI_K_S_DMA] = { 112, 8 },
		[VI_K_SS_DATA] = { 0, 8 },
		[VI_K_SS_INDIR] = { 8, 8 },
		[VI_K_PCI_VDEV] = { 0, 80 },
		[VI_K_PCI_DEV] = { 80, 8 },
		[VI_K_PCI_VQS] = { 88, 8 },
		[VI_K_PCIDEV_DEV] = { 0, 24 },
		[VI_K_INFO_VQ] = { 0, 8 },
		[VI_K_INFO_VECTOR] = { 8, 4 },
	},
	.size = { [VI_K_VRING_VIRTQUEUE] = 136, [VI_K_SPLIT_STATE] = 16 },
};

static const struct {
	enum vi_kmember which;
	struct vi_member at;
} additions[] = {
	{ VI_K_VDEV_FAILED, { 56, 1 } },
	{ VI_K_VDEV_CONFIG_OFF, { 57, 1 } },
	{ VI_K_VDEV_CONFIG_PENDING, { 58, 1 } },
	{ VI_K_VDEV_MAP, { 64, 8 } },
	{ VI_K_VR_NEXT_HEAD, { 58, 2 } },
	{ VI_K_VR_BATCH_ID, { 60, 4 } },
	{ VI_K_VR_BATCH_LEN, { 64, 4 } },
	{ VI_K_VR_USE_MAP, { 42, 1 } },
	{ VI_K_VR_MAP_DEV, { 120, 8 } },
	{ VI_K_PCI_AVQ, { 96, 8 } },
	{ VI_K_DEV_SWIOTLB, { 16, 8 } },
	{ VI_K_TLB_FORCE, { 0, 1 } },
};

static uint8_t image[SIZE];
static struct vi_kernel k;
static struct vi_kdevice *devices;
static size_t count;
static struct vi_raw_queue q;

static void put(size_t at, uint64_t value, size_t size)
{
	memcpy(image + at, &value, size);
}

static void put_queue(size_t at, size_t name, unsigned int index)
{
	put(at + 24, BASE + name, 8);
	put(at + 32, index, 4);
	put(at + 36, 3, 4);
	put(at + 56, 1, 2);
	put(at + 58, 5, 2);
	put(at + 60, 2, 4);
	put(at + 64, 512, 4);
	put(at + 68, 4, 2);
	put(at + 72, 4, 4);
	put(at + 80, BASE + RING, 8);
	put(at + 88, BASE + RING + 0x40, 8);
	put(at + 96, BASE + RING + 0x60, 8);
	put(at + 104, BASE + RING + 0xa0, 8);
	put(at + 120, BASE + PARENT, 8);
}

/* A PCI device with a queue on its list, and an admin queue that is not. */
static void put_all(void)
{
	memset(image, 0, sizeof(image));
	put(0, BASE + SUBSYS, 8);
	put(SUBSYS + 16, BASE + PRIVATE, 8);
	put(PRIVATE, BASE + SUBSYS + 16, 8);
	put(PRIVATE + 16, BASE + DEVICE + 40, 8);
	put(DEVICE + 4, 2, 4);
	put(DEVICE + 16, 1ULL << VIRTIO_F_VERSION_1 | 1ULL << VIRTIO_F_IN_ORDER,
	    8);
	put(DEVICE + 24, BASE + VQ, 8);
	put(DEVICE + 40, BASE + PARENT, 8);
	put(DEVICE + 80, BASE + PARENT, 8);
	put(DEVICE + 88, BASE + INFOS, 8);
	put(DEVICE + 96, BASE + AVQ_INFO, 8);
	put(PARENT + 8, BASE + NAME, 8);
	memcpy(image + NAME, "0000:00:04.0", 13);
	memcpy(image + AVQ_NAME, "avq.1", 6);
	put(INFOS, BASE + INFO, 8);
	put(INFO, BASE + VQ, 8);
	put(INFO + 8, 1, 4);
	put(AVQ_INFO, BASE + AVQ, 8);
	put(AVQ_INFO + 8, 2, 4);
	put(VQ, BASE + DEVICE + 24, 8);
	put_queue(VQ, NAME, 0);
	put_queue(AVQ, AVQ_NAME, 1);
}

static int read_image(void *source, uint64_t offset, void *buf, size_t len)
{
	memcpy(buf, (const uint8_t *)source + offset, len);
	return 0;
}

static void add_newer(void)
{
	size_t i;

	for (i = 0; i < sizeof(additions) / sizeof(additions[0]); i++)
		k.layout.member[additions[i].which] = additions[i].at;
}

static int begin(void **state)
{
	(void)state;
	put_all();
	k = (struct vi_kernel) { .layout = oldest, .virtio_bus = BASE };
	k.ctx = vi_ctx_new();
	return vi_mem_add(&k.kcore.virt, BASE, SIZE, read_image, image, 0);
}

static int end(void **state)
{
	(void)state;
	vi_raw_queue_free(&q);
	q = (struct vi_raw_queue) { 0 };
	vi_kdevices_free(devices, count);
	devices = NULL;
	count = 0;
	vi_mem_fini(&k.kcore.virt);
	vi_ctx_free(k.ctx);
	return 0;
}

static const struct vi_kdevice *device(void)
{
	vi_kdevices_free(devices, count);
	assert_int_equal(vi_kernel_devices(&k, &devices, &count), 0);
	assert_int_equal(count, 1);
	return devices;
}

/* Queue @i of the device, into @q. */
static void read_queue(size_t i)
{
	const struct vi_kdevice *dev = device();

	assert_true(i < dev->num_queues);
	vi_raw_queue_free(&q);
	assert_int_equal(vi_kernel_queue(&k, dev, dev->queues[i], &q), 0);
}

static void what_older_kernels_lack_is_unknown(void **state)
{
	(void)state;
	read_queue(0);
	assert_true(q.have & VI_Q_LAST_USED);
	assert_int_equal(q.last_used, 1);
	assert_int_equal(q.vector, 1);
	assert_false(q.have & (VI_Q_BATCH | VI_Q_NEXT_HEAD | VI_Q_MAP));
	assert_int_equal(devices->core.have, 0);
	assert_int_equal(devices->num_queues, 1);
}

static void a_batch_that_the_driver_is_halfway_through(void **state)
{
	(void)state;
	add_newer();
	read_queue(0);
	assert_true(q.have & VI_Q_BATCH && q.have & VI_Q_NEXT_HEAD);
	assert_true(q.in_batch);
	assert_int_equal(q.batch_last, 2);
	assert_int_equal(q.batch_len, 512);
	/* It counts on past the ring's end. */
	assert_int_equal(q.next_head, 1);
	put(VQ + 60, UINT32_MAX, 4);
	read_queue(0);
	assert_true(q.have & VI_Q_BATCH);
	assert_false(q.in_batch);
}

/* Then the kernel leaves them as they were. */
static void without_in_order_there_is_no_batch(void **state)
{
	(void)state;
	add_newer();
	put(DEVICE + 16, 1ULL << VIRTIO_F_VERSION_1, 8);
	read_queue(0);
	assert_false(q.have & (VI_Q_BATCH | VI_Q_NEXT_HEAD));
}

static void assert_map(enum vi_map map)
{
	read_queue(0);
	assert_true(q.have & VI_Q_MAP);
	assert_int_equal(q.map, map);
}

static void how_buffers_are_mapped(void **state)
{
	(void)state;
	add_newer();
	assert_map(VI_MAP_DIRECT);
	put(VQ + 42, 1, 1);
	assert_map(VI_MAP_DMA);
	put(PARENT + 16, BASE + BOUNCE, 8);
	assert_map(VI_MAP_DMA);
	put(BOUNCE, 1, 1);
	assert_map(VI_MAP_BOUNCE);
	/* Another device may do the DMA. */
	put(VQ + 120, BASE + 0x600, 8);
	assert_map(VI_MAP_DMA);
	/* What cannot be read is not known. */
	put(VQ + 120, 8, 8);
	read_queue(0);
	assert_false(q.have & VI_Q_MAP);
	put(DEVICE + 64, BASE + 0x700, 8);
	assert_map(VI_MAP_TRANSPORT);
}

/* The parent does, before kernels said which device. */
static void which_device_does_the_dma(void **state)
{
	(void)state;
	add_newer();
	k.layout.member[VI_K_VR_MAP_DEV].size = 0;
	put(VQ + 42, 1, 1);
	put(VQ + 120, 0, 8);
	put(PARENT + 16, BASE + BOUNCE, 8);
	put(BOUNCE, 1, 1);
	assert_map(VI_MAP_BOUNCE);
}

static void what_the_core_keeps_of_a_device(void **state)
{
	(void)state;
	add_newer();
	put(DEVICE + 57, 1, 1);
	device();
	assert_int_equal(devices->core.have, VI_CORE_FAILED |
			 VI_CORE_CONFIG_OFF | VI_CORE_CONFIG_PENDING);
	assert_false(devices->core.failed);
	assert_true(devices->core.config_off);
	assert_false(devices->core.config_pending);
}

static void the_admin_queue_is_not_on_the_list(void **state)
{
	(void)state;
	add_newer();
	read_queue(1);
	assert_int_equal(devices->num_queues, 2);
	assert_string_equal(q.name, "avq.1");
	assert_int_equal(q.index, 1);
	assert_true(q.have & VI_Q_VECTOR);
	assert_int_equal(q.vector, 2);
}

static void an_admin_queue_on_the_list_is_one(void **state)
{
	(void)state;
	add_newer();
	put(VQ, BASE + AVQ, 8);
	put(AVQ, BASE + DEVICE + 24, 8);
	read_queue(1);
	assert_int_equal(devices->num_queues, 2);
	assert_int_equal(q.vector, 2);
}

/* In kernels that hold the info itself, and of devices without the queue. */
static void an_admin_queue_without_a_pointer(void **state)
{
	(void)state;
	add_newer();
	k.layout.member[VI_K_PCI_AVQ].size = 24;
	put(DEVICE + 96, BASE + AVQ, 8);
	put(DEVICE + 104, 7, 4);
	read_queue(1);
	assert_int_equal(q.vector, 7);
	put(DEVICE + 96, 0, 8);
	assert_int_equal(device()->num_queues, 1);
	k.layout.member[VI_K_PCI_AVQ].size = 8;
	assert_int_equal(device()->num_queues, 1);
}

int main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(what_older_kernels_lack_is_unknown),
		T(a_batch_that_the_driver_is_halfway_through),
		T(without_in_order_there_is_no_batch),
		T(how_buffers_are_mapped),
		T(which_device_does_the_dma),
		T(what_the_core_keeps_of_a_device),
		T(the_admin_queue_is_not_on_the_list),
		T(an_admin_queue_on_the_list_is_one),
		T(an_admin_queue_without_a_pointer),
	};

	return cmocka_run_group_tests_name("kernel queue", tests, NULL, NULL);
}
