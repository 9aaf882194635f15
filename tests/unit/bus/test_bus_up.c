// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sequence that brings a device on the bus up (spec 1.4, 3.1.1), and when
 * it tells of changes.
 */
#include "bus_log.h"

/* --- The way to DRIVER_OK --- */

static void status_step_by_step(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct mock *m = &mock;

	(void)state;
	mock_open(m, VERSION_1, 0);
	register_virtio_driver(drv);
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b probe(virtio0) 0f ");
	unregister_virtio_device(&m->vdev);
	assert_true(strstr(happened, "remove(virtio0) ") == happened);
	happened[0] = '\0';

	/* A legacy device has no FEATURES_OK (spec 3.1.2). */
	mock_open(m, 0, 0);
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features probe(virtio0) 07 ");
	unregister_virtio_driver(drv);
	assert_true(strstr(happened, "remove(virtio0) ") == happened);
	unregister_virtio_device(&m->vdev);
}

/* Skip missing operations, but never clear a status bit. */
static void a_status_that_cannot_be_read(void **state)
{
	static const struct virtio_config_ops write_only = {
		.set_status = mock_set_status,
		.get_features = mock_get_features,
	};
	struct virtio_driver *drv = &drivers[0];
	struct mock *m = &mock;

	(void)state;
	mock_open(m, VERSION_1, 0);
	m->vdev.config = &write_only;
	register_virtio_driver(drv);
	register_virtio_device(&m->vdev);
	assert_happened("01 03 0b probe(virtio0) 0f ");
}

static void probe_says_ready(struct virtio_device *vdev)
{
	virtio_device_ready(vdev);
	note("live ");
}

static void ready_inside_probe(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct mock *m = &mock;

	(void)state;
	in_probe = probe_says_ready;
	mock_open(m, VERSION_1, 0);
	register_virtio_driver(drv);
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b probe(virtio0) 0f live ");
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(drv);
}

/* FAILED, and a reset before the next attempt (spec 2.1.1, 3.1.1). */
static void failed_after_a_failed_probe(void **state)
{
	struct virtio_driver *refuser = &drivers[0], *taker = &drivers[1];
	struct mock *m = &mock;

	(void)state;
	refuser->probe = refuse_probe;
	mock_open(m, VERSION_1, 0);
	register_virtio_driver(refuser);
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b refuse(virtio0) 8b ");
	assert_null(m->vdev.dev.driver);
	register_virtio_driver(taker);
	assert_happened("reset 01 03 features 0b probe(virtio0) 0f ");
	assert_ptr_equal(m->vdev.dev.driver, &taker->driver);
	unregister_virtio_device(&m->vdev);
	happened[0] = '\0';

	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b refuse(virtio0) 8b "
			"reset 01 03 features 0b probe(virtio0) 0f ");
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(taker);
	unregister_virtio_driver(refuser);
}

/* A device that rejects the features is not probed; another driver may try. */
static void features_refused(void **state)
{
	static const unsigned int table[] = { 7 };
	struct virtio_driver *greedy = &drivers[0], *modest = &drivers[1];
	struct mock *m = &mock;

	(void)state;
	greedy->feature_table = table;
	greedy->feature_table_size = 1;
	mock_open(m, VERSION_1 | BIT(7), 0);
	m->refused.w[0] = BIT(7);
	register_virtio_driver(greedy);
	assert_int_equal(register_virtio_device(&m->vdev), 0);
	assert_null(m->vdev.dev.driver);
	assert_null(strstr(happened, "probe"));
	assert_true(m->status & VIRTIO_CONFIG_S_FAILED);
	happened[0] = '\0';
	register_virtio_driver(modest);
	assert_happened("reset 01 03 features 0b probe(virtio0) 0f ");
	unregister_virtio_device(&m->vdev);
	happened[0] = '\0';

	mock_open(m, VERSION_1, 0);
	m->finalize_result = -ENODEV;
	assert_int_equal(register_virtio_device(&m->vdev), 0);
	assert_null(m->vdev.dev.driver);
	assert_null(strstr(happened, "probe"));
	assert_null(strstr(happened, "0b"));
	assert_true(m->status & VIRTIO_CONFIG_S_FAILED);
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(greedy);
	unregister_virtio_driver(modest);
}

