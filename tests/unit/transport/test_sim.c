// SPDX-License-Identifier: GPL-2.0-or-later
/* Simulated devices, driven through the public API as any driver would. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <pthread.h>

#include <virtio-inspect/inspect.h>
#include <virtio-inspect/virtio_ring.h>

/* --- A driver for any type, with one buffer at a time ------------------ */

#define QUEUES	2

static struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	unsigned int interrupts, changes;
	struct virtqueue *vq[QUEUES];
} drv = {
	.lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER,
};

static void happened(unsigned int *what)
{
	pthread_mutex_lock(&drv.lock);
	++*what;
	pthread_cond_broadcast(&drv.cond);
	pthread_mutex_unlock(&drv.lock);
}

static void done(struct virtqueue *vq)
{
	(void)vq;
	happened(&drv.interrupts);
}

static void config_changed(struct virtio_device *vdev)
{
	(void)vdev;
	happened(&drv.changes);
}

static unsigned int count(unsigned int *what)
{
	unsigned int n;

	pthread_mutex_lock(&drv.lock);
	n = *what;
	pthread_mutex_unlock(&drv.lock);
	return n;
}

/* Wait for the count to pass @seen; false after @ms milliseconds. */
static bool wait_past(unsigned int *what, unsigned int seen, unsigned int ms)
{
	struct timespec until;
	bool ok;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&drv.lock);
	while (*what == seen &&
	       !pthread_cond_timedwait(&drv.cond, &drv.lock, &until))
		;
	ok = *what != seen;
	pthread_mutex_unlock(&drv.lock);
	return ok;
}

static int probe(struct virtio_device *vdev)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		drv.vq[i] = virtio_find_vq(vdev, i, done);
	return drv.vq[0] ? 0 : -ENODEV;
}

static void drv_remove(struct virtio_device *vdev)
{
	int i;

	virtio_reset(vdev);
	for (i = 0; i < QUEUES; i++)
		virtio_del_vq(drv.vq[i]);
	memset(drv.vq, 0, sizeof(drv.vq));
}

static const struct virtio_device_id any[] = {
	{ VIRTIO_DEV_ANY_ID, VIRTIO_DEV_ANY_ID }, { 0, 0 },
};

static const unsigned int features[] = { 0, 5, 6, 9, 12, 3, 16 };

static struct virtio_driver driver = {
	.driver.name = "any",
	.id_table = any,
	.probe = probe,
	.remove = drv_remove,
	.config_changed = config_changed,
	.feature_table = features,
	.feature_table_size = 7,
};

static struct virtio_device *attach(const char *target)
{
	struct virtio_device *vdev = NULL;

	drv.interrupts = 0;
	drv.changes = 0;
	if (vi_attach(target, &vdev))
		print_error("%s\n", vi_error(NULL));
	assert_non_null(vdev);
	assert_ptr_equal(vdev->dev.driver, &driver.driver);
	return vdev;
}

/* The next token; NULL: none in time. */
static void *next_buf(struct virtqueue *vq, unsigned int *len,
		      unsigned int ms)
{
	for (;;) {
		unsigned int seen = count(&drv.interrupts);
		void *token = vq->vq_ops->get_buf(vq, len);

		if (token)
			return token;
		if (!wait_past(&drv.interrupts, seen, ms))
			return vq->vq_ops->get_buf(vq, len);
	}
}

/* --- Disk ---------------------------------------------------------------- */

struct blk_hdr {
	uint32_t type, reserved;
	uint64_t sector;
};

static int blk_request(uint32_t type, uint64_t sector, void *data,
		       unsigned int data_len, unsigned int *len)
{
	struct virtqueue *vq = drv.vq[0];
	struct blk_hdr hdr = { type, 0, sector };
	struct scatterlist sg[3];
	uint8_t status = 0xff;
	unsigned int n = 0, out;

	sg_set_buf(&sg[n++], &hdr, sizeof(hdr));
	if (data_len)
		sg_set_buf(&sg[n++], data, data_len);
	out = type == 1 ? n : 1;
	sg_set_buf(&sg[n++], &status, 1);
	assert_int_equal(vq->vq_ops->add_buf(vq, sg, out, n - out, &hdr), 0);
	vq->vq_ops->kick(vq);
	assert_ptr_equal(next_buf(vq, len, 5000), &hdr);
	return status;
}

