// SPDX-License-Identifier: GPL-2.0-or-later
/* Driving PCI devices through a fake function. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <virtio-inspect/inject.h>
#include <virtio-inspect/inspect.h>

#include "pci_fake.h"

#define SECOND	1000000

static struct fake f;

static struct {
	struct virtio_device *vdev;
	struct virtqueue *vq[FAKE_QUEUES];
	unsigned int num, queue_size;
	int found_errno, err;
	uint64_t refused, forced;
	unsigned int callbacks, changes;
} drv;

static void done(struct virtqueue *vq)
{
	(void)vq;
	__atomic_add_fetch(&drv.callbacks, 1, __ATOMIC_SEQ_CST);
}

static void changed(struct virtio_device *vdev)
{
	(void)vdev;
	__atomic_add_fetch(&drv.changes, 1, __ATOMIC_SEQ_CST);
}

static int probe(struct virtio_device *vdev)
{
	unsigned int i;

	vdev->queue_size = drv.queue_size;
	for (i = 0; i < drv.num; i++) {
		drv.vq[i] = virtio_find_vq(vdev, i, done);
		drv.found_errno = errno;
		if (!drv.vq[i])
			return -errno;
		/* The driver's own. */
		drv.vq[i]->priv = &drv;
	}
	return 0;
}

static void remove_device(struct virtio_device *vdev)
{
	unsigned int i;

	virtio_reset(vdev);
	for (i = 0; i < drv.num; i++)
		virtio_del_vq(drv.vq[i]);
}

static void choose(struct virtio_device *vdev,
		   const struct vi_features *offered,
		   struct vi_features *accepted)
{
	(void)vdev;
	(void)offered;
	accepted->w[0] = (accepted->w[0] & ~drv.refused) | drv.forced;
	accepted->w[1] = offered->w[1];
}

static const struct virtio_device_id ids[] = {
	{ 4, 0x1af4 }, { 0, 0 },
};

static struct virtio_driver driver = {
	.driver.name = "test", .id_table = ids, .probe = probe,
	.remove = remove_device, .config_changed = changed, .features = choose,
};

static int setup(void **state)
{
	(void)state;
	memset(&drv, 0, sizeof(drv));
	drv.num = 1;
	fake_init(&f);
	return register_virtio_driver(&driver);
}

static int teardown(void **state)
{
	(void)state;
	unregister_virtio_driver(&driver);
	close(f.watch[0]);
	close(f.watch[1]);
	return 0;
}

static int try_open(const struct vi_pci_options *o)
{
	static const struct vi_pci_options usual;
	int err;

	err = vi_pci_drive_over(&f.fn, o ? o : &usual, &drv.vdev);
	if (!err)
		err = register_virtio_device(drv.vdev);
	return err;
}

static void end(void)
{
	unregister_virtio_device(drv.vdev);
	vi_pci_drive_free(drv.vdev);
}

static void attach(void)
{
	assert_int_equal(try_open(NULL), 0);
}

static void assert_refused(int err, const char *why)
{
	assert_int_equal(try_open(NULL), err);
	assert_non_null(strstr(vi_error(NULL), why));
	/* Nothing is left. */
	assert_null(f.memory);
	assert_int_equal(f.num_eventfds, 0);
	assert_int_equal(f.command & VI_PCI_COMMAND_MASTER, 0);
}

static void assert_no_queue(int err)
{
	attach();
	assert_null(drv.vq[0]);
	assert_int_equal(drv.found_errno, err);
	end();
}

static uint64_t addr_of(unsigned int q, unsigned int which)
{
	return f.queue[q].addr[2 * which] |
	       (uint64_t)f.queue[q].addr[2 * which + 1] << 32;
}

/* --- Setup and teardown -------------------------------------------------- */

static void test_order_of_everything(void **state)
{
	(void)state;
	attach();
	assert_int_equal(drv.vdev->id.device, 4);
	assert_int_equal(f.status, 0xf);
	end();
	assert_string_equal(f.log, "master off;status 0;master on;status 0;status 1;status 3;status b;status f;status 0;status 0;status 0;master off;close;");
}

