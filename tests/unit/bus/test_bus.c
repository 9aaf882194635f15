// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices and drivers on the process's bus: matching, the sequence that brings
 * a device up (spec 1.4, 3.1.1), and the guarantees for calls from probe, from
 * remove and from other threads.
 */
#include <pthread.h>
#include <signal.h>

#include "hand.h"

#define ANY	VIRTIO_DEV_ANY_ID
#define VENDOR	0x1af4

/* A bus that deadlocks would hang the test; report it instead. */
static void on_alarm(int sig)
{
	static const char text[] = "Bail out! the bus is locked up\n";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

/* --- A log of what happens --- */

static char happened[4096];

static void note(const char *fmt, ...)
{
	size_t used = strlen(happened);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(happened + used, sizeof(happened) - used, fmt, ap);
	va_end(ap);
}

static void assert_happened(const char *what)
{
	assert_string_equal(happened, what);
	happened[0] = '\0';
}

/* --- Drivers that write to the log --- */

/* What a driver does with a device besides logging; NULL: nothing. */
static void (*in_probe)(struct virtio_device *vdev);
static void (*in_remove)(struct virtio_device *vdev);
static int probe_result;

static int tell_probe(struct virtio_device *vdev)
{
	note("probe(%s) ", vdev->dev.name);
	if (in_probe)
		in_probe(vdev);
	return probe_result;
}

static void tell_remove(struct virtio_device *vdev)
{
	note("remove(%s) ", vdev->dev.name);
	if (in_remove)
		in_remove(vdev);
}

static void tell_changed(struct virtio_device *vdev)
{
	note("changed(%s) ", vdev->dev.name);
}

static int refuse_probe(struct virtio_device *vdev)
{
	note("refuse(%s) ", vdev->dev.name);
	return -EBUSY;
}

static const struct virtio_device_id rng_ids[] = {
	{ VIRTIO_ID_RNG, ANY }, { 0, 0 },
};

static const struct virtio_device_id any_ids[] = { { ANY, ANY }, { 0, 0 } };

static struct virtio_driver rng_driver(void)
{
	struct virtio_driver drv = {
		.driver = { .name = "rng" }, .id_table = rng_ids,
		.probe = tell_probe, .remove = tell_remove,
		.config_changed = tell_changed,
	};

	return drv;
}

static struct virtio_device rng_device(void)
{
	struct virtio_device vdev = { .id = { VIRTIO_ID_RNG, VENDOR } };

	return vdev;
}

/*
 * Devices and drivers. They outlive each test, so that a failing one leaves
 * nothing on the bus for the next.
 */
static struct virtio_device devices[40];
static struct virtio_driver drivers[4];

static int setup(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(devices); i++)
		devices[i] = rng_device();
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		drivers[i] = rng_driver();
	happened[0] = '\0';
	in_probe = in_remove = NULL;
	probe_result = 0;
	alarm(60);
	return 0;
}

static void mock_leaves(void);

static int teardown(void **state)
{
	unsigned int i;

	(void)state;
	in_probe = in_remove = NULL;
	for (i = 0; i < ARRAY_SIZE(devices); i++)
		unregister_virtio_device(&devices[i]);
	mock_leaves();
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		unregister_virtio_driver(&drivers[i]);
	return 0;
}

/* --- Matching --- */

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

/* --- The way to DRIVER_OK --- */

struct mock {
	struct virtio_device vdev;
	struct vi_features offered;
	struct vi_features refused;	/* rejected at FEATURES_OK */
	uint8_t status;
	int reset_result, finalize_result;
	unsigned int generations;	/* reads during which it changes */
	uint32_t generation;
};

static struct mock mock;

static void mock_leaves(void)
{
	unregister_virtio_device(&mock.vdev);
}

static struct mock *mock_of(struct virtio_device *vdev)
{
	return vdev->transport_priv;
}

static uint8_t mock_get_status(struct virtio_device *vdev)
{
	return mock_of(vdev)->status;
}

