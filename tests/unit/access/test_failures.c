// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads that fail, as distinct from things that do not exist; here in a process
 * that may not open any more files.
 */
#include <sys/resource.h>

#include "tree.h"

#include "core/lazy.h"

#define PARENT	"pci0000:00/0000:00:02.0"
#define DEVICE	"/sys/devices/" PARENT "/virtio0"

static struct rlimit files;

/* Make every further open() fail. */
static void use_up_files(void)
{
	struct rlimit none;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	none = (struct rlimit){ 0, files.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
}

static void free_files(void)
{
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
}

static struct vi_device *one_device(void)
{
	put_device("virtio0", PARENT,
		   "DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n");
	put(DEVICE "/status", "0x0000000f\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	return device_at(0);
}

/* --- */

static void what_is_not_there_is_no_failure(void **state)
{
	struct vi_device *dev = one_device();
	const struct vi_field *f;
	struct vi_value v;
	size_t i;

	(void)state;
	for (i = 0; (f = vi_schema_field(vi_device_schema(), i)); i++)
		vi_get(f, dev, &v);
	assert_int_equal(vi_failures(tree.ctx), 0);
}

static void what_cannot_be_read_is_told_once(void **state)
{
	struct vi_device *dev = one_device();
	struct vi_value v;

	(void)state;
	use_up_files();
	assert_int_equal(get(dev, "status", &v), -EMFILE);
	assert_int_equal(get(dev, "status_names", &v), -EMFILE);
	free_files();
	assert_int_equal(vi_failures(tree.ctx), 1);
	assert_string_equal(tree.log, "/sys/bus/virtio/devices/virtio0/status could not be read: Too many open files\n");
}

static void a_scan_reads_it_again(void **state)
{
	struct vi_device *dev = one_device();
	struct vi_value v;

	(void)state;
	use_up_files();
	assert_int_equal(get(dev, "status", &v), -EMFILE);
	free_files();
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "status", "0xf");
	assert_int_equal(vi_failures(tree.ctx), 1);
}

static void no_scan_is_no_empty_machine(void **state)
{
	(void)state;
	one_device();
	use_up_files();
	assert_int_equal(vi_scan(tree.ctx), -EMFILE);
	free_files();
	assert_true(vi_failures(tree.ctx) > 0);
}

/* --- Libraries --- */

static const struct vi_lazy_symbol no_symbols[] = { { NULL, NULL } };

static void a_library_that_is_not_installed(void **state)
{
	struct vi_lazy lib = { "libno-such-thing.so.1", "libno", no_symbols,
			       NULL };

	(void)state;
	assert_int_equal(vi_lazy_open(tree.ctx, &lib), -ENOENT);
	assert_non_null(strstr(vi_error(tree.ctx), "install libno"));
	assert_int_equal(vi_failures(tree.ctx), 0);
}

static void a_library_that_cannot_be_opened_now(void **state)
{
	struct vi_lazy lib = { "libno-such-thing.so.1", "libno", no_symbols,
			       NULL };
	int err;

	(void)state;
	use_up_files();
	err = vi_lazy_open(tree.ctx, &lib);
	free_files();
	assert_int_equal(err, -EMFILE);
	assert_non_null(strstr(vi_error(tree.ctx), "Too many open files"));
	assert_null(strstr(vi_error(tree.ctx), "install"));
	assert_int_equal(vi_failures(tree.ctx), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up_tree, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_there_is_no_failure),
		TEST(what_cannot_be_read_is_told_once),
		TEST(a_scan_reads_it_again),
		TEST(no_scan_is_no_empty_machine),
		TEST(a_library_that_is_not_installed),
		TEST(a_library_that_cannot_be_opened_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
