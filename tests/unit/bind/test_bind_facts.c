// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of a PCI device and its IOMMU group, and unreadable parts of it. */
#include "bind_tree.h"

#include "bind/use/facts.h"
#include "bind/use/group.h"

#define RNG	4
#define GROUP	"/sys/kernel/iommu_groups/5/devices"
#define OTHER	"/sys/devices/pci0000:00/0000:00:04.1"

#define UNREADABLE	ADDRESS ": cannot read its directory in /sys/bus/pci/devices: "

static const struct vi_bind_options no_driver = {
	.size = sizeof(no_driver), .driver = "",
};

static void replace(const char *path, const char *target)
{
	assert_true(!unlink(at(path)) || errno == ENOENT);
	put_link(path, target);
}

static void names(void **state)
{
	char name[VI_BIND_NAME_SIZE + 1];

	(void)state;
	assert_true(vi_bind_name_ok("virtio-pci"));
	assert_true(vi_bind_name_ok("a_1.+"));
	assert_false(vi_bind_name_ok(""));
	assert_false(vi_bind_name_ok(".."));
	assert_false(vi_bind_name_ok("a b"));
	assert_false(vi_bind_name_ok("a/b"));
	memset(name, 'x', sizeof(name));
	name[VI_BIND_NAME_SIZE] = '\0';
	assert_false(vi_bind_name_ok(name));
	name[VI_BIND_NAME_SIZE - 1] = '\0';
	assert_true(vi_bind_name_ok(name));
}

static void as_it_is(void **state)
{
	struct vi_bind_facts f;

	(void)state;
	put_machine(RNG, "virtio_rng");
	assert_int_equal(vi_bind_facts(tree.ctx, ADDRESS, &f), 0);
	assert_string_equal(f.driver, "virtio-pci");
	assert_string_equal(f.override, "");
	assert_string_equal(f.virtio, "virtio0");
	assert_string_equal(f.virtio_driver, "virtio_rng");
	assert_true(f.has_status);
	assert_int_equal(f.status, 0xf);
	put(VIRTIO "/status", "0x100\n");
	assert_int_equal(vi_bind_facts(tree.ctx, ADDRESS, &f), 0);
	assert_false(f.has_status);
	assert_int_equal(unlink(at(PCI_DEV "/driver_override")), 0);
	assert_int_equal(unlink(at(PCI_DEV "/driver")), 0);
	assert_int_equal(vi_bind_facts(tree.ctx, ADDRESS, &f), 0);
	assert_string_equal(f.driver, "");
	assert_true(vi_bind_is_virtio(tree.ctx, ADDRESS));
	put(PCI_DEV "/device", "0x1080\n");
	assert_false(vi_bind_is_virtio(tree.ctx, ADDRESS));
	assert_int_equal(unlink(at(PCI_DEV "/vendor")), 0);
	assert_false(vi_bind_is_virtio(tree.ctx, ADDRESS));
	assert_int_equal(vi_bind_facts(tree.ctx, ADDRESS, &f), -ENODEV);
	assert_string_equal(vi_error(tree.ctx), ADDRESS ": no such PCI device");
}

/* An invalid name is never written, nor taken for none. */
static void that_cannot_be_read(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	allowed(NULL);
	replace(PCI_DEV "/driver", "../../../bus/pci/drivers/a driver");
	refused_as(NULL, -EINVAL, UNREADABLE "Invalid argument");
	assert_int_equal(unlink(at(PCI_DEV "/driver")), 0);
	put(PCI_DEV "/driver", "");
	refused_as(NULL, -EINVAL, UNREADABLE "Invalid argument");
	replace(PCI_DEV "/driver", "../../../bus/pci/drivers/virtio-pci");
	put(PCI_DEV "/driver_override", "../../etc\n");
	refused_as(NULL, -EINVAL, UNREADABLE "Invalid argument");
	assert_int_equal(unlink(at(PCI_DEV "/driver_override")), 0);
	put_link(PCI_DEV "/driver_override", "driver_override");
	refused_as(NULL, -ELOOP, UNREADABLE "Too many levels of symbolic links");
	assert_int_equal(unlink(at(PCI_DEV "/driver_override")), 0);
	replace(VIRTIO "/driver", "../../../../bus/virtio/drivers/..");
	refused_as(NULL, -EINVAL, UNREADABLE "Invalid argument");
	assert_int_equal(unlink(at(VIRTIO "/driver")), 0);
	allowed(NULL);
	put(PCI_DEV "/vendor", "many\n");
	refused_as(NULL, -EINVAL, UNREADABLE "Invalid argument");
}