static void test_slow_reset_is_waited_for(void **state)
{
	(void)state;
	f.slow_reset = 5;
	attach();
	assert_int_equal(f.status, 0xf);
	end();
}

static void test_features_that_are_refused_by_the_device(void **state)
{
	(void)state;
	f.never_ready = true;
	attach();
	assert_null(drv.vq[0]);
	assert_null(drv.vdev->dev.driver);
	end();
}

static void test_features_of_64_bits_and_of_128(void **state)
{
	(void)state;
	f.offered[2] = 0x5;
	attach();
	assert_int_equal(drv.vdev->features.w[1], 0);
	end();
	f.words = 4;
	attach();
	assert_int_equal(drv.vdev->features.w[1], 5);
	assert_int_equal(f.accepted[2], 5);
	assert_int_equal(f.accepted[1], f.offered[1]);
	end();
}

static void test_sets_that_are_not_written(void **state)
{
	static const uint64_t forced[] = {
		(uint64_t)1 << VIRTIO_F_NOTIFICATION_DATA,
		(uint64_t)1 << VIRTIO_F_NOTIF_CONFIG_DATA,
	};
	static const uint64_t refused[] = {
		(uint64_t)1 << VIRTIO_F_ACCESS_PLATFORM,
		(uint64_t)1 << VIRTIO_F_VERSION_1,
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		drv.forced = i < 2 ? forced[i] : 0;
		drv.refused = i < 2 ? 0 : refused[i - 2];
		attach();
		assert_null(drv.vdev->dev.driver);
		assert_non_null(strstr(vi_error(NULL), "features refused"));
		assert_int_equal(f.accepted[1], 0);
		end();
	}
}

static void test_without_platform_the_iommu_cannot_hold_it(void **state)
{
	(void)state;
	f.offered[1] = 1;
	assert_refused(-EPERM, "VIRTIO_F_ACCESS_PLATFORM");
	f.fn.translated = false;
	attach();
	assert_int_equal(f.status, 0xf);
	end();
}

static void test_devices_that_are_not_there(void **state)
{
	(void)state;
	f.gone = true;
	assert_refused(-ENODEV, "does not respond");
	f.gone = false;
	f.config[0] = 0x86;
	assert_refused(-ENODEV, "not a virtio device");
}

static void test_capabilities_that_lead_nowhere(void **state)
{
	(void)state;
	f.config[0x4d] = 0x10;		/* the common structure's length */
	assert_refused(-EPROTO, "COMMON_CFG");
	fake_init(&f);
	f.config[0x44] = 5;		/* its BAR, which is absent */
	assert_refused(-EPROTO, "BAR 5 is absent");
	fake_init(&f);
	f.config[0x5c] = 1;		/* the length for notifications */
	f.config[0x5d] = 0;
	assert_refused(-EPROTO, "NOTIFY_CFG");
	fake_init(&f);
	f.config[0x34] = 0;
	assert_refused(-EPROTO, "no usable registers");
}

/* --- Queues -------------------------------------------------------------- */

static void test_ring_is_where_the_device_was_told(void **state)
{
	struct vi_ring_memory mem;

	(void)state;
	drv.num = 2;
	attach();
	assert_int_equal(vi_queue_memory(drv.vq[1], &mem), 0);
	assert_int_equal(mem.num, 64);
	assert_int_equal(f.queue[1].size, 64);
	assert_int_equal(f.queue[1].enable, 1);
	assert_int_equal(addr_of(1, 0), mem.desc_addr);
	assert_int_equal(addr_of(1, 1), mem.driver_addr);
	assert_int_equal(addr_of(1, 2), mem.device_addr);
	assert_int_equal(mem.driver_addr - mem.desc_addr, 64 * 16);
	assert_in_range(mem.desc_addr, FAKE_IOVA, FAKE_IOVA + FAKE_POOL);
	assert_int_equal(vi_dma_addr(drv.vdev, mem.device, 4),
			 mem.device_addr);
	assert_int_equal(f.queue[2].enable, 0);
	end();
}

