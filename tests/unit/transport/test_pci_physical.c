// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PCI functions by physical addresses when the kernel refuses, and huge pages.
 *
 * wraps: open __open_2 close ioctl mmap munmap madvise pread __pread_chk
 * wraps: pwrite write eventfd memfd_create ftruncate vi_pci_exists
 * wraps: vi_pci_driver vi_pci_iommu_group vi_iommu_group_others vi_pci_bars
 */
#include "pci_kernel.h"

static bool said(const char *words)
{
	return strstr(vi_error(NULL), words);
}

/* --- Physical addresses --- */

static struct vi_pci_function *open_physical(void)
{
	struct vi_pci_function *fn = NULL;

	k.driver = "";
	assert_int_equal(vi_physical_open(K_ADDRESS, &fn), 0);
	return fn;
}

/* Restored, except that bus mastering is off. */
static void given_back_as_it_was(void **state)
{
	struct vi_pci_function *fn;

	(void)state;
	k_begin();
	k.config[VI_PCI_COMMAND] = VI_PCI_COMMAND_MASTER | VI_PCI_COMMAND_IO;
	fn = open_physical();
	assert_int_equal(fn->ops->command(fn, VI_PCI_COMMAND_MEMORY |
					  VI_PCI_COMMAND_NO_INTX,
					  VI_PCI_COMMAND_MASTER), 0);
	assert_int_equal(fn->ops->command(fn, VI_PCI_COMMAND_MASTER, 0), 0);
	assert_int_equal(fn->ops->make_pool(fn, 1), 0);
	assert_int_equal(fn->pool.size, 1 << HUGEPAGE_SHIFT);
	assert_int_equal(fn->ops->watch(fn, 0), -1);
	assert_int_equal(fn->ops->reset(fn), 0);
	fn->ops->close(fn, true);
	assert_string_equal(k.log,
			    "enable 1\ncommand 0403\ncommand 0407\nreset 1\n"
			    "command 0001\nenable 0\nunmapped\n");
	assert_string_equal(k.warnings, "");
	k_end();
}

static void pages_are_left_to_a_device_that_does_not_stop(void **state)
{
	struct vi_pci_function *fn;
	char *base;

	(void)state;
	k_begin();
	fn = open_physical();
	assert_int_equal(fn->ops->make_pool(fn, 1), 0);
	base = fn->pool.base;
	fn->ops->close(fn, false);
	assert_non_null(strstr(k.warnings,
			       "leaking 2097152 bytes of memory"));
	assert_int_equal(k.maps, 1);
	assert_int_equal(munmap(base, 1 << HUGEPAGE_SHIFT), 0);
	k_end();

	/* Where there are none, none are left enabled. */
	k_begin();
	fn = open_physical();
	fn->ops->close(fn, false);
	assert_string_equal(k.warnings, "");
	k_end();
}

static void what_was_not_put_back_is_told(void **state)
{
	struct vi_pci_function *fn;

	(void)state;
	k_begin();
	fn = open_physical();
	assert_int_equal(fn->ops->command(fn, VI_PCI_COMMAND_MEMORY, 0), 0);
	k.bad = "pwrite";
	k.bad_err = EIO;
	fn->ops->close(fn, true);
	assert_non_null(strstr(k.warnings, "physical:" K_ADDRESS ": config: "));
	k_end();
}

static void refused_physically(const char *words)
{
	struct vi_pci_function *fn;

	assert_true(vi_physical_open(K_ADDRESS, &fn) < 0);
	if (!said(words))
		fail_msg("\"%s\" is not in \"%s\"", words, vi_error(NULL));
	k_end();
}

static void what_keeps_it_from_being_driven_physically(void **state)
{
	static const char sys[] = "/sys/bus/pci/devices/" K_ADDRESS;
	struct vi_pci_function *fn;
	char path[64];

	(void)state;
	k_begin();
	k.driver = "virtio-pci";
	refused_physically("bound to driver virtio-pci");
	k_begin();
	k.driver = "";
	snprintf(path, sizeof(path), "%s/enable", sys);
	k.bad = path;
	k.bad_err = EACCES;
	refused_physically(geteuid() ? "run as root" : "lockdown");
	k_begin();
	k.driver = "";
	k.bad = "write";
	k.bad_err = EIO;
	refused_physically("enable: Input/output error");
	k_begin();
	k.driver = "";
	snprintf(path, sizeof(path), "%s/config", sys);
	k.bad = path;
	k.bad_err = EPERM;
	refused_physically("config");
	/* The device was enabled, and is disabled again. */
	assert_string_equal(k.log, "enable 1\nenable 0\n");
	assert_true(vi_physical_open("0000:00:07.0", &fn) == -ENODEV);

	/* BAR files that disappear, or that a driver has claimed. */
	k_begin();
	fn = open_physical();
	snprintf(path, sizeof(path), "%s/resource4", sys);
	k.bad = path;
	k.bad_err = ENOENT;
	assert_int_equal(fn->ops->open_bar(fn, 4), -ENOENT);
	assert_true(said("resource4: No such file"));
	k.bad = "mmap";
	k.bad_err = EINVAL;
	assert_int_equal(fn->ops->open_bar(fn, 4), -EINVAL);
	assert_true(said("a kernel driver uses the registers"));
	fn->ops->close(fn, true);
	k_end();
}

