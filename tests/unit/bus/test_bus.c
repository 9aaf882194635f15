// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices and drivers on the process's bus: matching. */
#include "bus_log.h"

static void what_cannot_be_registered(void **state)
{
	struct virtio_driver *drv = &drivers[0], *nameless = &drivers[1],
			     *tableless = &drivers[2];
	struct virtio_device *vdev = &devices[0];

	(void)state;
	assert_int_equal(register_virtio_device(NULL), -EINVAL);
	vdev->id.device = 0;
	assert_int_equal(register_virtio_device(vdev), -EINVAL);
	vdev->id.device = ANY;
	assert_int_equal(register_virtio_device(vdev), -EINVAL);
	assert_int_equal(register_virtio_driver(NULL), -EINVAL);
	nameless->driver.name = NULL;
	assert_int_equal(register_virtio_driver(nameless), -EINVAL);
	tableless->id_table = NULL;
	assert_int_equal(register_virtio_driver(tableless), -EINVAL);

	/* Refused without any effect. */
	*vdev = rng_device();
	unregister_virtio_device(vdev);
	unregister_virtio_device(NULL);
	unregister_virtio_driver(drv);
	unregister_virtio_driver(NULL);

	assert_int_equal(register_virtio_device(vdev), 0);
	assert_int_equal(register_virtio_device(vdev), -EEXIST);
	assert_int_equal(register_virtio_driver(drv), 0);
	assert_int_equal(register_virtio_driver(drv), -EEXIST);
	assert_happened("probe(virtio0) ");
	assert_int_equal(register_virtio_device(vdev), -EEXIST);
	unregister_virtio_device(vdev);
	unregister_virtio_device(vdev);
	unregister_virtio_driver(drv);
	unregister_virtio_driver(drv);
	assert_happened("remove(virtio0) ");

	/* And again, without traces of the first time. */
	assert_int_equal(register_virtio_driver(drv), 0);
	assert_int_equal(register_virtio_device(vdev), 0);
	assert_happened("probe(virtio0) ");
	unregister_virtio_driver(drv);
	assert_happened("remove(virtio0) ");
	assert_null(vdev->dev.driver);
	unregister_virtio_device(vdev);
	assert_happened("");
}

static void ids_match_or_not(void **state)
{
	static const struct {
		struct virtio_device_id table[4], device;
		bool match;
	} row[] = {
		{ { { 4, ANY } }, { 4, VENDOR }, true },
		{ { { 4, ANY } }, { 4, 0 }, true },
		{ { { 4, ANY } }, { 5, VENDOR }, false },
		{ { { 4, VENDOR } }, { 4, VENDOR }, true },
		{ { { 4, VENDOR } }, { 4, VENDOR + 1 }, false },
		{ { { 4, 0 } }, { 4, 0 }, true },
		{ { { 4, 0 } }, { 4, VENDOR }, false },
		{ { { ANY, ANY } }, { 4, VENDOR }, true },
		{ { { ANY, ANY } }, { 0xfffffffe, 0 }, true },
		{ { { ANY, VENDOR } }, { 4, VENDOR }, true },
		{ { { ANY, VENDOR } }, { 4, 5 }, false },
		{ { { 1, ANY }, { 2, ANY }, { 4, ANY } }, { 4, 1 }, true },
		{ { { 1, ANY }, { 2, ANY }, { 3, ANY } }, { 4, 1 }, false },
		{ { { 4, 1 }, { 4, 2 } }, { 4, 2 }, true },
		{ { { 0, ANY }, { 4, ANY } }, { 4, 1 }, false },
		{ { { 0, 0 } }, { 4, 1 }, false },
	};
	unsigned int i, driver_first;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++)
	for (driver_first = 0; driver_first < 2; driver_first++) {
		struct virtio_driver *drv = &drivers[0];
		struct virtio_device *vdev = &devices[0];

		vdev->id = row[i].device;
		drv->id_table = row[i].table;
		if (driver_first)
			assert_int_equal(register_virtio_driver(drv), 0);
		assert_int_equal(register_virtio_device(vdev), 0);
		if (!driver_first)
			assert_int_equal(register_virtio_driver(drv), 0);
		assert_ptr_equal(vdev->dev.driver,
				 row[i].match ? &drv->driver : NULL);
		assert_happened(row[i].match ? "probe(virtio0) " : "");
		unregister_virtio_device(vdev);
		unregister_virtio_driver(drv);
		assert_happened(row[i].match ? "remove(virtio0) " : "");
	}
}

