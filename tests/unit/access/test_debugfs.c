// SPDX-License-Identifier: GPL-2.0-or-later
/* Features in debugfs. */
#include "sysfs_device.h"

#define OFFERED	"/sys/kernel/debug/virtio/virtio0/device_features"
#define FILTERED "/sys/kernel/debug/virtio/virtio0/filter_features"

static struct vi_device *offers(const char *status, const char *text)
{
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/device", "0x0002\n");
	put(DEVICE "/status", status);
	put(DEVICE "/features", features(1, 32));
	if (text)
		put(OFFERED, text);
	return scan_one();
}

static void one_number_a_line(void **state)
{
	struct vi_value v;

	(void)state;
	put(FILTERED, "9\n");
	offers("0x0000000f\n", "1\n9\n32\n127\n");
	assert_int_equal(get(device_at(0), "offered", &v), 0);
	assert_true(v.features.w[0] == 0x100000202);
	assert_true(v.features.w[1] == (uint64_t)1 << 63);
	assert_shown(device_at(0), "offered_from", "debugfs");
	/* Of bits past those that the kernel knows, nothing is told. */
	assert_int_equal(get(device_at(0), "offered_names", &v), 0);
	assert_int_equal(v.count, 3);
	assert_string_equal(v.list[2], "VIRTIO_F_VERSION_1");
	assert_int_equal(get(device_at(0), "filtered", &v), 0);
	assert_true(v.features.w[0] == 0x200);
	assert_string_equal(tree.log, "");
}

static void nothing_offered(void **state)
{
	struct vi_value v;

	(void)state;
	offers("0x0000000f\n", "");
	assert_int_equal(get(device_at(0), "offered", &v), 0);
	assert_true(!v.features.w[0] && !v.features.w[1]);
	assert_int_equal(get(device_at(0), "offered_names", &v), 0);
	assert_int_equal(v.count, 0);
}

static void assert_unknown(const char *log)
{
	struct vi_value v;

	assert_int_equal(get(device_at(0), "offered", &v), -ENODATA);
	assert_int_equal(get(device_at(0), "offered_names", &v), -ENODATA);
	assert_int_equal(get(device_at(0), "offered_from", &v), -ENODATA);
	if (log)
		assert_logged(log);
	else
		assert_string_equal(tree.log, "");
}

static void without_the_file(void **state)
{
	(void)state;
	offers("0x0000000f\n", NULL);
	assert_unknown(NULL);
}

/* Those of all others are unknown, not absent. */
static void a_number_that_is_none(void **state)
{
	(void)state;
	offers("0x0000000f\n", "1\nx\n");
	assert_unknown("virtio0: " OFFERED ": cannot be parsed");
}

static void a_bit_that_is_none(void **state)
{
	(void)state;
	offers("0x0000000f\n", "1\n128\n");
	assert_unknown("virtio0: " OFFERED ": holds an impossible value");
}

static void longer_than_all_bits(void **state)
{
	char text[8192];

	(void)state;
	memset(text, '\n', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	offers("0x0000000f\n", text);
	assert_unknown("virtio0: " OFFERED ": is too long");
}

/* Reads of a device that was pulled return ones. */
static void a_device_that_is_gone(void **state)
{
	char text[64 * 3 + 1] = "";
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 64; bit++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%u\n", bit);
	offers("0x0000000f\n", text);
	assert_unknown(NULL);
}

/* To read the file would get in the driver's way. */
static void while_a_driver_negotiates(void **state)
{
	(void)state;
	offers("0x00000003\n", "1\n");
	assert_unknown(NULL);
}

static void after_a_driver_failed(void **state)
{
	struct vi_value v;

	(void)state;
	offers("0x00000083\n", "1\n");
	assert_int_equal(get(device_at(0), "offered", &v), 0);
	assert_true(v.features.w[0] == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_number_a_line),
		T(nothing_offered),
		T(without_the_file),
		T(a_number_that_is_none),
		T(a_bit_that_is_none),
		T(longer_than_all_bits),
		T(a_device_that_is_gone),
		T(while_a_driver_negotiates),
		T(after_a_driver_failed),
	};

	return cmocka_run_group_tests_name("debugfs", tests, NULL, NULL);
}