static void test_packed_ring(void **state)
{
	struct vi_ring_memory mem;

	(void)state;
	f.offered[1] |= 1u << (VIRTIO_F_RING_PACKED - 32);
	drv.queue_size = 63;
	attach();
	assert_int_equal(vi_queue_memory(drv.vq[0], &mem), 0);
	assert_true(mem.packed);
	assert_int_equal(f.queue[0].size, 63);
	assert_int_equal(addr_of(0, 1), mem.desc_addr + 63 * 16);
	assert_int_equal(addr_of(0, 2), mem.desc_addr + 63 * 16 + 4);
	end();
}

static void test_sizes_that_devices_say(void **state)
{
	(void)state;
	f.max_size = 48;
	attach();
	assert_int_equal(virtqueue_get_vring_size(drv.vq[0]), 32);
	end();
	f.max_size = 0;
	assert_no_queue(ENOENT);
	f.max_size = 0xffff;
	assert_no_queue(EINVAL);
	f.max_size = 64;
	drv.queue_size = 128;
	assert_no_queue(ERANGE);
	drv.queue_size = 24;
	assert_no_queue(ERANGE);
}

static void test_queues_that_are_not_there(void **state)
{
	(void)state;
	attach();
	assert_null(virtio_find_vq(drv.vdev, 3, NULL));
	assert_int_equal(errno, ENOENT);
	assert_null(virtio_find_vq(drv.vdev, 5000, NULL));
	assert_int_equal(errno, ENOENT);
	assert_null(virtio_find_vq(drv.vdev, 0, NULL));
	assert_int_equal(errno, EBUSY);
	f.queue[1].enable = 1;
	assert_null(virtio_find_vq(drv.vdev, 1, NULL));
	assert_int_equal(errno, EBUSY);
	end();
}

static void test_more_queues_than_can_be_selected(void **state)
{
	(void)state;
	f.num_queues = 0xffff;
	attach();
	/* The fake stores ten bits of queue_select. */
	assert_null(virtio_find_vq(drv.vdev, 1024, NULL));
	assert_int_equal(errno, ENOENT);
	end();
}

static void test_notification_past_the_structure(void **state)
{
	(void)state;
	f.config[0x60] = 0;
	f.config[0x61] = 1;		/* a multiplier of 256 */
	drv.num = 2;
	attach();
	assert_null(drv.vq[1]);
	assert_int_equal(drv.found_errno, EPROTO);
	assert_non_null(strstr(vi_error(NULL), "queue_notify_off"));
	virtio_del_vq(drv.vq[0]);
	end();
}

static void test_kick_tells_the_device(void **state)
{
	struct scatterlist sg;
	void *buf;

	(void)state;
	drv.num = 2;
	attach();
	buf = virtio_alloc(drv.vdev, 100);
	sg_init_one(&sg, buf, 100);
	assert_int_equal(drv.vq[1]->vq_ops->add_buf(drv.vq[1], &sg, 0, 1, buf),
			 0);
	assert_int_equal(f.notified, -1);
	drv.vq[1]->vq_ops->kick(drv.vq[1]);
	assert_int_equal(f.notified, 1);
	assert_int_equal(f.notified_at, FAKE_NOTIFY + 4);
	f.notified = -1;
	assert_int_equal(vi_notify(drv.vq[0]), 0);
	assert_int_equal(f.notified, 0);
	assert_int_equal(f.notified_at, FAKE_NOTIFY);
	end();
}

static void test_memory_that_the_device_cannot_reach(void **state)
{
	struct scatterlist sg;
	char own[16];

	(void)state;
	attach();
	sg_init_one(&sg, own, sizeof(own));
	assert_int_equal(drv.vq[0]->vq_ops->add_buf(drv.vq[0], &sg, 0, 1, own),
			 -EFAULT);
	assert_int_equal(vi_dma_addr(drv.vdev, own, 1), VIRTIO_DMA_ERROR);
	end();
}

static void test_pool_too_small_for_a_ring(void **state)
{
	const struct vi_pci_options o = { .pool = 4096 };

	(void)state;
	drv.num = 2;
	assert_int_equal(try_open(&o), 0);
	assert_null(drv.vq[1]);
	assert_int_equal(drv.found_errno, ENOMEM);
	assert_non_null(strstr(vi_error(NULL), "pool="));
	virtio_del_vq(drv.vq[0]);
	end();
}