/* The bus asks drivers in the order of registration. */
static void the_first_that_takes_it(void **state)
{
	struct virtio_driver *refuser = &drivers[0], *other = &drivers[1],
			     *taker = &drivers[2], *late = &drivers[3];
	static const struct virtio_device_id net[] = {
		{ VIRTIO_ID_NET, ANY }, { 0, 0 },
	};
	struct virtio_device *vdev = &devices[0];

	(void)state;
	refuser->probe = refuse_probe;
	refuser->driver.name = "refuser";
	other->id_table = net;
	late->id_table = any_ids;
	register_virtio_driver(refuser);
	register_virtio_driver(other);
	register_virtio_driver(taker);
	register_virtio_driver(late);
	assert_int_equal(register_virtio_device(vdev), 0);
	assert_ptr_equal(vdev->dev.driver, &taker->driver);
	assert_happened("refuse(virtio0) probe(virtio0) ");
	unregister_virtio_driver(refuser);
	unregister_virtio_driver(late);
	unregister_virtio_driver(other);
	assert_happened("");
	unregister_virtio_device(vdev);
	assert_happened("remove(virtio0) ");
	unregister_virtio_driver(taker);
}

/* A device without a driver waits; registering returned 0. */
static void a_device_waits(void **state)
{
	struct virtio_driver *refuser = &drivers[0], *taker = &drivers[1];
	struct virtio_device *vdev = &devices[0];

	(void)state;
	refuser->probe = refuse_probe;
	register_virtio_driver(refuser);
	assert_int_equal(register_virtio_device(vdev), 0);
	assert_null(vdev->dev.driver);
	assert_happened("refuse(virtio0) ");
	assert_int_equal(register_virtio_driver(taker), 0);
	assert_ptr_equal(vdev->dev.driver, &taker->driver);
	assert_happened("probe(virtio0) ");

	/* It waits again when its driver leaves; remove() ran once. */
	unregister_virtio_driver(taker);
	assert_happened("remove(virtio0) ");
	assert_null(vdev->dev.driver);
	unregister_virtio_driver(refuser);
	register_virtio_driver(taker);
	assert_happened("probe(virtio0) ");
	unregister_virtio_device(vdev);
	assert_happened("remove(virtio0) ");
	unregister_virtio_driver(taker);
	assert_happened("");
}

static void one_driver_many_devices(void **state)
{
	struct virtio_device *a = &devices[0], *b = &devices[1],
			     *c = &devices[2];
	struct virtio_driver *drv = &drivers[0], *second = &drivers[1];

	(void)state;
	register_virtio_device(a);
	register_virtio_device(b);
	register_virtio_driver(drv);
	assert_happened("probe(virtio0) probe(virtio1) ");
	register_virtio_driver(second);
	register_virtio_device(c);
	assert_happened("probe(virtio2) ");
	assert_ptr_equal(c->dev.driver, &drv->driver);
	unregister_virtio_device(b);
	assert_happened("remove(virtio1) ");
	unregister_virtio_driver(second);
	assert_happened("");
	unregister_virtio_driver(drv);
	assert_happened("remove(virtio0) remove(virtio2) ");
	unregister_virtio_device(a);
	unregister_virtio_device(c);
	assert_happened("");
}

/* All functions of a driver are optional. */
static void a_driver_of_a_table_alone(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct virtio_device *vdev = &devices[0];

	(void)state;
	drv->id_table = any_ids;
	drv->probe = NULL;
	drv->remove = NULL;
	drv->config_changed = NULL;
	register_virtio_device(vdev);
	register_virtio_driver(drv);
	assert_ptr_equal(vdev->dev.driver, &drv->driver);
	virtio_config_changed(vdev);
	unregister_virtio_device(vdev);
	assert_null(vdev->dev.driver);
	unregister_virtio_driver(drv);
}

static void indices_lowest_first(void **state)
{
	struct virtio_device *dev = devices;
	char name[24];
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		dev[i].index = 1234;
		assert_int_equal(register_virtio_device(&dev[i]), 0);
		assert_int_equal(dev[i].index, i);
		snprintf(name, sizeof(name), "virtio%u", i);
		assert_string_equal(dev[i].dev.name, name);
	}
	unregister_virtio_device(&dev[30]);
	unregister_virtio_device(&dev[0]);
	unregister_virtio_device(&dev[7]);
	register_virtio_device(&dev[30]);
	assert_int_equal(dev[30].index, 0);
	register_virtio_device(&dev[7]);
	assert_int_equal(dev[7].index, 7);
	register_virtio_device(&dev[0]);
	assert_int_equal(dev[0].index, 30);
	assert_string_equal(dev[0].dev.name, "virtio30");
	for (i = 0; i < 40; i++)
		unregister_virtio_device(&dev[i]);
	register_virtio_device(&dev[39]);
	assert_int_equal(dev[39].index, 0);
	unregister_virtio_device(&dev[39]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_the_bus(what_cannot_be_registered),
		on_the_bus(ids_match_or_not),
		on_the_bus(the_first_that_takes_it),
		on_the_bus(a_device_waits),
		on_the_bus(one_driver_many_devices),
		on_the_bus(a_driver_of_a_table_alone),
		on_the_bus(indices_lowest_first),
	};

	signal(SIGALRM, on_alarm);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