static void a_device_that_does_not_reset(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct mock *m = &mock;

	(void)state;
	mock_open(m, VERSION_1, 0);
	m->reset_result = -ETIMEDOUT;
	register_virtio_driver(drv);
	assert_int_equal(register_virtio_device(&m->vdev), 0);
	assert_null(m->vdev.dev.driver);
	assert_null(strstr(happened, "probe"));
	assert_null(strstr(happened, "03"));
	assert_int_equal(virtio_reset(&m->vdev), -ETIMEDOUT);
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(drv);
}

static struct vi_features accepted;

static void keep_features(struct virtio_device *vdev)
{
	accepted = vdev->features;
}

/* The bits offered that belong to the ring or to the driver's table. */
static void features_accepted(void **state)
{
	static const unsigned int table[] = { 0, 5, 23, 63, 64, 100, 127, 128,
					      4000000000u };
	uint64_t ring = INDIRECT | EVENT_IDX | VERSION_1 | PACKED | IN_ORDER;
	uint64_t mine = BIT(0) | BIT(5) | BIT(23) | BIT(63);
	uint64_t high = BIT(64 - 64) | BIT(100 - 64) | BIT(127 - 64);
	uint64_t types_own = 0x00ffffff | BIT(41) | BIT(42) |
			     (UINT64_MAX << 50);
	struct virtio_driver *drv = &drivers[0];
	struct mock *m = &mock;

	(void)state;
	in_probe = keep_features;
	drv->feature_table = table;
	drv->feature_table_size = ARRAY_SIZE(table);
	register_virtio_driver(drv);

	mock_open(m, UINT64_MAX, UINT64_MAX);
	register_virtio_device(&m->vdev);
	assert_int_equal(accepted.w[0] & (ring | mine), ring | mine);
	assert_int_equal(accepted.w[0] & types_own, mine);
	/* Reserved, unused, or obsolete. */
	assert_int_equal(accepted.w[0] & (BIT(30) | UINT64_C(0x3f) << 44), 0);
	assert_int_equal(accepted.w[1], high);
	assert_true(virtio_has_feature(&m->vdev, 100));
	assert_false(virtio_has_feature(&m->vdev, 101));
	assert_false(virtio_has_feature(&m->vdev, 128));
	assert_false(virtio_has_feature(&m->vdev, UINT32_MAX));
	unregister_virtio_device(&m->vdev);

	/* Never a bit that was not offered. */
	mock_open(m, VERSION_1 | BIT(5) | BIT(6) | EVENT_IDX, BIT(100 - 64));
	register_virtio_device(&m->vdev);
	assert_int_equal(accepted.w[0], VERSION_1 | BIT(5) | EVENT_IDX);
	assert_int_equal(accepted.w[1], BIT(100 - 64));
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(drv);
}

/* Each driver negotiates afresh, without bits of the previous one. */
static void features_start_afresh(void **state)
{
	static const unsigned int table[] = { 3, 100 };
	struct virtio_driver *first = &drivers[0], *second = &drivers[1];
	struct mock *m = &mock;

	(void)state;
	first->probe = refuse_probe;
	first->feature_table = table;
	first->feature_table_size = 2;
	mock_open(m, VERSION_1 | BIT(3), BIT(100 - 64));
	in_probe = keep_features;
	register_virtio_driver(first);
	register_virtio_driver(second);
	register_virtio_device(&m->vdev);
	assert_int_equal(accepted.w[0], VERSION_1);
	assert_int_equal(accepted.w[1], 0);
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(first);
	unregister_virtio_driver(second);
}

/* Features set by hand on a device without config are kept. */
static void a_device_made_by_hand(void **state)
{
	static const struct virtio_config_ops nothing;
	struct virtio_driver *drv = &drivers[0];
	struct virtio_device *vdev = &devices[0];
	unsigned int i;
	char buf[4];

	(void)state;
	in_probe = keep_features;
	register_virtio_driver(drv);
	for (i = 0; i < 2; i++) {
		*vdev = rng_device();
		vdev->config = i ? &nothing : NULL;
		virtio_set_feature(vdev, VIRTIO_F_VERSION_1);
		virtio_set_feature(vdev, 5);
		virtio_set_feature(vdev, 127);
		virtio_set_feature(vdev, 128);
		virtio_set_feature(vdev, UINT32_MAX);
		register_virtio_device(vdev);
		assert_ptr_equal(vdev->dev.driver, &drv->driver);
		assert_int_equal(accepted.w[0], VERSION_1 | BIT(5));
		assert_int_equal(accepted.w[1], BIT(63));
		virtio_device_ready(vdev);
		assert_int_equal(virtio_reset(vdev), 0);
		assert_int_equal(virtio_cread(vdev, 0, buf, 4), -ENOTSUP);
		errno = 0;
		assert_null(virtio_find_vq(vdev, 0, NULL));
		assert_int_not_equal(errno, 0);
		virtio_del_vq(NULL);
		unregister_virtio_device(vdev);
	}
	unregister_virtio_driver(drv);
}