static void test_queue_reset(void **state)
{
	(void)state;
	attach();
	assert_int_equal(vi_queue_reset(drv.vq[0]), -ENOTSUP);
	end();
	f.offered[1] |= 1u << (VIRTIO_F_RING_RESET - 32);
	drv.forced = (uint64_t)1 << VIRTIO_F_RING_RESET;
	attach();
	assert_int_equal(vi_queue_reset(drv.vq[0]), 0);
	assert_int_equal(f.queue[0].enable, 0);
	virtio_del_vq(drv.vq[0]);
	drv.vq[0] = virtio_find_vq(drv.vdev, 0, NULL);
	assert_non_null(drv.vq[0]);
	end();
}

/* No register value may crash the driver. */
static void test_registers_that_say_anything(void **state)
{
	uint64_t value;
	unsigned int i;

	(void)state;
	drv.num = 2;
	for (i = 1; i <= 500; i++) {
		f.noise = i * 2654435761u | 1;
		drv.forced = (uint64_t)(i & 1) << VIRTIO_F_RING_PACKED |
			     (uint64_t)1 << VIRTIO_F_ACCESS_PLATFORM |
			     (uint64_t)1 << VIRTIO_F_VERSION_1;
		if (try_open(NULL))
			continue;
		value = 0;
		vi_register_read(drv.vdev, "queue_desc", &value);
		vi_presence(drv.vdev);
		virtio_cread(drv.vdev, 0, &value, 8);
		f.noise = 0;
		end();
	}
}

/* --- Interrupts ---------------------------------------------------------- */

/* The device completes the first buffer of queue @q. */
static void complete(unsigned int q)
{
	struct vi_ring_memory mem;
	struct vring_used *used;

	vi_queue_memory(drv.vq[q], &mem);
	used = mem.device;
	used->ring[0].id = 0;
	used->ring[0].len = 0;
	__atomic_store_n(&used->idx, 1, __ATOMIC_RELEASE);
}

static void add(unsigned int q)
{
	void *buf = virtio_alloc(drv.vdev, 16);
	struct scatterlist sg;

	sg_init_one(&sg, buf, 16);
	assert_int_equal(drv.vq[q]->vq_ops->add_buf(drv.vq[q], &sg, 0, 1, buf),
			 0);
}

static void test_interrupts_call_back(void **state)
{
	(void)state;
	drv.num = 2;
	attach();
	assert_int_equal(f.num_eventfds, 4);
	assert_int_equal(f.config_vector, 0);
	assert_int_equal(f.queue[0].vector, 1);
	assert_int_equal(f.queue[1].vector, 2);
	add(1);
	complete(1);
	fake_signal(f.eventfd[2]);
	assert_true(vi_wait_interrupt(drv.vdev, 60 * SECOND));
	assert_int_equal(drv.callbacks, 1);
	assert_int_equal(vi_interrupts(drv.vdev, drv.vq[1]), 1);
	assert_int_equal(vi_interrupts(drv.vdev, drv.vq[0]), 0);
	assert_int_equal(vi_interrupts(drv.vdev, NULL), 0);
	fake_signal(f.eventfd[0]);
	assert_true(vi_wait_interrupt(drv.vdev, 60 * SECOND));
	assert_int_equal(drv.changes, 1);
	assert_int_equal(vi_interrupts(drv.vdev, NULL), 1);
	assert_false(vi_wait_interrupt(drv.vdev, 1));
	end();
	assert_int_equal(f.num_eventfds, 0);
}

static void test_no_callbacks_after_reset(void **state)
{
	(void)state;
	attach();
	add(0);
	complete(0);
	virtio_reset(drv.vdev);
	fake_signal(f.eventfd[1]);
	assert_true(vi_wait_interrupt(drv.vdev, 60 * SECOND));
	assert_int_equal(drv.callbacks, 0);
	end();
}

