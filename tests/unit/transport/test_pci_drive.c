// SPDX-License-Identifier: GPL-2.0-or-later
/* Driving PCI devices through a fake function: setup, registers, legacy. */
#include "pci_driver.h"

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
		TEST(test_registers),
		TEST(test_configuration_space),
		TEST(test_presence),
		TEST(test_legacy),
		TEST(test_legacy_goes_past_the_iommu),
		TEST(test_legacy_size_that_cannot_be),
	};

	return cmocka_run_group_tests_name("pci_drive", tests, NULL, NULL);
}