static void exercise_disk(const char *target, const char *file)
{
	struct virtio_device *vdev = attach(target);
	char wrote[1024], back[1024], id[20], host[1024];
	unsigned int len;
	uint64_t capacity;
	int fd;

	memset(wrote, 'w', sizeof(wrote));
	assert_int_equal(virtio_cread(vdev, 0, &capacity, 8), 0);
	assert_int_equal(capacity, 8);
	assert_int_equal(blk_request(1, 6, wrote, 1024, &len), 0);
	assert_int_equal(len, 1);
	assert_int_equal(blk_request(4, 0, NULL, 0, &len), 0);
	assert_int_equal(blk_request(0, 6, back, 1024, &len), 0);
	assert_int_equal(len, 1025);
	assert_memory_equal(wrote, back, 1024);
	assert_int_equal(blk_request(8, 0, id, 20, &len), 0);
	assert_string_equal(id, "virtio-inspect-sim");
	/* Past the end, half a sector, unknown: refused without effect. */
	assert_int_equal(blk_request(1, 7, wrote, 1024, &len), 1);
	assert_int_equal(blk_request(0, UINT64_MAX, back, 512, &len), 1);
	assert_int_equal(blk_request(0, 0, back, 100, &len), 1);
	assert_int_equal(blk_request(77, 0, NULL, 0, &len), 2);
	vi_detach(vdev);
	if (!file)
		return;
	fd = open(file, O_RDONLY);
	assert_int_equal(pread(fd, host, 1024, 6 * 512), 1024);
	assert_memory_equal(host, wrote, 1024);
	close(fd);
}

static void test_blk(void **state)
{
	(void)state;
	exercise_disk("sim:blk,size=4k", NULL);
	exercise_disk("sim:blk,size=4k,packed", NULL);
	exercise_disk("sim:blk,size=4k,indirect=off,event-idx=off", NULL);
	exercise_disk("sim:blk,size=4k,packed,indirect=off,qsize=5", NULL);
	exercise_disk("sim:blk,size=4k,in-order", NULL);
	exercise_disk("sim:blk,size=4k,packed,in-order,qsize=4", NULL);
}

static void test_blk_file(void **state)
{
	char path[] = "/tmp/vi-test-XXXXXX", target[64];
	struct virtio_device *vdev;
	unsigned int len;
	char data[512];
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(ftruncate(fd, 4096), 0);
	close(fd);
	snprintf(target, sizeof(target), "sim:blk,file=%s", path);
	exercise_disk(target, path);
	snprintf(target, sizeof(target), "sim:blk,ro,file=%s", path);
	vdev = attach(target);
	assert_true(virtio_has_feature(vdev, 5));
	assert_int_equal(blk_request(1, 0, data, 512, &len), 1);
	vi_detach(vdev);
	unlink(path);
}

/* --- Entropy, network, console ------------------------------------------- */

static void test_rng(void **state)
{
	struct virtio_device *vdev = attach("sim:rng");
	struct virtqueue *vq = drv.vq[0];
	uint8_t bytes[600] = { 0 };
	struct scatterlist sg;
	unsigned int i, len, ones = 0;

	(void)state;
	sg_init_one(&sg, bytes, sizeof(bytes));
	assert_int_equal(vq->vq_ops->add_buf(vq, &sg, 0, 1, bytes), 0);
	vq->vq_ops->kick(vq);
	assert_ptr_equal(next_buf(vq, &len, 5000), bytes);
	assert_int_equal(len, 600);
	for (i = 0; i < 4800; i++)
		ones += bytes[i / 8] >> (i % 8) & 1;
	/* Ten standard deviations on either side of one half. */
	assert_in_range(ones, 2400 - 350, 2400 + 350);
	vi_detach(vdev);
}

