// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PCI functions when the kernel refuses: at each step, earlier steps are
 * undone; by VFIO, the user learns the reason.
 *
 * wraps: open __open_2 close ioctl mmap munmap madvise pread __pread_chk
 * wraps: pwrite write eventfd memfd_create ftruncate vi_pci_exists
 * wraps: vi_pci_driver vi_pci_iommu_group vi_iommu_group_others vi_pci_bars
 */
#include "pci_kernel.h"

typedef int open_fn(const char *address, struct vi_pci_function **fn);

static bool said(const char *words)
{
	return strstr(vi_error(NULL), words);
}

/* Use it like a driver; returns the first error. */
static int use(struct vi_pci_function *fn, bool *pool)
{
	const int fds[2] = { 7, 8 };
	uint16_t device;
	int err;

	*pool = false;
	err = fn->ops->config_read(fn, 2, &device, sizeof(device));
	if (!err)
		err = fn->ops->command(fn, VI_PCI_COMMAND_MEMORY,
				       VI_PCI_COMMAND_MASTER);
	if (!err)
		err = fn->ops->open_bar(fn, 0);
	if (!err)
		err = fn->ops->open_bar(fn, 4);
	if (err)
		return err;
	fn->ops->write(fn, 4, 8, 4, 0x1234);
	fn->ops->write(fn, 0, 4, 2, 0x55aa);
	fn->ops->read(fn, 4, 8, 2);
	fn->ops->read(fn, 0, 4, 1);
	err = fn->ops->make_pool(fn, 0);
	if (err)
		return err;
	*pool = true;
	if (fn->ops->set_vectors)
		err = fn->ops->set_vectors(fn, fds, 2);
	if (!err && fn->ops->set_intx)
		err = fn->ops->set_intx(fn, 9);
	if (!err)
		err = fn->ops->command(fn, VI_PCI_COMMAND_MASTER, 0);
	return err;
}

static void close_it(struct vi_pci_function *fn)
{
	fn->ops->command(fn, 0, VI_PCI_COMMAND_MASTER);
	fn->ops->close(fn, true);
}

/* Do everything with call @n failing; false: there are fewer calls. */
static bool fail_at(open_fn *open_it, const char *driver, unsigned int n,
		    int how)
{
	struct vi_pci_function *fn = NULL;
	bool pool;
	int err;

	k_begin();
	k.driver = driver;
	k.fails_at = n;
	k.err = how;
	err = open_it(K_ADDRESS, &fn);
	/* A failure returns an error, and a message with device name. */
	if (err) {
		assert_true(err < 0);
		assert_true(said(K_ADDRESS));
	} else {
		use(fn, &pool);
		close_it(fn);
	}
	/* Bus mastering is off, unless turning it off failed. */
	if (!k.failed || strcmp(k.failed, "pwrite"))
		assert_false(k.config[VI_PCI_COMMAND] & VI_PCI_COMMAND_MASTER);
	assert_null(strstr(k.log, "under the device"));
	k_end();
	return k.calls >= n;
}

static void every_call_by_vfio_fails_once(void **state)
{
	unsigned int n = 1;

	(void)state;
	while (fail_at(vi_vfio_open, "vfio-pci", n, EIO))
		n++;
	/* It reached the end. */
	assert_true(n > 30);
	for (n = 1; fail_at(vi_vfio_open, "vfio-pci", n, ENOMEM); n++)
		;
}

static void every_call_by_physical_addresses_fails_once(void **state)
{
	unsigned int n = 1;

	(void)state;
	while (fail_at(vi_physical_open, "", n, EIO))
		n++;
	assert_true(n > 15);
	/* Files that end early. */
	for (n = 1; fail_at(vi_physical_open, "", n, 0); n++)
		;
}

/* --- VFIO: messages --- */

static void refused(const char *words)
{
	struct vi_pci_function *fn;

	assert_true(vi_vfio_open(K_ADDRESS, &fn) < 0);
	if (!said(words))
		fail_msg("\"%s\" is not in \"%s\"", words, vi_error(NULL));
	k_end();
}

