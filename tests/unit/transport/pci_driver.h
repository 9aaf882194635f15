/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: a driver of a fake PCI function. */
#ifndef VI_TESTS_PCI_DRIVER_H
#define VI_TESTS_PCI_DRIVER_H

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

static inline void done(struct virtqueue *vq)
{
	(void)vq;
	__atomic_add_fetch(&drv.callbacks, 1, __ATOMIC_SEQ_CST);
}

static inline void changed(struct virtio_device *vdev)
{
	(void)vdev;
	__atomic_add_fetch(&drv.changes, 1, __ATOMIC_SEQ_CST);
}

static inline int probe(struct virtio_device *vdev)
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

static inline void remove_device(struct virtio_device *vdev)
{
	unsigned int i;

	virtio_reset(vdev);
	for (i = 0; i < drv.num; i++)
		virtio_del_vq(drv.vq[i]);
}

static inline void choose(struct virtio_device *vdev,
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

static inline int setup(void **state)
{
	(void)state;
	memset(&drv, 0, sizeof(drv));
	drv.num = 1;
	fake_init(&f);
	return register_virtio_driver(&driver);
}

static inline int teardown(void **state)
{
	(void)state;
	unregister_virtio_driver(&driver);
	close(f.watch[0]);
	close(f.watch[1]);
	return 0;
}

static inline int try_open(const struct vi_pci_options *o)
{
	static const struct vi_pci_options usual;
	int err;

	err = vi_pci_drive_over(&f.fn, o ? o : &usual, &drv.vdev);
	if (!err)
		err = register_virtio_device(drv.vdev);
	return err;
}

static inline void end(void)
{
	unregister_virtio_device(drv.vdev);
	vi_pci_drive_free(drv.vdev);
}

static inline void attach(void)
{
	assert_int_equal(try_open(NULL), 0);
}

static inline void assert_refused(int err, const char *why)
{
	assert_int_equal(try_open(NULL), err);
	assert_non_null(strstr(vi_error(NULL), why));
	/* Nothing is left. */
	assert_null(f.memory);
	assert_int_equal(f.num_eventfds, 0);
	assert_int_equal(f.command & VI_PCI_COMMAND_MASTER, 0);
}

static inline void assert_no_queue(int err)
{
	attach();
	assert_null(drv.vq[0]);
	assert_int_equal(drv.found_errno, err);
	end();
}

static inline uint64_t addr_of(unsigned int q, unsigned int which)
{
	return f.queue[q].addr[2 * which] |
	       (uint64_t)f.queue[q].addr[2 * which + 1] << 32;
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