static void test_net_loops_back(void **state)
{
	struct virtio_device *vdev = attach("sim:net");
	uint8_t tx[12 + 60] = { 0 }, rx[1526], mac[6];
	struct virtqueue *rxq = drv.vq[0], *txq = drv.vq[1];
	struct scatterlist sg;
	unsigned int len;

	(void)state;
	assert_int_equal(virtio_cread(vdev, 0, mac, 6), 0);
	assert_int_equal(mac[0], 0x02);
	memset(rx, 0xee, sizeof(rx));
	memset(tx + 12, 0x5a, 60);
	sg_init_one(&sg, rx, sizeof(rx));
	assert_int_equal(rxq->vq_ops->add_buf(rxq, &sg, 0, 1, rx), 0);
	rxq->vq_ops->kick(rxq);
	sg_init_one(&sg, tx, sizeof(tx));
	assert_int_equal(txq->vq_ops->add_buf(txq, &sg, 1, 0, tx), 0);
	txq->vq_ops->kick(txq);
	assert_ptr_equal(next_buf(rxq, &len, 5000), rx);
	assert_int_equal(len, sizeof(tx));
	assert_int_equal(rx[10], 1);
	assert_memory_equal(rx + 12, tx + 12, 60);
	assert_ptr_equal(next_buf(txq, &len, 5000), tx);
	/* Nobody waits for this packet; it is sent all the same. */
	assert_int_equal(txq->vq_ops->add_buf(txq, &sg, 1, 0, tx), 0);
	txq->vq_ops->kick(txq);
	assert_ptr_equal(next_buf(txq, &len, 5000), tx);
	vi_detach(vdev);
}

static void test_console_echoes(void **state)
{
	struct virtio_device *vdev = attach("sim:console,cols=100");
	struct virtqueue *rxq = drv.vq[0], *txq = drv.vq[1];
	char rx[2][8], text[] = "hello there";
	struct scatterlist sg;
	unsigned int len, i;
	uint16_t cols;

	(void)state;
	assert_int_equal(virtio_cread(vdev, 0, &cols, 2), 0);
	assert_int_equal(cols, 100);
	sg_init_one(&sg, text, 11);
	assert_int_equal(txq->vq_ops->add_buf(txq, &sg, 1, 0, text), 0);
	txq->vq_ops->kick(txq);
	assert_ptr_equal(next_buf(txq, &len, 5000), text);
	/* Buffers come later, one by one. */
	for (i = 0; i < 2; i++) {
		sg_init_one(&sg, rx[i], 8);
		assert_int_equal(rxq->vq_ops->add_buf(rxq, &sg, 0, 1, rx[i]),
				 0);
	}
	rxq->vq_ops->kick(rxq);
	assert_ptr_equal(next_buf(rxq, &len, 5000), rx[0]);
	assert_int_equal(len, 8);
	assert_memory_equal(rx[0], "hello th", 8);
	assert_ptr_equal(next_buf(rxq, &len, 5000), rx[1]);
	assert_int_equal(len, 3);
	assert_memory_equal(rx[1], "ere", 3);
	vi_detach(vdev);
}

/* --- Faults -------------------------------------------------------------- */

static void submit(struct scatterlist *sg, char *byte)
{
	struct virtqueue *vq = drv.vq[0];

	sg_init_one(sg, byte, 1);
	assert_int_equal(vq->vq_ops->add_buf(vq, sg, 0, 1, byte), 0);
	vq->vq_ops->kick(vq);
}

/* With "after=1", one buffer succeeds; then the fault starts. */
static struct virtio_device *up_to_fault(const char *target)
{
	struct virtio_device *vdev = attach(target);
	struct scatterlist sg;
	unsigned int len;
	char byte;

	submit(&sg, &byte);
	assert_ptr_equal(next_buf(drv.vq[0], &len, 5000), &byte);
	return vdev;
}

