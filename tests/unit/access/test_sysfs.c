// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices in sysfs: finding them, and their facts. */
#include "inspect/device.h"
#include "sysfs_device.h"

/* --- Identity --- */

static void no_virtio_here(void **state)
{
	(void)state;
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_null(vi_device_next(tree.ctx, NULL));
	assert_null(vi_device_find(tree.ctx, "virtio0"));
	assert_string_equal(vi_error(tree.ctx),
			    "virtio0: no such virtio device");
}

static void a_disk(void **state)
{
	struct vi_device *dev;

	(void)state;
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/status", "0x0000000f\n");
	put(DEVICE "/features", features(2, 12, 32));
	put(DEVICE "/block/vda/mq/0/cpu_list", "0\n");
	put(DEVICE "/block/vda/mq/1/cpu_list", "1\n");
	dev = scan_one();
	assert_shown(dev, "name", "virtio0");
	assert_shown(dev, "index", "0");
	assert_shown(dev, "type", "blk");
	assert_shown(dev, "device_id", "2");
	assert_shown(dev, "vendor", "0x1af4");
	assert_shown(dev, "address", "0000:00:02.0");
	assert_shown(dev, "driver", "virtio_blk");
	assert_shown(dev, "status", "0xf");
	assert_shown(dev, "status_names",
		     "ACKNOWLEDGE DRIVER FEATURES_OK DRIVER_OK");
	assert_shown(dev, "feature_names",
		     "VIRTIO_BLK_F_MQ VIRTIO_F_VERSION_1");
	assert_shown(dev, "num_queues", "2");
	assert_shown(dev, "kname", "vda");
	assert_shown(dev, "knames", "-");
	assert_shown(dev, "modalias", "virtio:d00000002v00001AF4");
	assert_string_equal(tree.log, "");
}

/* Files tell what uevent lacks. */
static void without_uevent(void **state)
{
	struct vi_device *dev;

	(void)state;
	put_device("virtio0", PCI, "");
	put(DEVICE "/device", "0x0002\n");
	put(DEVICE "/vendor", "0x554d4551\n");
	put_link(DEVICE "/driver", "../../../../bus/virtio/drivers/virtio_blk");
	dev = scan_one();
	assert_shown(dev, "type", "blk");
	assert_shown(dev, "vendor", "0x554d4551");
	assert_shown(dev, "driver", "virtio_blk");
	assert_string_equal(tree.log, "");
}

static void unknown_type(void **state)
{
	struct vi_device *dev;

	(void)state;
	put_device("virtio0", PCI, "MODALIAS=virtio:d00000FFFv00001AF4\n");
	put(DEVICE "/features", features(2, 3, 44));
	dev = scan_one();
	assert_shown(dev, "type", "0xfff");
	assert_shown(dev, "device_id", "4095");
	assert_shown(dev, "driver", "-");
	assert_shown(dev, "kname", "-");
	assert_shown(dev, "feature_names", "BIT_3 BIT_44");
	assert_shown(dev, "num_queues", "-");
	assert_string_equal(tree.log, "");
}

static void in_the_order_of_names(void **state)
{
	static const char *const names[] = { "virtio10", "virtio9", "virtio0" };
	char parent[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(parent, sizeof(parent), "pci0000:00/0000:00:0%u.0", i);
		put_device(names[i], parent, BLK);
	}
	assert_int_equal(vi_scan(tree.ctx), 0);
	for (i = 0; i < 3; i++)
		assert_shown(device_at(i), "name", names[2 - i]);
	assert_shown(device_at(2), "index", "10");
}

/* --- Names for users --- */

static void several_names(void **state)
{
	(void)state;
	put_device("virtio0", PCI,
		   "DRIVER=virtio_input\nMODALIAS=virtio:d00000012v00001AF4\n");
	put(DEVICE "/input/input3/event10/dev", "");
	put(DEVICE "/input/input3/event2/dev", "");
	put(DEVICE "/input/input3/js0/dev", "");
	put(DEVICE "/input/input3/name", "a keyboard\n");
	assert_shown(scan_one(), "kname", "event2");
	assert_shown(device_at(0), "knames", "event2 event10");
}

static void name_in_a_file(void **state)
{
	(void)state;
	put_device("virtio0", PCI,
		   "DRIVER=9pnet_virtio\nMODALIAS=virtio:d00000009v00001AF4\n");
	put(DEVICE "/mount_tag", "my files\n");
	assert_shown(scan_one(), "kname", "my files");
	assert_ptr_equal(vi_device_find(tree.ctx, "my files"), device_at(0));
}