static void ports_that_do_not_answer_are_ones(void **state)
{
	struct vi_pci_function *fn;

	(void)state;
	k_begin();
	fn = open_physical();
	assert_int_equal(fn->ops->open_bar(fn, 0), 0);
	assert_int_equal(fn->ops->open_bar(fn, 0), 0);
	fn->ops->write(fn, 0, 4, 4, 0x11223344);
	fn->ops->write(fn, 0, 8, 1, 0x55);
	assert_int_equal(fn->ops->read(fn, 0, 4, 4), 0x11223344);
	assert_int_equal(fn->ops->read(fn, 0, 4, 2), 0x3344);
	assert_int_equal(fn->ops->read(fn, 0, 8, 1), 0x55);
	assert_int_equal(fn->ops->read(fn, 0, 64, 4), UINT32_MAX);
	fn->ops->close(fn, true);
	k_end();
}

/* --- Huge pages --- */

static uint64_t hidden(uint64_t page)
{
	(void)page;
	return UINT64_C(1) << 63;
}

static uint64_t absent(uint64_t page)
{
	return k_frame(page) & ~(UINT64_C(1) << 63);
}

static uint64_t in_pieces(uint64_t page)
{
	return k_frame(page) | 3;
}

static void pages_refused(int err, const char *words)
{
	struct vi_hugepages h;

	assert_int_equal(vi_hugepages_get("dev", 2 << HUGEPAGE_SHIFT, &h),
			 err);
	if (!said(words))
		fail_msg("\"%s\" is not in \"%s\"", words, vi_error(NULL));
	assert_null(h.base);
	assert_null(h.addr);
	k_end();
}

static void huge_pages(void **state)
{
	static const char *const few[] = {
		"memfd_create", "ftruncate", "mmap", "madvise",
	};
	struct vi_hugepages h;
	size_t i;

	(void)state;
	k_begin();
	assert_int_equal(vi_hugepages_get("dev", 2 << HUGEPAGE_SHIFT, &h), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(h.addr[i] % (1 << HUGEPAGE_SHIFT), 0);
	vi_hugepages_put(&h);
	k_end();
	for (i = 0; i < sizeof(few) / sizeof(few[0]); i++) {
		k_begin();
		k.bad = few[i];
		k.bad_err = ENOMEM;
		pages_refused(-ENOMEM, "cannot get 2 huge pages of 2 MiB (Cannot allocate memory); run: echo 4 > /proc/sys/vm/nr_hugepages");
	}
	/* Kernels before 5.14 lack it. */
	k_begin();
	k.bad = "madvise";
	k.bad_err = EINVAL;
	assert_int_equal(vi_hugepages_get("dev", 1 << HUGEPAGE_SHIFT, &h), 0);
	vi_hugepages_put(&h);
	k_end();
}

static void huge_pages_of_which_it_is_not_known_where(void **state)
{
	(void)state;
	k_begin();
	k.frame = hidden;
	pages_refused(-EPERM, "hides physical addresses");
	k_begin();
	k.frame = absent;
	pages_refused(-EIO, "page not present");
	k_begin();
	k.frame = in_pieces;
	pages_refused(-EIO, "not contiguous");
	k_begin();
	k.bad = "/proc/self/pagemap";
	k.bad_err = EACCES;
	pages_refused(-EACCES, "/proc/self/pagemap: Permission denied");
	k_begin();
	k.bad = "pread";
	k.err = 0;
	pages_refused(-EIO, "/proc/self/pagemap");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(given_back_as_it_was),
		cmocka_unit_test(pages_are_left_to_a_device_that_does_not_stop),
		cmocka_unit_test(what_was_not_put_back_is_told),
		cmocka_unit_test(what_keeps_it_from_being_driven_physically),
		cmocka_unit_test(ports_that_do_not_answer_are_ones),
		cmocka_unit_test(huge_pages),
		cmocka_unit_test(huge_pages_of_which_it_is_not_known_where),
	};

	return cmocka_run_group_tests_name("pci_physical", tests, NULL, NULL);
}