/* Log writes; spec 2.1.1 forbids clearing a bit. */
static void mock_set_status(struct virtio_device *vdev, uint8_t status)
{
	struct mock *m = mock_of(vdev);

	note("%s%02x ", m->status & ~status ? "cleared " : "", status);
	if (vdev->features.w[0] & m->refused.w[0] ||
	    vdev->features.w[1] & m->refused.w[1])
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	m->status = status;
}

static int mock_reset(struct virtio_device *vdev)
{
	note("reset ");
	if (!mock_of(vdev)->reset_result)
		mock_of(vdev)->status = 0;
	return mock_of(vdev)->reset_result;
}

static void mock_get_features(struct virtio_device *vdev,
			      struct vi_features *features)
{
	*features = mock_of(vdev)->offered;
}

static int mock_finalize(struct virtio_device *vdev)
{
	note("features ");
	return mock_of(vdev)->finalize_result;
}

/* Byte n of the configuration space is n. */
static void mock_get(struct virtio_device *vdev, unsigned int offset, void *buf,
		     unsigned int len)
{
	struct mock *m = mock_of(vdev);
	unsigned int i;

	for (i = 0; i < len; i++)
		((uint8_t *)buf)[i] = offset + i + (m->generations ? 100 : 0);
	if (m->generations) {
		m->generations--;
		m->generation++;
	}
}

static uint32_t mock_generation(struct virtio_device *vdev)
{
	return mock_of(vdev)->generation;
}

static const struct virtio_config_ops mock_ops = {
	.get = mock_get,
	.generation = mock_generation,
	.get_status = mock_get_status,
	.set_status = mock_set_status,
	.reset = mock_reset,
	.get_features = mock_get_features,
	.finalize_features = mock_finalize,
};

static void mock_open(struct mock *m, uint64_t low, uint64_t high)
{
	memset(m, 0, sizeof(*m));
	m->vdev = rng_device();
	m->vdev.config = &mock_ops;
	m->vdev.transport_priv = m;
	m->offered.w[0] = low;
	m->offered.w[1] = high;
}

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

/* --- From inside probe and remove --- */

#define child	(&devices[39])
#define helper	(&drivers[3])
#define own_driver	(&drivers[0])

static void add_child(struct virtio_device *vdev)
{
	if (vdev == child)
		return;
	note(register_virtio_device(child) ? "refused " : "added ");
}

static void remove_child(struct virtio_device *vdev)
{
	if (vdev == child)
		return;
	unregister_virtio_device(child);
	note("gone ");
}

/* A device that registers another for the same driver. */
static void children(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct virtio_device *vdev = &devices[0];

	(void)state;
	in_probe = add_child;
	in_remove = remove_child;
	register_virtio_driver(drv);
	register_virtio_device(vdev);
	assert_happened("probe(virtio0) probe(virtio1) added ");
	assert_ptr_equal(child->dev.driver, &drv->driver);
	unregister_virtio_device(vdev);
	assert_happened("remove(virtio0) remove(virtio1) gone ");

	/* The same with the driver registered second and unregistered first. */
	register_virtio_device(vdev);
	unregister_virtio_driver(drv);
	happened[0] = '\0';
	unregister_virtio_device(child);
	unregister_virtio_device(vdev);
	register_virtio_device(vdev);
	register_virtio_driver(drv);
	assert_happened("probe(virtio0) probe(virtio1) added ");
	unregister_virtio_driver(drv);
	assert_happened("remove(virtio0) remove(virtio1) gone ");
	unregister_virtio_device(vdev);
}

static void add_driver(struct virtio_device *vdev)
{
	(void)vdev;
	note(register_virtio_driver(helper) ? "refused " : "added ");
}

static void remove_driver(struct virtio_device *vdev)
{
	(void)vdev;
	unregister_virtio_driver(helper);
	note("gone ");
}