/* The status is read for each snapshot; its age counts from the first time. */
static void since_when_the_status_is_so(void **state)
{
	struct vi_device *dev;
	uint64_t since;

	(void)state;
	put_device("virtio0", PCI, BLK);
	put(DEVICE "/status", "0x0000000b\n");
	dev = scan_one();
	assert_int_equal(dev->status_ns, 0);
	assert_shown(dev, "status", "0xb");
	since = dev->status_ns;
	assert_true(since > 0);
	dev->state[VI_FACT_STATUS] = 0;
	assert_shown(dev, "status", "0xb");
	assert_int_equal(dev->status_ns, since);
	put(DEVICE "/status", "0x0000000f\n");
	dev->state[VI_FACT_STATUS] = 0;
	assert_shown(dev, "status", "0xf");
	assert_true(dev->status_ns > since);
}

/* Linux 6.1 ends the mount tag with a NUL, and no newline. */
static void texts_that_end_in_nul(void **state)
{
	(void)state;
	put_device("virtio0", PCI,
		   "DRIVER=9pnet_virtio\nMODALIAS=virtio:d00000009v00001AF4\n");
	put_bytes(DEVICE "/mount_tag", "my files", 9);
	put_bytes(DEVICE "/status", "0x0000000f\n\0", 12);
	assert_shown(scan_one(), "kname", "my files");
	assert_shown(device_at(0), "status", "0xf");
	assert_ptr_equal(vi_device_find(tree.ctx, "my files"), device_at(0));
	assert_string_equal(tree.log, "");
	put_bytes(DEVICE "/mount_tag", "\0", 1);
	assert_shown(scan_one(), "kname", "-");
	assert_string_equal(tree.log, "");
	put_bytes(DEVICE "/mount_tag", "my\0files\0", 9);
	assert_shown(scan_one(), "kname", "-");
	assert_logged("virtio0: mount_tag: is not valid text");
}

static void name_by_the_kernel_s_index(void **state)
{
	(void)state;
	put_device("virtio7", PCI,
		   "DRIVER=virtiofs\nMODALIAS=virtio:d0000001Av00001AF4\n");
	put("/sys/fs/virtiofs/0/tag", "wrong\n");
	put("/sys/fs/virtiofs/7/tag", "right\n");
	assert_shown(scan_one(), "kname", "right");
}

static void the_console(void **state)
{
	(void)state;
	put_device("virtio0", PCI, CONSOLE);
	put(DEVICE "/features", features(1, 32));
	put(DEVICE "/virtio-ports/vport0p0/dev", "");
	put("/sys/class/tty/hvc0/dev", "");
	assert_shown(scan_one(), "kname", "hvc0");
}

static void one_of_several_ports(void **state)
{
	(void)state;
	put_device("virtio0", PCI, CONSOLE);
	put(DEVICE "/features", features(2, 1, 32));
	put(DEVICE "/virtio-ports/vport0p1/dev", "");
	put(DEVICE "/virtio-ports/vport0p2/dev", "");
	put("/sys/class/tty/hvc0/dev", "");
	assert_shown(scan_one(), "kname", "vport0p1");
	assert_shown(device_at(0), "knames", "vport0p1 vport0p2");
}

/* Nothing tells which of the two is meant. */
static void one_of_two_consoles(void **state)
{
	(void)state;
	put_device("virtio0", PCI, CONSOLE);
	put(DEVICE "/features", features(1, 32));
	put_device("virtio1", "pci0000:00/0000:00:03.0", CONSOLE);
	put("/sys/class/tty/hvc0/dev", "");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "kname", "-");
}

static void features_of_a_console_not_known(void **state)
{
	(void)state;
	put_device("virtio0", PCI, CONSOLE);
	put("/sys/class/tty/hvc0/dev", "");
	assert_shown(scan_one(), "kname", "-");
}

static void the_source_of_entropy(void **state)
{
	(void)state;
	put_device("virtio0", PCI, RNG);
	put("/sys/class/misc/hw_random/rng_current", "virtio_rng.0\n");
	assert_shown(scan_one(), "kname", "hwrng");
	put("/sys/class/misc/hw_random/rng_current", "tpm-rng-0\n");
	assert_shown(scan_one(), "kname", "-");
}

static void entropy_without_a_driver(void **state)
{
	(void)state;
	put_device("virtio0", PCI, "MODALIAS=virtio:d00000004v00001AF4\n");
	put("/sys/class/misc/hw_random/rng_current", "virtio_rng.0\n");
	assert_shown(scan_one(), "kname", "-");
}