static void what_keeps_vfio_from_it(void **state)
{
	static const struct {
		const char *call;
		int err;
		const char *words;
	} calls[] = {
		{ "/dev/vfio/vfio", ENOENT, "load the module vfio-pci" },
		{ "/dev/vfio/vfio", EACCES, "Permission denied" },
		{ "/dev/vfio/5", ENOENT, "devtmpfs" },
		{ "/dev/vfio/5", EACCES, "change the owner" },
		{ "/dev/vfio/5", EBUSY, "another process drives" },
		{ "VFIO_GROUP_GET_STATUS", EIO, "/dev/vfio/5: Input/output" },
		{ "VFIO_GROUP_SET_CONTAINER", EBUSY, "another process" },
		{ "VFIO_SET_IOMMU", EPERM, "interrupt remapping" },
		{ "VFIO_SET_IOMMU", ENODEV, "cannot set up the IOMMU" },
		{ "VFIO_GROUP_GET_DEVICE_FD", ENODEV, "VFIO does not provide it" },
		{ "VFIO_DEVICE_GET_REGION_INFO", EIO, "no configuration space" },
		{ "VFIO_DEVICE_SET_IRQS", EINVAL, "requests to return the device" },
		{ "eventfd", EMFILE, "requests to return the device" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		k_begin();
		k.bad = calls[i].call;
		k.bad_err = calls[i].err;
		refused(calls[i].words);
	}
	k_begin();
	k.api = 99;
	refused("unsupported version");
	k_begin();
	k.type1 = 0;
	refused("vfio_iommu_type1");
	k_begin();
	k.group_flags = 0;
	refused("not viable");
	k_begin();
	k.config_size = 64;
	refused("no configuration space");
	k_begin();
	k.driver = "";
	refused("vqinject --bind");
	k_begin();
	k.driver = "virtio-pci";
	refused("bound to virtio-pci");
	k_begin();
	k.group = -ENOENT;
	refused("not behind an IOMMU");
	k_begin();
	k.others = "0000:00:05.0 (e1000)";
	refused("0000:00:05.0 (e1000)");
}

static struct vi_pci_function *open_vfio(void)
{
	struct vi_pci_function *fn = NULL;

	assert_int_equal(vi_vfio_open(K_ADDRESS, &fn), 0);
	return fn;
}

/* Memory is freed only after the kernel closed the device. */
static void memory_outlives_a_device_that_does_not_stop(void **state)
{
	struct vi_pci_function *fn;
	const char *closed;

	(void)state;
	k_begin();
	fn = open_vfio();
	assert_int_equal(fn->ops->make_pool(fn, 1 << 20), 0);
	assert_int_equal(k.dma, 1);
	fn->ops->close(fn, false);
	closed = strstr(k.log, "device closed\n");
	assert_non_null(closed);
	assert_non_null(strstr(closed, "unmapped\n"));
	assert_string_equal(k.log, closed);
	k_end();
}

static void memory_that_cannot_be_locked(void **state)
{
	struct vi_pci_function *fn;

	(void)state;
	k_begin();
	fn = open_vfio();
	k.bad = "VFIO_IOMMU_MAP_DMA";
	k.bad_err = ENOSPC;
	assert_int_equal(fn->ops->make_pool(fn, 1 << 20), -ENOSPC);
	assert_true(said("cannot map 1048576 bytes"));
	k.bad = "mmap";
	k.bad_err = ENOMEM;
	assert_int_equal(fn->ops->make_pool(fn, 1 << 20), -ENOMEM);
	assert_true(said("cannot allocate 1048576 bytes"));
	fn->ops->close(fn, true);
	k_end();
}

static void iova_is(const struct vfio_iova_range *ranges, uint32_t n,
		    uint64_t expected)
{
	struct vi_pci_function *fn;

	k_begin();
	k.ranges = ranges;
	k.num_ranges = n;
	fn = open_vfio();
	assert_int_equal(fn->ops->make_pool(fn, 1 << 20), 0);
	assert_int_equal(k.iova, expected);
	fn->ops->close(fn, true);
	k_end();
}

#define IOVA(...)							\
	((const struct vfio_iova_range[]){ __VA_ARGS__ }),		\
	sizeof((const struct vfio_iova_range[]){ __VA_ARGS__ }) /	\
	sizeof(struct vfio_iova_range)

static void where_the_iommu_can_translate(void **state)
{
	(void)state;
	iova_is(NULL, 0, 0x10000000);
	iova_is(IOVA({ 0, 0xfedfffff }, { 0xfef00000, UINT64_MAX }),
		0x10000000);
	/* Never 0; and ranges that are absent, or too small. */
	iova_is(IOVA({ 0, 0xffffff }), 0x1000);
	iova_is(IOVA({ 0, 0xfff }, { 0x40000000, 0x7fffffff }), 0x40000000);
	iova_is(IOVA({ 0x10000000, 0x1000ffff }, { 0x20000800, 0x3fffffff }),
		0x20001000);
	iova_is(IOVA({ 0xffffffffffffff00, UINT64_MAX },
		     { 0x80000000, 0x8fffffff }), 0x80000000);
}

static void registers_that_cannot_be_mapped(void **state)
{
	static const struct {
		uint32_t flags, cap;
		const char *bad;
	} ways[] = {
		{ 0, 0, NULL },
		{ VFIO_REGION_INFO_FLAG_MMAP, VFIO_REGION_INFO_CAP_SPARSE_MMAP,
		  NULL },
		{ VFIO_REGION_INFO_FLAG_MMAP, 0, "mmap" },
	};
	struct vi_pci_function *fn;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		k_begin();
		k.region_flags = ways[i].flags;
		k.region_cap = ways[i].cap;
		k.bad = ways[i].bad;
		fn = open_vfio();
		assert_int_equal(fn->ops->open_bar(fn, 4), 0);
		assert_int_equal(fn->ops->open_bar(fn, 0), 0);
		assert_int_equal(k.maps, 0);
		/* Access goes through the file; unreadable bytes are ones. */
		fn->ops->write(fn, 0, 4, 2, 0x55aa);
		assert_int_equal(fn->ops->read(fn, 0, 4, 2), 0x55aa);
		assert_int_equal(k.io[4], 0xaa);
		assert_int_equal(fn->ops->read(fn, 4, 0, 4), UINT32_MAX);
		fn->ops->close(fn, true);
		k_end();
	}
	/* Another capability does not matter. */
	k_begin();
	k.region_cap = VFIO_REGION_INFO_CAP_MSIX_MAPPABLE;
	fn = open_vfio();
	assert_int_equal(fn->ops->open_bar(fn, 4), 0);
	assert_int_equal(fn->ops->open_bar(fn, 4), 0);
	assert_int_equal(k.maps, 1);
	fn->ops->close(fn, true);
	k_end();
}