static void test_fault_silent(void **state)
{
	static const char *const targets[] = {
		"sim:rng,fault=lost-kick,after=1", "sim:rng,fault=stuck,after=1",
		"sim:rng,fault=lost-kick,after=1,packed",
		"sim:rng,fault=stuck,after=1,packed",
	};
	struct scatterlist sg;
	unsigned int len, i;
	char byte;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct virtio_device *vdev = up_to_fault(targets[i]);

		submit(&sg, &byte);
		assert_null(next_buf(drv.vq[0], &len, 50));
		vi_detach(vdev);
	}
}

static void test_fault_lost_irq(void **state)
{
	struct virtio_device *vdev =
		up_to_fault("sim:rng,fault=lost-irq,after=1");
	unsigned int seen = count(&drv.interrupts), len, tries = 0;
	struct scatterlist sg;
	void *token;
	char byte;

	(void)state;
	submit(&sg, &byte);
	assert_false(wait_past(&drv.interrupts, seen, 50));
	/* The completion is there; only the interrupt is missing. */
	while (!(token = drv.vq[0]->vq_ops->get_buf(drv.vq[0], &len)) &&
	       tries++ < 5000)
		usleep(1000);
	assert_ptr_equal(token, &byte);
	vi_detach(vdev);
}

static void test_fault_bad_id(void **state)
{
	static const char *const targets[] = {
		"sim:rng,fault=bad-used-id,after=1",
		"sim:rng,fault=bad-used-id,after=1,packed",
	};
	struct scatterlist sg;
	unsigned int len, i;
	char byte;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct virtio_device *vdev = up_to_fault(targets[i]);
		struct virtqueue *vq = drv.vq[0];

		submit(&sg, &byte);
		assert_null(next_buf(vq, &len, 200));
		assert_true(virtqueue_is_broken(vq));
		assert_int_equal(vq->vq_ops->add_buf(vq, &sg, 0, 1, &byte),
				 -EIO);
		vi_detach(vdev);
	}
}

static void test_fault_needs_reset(void **state)
{
	struct virtio_device *vdev =
		up_to_fault("sim:rng,fault=needs-reset,after=1");
	unsigned int seen = count(&drv.changes);
	struct scatterlist sg;
	char byte;

	(void)state;
	submit(&sg, &byte);
	assert_true(wait_past(&drv.changes, seen, 5000));
	assert_int_equal(vdev->config->get_status(vdev), 0x4f);
	vi_detach(vdev);
}

/* --- Targets ------------------------------------------------------------- */

static void test_bad_targets(void **state)
{
	static const struct {
		const char *target, *says;
		int err;
	} bad[] = {
		{ "virtio0", "cannot be driven", -EINVAL },
		{ "sim:", "no such simulated device", -ENODEV },
		{ "sim:toaster", "toaster", -ENODEV },
		{ "sim:rng,colour=red", "\"colour\"", -EINVAL },
		{ "sim:rng,fault=gremlins", "\"gremlins\"", -EINVAL },
		{ "sim:rng,qsize=3", "power of two", -EINVAL },
		{ "sim:rng,qsize=99999", "from 1 to 32768", -EINVAL },
		{ "sim:rng,packed=maybe", "on or off", -EINVAL },
		{ "sim:blk,size=12q", "number", -EINVAL },
		{ "sim:blk,size=", "number", -EINVAL },
		{ "sim:blk,file=/nonexistent/disk", "/nonexistent/disk",
		  -ENOENT },
	};
	struct virtio_device *vdev;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(vi_attach(bad[i].target, &vdev), bad[i].err);
		assert_non_null(strstr(vi_error(NULL), bad[i].says));
	}
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
		cmocka_unit_test(test_blk),
		cmocka_unit_test(test_blk_file),
		cmocka_unit_test(test_rng),
		cmocka_unit_test(test_net_loops_back),
		cmocka_unit_test(test_console_echoes),
		cmocka_unit_test(test_fault_silent),
		cmocka_unit_test(test_fault_lost_irq),
		cmocka_unit_test(test_fault_bad_id),
		cmocka_unit_test(test_fault_needs_reset),
		cmocka_unit_test(test_bad_targets),
	};

	return cmocka_run_group_tests_name("sim", tests, setup, teardown);
}