static void config_space_of_one_generation(void **state)
{
	static const uint8_t want[] = { 4, 5, 6, 7 };
	struct mock *m = &mock;
	uint8_t buf[4];

	(void)state;
	mock_open(m, VERSION_1, 0);
	assert_int_equal(virtio_cread(&m->vdev, 4, buf, 4), 0);
	assert_memory_equal(buf, want, 4);
	m->generations = 3;	/* settles after three reads */
	assert_int_equal(virtio_cread(&m->vdev, 4, buf, 4), 0);
	assert_memory_equal(buf, want, 4);
	m->generations = UINT32_MAX;
	assert_int_equal(virtio_cread(&m->vdev, 4, buf, 4), -EAGAIN);
}

/* --- config_changed: from DRIVER_OK to remove, and at no other time --- */

static void changed_twice(struct virtio_device *vdev)
{
	virtio_config_changed(vdev);
	virtio_config_changed(vdev);
	note("inside ");
}

static void changed_around_ready(struct virtio_device *vdev)
{
	virtio_config_changed(vdev);
	note("inside ");
	virtio_device_ready(vdev);
}

static void changed_after_ready(struct virtio_device *vdev)
{
	virtio_device_ready(vdev);
	virtio_config_changed(vdev);
	note("inside ");
}

static void config_changes(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct virtio_device *vdev = &devices[0];

	(void)state;
	virtio_config_changed(vdev);
	register_virtio_device(vdev);
	virtio_config_changed(vdev);
	register_virtio_driver(drv);
	assert_happened("probe(virtio0) ");
	virtio_config_changed(vdev);
	assert_happened("changed(virtio0) ");
	virtio_config_changed(vdev);
	assert_happened("changed(virtio0) ");
	in_remove = changed_twice;
	unregister_virtio_driver(drv);
	assert_happened("remove(virtio0) inside ");
	virtio_config_changed(vdev);
	unregister_virtio_device(vdev);
	virtio_config_changed(vdev);
	assert_happened("");
}

static void config_changes_during_probe(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct mock *m = &mock;

	(void)state;
	in_probe = changed_twice;
	mock_open(m, VERSION_1, 0);
	register_virtio_driver(drv);
	register_virtio_device(&m->vdev);
	/* Deferred, and delivered once after DRIVER_OK. */
	assert_happened("reset 01 03 features 0b probe(virtio0) inside 0f "
			"changed(virtio0) ");
	unregister_virtio_device(&m->vdev);
	happened[0] = '\0';

	/* probe() may set DRIVER_OK itself. */
	in_probe = changed_around_ready;
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b probe(virtio0) inside 0f "
			"changed(virtio0) ");
	unregister_virtio_device(&m->vdev);
	happened[0] = '\0';

	/* Then nothing is deferred: probe() may wait for the change. */
	in_probe = changed_after_ready;
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b probe(virtio0) 0f "
			"changed(virtio0) inside ");
	unregister_virtio_device(&m->vdev);
	happened[0] = '\0';

	/* Never to a driver whose probe failed. */
	in_probe = changed_twice;
	probe_result = -EIO;
	register_virtio_device(&m->vdev);
	assert_happened("reset 01 03 features 0b probe(virtio0) inside 8b ");
	virtio_config_changed(&m->vdev);
	assert_happened("");
	unregister_virtio_device(&m->vdev);

	/* A driver that failed after DRIVER_OK hears nothing more. */
	in_probe = probe_says_ready;
	register_virtio_device(&m->vdev);
	happened[0] = '\0';
	virtio_config_changed(&m->vdev);
	assert_happened("");
	unregister_virtio_device(&m->vdev);
	unregister_virtio_driver(drv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_the_bus(status_step_by_step),
		on_the_bus(a_status_that_cannot_be_read),
		on_the_bus(ready_inside_probe),
		on_the_bus(failed_after_a_failed_probe),
		on_the_bus(features_refused),
		on_the_bus(a_device_that_does_not_reset),
		on_the_bus(features_accepted),
		on_the_bus(features_start_afresh),
		on_the_bus(a_device_made_by_hand),
		on_the_bus(config_space_of_one_generation),
		on_the_bus(config_changes),
		on_the_bus(config_changes_during_probe),
	};

	signal(SIGALRM, on_alarm);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
