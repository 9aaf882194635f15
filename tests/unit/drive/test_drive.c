// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * <virtio-inspect/inject.h> on a simulated device: hand-made descriptors, a
 * notification, an answer, an interrupt.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <virtio-inspect/inject.h>
#include <virtio-inspect/inspect.h>

#define SECOND	1000000

static struct {
	struct virtio_device *vdev;
	struct virtqueue *vq;
	unsigned int queue_size;
	unsigned int refused;		/* a feature bit plus one; 0: none */
	int found_errno;
} drv;

static int probe(struct virtio_device *vdev)
{
	vdev->queue_size = drv.queue_size;
	drv.vq = virtio_find_vq(vdev, 0, NULL);
	drv.found_errno = errno;
	drv.vdev = vdev;
	return drv.vq ? 0 : -drv.found_errno;
}

static void remove_device(struct virtio_device *vdev)
{
	virtio_reset(vdev);
	virtio_del_vq(drv.vq);
	drv.vq = NULL;
}

static void choose(struct virtio_device *vdev,
		   const struct vi_features *offered,
		   struct vi_features *accepted)
{
	(void)vdev;
	assert_true(offered->w[0] >> VIRTIO_RING_F_EVENT_IDX & 1);
	accepted->w[0] &= ~((uint64_t)1 << VIRTIO_RING_F_EVENT_IDX);
}

static const struct virtio_device_id ids[] = {
	{ VIRTIO_DEV_ANY_ID, VIRTIO_DEV_ANY_ID }, { 0, 0 },
};

static struct virtio_driver driver = {
	.driver.name = "drive", .id_table = ids, .probe = probe,
	.remove = remove_device, .features = choose,
};

static struct virtio_device *attach(const char *target, unsigned int size)
{
	struct virtio_device *vdev;

	drv.queue_size = size;
	assert_int_equal(vi_attach(target, &vdev), 0);
	return vdev;
}

static void test_ring_by_hand(void **state)
{
	struct virtio_device *vdev = attach("sim:rng", 8);
	struct vi_ring_memory mem;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	uint64_t before;
	void *buf;

	(void)state;
	assert_non_null(drv.vq);
	assert_false(virtio_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX));
	assert_int_equal(vi_queue_memory(drv.vq, &mem), 0);
	assert_int_equal(mem.num, 8);
	assert_false(mem.packed);
	buf = virtio_alloc(vdev, 64);
	assert_non_null(buf);
	desc = mem.desc;
	avail = mem.driver;
	used = mem.device;
	desc[3] = (struct vring_desc){
		.addr = vi_dma_addr(vdev, buf, 64), .len = 64,
		.flags = VRING_DESC_F_WRITE,
	};
	avail->flags = 0;
	avail->ring[0] = 3;
	__atomic_store_n(&avail->idx, 1, __ATOMIC_RELEASE);
	before = vi_interrupts(vdev, drv.vq);
	assert_int_equal(vi_notify(drv.vq), 0);
	assert_true(vi_wait_interrupt(vdev, 10 * SECOND));
	assert_int_equal(vi_interrupts(vdev, drv.vq), before + 1);
	assert_int_equal(__atomic_load_n(&used->idx, __ATOMIC_ACQUIRE), 1);
	assert_int_equal(used->ring[0].id, 3);
	assert_int_equal(used->ring[0].len, 64);
	assert_false(vi_wait_interrupt(vdev, 1000));
	virtio_free(vdev, buf, 64);
	vi_detach(vdev);
}

static void test_ring_too_large(void **state)
{
	struct virtio_device *vdev = attach("sim:rng", 32768);

	(void)state;
	assert_null(drv.vq);
	assert_int_equal(drv.found_errno, ERANGE);
	vi_detach(vdev);
}

static void test_registers(void **state)
{
	struct virtio_device *vdev = attach("sim:rng", 0);
	uint64_t value;

	(void)state;
	assert_int_equal(vi_register_read(vdev, "device_status", &value), 0);
	assert_int_equal(value, 0xf);
	assert_int_equal(vi_register_write(vdev, "device_status", 0), 0);
	assert_int_equal(vi_register_read(vdev, "device_status", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(vi_register_write(vdev, "queue_select", 77), 0);
	assert_int_equal(vi_register_read(vdev, "queue_size", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(vi_register_read(vdev, "nonsense", &value), -ENOTSUP);
	assert_int_equal(vi_presence(vdev), VI_PRESENT);
	vi_detach(vdev);
}

static void test_made_by_hand(void **state)
{
	struct virtio_device vdev = { .id = { 4, 0 } };
	uint64_t value;

	(void)state;
	assert_int_equal(vi_register_read(&vdev, "device_status", &value),
			 -ENOTSUP);
	assert_int_equal(vi_interrupts(&vdev, NULL), 0);
	assert_false(vi_wait_interrupt(&vdev, SECOND));
}

/* It is told why, and a driver that comes later takes it. */
static void test_without_a_driver(void **state)
{
	struct virtio_device *vdev;

	(void)state;
	unregister_virtio_driver(&driver);
	vdev = attach("sim:rng", 8);
	assert_null(vdev->dev.driver);
	assert_string_equal(vi_error(NULL), "sim:rng: no driver that is registered takes it; it is of type 4 (rng)");
	assert_int_equal(register_virtio_driver(&driver), 0);
	assert_ptr_equal(vdev->dev.driver, &driver.driver);
	vi_detach(vdev);
}

static int setup(void **state)
{
	(void)state;
	return register_virtio_driver(&driver);
}

static int teardown(void **state)
{
	(void)state;
	unregister_virtio_driver(&driver);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_by_hand),
		cmocka_unit_test(test_ring_too_large),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_made_by_hand),
		cmocka_unit_test(test_without_a_driver),
	};

	return cmocka_run_group_tests_name("drive", tests, setup, teardown);
}