static void where_there_is_no_group(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	allowed(NULL);
	replace(PCI_DEV "/iommu_group", "../../../kernel/iommu_groups/none");
	put("/sys/firmware/acpi/tables/IVRS", "");
	refused_as(NULL, -ENOTSUP, ADDRESS ": the machine's IOMMU is off; boot with amd_iommu=on, or drive it with --attach=physical");
	put("/sys/class/iommu/ivhd0/name", "");
	refused_as(NULL, -ENOTSUP, ADDRESS ": not behind the machine's IOMMU; or drive it with --attach=physical");
	/* Without VFIO, no group is needed. */
	allowed(&no_driver);
}

static void others_of_a_group(void **state)
{
#define IN_THE_WAY	ADDRESS ": its IOMMU group 5 contains other devices with drivers: "
#define TAKE_THOSE	"; unbind those first"
	(void)state;
	put_machine(RNG, "virtio_rng");
	put("/sys/devices/isa/uevent", "");
	put_link(GROUP "/PNP0C09:00", "../../../../devices/isa");
	refused_as(NULL, -ENOTSUP, IN_THE_WAY "PNP0C09:00" TAKE_THOSE);
	put_pci("0000:00:04.1", "e1000e");
	assert_int_equal(unlink(at(GROUP "/PNP0C09:00")), 0);
	refused_as(NULL, -ENOTSUP, IN_THE_WAY "0000:00:04.1 (e1000e)" TAKE_THOSE);
	/* It may have a group. */
	replace(OTHER "/driver", "../../../bus/pci/drivers/a driver");
	refused_as(NULL, -ENOTSUP, IN_THE_WAY "0000:00:04.1 (unreadable driver name)" TAKE_THOSE);
	replace(OTHER "/driver", "../../../bus/pci/drivers/pci-stub");
	allowed(NULL);
	replace(OTHER "/driver", "../../../bus/pci/drivers/vfio-pci");
	allowed(NULL);
	assert_int_equal(rename(at(GROUP), at("/sys/kernel/away")), 0);
	refused_as(NULL, -ENOENT, GROUP ": No such file or directory");
}

static void whether_it_heeds_the_iommu(void **state)
{
	(void)state;
	put_machine(RNG, "virtio_rng");
	assert_int_equal(unlink(at(VIRTIO "/features")), 0);
	refused_as(NULL, -ENOTSUP, "virtio0: cannot determine whether it goes through the IOMMU: No data available");
	allowed(&no_driver);
	/* Without a driver nothing is negotiated yet. */
	assert_int_equal(unlink(at(VIRTIO "/driver")), 0);
	allowed(NULL);
}

static void who_has_it_by_vfio(void **state)
{
	const struct vi_bind_options o = {
		.size = sizeof(o), .driver = "", .force = true,
	};

	(void)state;
	put_machine(RNG, "virtio_rng");
	put_node("/sys/class/vfio/noiommu-5", "vfio", "243:1", "vfio/noiommu-5");
	put_opener(77, "qemu", "char 243:1", "/run/group");
	assert_int_equal(vi_check_openers(tree.ctx, ADDRESS), -EBUSY);
	assert_string_equal(vi_error(tree.ctx), ADDRESS ": process 77 (qemu) has /dev/vfio/noiommu-5 open; end it first");
	put("/run/group", "char 511:0");
	assert_int_equal(vi_check_openers(tree.ctx, ADDRESS), 0);
	/* Newer kernels have a node per device, too. */
	put_node(PCI_DEV "/vfio-dev/vfio0", "vfio-dev", "511:0", "vfio/devices/vfio0");
	assert_int_equal(vi_check_openers(tree.ctx, ADDRESS), -EBUSY);
	assert_string_equal(vi_error(tree.ctx), ADDRESS ": process 77 (qemu) has /dev/vfio/devices/vfio0 open; end it first");
	/* A process that cannot be examined does not prevent giving back. */
	close_it(77);
	put("/proc/78/fd", "");
	assert_int_equal(vi_check_openers(tree.ctx, ADDRESS), 0);
	/* The owner, if it left no record. */
	assert_int_equal(unlink(at("/proc/78/fd")), 0);
	put_opener(79, "qemu", "char 243:1", "/run/group");
	assert_int_equal(rename(at(VIRTIO), at("/sys/aside")), 0);
	replace(PCI_DEV "/driver", "../../../bus/pci/drivers/vfio-pci");
	assert_int_equal(vi_scan(tree.ctx), 0);
	{
		struct vi_binding *b;

		assert_int_equal(vi_bind_plan(tree.ctx, NULL, ADDRESS, &o, &b),
				 -EBUSY);
		assert_string_equal(vi_error(tree.ctx), ADDRESS ": /dev/vfio/noiommu-5 is open in process 79 (qemu), as /run/group");
	}
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, set_up_tree, \
							tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		TEST(as_it_is),
		TEST(that_cannot_be_read),
		TEST(where_there_is_no_group),
		TEST(others_of_a_group),
		TEST(whether_it_heeds_the_iommu),
		TEST(who_has_it_by_vfio),
	};

	return cmocka_run_group_tests_name("bind facts", tests, NULL, NULL);
}
