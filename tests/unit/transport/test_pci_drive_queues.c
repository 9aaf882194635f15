// SPDX-License-Identifier: GPL-2.0-or-later
/* Driving PCI devices through a fake function: queues and interrupts. */
#include "pci_driver.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("pci_drive_queues", tests, NULL, NULL);
}