static void beside_the_device(void **state)
{
	(void)state;
	put_device("virtio0", PCI,
		   "DRIVER=virtio_gpu\nMODALIAS=virtio:d00000010v00001AF4\n");
	put(PARENT "/drm/card1/dev", "");
	put(PARENT "/drm/renderD128/dev", "");
	assert_shown(scan_one(), "kname", "card1");
}

/* --- Queues --- */

static void queues_of_a_network_device(void **state)
{
	(void)state;
	put_device("virtio0", PCI, NET);
	put(DEVICE "/features", features(2, 17, 32));
	put(DEVICE "/net/eth0/queues/rx-0/a", "");
	put(DEVICE "/net/eth0/queues/tx-0/a", "");
	assert_shown(scan_one(), "num_queues", "3");
	put(DEVICE "/features", features(1, 32));
	assert_shown(scan_one(), "num_queues", "2");
}

/* Without features, a control queue may or may not exist. */
static void network_device_without_features(void **state)
{
	(void)state;
	put_device("virtio0", PCI, NET);
	put(DEVICE "/net/eth0/queues/rx-0/a", "");
	put(DEVICE "/net/eth0/queues/tx-0/a", "");
	assert_shown(scan_one(), "num_queues", "-");
}

static void queues_of_a_scsi_host(void **state)
{
	(void)state;
	put_device("virtio0", PCI, SCSI);
	put(DEVICE "/host3/scsi_host/host3/nr_hw_queues", "4\n");
	assert_shown(scan_one(), "kname", "host3");
	assert_shown(device_at(0), "num_queues", "6");
}

static void queues_by_their_interrupts(void **state)
{
	struct vi_device *dev;

	(void)state;
	put_device("virtio0", PCI, RNG);
	put("/proc/interrupts",
	    "      CPU0\n"
	    " 33:  0  PCI-MSIX  0-edge  virtio0-config\n"
	    " 34:  5  PCI-MSIX  1-edge  virtio0-input\n");
	dev = scan_one();
	assert_shown(dev, "num_queues", "1");
	assert_shown(dev, "irqs", "33 34");
}

static void shared_interrupts_say_nothing(void **state)
{
	(void)state;
	put_device("virtio0", PCI, RNG);
	put("/proc/interrupts",
	    "CPU0\n33:  0  x  virtio0-config\n34:  5  x  virtio0-virtqueues\n");
	assert_shown(scan_one(), "num_queues", "-");
	put("/proc/interrupts", "CPU0\n33:  0  x  virtio0\n");
	assert_shown(scan_one(), "num_queues", "-");
	assert_shown(device_at(0), "irqs", "33");
}

/* The free page queue has no interrupt, so counting interrupts misses it. */
static void polled_queues_are_not_seen(void **state)
{
	(void)state;
	put_device("virtio0", PCI,
		   "DRIVER=virtio_balloon\nMODALIAS=virtio:d00000005v00001AF4\n");
	put("/proc/interrupts",
	    "CPU0\n1:  0  x  virtio0-inflate\n2:  5  x  virtio0-deflate\n");
	put(DEVICE "/features", features(1, 3));
	assert_shown(scan_one(), "num_queues", "-");
	put(DEVICE "/features", features(1, 32));
	assert_shown(scan_one(), "num_queues", "2");
}

static void an_interrupt_in_full(void **state)
{
	const struct vi_schema *schema;
	struct vi_value list, v;
	const void *record;

	(void)state;
	put_device("virtio0", PCI, RNG);
	put("/proc/interrupts",
	    "      CPU0  CPU1\n 34:  5  6  PCI-MSIX  1-edge  virtio0-input\n");
	put("/proc/irq/34/effective_affinity_list", "\n");
	put("/proc/irq/34/smp_affinity_list", "0-1\n");
	assert_int_equal(get(scan_one(), "interrupts", &list), 0);
	assert_int_equal(list.count, 1);
	record = vi_record(&list, 0);
	schema = vi_field_schema(vi_schema_find(vi_device_schema(),
						"interrupts"));
	assert_int_equal(vi_get(vi_schema_find(schema, "count"), record, &v),
			 0);
	assert_int_equal(v.number, 11);
	assert_int_equal(vi_get(vi_schema_find(schema, "cpu"), record, &v), 0);
	assert_string_equal(v.string, "0-1");
	assert_null(vi_record(&list, 1));
}

/* --- Modules, location --- */

