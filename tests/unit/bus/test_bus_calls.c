// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the bus guarantees for calls from probe, from remove and from other
 * threads.
 */
#include <pthread.h>

#include "bus_log.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