static void test_vectors_are_shared_when_they_are_few(void **state)
{
	(void)state;
	f.fn.max_vectors = 2;
	drv.num = 3;
	attach();
	assert_int_equal(f.queue[0].vector, 1);
	assert_int_equal(f.queue[2].vector, 1);
	end();
}

static void test_device_without_room_for_vectors(void **state)
{
	(void)state;
	/* The device accepts the first vector only. */
	f.vectors = 1;
	attach();
	assert_int_equal(f.queue[0].vector, 0);
	fake_signal(f.eventfd[0]);
	assert_true(vi_wait_interrupt(drv.vdev, 60 * SECOND));
	assert_int_equal(vi_interrupts(drv.vdev, drv.vq[0]), 1);
	end();
	f.vectors = 0;
	attach();
	assert_int_equal(f.queue[0].vector, 0xffff);
	assert_int_equal(f.status, 0xf);
	end();
}

static void test_polled(void **state)
{
	const struct vi_pci_options o = { .poll = true };
	unsigned int len;

	(void)state;
	assert_int_equal(try_open(&o), 0);
	assert_int_equal(f.queue[0].vector, 0xffff);
	assert_int_equal(f.config_vector, 0xffff);
	add(0);
	complete(0);
	assert_false(vi_wait_interrupt(drv.vdev, 60 * SECOND));
	assert_non_null(drv.vq[0]->vq_ops->get_buf(drv.vq[0], &len));
	end();
	assert_int_equal(f.num_eventfds, 0);
}

/* --- Registers and presence ---------------------------------------------- */

static void test_registers(void **state)
{
	uint64_t value;

	(void)state;
	attach();
	assert_int_equal(vi_register_read(drv.vdev, "num_queues", &value), 0);
	assert_int_equal(value, FAKE_QUEUES);
	assert_int_equal(vi_register_write(drv.vdev, "num_queues", 1),
			 -ENOTSUP);
	assert_int_equal(vi_register_write(drv.vdev, "queue_select", 2), 0);
	assert_int_equal(vi_register_write(drv.vdev, "queue_desc",
					   0x123456789abcdef0), 0);
	assert_int_equal(addr_of(2, 0), 0x123456789abcdef0);
	assert_int_equal(vi_register_read(drv.vdev, "queue_desc", &value), 0);
	assert_int_equal(value, 0x123456789abcdef0);
	assert_int_equal(vi_register_write(drv.vdev, "device_status", 0x83), 0);
	assert_int_equal(f.status, 0x83);
	assert_int_equal(vi_register_read(drv.vdev, "queue_reset", &value), 0);
	assert_int_equal(vi_register_read(drv.vdev, "nonsense", &value),
			 -ENOTSUP);
	end();
	/* A structure of spec 1.0 lacks these registers. */
	f.config[0x4c] = 56;
	attach();
	assert_int_equal(vi_register_read(drv.vdev, "queue_reset", &value),
			 -ENOTSUP);
	assert_int_equal(vi_register_read(drv.vdev, "queue_device", &value),
			 0);
	end();
}

static void test_configuration_space(void **state)
{
	uint8_t buf[20];
	uint32_t word = 0x04030201;

	(void)state;
	attach();
	drv.vdev->config->set(drv.vdev, 4, &word, 4);
	assert_int_equal(f.settings[4], 1);
	assert_int_equal(f.settings[7], 4);
	assert_int_equal(virtio_cread(drv.vdev, 2, buf, 20), 0);
	assert_int_equal(buf[2], 1);
	assert_int_equal(buf[5], 4);
	/* Past the end of the structure. */
	assert_int_equal(buf[14], 0);
	memset(buf, 0xee, sizeof(buf));
	assert_int_equal(virtio_cread(drv.vdev, 14, buf, 4), 0);
	assert_int_equal(buf[3], 0);
	assert_int_equal(virtio_cread(drv.vdev, UINT32_MAX, buf, 4), 0);
	assert_int_equal(buf[0], 0);
	end();
}