/* A device being probed is not offered to the driver that its probe adds. */
static void a_driver_that_brings_another(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct virtio_device *vdev = &devices[0], *other = &devices[1];

	(void)state;
	helper->id_table = any_ids;
	helper->probe = NULL;
	helper->remove = NULL;
	other->id.device = VIRTIO_ID_NET;
	register_virtio_device(vdev);
	register_virtio_device(other);
	in_probe = add_driver;
	in_remove = remove_driver;
	register_virtio_driver(drv);
	assert_happened("probe(virtio0) added ");
	assert_ptr_equal(vdev->dev.driver, &drv->driver);
	assert_ptr_equal(other->dev.driver, &helper->driver);
	unregister_virtio_driver(drv);
	assert_happened("remove(virtio0) gone ");
	assert_null(other->dev.driver);
	unregister_virtio_device(vdev);
	unregister_virtio_device(other);
}

static void unregister_self(struct virtio_device *vdev)
{
	unregister_virtio_device(vdev);
	note("off ");
}

static void unregister_own_driver(struct virtio_device *vdev)
{
	(void)vdev;
	unregister_virtio_driver(own_driver);
	note("off ");
}

/* How often the log holds a word. */
static unsigned int times(const char *word)
{
	const char *p = happened;
	unsigned int n = 0;

	while ((p = strstr(p, word))) {
		n++;
		p++;
	}
	return n;
}

/*
 * A probe that unregisters its own device or driver: one remove() if the probe
 * succeeded, none if it failed, and no device left alive.
 */
static void check_undone(int result)
{
	struct mock *m = &mock;

	probe_result = result;
	mock_open(m, VERSION_1, 0);
	register_virtio_device(&m->vdev);
	assert_int_equal(times("probe"), 1);
	assert_int_equal(times("remove"), result ? 0 : 1);
	assert_null(m->vdev.dev.driver);
	assert_int_equal(m->status & VIRTIO_CONFIG_S_DRIVER_OK, 0);
	unregister_virtio_device(&m->vdev);
	assert_int_equal(times("remove"), result ? 0 : 1);
	happened[0] = '\0';
}

static void a_probe_that_takes_its_device_off(void **state)
{
	struct virtio_device *next = &devices[1];

	(void)state;
	in_probe = unregister_self;
	register_virtio_driver(own_driver);
	check_undone(0);
	check_undone(-EIO);
	in_probe = NULL;
	probe_result = 0;
	register_virtio_device(next);
	assert_int_equal(next->index, 0);
	assert_ptr_equal(next->dev.driver, &own_driver->driver);
}

static void a_probe_that_takes_its_driver_off(void **state)
{
	(void)state;
	in_probe = unregister_own_driver;
	register_virtio_driver(own_driver);
	check_undone(0);
	assert_int_equal(register_virtio_driver(own_driver), 0);
	check_undone(-EIO);
	assert_int_equal(register_virtio_driver(own_driver), 0);
}

/* The same from a remove() in progress. */
static void a_remove_that_takes_its_device_off(void **state)
{
	struct virtio_device *vdev = &devices[0];

	(void)state;
	in_remove = unregister_self;
	register_virtio_driver(own_driver);
	register_virtio_device(vdev);
	unregister_virtio_device(vdev);
	assert_happened("probe(virtio0) remove(virtio0) off ");
	register_virtio_device(vdev);
	unregister_virtio_driver(own_driver);
	assert_happened("probe(virtio0) remove(virtio0) off ");
	assert_int_equal(register_virtio_device(vdev), 0);
}

static void a_remove_that_takes_its_driver_off(void **state)
{
	struct virtio_device *vdev = &devices[0], *next = &devices[1];

	(void)state;
	in_remove = unregister_own_driver;
	register_virtio_driver(own_driver);
	register_virtio_device(vdev);
	register_virtio_device(next);
	unregister_virtio_device(vdev);
	assert_int_equal(times("remove(virtio0)"), 1);
	assert_int_equal(times("remove(virtio1)"), 1);
	assert_null(next->dev.driver);
	assert_int_equal(register_virtio_driver(own_driver), 0);
	assert_ptr_equal(next->dev.driver, &own_driver->driver);
}

/* --- Threads --- */

static void *tell_change(void *vdev)
{
	virtio_config_changed(vdev);
	return NULL;
}

/* Like a transport that waits for its device's thread. */
static void wait_for_a_change(struct virtio_device *vdev)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, tell_change, vdev))
		abort();
	pthread_join(thread, NULL);
	note("waited ");
}

