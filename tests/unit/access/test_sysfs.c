// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices in sysfs: finding them, their facts, and messages. */
#include "tree.h"

#define PCI	"pci0000:00/0000:00:02.0"
#define PARENT	"/sys/devices/" PCI
#define DEVICE	PARENT "/virtio0"

#define BLK	"DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n"
#define NET	"DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4\n"
#define CONSOLE	"DRIVER=virtio_console\nMODALIAS=virtio:d00000003v00001AF4\n"
#define RNG	"DRIVER=virtio_rng\nMODALIAS=virtio:d00000004v00001AF4\n"
#define SCSI	"DRIVER=virtio_scsi\nMODALIAS=virtio:d00000008v00001AF4\n"

/* Scan, and return the only device. */
static struct vi_device *scan_one(void)
{
	assert_int_equal(vi_scan(tree.ctx), 0);
	assert_int_equal(count_devices(), 1);
	return device_at(0);
}

/* The text of a features file with these bits set. */
static const char *features(unsigned int n, ...)
{
	static char text[66];
	va_list ap;

	memset(text, '0', 64);
	text[64] = '\n';
	va_start(ap, n);
	while (n--)
		text[va_arg(ap, unsigned int)] = '1';
	va_end(ap);
	return text;
}

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

/* --- Transports and addresses --- */

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

/* --- Invalid contents --- */

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

#define T(name) \
	cmocka_unit_test_setup_teardown(name, set_up_tree, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(no_virtio_here), T(a_disk), T(without_uevent),
		T(unknown_type), T(in_the_order_of_names), T(several_names),
		T(name_in_a_file), T(name_by_the_kernel_s_index),
		T(the_console), T(one_of_several_ports),
		T(one_of_two_consoles), T(features_of_a_console_not_known),
		T(the_source_of_entropy), T(entropy_without_a_driver),
		T(beside_the_device), T(queues_of_a_network_device),
		T(network_device_without_features), T(queues_of_a_scsi_host),
		T(queues_by_their_interrupts),
		T(shared_interrupts_say_nothing),
		T(polled_queues_are_not_seen), T(an_interrupt_in_full),
		T(modern_by_its_id), T(transitional_by_what_was_negotiated),
		T(legacy_by_its_configuration),
		T(transitional_by_its_capabilities), T(capabilities_denied),
		T(links_do_not_lead_out), T(other_buses),
		T(address_in_the_memory_map), T(modules),
		T(release_that_is_a_path), T(place), T(by_all_its_names),
		T(name_of_two), T(files_that_make_no_sense),
		T(features_of_any_length), T(said_once), T(links_in_a_circle),
		T(names_that_act_on_terminals), T(ids_that_no_device_has),
		T(more_than_can_be), T(a_thousand_devices), T(scanned_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
