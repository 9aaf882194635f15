// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices in sysfs: invalid contents, and messages. */
#include "inspect/device.h"
#include "sysfs_device.h"

static void files_that_make_no_sense(void **state)
{
	static const struct {
		const char *status, *features;
	} cases[] = {
		{ "", "" }, { "x", "x" }, { "-1", "012" },
		{ "0x1ffffffff", "0101x" }, { "0x0f 0x0f", "1 0" },
	};
	size_t i;

	(void)state;
	put_device("virtio0", PCI, BLK);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(DEVICE "/status", cases[i].status);
		put(DEVICE "/features", cases[i].features);
		tree.log[0] = '\0';
		assert_shown(scan_one(), "status", "-");
		assert_int_equal(get(device_at(0), "features",
				     &(struct vi_value){ 0 }), -ENODATA);
		assert_shown(device_at(0), "type", "blk");
		assert_logged("virtio0: status: ");
		assert_logged("virtio0: features: ");
	}
}

/* M6 */
static void features_of_any_length(void **state)
{
	static char text[9000];
	struct vi_value v;

	(void)state;
	put_device("virtio0", PCI, BLK);
	memset(text, '0', 4000);
	text[0] = text[100] = '1';
	put(DEVICE "/features", text);
	assert_int_equal(get(scan_one(), "features", &v), 0);
	assert_int_equal(v.features.w[0], 1);
	assert_int_equal(v.features.w[1], 1ull << 36);
	put(DEVICE "/features", "101");
	assert_int_equal(get(scan_one(), "features", &v), 0);
	assert_int_equal(v.features.w[0], 5);
	assert_string_equal(tree.log, "");
	memset(text, '0', sizeof(text) - 1);
	put(DEVICE "/features", text);
	assert_int_equal(get(scan_one(), "features", &v), -ENODATA);
	assert_logged("virtio0: features: is too long");
}

static void said_once(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/status", "nonsense\n");
	assert_shown(scan_one(), "status", "-");
	assert_shown(device_at(0), "status", "-");
	assert_shown(device_at(0), "status_names", "-");
	assert_string_equal(tree.log,
			    "virtio0: status: cannot be parsed\n");
}

static void links_in_a_circle(void **state)
{
	(void)state;
	put_link("/sys/bus/virtio/devices/virtio0", "virtio0");
	put_device("virtio1", PCI, BLK);
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(count_devices(), 2);
	assert_shown(device_at(0), "name", "virtio0");
	assert_shown(device_at(0), "type", "-");
	assert_shown(device_at(0), "status", "-");
	assert_shown(device_at(1), "type", "blk");
	assert_logged("virtio0: device: Too many levels");
}

static void names_that_act_on_terminals(void **state)
{
	(void)state;
	put_device("virtio\033[31m0", PCI, "MODALIAS=virtio:d00000002v0\n");
	assert_shown(scan_one(), "name", "virtio\033[31m0");
	assert_shown(device_at(0), "index", "-");
	assert_shown(device_at(0), "type", "-");
	assert_logged("virtio\\x1b[31m0: device: ");
}

static void ids_that_no_device_has(void **state)
{
	static const char *const uevents[] = {
		"MODALIAS=virtio:d00000000v00001AF4\n",
		"MODALIAS=virtio:dFFFFFFFFv00001AF4\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		char name[16];

		snprintf(name, sizeof(name), "virtio%zu", i);
		put_device(name, PCI, uevents[i]);
	}
	assert_int_equal(vi_scan(tree.ctx), 0);
	for (i = 0; i < 2; i++) {
		assert_shown(device_at(i), "type", "-");
		assert_shown(device_at(i), "device_id", "-");
		assert_shown(device_at(i), "address", "0000:00:02.0");
	}
}

static void more_than_can_be(void **state)
{
	char path[256];
	int i;

	(void)state;
	put_device("virtio0", PCI, BLK);
	for (i = 0; i < 4200; i++) {
		snprintf(path, sizeof(path), DEVICE "/block/vd%d/size", i);
		put(path, "");
	}
	assert_shown(scan_one(), "kname", "-");
	assert_logged("virtio0: block/*: has too many entries");
}

static void a_thousand_devices(void **state)
{
	char name[32], parent[64];
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "virtio%d", i);
		snprintf(parent, sizeof(parent), "platform/%x.virtio_mmio",
			 0xa000000 + i * 0x200);
		put_device(name, parent, BLK);
	}
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(count_devices(), 1000);
	assert_shown(device_at(999), "name", "virtio999");
	assert_shown(device_at(999), "type", "blk");
	assert_ptr_equal(vi_device_find(tree.ctx, "mmio:0xa000200"),
			 device_at(1));
}

/* A new scan replaces all devices. */
static void scanned_again(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/status", "0x1\n");
	assert_shown(scan_one(), "status", "0x1");
	put(DEVICE "/status", "0xf\n");
	assert_shown(device_at(0), "status", "0x1");
	assert_shown(scan_one(), "status", "0xf");
	put_device("virtio1", "pci0000:00/0000:00:03.0", NET);
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(count_devices(), 2);
	assert_shown(device_at(1), "type", "net");
}

/* Ask for every fact; all but the name are unknown. */
static void ask_all(struct vi_device *dev)
{
	const struct vi_schema *schema = vi_device_schema();
	const struct vi_field *f;
	struct vi_value v;
	size_t i;

	for (i = 0; (f = vi_schema_field(schema, i)); i++)
		vi_get(f, dev, &v);
	assert_shown(dev, "status", "-");
	assert_shown(dev, "type", "-");
	assert_shown(dev, "address", "-");
}

static void unplugged_after_the_scan(void **state)
{
	struct vi_device *dev;

	(void)state;
	put_device("virtio0", PCI, BLK);
	put_device("virtio1", "pci0000:00/0000:00:03.0", NET);
	put("/proc/interrupts", "");
	assert_int_equal(vi_scan(tree.ctx), 0);
	dev = device_at(0);
	assert_false(vi_device_gone(dev));
	unlink(below_root("/sys/bus/virtio/devices/virtio0"));
	assert_int_equal(folder_remove(below_root(PARENT)), 0);
	ask_all(dev);
	assert_string_equal(tree.log, "");
	assert_true(vi_device_gone(dev));
	assert_false(vi_device_gone(device_at(1)));
	assert_shown(device_at(1), "type", "net");
}

/* A link into nowhere is no unplugged device, and the kernel makes none. */
static void link_into_nowhere(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	scan_one();
	assert_int_equal(folder_remove(below_root(PARENT)), 0);
	assert_shown(device_at(0), "status", "-");
	assert_logged("virtio0: status: ");
	assert_false(vi_device_gone(device_at(0)));
}

static void named_as_users_do(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/block/vda/dev", "254:0\n");
	assert_string_equal(vi_device_title(scan_one()), "virtio0 (vda)");
	assert_string_equal(vi_device_title(device_at(0)), "virtio0 (vda)");
	folder_remove(below_root(DEVICE "/block"));
	assert_string_equal(vi_device_title(scan_one()), "virtio0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(files_that_make_no_sense),
		T(features_of_any_length),
		T(said_once),
		T(links_in_a_circle),
		T(names_that_act_on_terminals),
		T(ids_that_no_device_has),
		T(more_than_can_be),
		T(a_thousand_devices),
		T(scanned_again),
		T(unplugged_after_the_scan),
		T(link_into_nowhere),
		T(named_as_users_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