/*
 * probe() and remove() may wait for the device's thread while that thread
 * reports a change of configuration.
 */
static void waiting_for_the_devices_thread(void **state)
{
	struct virtio_driver *drv = &drivers[0];
	struct virtio_device *vdev = &devices[0];

	(void)state;
	in_probe = in_remove = wait_for_a_change;
	register_virtio_driver(drv);
	register_virtio_device(vdev);
	assert_happened("probe(virtio0) waited changed(virtio0) ");
	unregister_virtio_device(vdev);
	assert_happened("remove(virtio0) waited ");
	unregister_virtio_driver(drv);
}

#define ROUNDS	2000
#define DEVICES	4

/* One of many devices, as its driver sees it. */
struct guest {
	struct virtio_device vdev;
	int live;	/* between probe and remove */
	int wrong;
};

static struct guest guests[DEVICES];
static int stop;

static struct guest *guest_of(struct virtio_device *vdev)
{
	return (struct guest *)vdev;
}

static int guest_probe(struct virtio_device *vdev)
{
	if (__atomic_fetch_add(&guest_of(vdev)->live, 1, __ATOMIC_SEQ_CST))
		guest_of(vdev)->wrong = 1;
	return 0;
}

static void guest_remove(struct virtio_device *vdev)
{
	if (__atomic_fetch_sub(&guest_of(vdev)->live, 1, __ATOMIC_SEQ_CST) != 1)
		guest_of(vdev)->wrong = 1;
}

static void guest_changed(struct virtio_device *vdev)
{
	if (!__atomic_load_n(&guest_of(vdev)->live, __ATOMIC_SEQ_CST))
		guest_of(vdev)->wrong = 1;
}

static void *devices_come_and_go(void *unused)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		register_virtio_device(&guests[i % DEVICES].vdev);
		unregister_virtio_device(&guests[(i + 1) % DEVICES].vdev);
	}
	return unused;
}

static void *drivers_come_and_go(void *drv)
{
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		register_virtio_driver(drv);
		unregister_virtio_driver(drv);
	}
	return NULL;
}

static void *changes_all_the_time(void *vdev)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		virtio_config_changed(vdev);
	return NULL;
}

static void threads_at_once(void **state)
{
	struct virtio_driver drv = {
		.driver = { .name = "a" }, .id_table = rng_ids,
		.probe = guest_probe, .remove = guest_remove,
		.config_changed = guest_changed,
	};
	struct virtio_driver second = drv;
	struct guest fixed = { .vdev = rng_device() };
	pthread_t thread[4];
	unsigned int i;

	(void)state;
	for (i = 0; i < DEVICES; i++)
		guests[i].vdev = rng_device();
	register_virtio_device(&fixed.vdev);
	pthread_create(&thread[0], NULL, devices_come_and_go, NULL);
	pthread_create(&thread[1], NULL, drivers_come_and_go, &drv);
	pthread_create(&thread[2], NULL, drivers_come_and_go, &second);
	pthread_create(&thread[3], NULL, changes_all_the_time, &fixed.vdev);
	for (i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread[3], NULL);
	unregister_virtio_device(&fixed.vdev);
	for (i = 0; i < DEVICES; i++) {
		unregister_virtio_device(&guests[i].vdev);
		assert_int_equal(guests[i].live, 0);
		assert_int_equal(guests[i].wrong, 0);
	}
	assert_int_equal(fixed.live, 0);
	assert_int_equal(fixed.wrong, 0);
}

#define on_the_bus(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

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
		on_the_bus(children),
		on_the_bus(a_driver_that_brings_another),
		on_the_bus(waiting_for_the_devices_thread),
		on_the_bus(threads_at_once),
		on_the_bus(a_probe_that_takes_its_device_off),
		on_the_bus(a_probe_that_takes_its_driver_off),
		on_the_bus(a_remove_that_takes_its_device_off),
		on_the_bus(a_remove_that_takes_its_driver_off),
	};

	signal(SIGALRM, on_alarm);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