static void test_presence(void **state)
{
	(void)state;
	attach();
	assert_int_equal(vi_presence(drv.vdev), VI_PRESENT);
	fake_signal(f.watch[0]);
	assert_int_equal(vi_presence(drv.vdev), VI_WANTED_BACK);
	assert_int_equal(vi_presence(drv.vdev), VI_WANTED_BACK);
	/* A waiter returns at once. */
	assert_false(vi_wait_interrupt(drv.vdev, 600 * (uint64_t)SECOND));
	f.gone = true;
	assert_int_equal(vi_presence(drv.vdev), VI_GONE);
	assert_int_equal(virtio_reset(drv.vdev), -ENODEV);
	end();
}

/* --- Legacy -------------------------------------------------------------- */

static void make_legacy(void)
{
	/* Transitional: virtio-rng as 1000:..., an I/O BAR, no capabilities. */
	f.config[2] = 0x05;
	f.config[3] = 0x10;
	f.config[0x2e] = 4;
	f.config[0x2f] = 0;
	f.config[0x34] = 0;
	f.fn.bar[0].size = 0x40;
	f.fn.bar[0].io = true;
	f.fn.max_vectors = 0;
	f.fn.translated = false;
	f.max_size = 256;
}

static void test_legacy(void **state)
{
	struct vi_ring_memory mem;
	uint64_t value;

	(void)state;
	make_legacy();
	f.settings[3] = 77;
	attach();
	assert_non_null(drv.vq[0]);
	assert_int_equal(f.status, 0x7);
	assert_int_equal(drv.vdev->features.w[0], f.offered[0]);
	assert_int_equal(f.accepted[0], f.offered[0]);
	vi_queue_memory(drv.vq[0], &mem);
	assert_int_equal(mem.num, 256);
	assert_int_equal((uint64_t)f.queue[0].page << 12, mem.desc_addr);
	assert_int_equal(mem.device_addr % 4096, 0);
	assert_int_equal(vi_notify(drv.vq[0]), 0);
	assert_int_equal(f.notified, 0);
	assert_int_equal(virtio_cread(drv.vdev, 3, &value, 1), 0);
	assert_int_equal(value & 0xff, 77);
	assert_null(virtio_find_vq(drv.vdev, 3, NULL));
	assert_int_equal(vi_register_read(drv.vdev, "queue_enable", &value),
			 -ENOTSUP);
	end();
	assert_int_equal(f.queue[0].page, 0);
}

static void test_legacy_goes_past_the_iommu(void **state)
{
	(void)state;
	make_legacy();
	f.fn.translated = true;
	assert_refused(-EPERM, "a legacy device bypasses");
}

static void test_legacy_size_that_cannot_be(void **state)
{
	(void)state;
	make_legacy();
	f.max_size = 100;
	assert_no_queue(EINVAL);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order_of_everything),
		TEST(test_slow_reset_is_waited_for),
		TEST(test_features_that_are_refused_by_the_device),
		TEST(test_features_of_64_bits_and_of_128),
		TEST(test_sets_that_are_not_written),
		TEST(test_without_platform_the_iommu_cannot_hold_it),
		TEST(test_devices_that_are_not_there),
		TEST(test_capabilities_that_lead_nowhere),
		TEST(test_ring_is_where_the_device_was_told),
		TEST(test_packed_ring),
		TEST(test_sizes_that_devices_say),
		TEST(test_queues_that_are_not_there),
		TEST(test_more_queues_than_can_be_selected),
		TEST(test_notification_past_the_structure),
		TEST(test_kick_tells_the_device),
		TEST(test_memory_that_the_device_cannot_reach),
		TEST(test_pool_too_small_for_a_ring),
		TEST(test_queue_reset),
		TEST(test_registers_that_say_anything),
		TEST(test_interrupts_call_back),
		TEST(test_no_callbacks_after_reset),
		TEST(test_vectors_are_shared_when_they_are_few),
		TEST(test_device_without_room_for_vectors),
		TEST(test_polled),
		TEST(test_registers),
		TEST(test_configuration_space),
		TEST(test_presence),
		TEST(test_legacy),
		TEST(test_legacy_goes_past_the_iommu),
		TEST(test_legacy_size_that_cannot_be),
	};

	return cmocka_run_group_tests_name("pci_drive", tests, NULL, NULL);
}
