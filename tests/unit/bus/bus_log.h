/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the bus: devices, and drivers that write to a log what happens.
 */
#ifndef VI_TESTS_BUS_LOG_H
#define VI_TESTS_BUS_LOG_H

#include <signal.h>

#include "hand.h"

#define ANY	VIRTIO_DEV_ANY_ID
#define VENDOR	0x1af4

/* A bus that deadlocks would hang the test; report it instead. */
static inline void on_alarm(int sig)
{
	static const char text[] = "Bail out! the bus is locked up\n";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

/* --- A log of what happens --- */

static char happened[4096];

static inline void note(const char *fmt, ...)
{
	size_t used = strlen(happened);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(happened + used, sizeof(happened) - used, fmt, ap);
	va_end(ap);
}

static inline void assert_happened(const char *what)
{
	assert_string_equal(happened, what);
	happened[0] = '\0';
}

/* --- Drivers that write to the log --- */

/* What a driver does with a device besides logging; NULL: nothing. */
static void (*in_probe)(struct virtio_device *vdev);
static void (*in_remove)(struct virtio_device *vdev);
static int probe_result;

static inline int tell_probe(struct virtio_device *vdev)
{
	note("probe(%s) ", vdev->dev.name);
	if (in_probe)
		in_probe(vdev);
	return probe_result;
}

static inline void tell_remove(struct virtio_device *vdev)
{
	note("remove(%s) ", vdev->dev.name);
	if (in_remove)
		in_remove(vdev);
}

static inline void tell_changed(struct virtio_device *vdev)
{
	note("changed(%s) ", vdev->dev.name);
}

static inline int refuse_probe(struct virtio_device *vdev)
{
	note("refuse(%s) ", vdev->dev.name);
	return -EBUSY;
}

static const struct virtio_device_id rng_ids[] = {
	{ VIRTIO_ID_RNG, ANY }, { 0, 0 },
};

static const struct virtio_device_id any_ids[] = { { ANY, ANY }, { 0, 0 } };

static inline struct virtio_driver rng_driver(void)
{
	struct virtio_driver drv = {
		.driver = { .name = "rng" }, .id_table = rng_ids,
		.probe = tell_probe, .remove = tell_remove,
		.config_changed = tell_changed,
	};

	return drv;
}

static inline struct virtio_device rng_device(void)
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

/* --- A device whose status and features a test sets --- */

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

static inline void mock_leaves(void)
{
	unregister_virtio_device(&mock.vdev);
}

static inline struct mock *mock_of(struct virtio_device *vdev)
{
	return vdev->transport_priv;
}

static inline uint8_t mock_get_status(struct virtio_device *vdev)
{
	return mock_of(vdev)->status;
}

/* Log writes; spec 2.1.1 forbids clearing a bit. */
static inline void mock_set_status(struct virtio_device *vdev, uint8_t status)
{
	struct mock *m = mock_of(vdev);

	note("%s%02x ", m->status & ~status ? "cleared " : "", status);
	if (vdev->features.w[0] & m->refused.w[0] ||
	    vdev->features.w[1] & m->refused.w[1])
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	m->status = status;
}

static inline int mock_reset(struct virtio_device *vdev)
{
	note("reset ");
	if (!mock_of(vdev)->reset_result)
		mock_of(vdev)->status = 0;
	return mock_of(vdev)->reset_result;
}

static inline void mock_get_features(struct virtio_device *vdev,
				     struct vi_features *features)
{
	*features = mock_of(vdev)->offered;
}

static inline int mock_finalize(struct virtio_device *vdev)
{
	note("features ");
	return mock_of(vdev)->finalize_result;
}

/* Byte n of the configuration space is n. */
static inline void mock_get(struct virtio_device *vdev, unsigned int offset,
			    void *buf, unsigned int len)
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

static inline uint32_t mock_generation(struct virtio_device *vdev)
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

static inline void mock_open(struct mock *m, uint64_t low, uint64_t high)
{
	memset(m, 0, sizeof(*m));
	m->vdev = rng_device();
	m->vdev.config = &mock_ops;
	m->vdev.transport_priv = m;
	m->offered.w[0] = low;
	m->offered.w[1] = high;
}

/* --- Each test --- */

static inline int setup(void **state)
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

static inline int teardown(void **state)
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

#define on_the_bus(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