static void what_lies_outside_of_configuration_space(void **state)
{
	struct vi_pci_function *fn;
	uint32_t value;

	(void)state;
	k_begin();
	fn = open_vfio();
	assert_int_equal(fn->ops->config_read(fn, 254, &value, 4), -EINVAL);
	assert_int_equal(fn->ops->config_write(fn, 257, &value, 4), -EINVAL);
	assert_int_equal(fn->ops->config_write(fn, 252, &value, 4), 0);
	k.bad = "pread";
	k.err = 0;
	assert_int_equal(fn->ops->config_read(fn, 0, &value, 4), -EIO);
	assert_true(fn->ops->command(fn, 0, 4) < 0);
	assert_true(said("command register"));
	k.bad = NULL;
	fn->ops->close(fn, true);
	k_end();
}

static void interrupts_by_vfio(void **state)
{
	const int fds[2] = { 7, 8 };
	struct vi_pci_function *fn;

	(void)state;
	k_begin();
	fn = open_vfio();
	assert_int_equal(fn->max_vectors, 4);
	assert_true(fn->has_intx);
	assert_true(fn->ops->watch(fn, 0) >= 0);
	assert_int_equal(fn->ops->set_vectors(fn, fds, 2), 0);
	assert_int_equal(fn->ops->set_vectors(fn, NULL, 0), 0);
	assert_int_equal(fn->ops->set_intx(fn, 7), 0);
	assert_int_equal(fn->ops->set_intx(fn, -1), 0);
	fn->ops->ack_intx(fn);
	k.bad = "VFIO_DEVICE_SET_IRQS";
	k.bad_err = ENOSPC;
	assert_int_equal(fn->ops->set_vectors(fn, fds, 2), -ENOSPC);
	assert_int_equal(fn->ops->reset(fn), 0);
	k.bad = "VFIO_DEVICE_RESET";
	assert_int_equal(fn->ops->reset(fn), -ENOSPC);
	fn->ops->close(fn, true);
	k_end();

	/* A device without any is not refused. */
	k_begin();
	memset(k.irqs, 0, sizeof(k.irqs));
	fn = open_vfio();
	assert_int_equal(fn->max_vectors, 0);
	assert_false(fn->has_intx);
	assert_int_equal(fn->ops->watch(fn, 1), -1);
	fn->ops->close(fn, true);
	k_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_by_vfio_fails_once),
		cmocka_unit_test(every_call_by_physical_addresses_fails_once),
		cmocka_unit_test(what_keeps_vfio_from_it),
		cmocka_unit_test(memory_outlives_a_device_that_does_not_stop),
		cmocka_unit_test(memory_that_cannot_be_locked),
		cmocka_unit_test(where_the_iommu_can_translate),
		cmocka_unit_test(registers_that_cannot_be_mapped),
		cmocka_unit_test(what_lies_outside_of_configuration_space),
		cmocka_unit_test(interrupts_by_vfio),
	};

	return cmocka_run_group_tests_name("pci_functions", tests, NULL, NULL);
}
