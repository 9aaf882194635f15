// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices in sysfs: transports and addresses. */
#include "sysfs_device.h"

static void modern_by_its_id(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put(PARENT "/vendor", "0x1af4\n");
	put(PARENT "/device", "0x1042\n");
	assert_shown(scan_one(), "transport", "pci-modern");
	assert_shown(device_at(0), "pci_id", "1af4:1042");
}

static void transitional_by_what_was_negotiated(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put(PARENT "/vendor", "0x1af4\n");
	put(PARENT "/device", "0x1001\n");
	put(DEVICE "/features", features(1, 32));
	assert_shown(scan_one(), "transport", "pci-transitional");
}

/* A transitional id in the PCI header. */
static void put_config(size_t len, bool caps)
{
	uint8_t config[256] = { 0xf4, 0x1a, 0x01, 0x10 };

	config[0x2e] = 2;
	if (caps) {
		config[0x06] = 0x10;
		config[0x34] = 0x40;
		memcpy(config + 0x40, "\x09\x00\x10\x01\x04\0\0\0\0\0\0\0\x38", 13);
	}
	put(PARENT "/vendor", "0x1af4\n");
	put(PARENT "/device", "0x1001\n");
	put_bytes(PARENT "/config", config, len);
	put(PARENT "/resource",
	    "0x000000000000c000 0x000000000000c03f 0x0000000000040101\n"
	    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	    "0x00000000fe000000 0x00000000fe003fff 0x000000000014220c\n"
	    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
}

static void put_pci_device(void)
{
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/features", features(0));
	put_link("/sys/bus/pci/devices/0000:00:02.0",
		 "../../../devices/" PCI);
}

static void legacy_by_its_configuration(void **state)
{
	(void)state;
	put_pci_device();
	put_config(256, false);
	assert_shown(scan_one(), "transport", "pci-legacy");
	assert_shown(device_at(0), "caps", "");
	assert_string_equal(tree.log, "");
}

static void transitional_by_its_capabilities(void **state)
{
	struct vi_value v;

	(void)state;
	put_pci_device();
	put_config(256, true);
	assert_shown(scan_one(), "transport", "pci-transitional");
	assert_shown(device_at(0), "caps", "common");
	assert_int_equal(get(device_at(0), "hazards", &v), 0);
	assert_int_equal(v.count, 0);
	assert_string_equal(tree.log, "");
}

/* P18: denied capabilities are not missing capabilities. */
static void capabilities_denied(void **state)
{
	(void)state;
	put_pci_device();
	put_config(64, true);
	assert_shown(scan_one(), "transport", "denied");
	assert_shown(device_at(0), "caps", "denied");
}

/* Not even the library follows a link out of the tree. */
static void links_do_not_lead_out(void **state)
{
	(void)state;
	put_pci_device();
	put(PARENT "/vendor", "0x1af4\n");
	put(PARENT "/device", "0x1001\n");
	put("/etc/config", "inside");
	put_link(PARENT "/config", "/etc/config");
	assert_shown(scan_one(), "caps", "-");
	assert_logged("virtio0: PCI configuration space: ");
}

static void other_buses(void **state)
{
	(void)state;
	put_device("virtio0", "platform/a003e00.virtio_mmio", BLK);
	put_device("virtio1", "css0/0.0.0002/0.0.0007", BLK);
	put_device("virtio2", "vdpa0", BLK);
	put_link("/sys/devices/vdpa0/subsystem", "../../bus/vdpa");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "transport", "mmio");
	assert_shown(device_at(0), "address", "mmio:0xa003e00");
	assert_shown(device_at(1), "transport", "ccw");
	assert_shown(device_at(1), "address", "0.0.0007");
	assert_shown(device_at(2), "transport", "vdpa");
	assert_shown(device_at(2), "address", "vdpa0");
	assert_shown(device_at(0), "pci_id", "-");
	assert_shown(device_at(0), "caps", "-");
	assert_ptr_equal(vi_device_find(tree.ctx, "mmio:0xa003e00"),
			 device_at(0));
	assert_ptr_equal(vi_device_find(tree.ctx, "0.0.0007"), device_at(1));
}

/* The driver's link says what a device is, not its name. */
static void names_prove_nothing(void **state)
{
	(void)state;
	put_device("virtio0", "soc/11000000.dsp#vdev0buffer", BLK);
	put_device("virtio1", "soc/0000:00:02.0", BLK);
	put_device("virtio2", "platform/12000000.dsp", BLK);
	assert_int_equal(unlink(below_root("/sys/devices/platform/12000000.dsp/driver")), 0);
	put_link("/sys/devices/platform/12000000.dsp/driver", "rproc-virtio");
	put_device("virtio3", "vdpa0", BLK);
	put_device("virtio4", "soc/0.0.0007", BLK);
	put("/proc/iomem", "11000000-1103ffff : 11000000.dsp\n"
	    "12000000-1203ffff : 12000000.dsp\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "transport", "-");
	assert_shown(device_at(0), "address", "11000000.dsp#vdev0buffer");
	assert_null(vi_device_find(tree.ctx, "mmio:0x11000000"));
	assert_shown(device_at(1), "transport", "-");
	assert_shown(device_at(2), "transport", "-");
	assert_null(vi_device_find(tree.ctx, "mmio:0x12000000"));
	assert_shown(device_at(3), "transport", "-");
	assert_shown(device_at(4), "transport", "-");
	assert_string_equal(tree.log, "");
}

static void address_in_the_memory_map(void **state)
{
	(void)state;
	put_device("virtio0", "platform/LNRO0005:00", BLK);
	put_device("virtio1", "platform/LNRO0005:01", BLK);
	put("/proc/iomem",
	    "00000000-0fffffff : System RAM\n"
	    "feb00000-feb001ff : LNRO0005:00\n"
	    "  feb00000-feb001ff : LNRO0005:00 LNRO0005:00\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "address", "mmio:0xfeb00000");
	assert_shown(device_at(1), "address", "-");
	put("/proc/iomem", "00000000-00000000 : LNRO0005:00\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "address", "denied");
	assert_shown(device_at(0), "transport", "mmio");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(modern_by_its_id),
		T(transitional_by_what_was_negotiated),
		T(legacy_by_its_configuration),
		T(transitional_by_its_capabilities),
		T(capabilities_denied),
		T(links_do_not_lead_out),
		T(other_buses),
		T(names_prove_nothing),
		T(address_in_the_memory_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