static void modules(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put_link(DEVICE "/driver", "../drv");
	put_link(PARENT "/drv/module", "../../../../module/virtio_blk");
	put_device("virtio1", "pci0000:00/0000:00:03.0",
		   "MODALIAS=virtio:d00000031v00001AF4\n");
	put("/proc/sys/kernel/osrelease", "6.1.0-test\n");
	put("/lib/modules/6.1.0-test/modules.alias",
	    "# Aliases extracted from modules themselves.\n"
	    "alias virtio:d0000003[0-2]v* first\n"
	    "alias virtio:d00000002v* virtio_blk\n"
	    "alias pci:v00001AF4d* virtio_pci\n"
	    "alias virtio:d00000031v* first\n"
	    "alias virtio:d00000031v00001AF4 second\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_shown(device_at(0), "modules", "virtio_blk");
	assert_shown(device_at(1), "modules", "first second");
}

static void release_that_is_a_path(void **state)
{
	(void)state;
	put_device("virtio0", PCI, "MODALIAS=virtio:d00000031v00001AF4\n");
	put("/proc/sys/kernel/osrelease", "../../etc\n");
	put("/etc/modules.alias", "alias virtio:* bad\n");
	assert_shown(scan_one(), "modules", "-");
	assert_logged("/proc/sys/kernel/osrelease: cannot be parsed");
}

static void place(void **state)
{
	(void)state;
	put_device("virtio0", PCI, BLK);
	put(PARENT "/numa_node", "1\n");
	put(PARENT "/revision", "0x01\n");
	put(PARENT "/subsystem_vendor", "0x1af4\n");
	put(PARENT "/subsystem_device", "0x1100\n");
	put_link(PARENT "/iommu_group", "../../../kernel/iommu_groups/7");
	assert_shown(scan_one(), "numa_node", "1");
	assert_shown(device_at(0), "iommu_group", "7");
	assert_shown(device_at(0), "revision", "0x1");
	assert_shown(device_at(0), "subsystem", "1af4:1100");
	put(PARENT "/numa_node", "-1\n");
	assert_shown(scan_one(), "numa_node", "-");
	assert_string_equal(tree.log, "");
}

/* --- Finding a device --- */

static void by_all_its_names(void **state)
{
	(void)state;
	put_device("virtio3", PCI, BLK);
	put(PARENT "/virtio3/block/vdb/size", "");
	scan_one();
	assert_ptr_equal(vi_device_find(tree.ctx, "virtio3"), device_at(0));
	assert_ptr_equal(vi_device_find(tree.ctx, "0000:00:02.0"),
			 device_at(0));
	assert_ptr_equal(vi_device_find(tree.ctx, "00:02.0"), device_at(0));
	assert_ptr_equal(vi_device_find(tree.ctx, "vdb"), device_at(0));
	assert_null(vi_device_find(tree.ctx, "00:03.0"));
	assert_null(vi_device_find(tree.ctx, "virtio"));
	assert_null(vi_device_find(tree.ctx, "mmio:a003e00"));
	assert_string_equal(vi_error(tree.ctx),
			    "mmio:a003e00: not an address; use mmio:0xADDRESS");
}

static void name_of_two(void **state)
{
	static const char uevent[] =
		"DRIVER=9pnet_virtio\nMODALIAS=virtio:d00000009v00001AF4\n";

	(void)state;
	put_device("virtio0", PCI, uevent);
	put_device("virtio1", "pci0000:00/0000:00:03.0", uevent);
	put(DEVICE "/mount_tag", "share");
	put("/sys/devices/pci0000:00/0000:00:03.0/virtio1/mount_tag", "share");
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_null(vi_device_find(tree.ctx, "share"));
	assert_string_equal(vi_error(tree.ctx),
			    "share: ambiguous: virtio0 and virtio1; use a name or an address");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(no_virtio_here),
		T(a_disk),
		T(without_uevent),
		T(unknown_type),
		T(in_the_order_of_names),
		T(several_names),
		T(name_in_a_file),
		T(since_when_the_status_is_so),
		T(texts_that_end_in_nul),
		T(name_by_the_kernel_s_index),
		T(the_console),
		T(one_of_several_ports),
		T(one_of_two_consoles),
		T(features_of_a_console_not_known),
		T(the_source_of_entropy),
		T(entropy_without_a_driver),
		T(beside_the_device),
		T(queues_of_a_network_device),
		T(network_device_without_features),
		T(queues_of_a_scsi_host),
		T(queues_by_their_interrupts),
		T(shared_interrupts_say_nothing),
		T(polled_queues_are_not_seen),
		T(an_interrupt_in_full),
		T(modules),
		T(release_that_is_a_path),
		T(place),
		T(by_all_its_names),
		T(name_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
