// SPDX-License-Identifier: GPL-2.0-or-later
/* Device trees: slots in sound ones, messages about others. */
#include "tree.h"

/* --- Making a tree --- */

static uint8_t blob[65536];
static size_t struct_len, strings_len;
static uint8_t structure[32768];
static char strings[16384];

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static void word(uint32_t v)
{
	put32(structure + struct_len, v);
	struct_len += 4;
}

static void bytes(const void *p, size_t n)
{
	memcpy(structure + struct_len, p, n);
	struct_len = (struct_len + n + 3) & ~(size_t)3;
}

static void begin(const char *name)
{
	word(1);
	bytes(name, strlen(name) + 1);
}

static void end(void)
{
	word(2);
}

static void prop_head(const char *name, uint32_t len)
{
	word(3);
	word(len);
	word(strings_len);
	strcpy(strings + strings_len, name);
	strings_len += strlen(name) + 1;
}

static void text(const char *name, const char *value)
{
	prop_head(name, strlen(value) + 1);
	bytes(value, strlen(value) + 1);
}

static void cells(const char *name, unsigned int n, ...)
{
	va_list ap;
	unsigned int i;

	prop_head(name, n * 4);
	va_start(ap, n);
	for (i = 0; i < n; i++)
		word(va_arg(ap, uint32_t));
	va_end(ap);
}

/* The root node, with these numbers of cells per address and size. */
static void start(uint32_t address_cells, uint32_t size_cells)
{
	memset(structure, 0, sizeof(structure));
	struct_len = strings_len = 0;
	begin("");
	cells("#address-cells", 1, address_cells);
	cells("#size-cells", 1, size_cells);
}

/* Header, empty memory reservation, structure, strings. Returns its length. */
static size_t finish(void)
{
	const size_t at = 56;
	size_t total;

	end();
	word(9);
	total = at + struct_len + strings_len;
	memset(blob, 0, sizeof(blob));
	put32(blob, 0xd00dfeed);
	put32(blob + 4, total);
	put32(blob + 8, at);
	put32(blob + 12, at + struct_len);
	put32(blob + 16, 40);
	put32(blob + 20, 17);
	put32(blob + 24, 16);
	put32(blob + 32, strings_len);
	put32(blob + 36, struct_len);
	memcpy(blob + at, structure, struct_len);
	memcpy(blob + at + struct_len, strings, strings_len);
	return total;
}

static void slot(const char *name, uint32_t base, uint32_t size)
{
	begin(name);
	text("compatible", "virtio,mmio");
	cells("reg", 2, base, size);
	end();
}

static int scan_bytes(size_t len)
{
	put_bytes("/sys/firmware/fdt", blob, len);
	return vi_scan_fdt(tree.ctx, NULL);
}

static int scan(void)
{
	return scan_bytes(finish());
}

/* --- Sound trees --- */

static void slots_of_a_virtual_machine(void **state)
{
	(void)state;
	start(2, 2);
	begin("virtio_mmio@a000200");
	text("compatible", "virtio,mmio");
	cells("reg", 4, 0, 0xa000200, 0, 0x200);
	cells("interrupts", 3, 0, 0x11, 1);
	cells("interrupt-parent", 1, 0x8005);
	end();
	begin("virtio_mmio@a000000");
	text("compatible", "virtio,mmio");
	cells("reg", 4, 0, 0xa000000, 0, 0x200);
	cells("interrupts-extended", 2, 7, 16);
	end();
	begin("other@0");
	text("compatible", "virtio,mmio-not");
	end();
	assert_int_equal(scan(), 0);
	assert_string_equal(tree.log, "");
	assert_int_equal(count_devices(), 2);
	assert_shown(device_at(0), "address", "mmio:0xa000000");
	assert_shown(device_at(0), "dt_interrupts", "-");
	assert_shown(device_at(0), "dt_interrupts_extended", "7 16");
	assert_shown(device_at(1), "address", "mmio:0xa000200");
	assert_shown(device_at(1), "mmio_size", "0x200");
	assert_shown(device_at(1), "dt_node", "/virtio_mmio@a000200");
	assert_shown(device_at(1), "dt_interrupts", "0 17 1");
	assert_shown(device_at(1), "dt_interrupt_parent", "0x8005");
	assert_shown(device_at(1), "transport", "mmio");
}

static void only_the_slot_is_known(void **state)
{
	static const char *const unknown[] = {
		"name", "index", "type", "device_id", "vendor", "driver",
		"status", "features", "num_queues", "kname", "modalias",
		"irqs", "pci_id", "caps", "hazards",
	};
	size_t i;

	(void)state;
	start(1, 1);
	slot("v@1000", 0x1000, 0x200);
	assert_int_equal(scan(), 0);
	assert_shown(device_at(0), "empty", "true");
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_shown(device_at(0), unknown[i], "-");
	assert_ptr_equal(vi_device_find(tree.ctx, "mmio:0x1000"), device_at(0));
}

static void one_of_several_compatibles(void **state)
{
	(void)state;
	start(1, 1);
	begin("v@1000");
	prop_head("compatible", 20);
	bytes("acme,slot\0virtio,mmi\0", 20);
	cells("reg", 2, 0x1000, 0x200);
	end();
	begin("v@2000");
	prop_head("compatible", 22);
	bytes("acme,slot\0virtio,mmio\0", 22);
	cells("reg", 2, 0x2000, 0x200);
	end();
	assert_int_equal(scan(), 0);
	assert_int_equal(count_devices(), 1);
	assert_shown(device_at(0), "address", "mmio:0x2000");
}

/* soc: its address 0x10000 is the CPU's 0x4_0000_0000. */
static void addresses_are_the_cpu_s(void **state)
{
	(void)state;
	start(2, 1);
	begin("soc");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	cells("ranges", 8, 0, 0, 0, 0x1000, 0x10000, 4, 0, 0x10000);
	begin("bus@0");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	prop_head("ranges", 0);
	slot("virtio@10800", 0x10800, 0x200);
	end();
	end();
	assert_int_equal(scan(), 0);
	assert_string_equal(tree.log, "");
	assert_shown(device_at(0), "address", "mmio:0x400000800");
	assert_shown(device_at(0), "dt_node", "/soc/bus@0/virtio@10800");
}

static void joins_the_device_at_its_address(void **state)
{
	(void)state;
	put_device("virtio0", "platform/a003e00.virtio_mmio",
		   "DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n");
	assert_int_equal(vi_scan(tree.ctx), 0);
	start(1, 1);
	slot("virtio_mmio@a003e00", 0xa003e00, 0x200);
	slot("virtio_mmio@a003c00", 0xa003c00, 0x200);
	assert_int_equal(scan(), 0);
	assert_int_equal(count_devices(), 2);
	assert_shown(device_at(0), "name", "virtio0");
	assert_shown(device_at(0), "empty", "false");
	assert_shown(device_at(0), "mmio_size", "0x200");
	assert_shown(device_at(0), "dt_node", "/virtio_mmio@a003e00");
	assert_shown(device_at(1), "empty", "true");
	assert_int_equal(vi_scan_fdt(tree.ctx, NULL), 0);
	assert_int_equal(count_devices(), 2);
}

static void names_the_file(void **state)
{
	char path[128];

	(void)state;
	start(1, 1);
	slot("v@1000", 0x1000, 0x200);
	put_bytes("/my.dtb", blob, finish());
	snprintf(path, sizeof(path), "%s/my.dtb", tree.root);
	assert_int_equal(vi_scan_fdt(tree.ctx, path), 0);
	assert_int_equal(count_devices(), 1);
}

/* --- Invalid slots --- */

static void assert_left_out(const char *why)
{
	assert_int_equal(scan(), 0);
	assert_int_equal(count_devices(), 0);
	assert_logged(why);
	assert_logged("/sys/firmware/fdt: /");
}

static void without_reg(void **state)
{
	(void)state;
	start(1, 1);
	begin("v");
	text("compatible", "virtio,mmio");
	end();
	assert_left_out("/v: no reg");
}

static void reg_is_cut_off(void **state)
{
	(void)state;
	start(2, 2);
	slot("v", 0x1000, 0x200);
	assert_left_out("/v: its reg property is truncated");
}

static void reg_without_size(void **state)
{
	(void)state;
	start(1, 1);
	slot("v", 0x1000, 0);
	assert_left_out("impossible size");
}

static void reg_past_all_addresses(void **state)
{
	(void)state;
	start(2, 2);
	begin("v");
	text("compatible", "virtio,mmio");
	cells("reg", 4, 0xffffffff, 0xffffff00, 0, 0x200);
	end();
	assert_left_out("impossible size");
}

static void cells_out_of_range(void **state)
{
	(void)state;
	start(3, 2);
	slot("v", 0x1000, 0x200);
	assert_left_out("neither 1 nor 2");
}

static void cells_far_out_of_range(void **state)
{
	(void)state;
	start(0x40000001, 0xffffffff);
	slot("v", 0x1000, 0x200);
	assert_left_out("neither 1 nor 2");
}

static void below_a_pci_bus(void **state)
{
	(void)state;
	start(2, 2);
	begin("pcie");
	cells("#address-cells", 1, 3);
	cells("#size-cells", 1, 2);
	prop_head("ranges", 0);
	begin("isa");
	cells("#address-cells", 1, 2);
	cells("#size-cells", 1, 1);
	prop_head("ranges", 0);
	begin("v");
	text("compatible", "virtio,mmio");
	cells("reg", 3, 0, 0x1000, 0x200);
	end();
	end();
	end();
	assert_left_out("/pcie/isa/v: it is below a bus with an unknown kind of addresses");
}

static void below_a_bus_without_ranges(void **state)
{
	(void)state;
	start(1, 1);
	begin("i2c");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	slot("v", 0x1000, 0x200);
	end();
	assert_left_out("has no ranges");
}

static void in_no_range(void **state)
{
	(void)state;
	start(1, 1);
	begin("soc");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	cells("ranges", 3, 0x1000, 0x80000000, 0x1100);
	slot("v", 0x2000, 0x200);
	end();
	assert_left_out("outside the ranges");
}

static void ranges_of_a_wrong_length(void **state)
{
	(void)state;
	start(1, 1);
	begin("soc");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	cells("ranges", 2, 0, 0);
	slot("v", 0x2000, 0x200);
	end();
	assert_left_out("wrong length");
}

static void range_past_all_addresses(void **state)
{
	(void)state;
	start(2, 2);
	begin("soc");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	cells("ranges", 4, 0, 0xffffffff, 0xfffff000, 0x10000);
	slot("v", 0x2000, 0x200);
	end();
	assert_left_out("does not fit");
}

static void too_small_for_the_registers(void **state)
{
	(void)state;
	start(1, 1);
	slot("v", 0x1000, 0x80);
	assert_int_equal(scan(), 0);
	assert_int_equal(count_devices(), 1);
	assert_logged("too small for the registers");
}

static void two_at_one_address(void **state)
{
	(void)state;
	start(1, 1);
	slot("a", 0x1000, 0x200);
	slot("b", 0x1000, 0x200);
	assert_int_equal(scan(), 0);
	assert_int_equal(count_devices(), 1);
	assert_logged("same address as");
}

/* --- Damaged trees --- */

static void assert_damaged(int err, const char *why)
{
	assert_int_equal(err, -EINVAL);
	assert_int_equal(count_devices(), 0);
	assert_non_null(strstr(vi_error(tree.ctx), "damaged device tree: "));
	assert_non_null(strstr(vi_error(tree.ctx), why));
}

static void no_tree_at_all(void **state)
{
	(void)state;
	memset(blob, 'x', 100);
	assert_damaged(scan_bytes(100), "not a flattened device tree");
	assert_damaged(scan_bytes(0), "not a flattened device tree");
}

static void every_shorter_one(void **state)
{
	size_t len, n;

	(void)state;
	start(1, 1);
	slot("v@1000", 0x1000, 0x200);
	len = finish();
	for (n = 0; n < len; n++)
		assert_int_equal(scan_bytes(n), -EINVAL);
	assert_int_equal(scan_bytes(len), 0);
}

/* With each byte flipped in turn, parsing may fail but must not crash. */
static void every_byte_flipped(void **state)
{
	size_t len, i;

	(void)state;
	start(1, 1);
	begin("soc");
	cells("#address-cells", 1, 1);
	cells("#size-cells", 1, 1);
	cells("ranges", 3, 0, 0, 0x10000);
	slot("v@1000", 0x1000, 0x200);
	end();
	len = finish();
	for (i = 0; i < len * 3; i++) {
		uint8_t flip = (uint8_t []){ 0xff, 0x80, 0x01 }[i / len];

		blob[i % len] ^= flip;
		assert_int_equal(vi_scan(tree.ctx), 0);
		scan_bytes(len);
		blob[i % len] ^= flip;
	}
}

static void property_longer_than_all(void **state)
{
	static const uint32_t lens[] = {
		0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffff4, 0xffffffff,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		start(1, 1);
		prop_head("x", lens[i]);
		assert_damaged(scan(), "extends past the end");
	}
}

static void name_outside_of_the_strings(void **state)
{
	(void)state;
	start(1, 1);
	prop_head("x", 0);
	put32(structure + struct_len - 4, 0xfffffff0);
	assert_damaged(scan(), "outside the strings");
}

static void nested_too_deeply(void **state)
{
	int i;

	(void)state;
	start(1, 1);
	for (i = 0; i < 500; i++)
		begin("n");
	for (i = 0; i < 500; i++)
		end();
	assert_damaged(scan(), "nested too deeply");
}

static void nested_deeply(void **state)
{
	int i;

	(void)state;
	start(1, 1);
	for (i = 0; i < 62; i++) {
		begin("n");
		cells("#address-cells", 1, 1);
		cells("#size-cells", 1, 1);
		prop_head("ranges", 0);
	}
	slot("v", 0x1000, 0x200);
	for (i = 0; i < 62; i++)
		end();
	assert_int_equal(scan(), 0);
	assert_shown(device_at(0), "address", "mmio:0x1000");
}

static void unknown_token(void **state)
{
	(void)state;
	start(1, 1);
	word(5);
	assert_damaged(scan(), "unknown token");
}

static void node_without_begin(void **state)
{
	(void)state;
	start(1, 1);
	end();
	assert_damaged(scan(), "without its beginning");
}

static void node_without_end(void **state)
{
	(void)state;
	start(1, 1);
	begin("a");
	assert_damaged(scan(), "inside a node");
}

/* --- Files --- */

static void no_device_tree(void **state)
{
	(void)state;
	assert_int_equal(vi_scan_fdt(tree.ctx, NULL), -ENOENT);
	assert_non_null(strstr(vi_error(tree.ctx), "has no device tree"));
	assert_int_equal(vi_scan_fdt(tree.ctx, "/nowhere/at/all"), -ENOENT);
	assert_non_null(strstr(vi_error(tree.ctx), "/nowhere/at/all"));
}

static void no_regular_file(void **state)
{
	(void)state;
	assert_int_equal(vi_scan_fdt(tree.ctx, "/"), -EISDIR);
	assert_int_equal(vi_scan_fdt(tree.ctx, "/dev/zero"), -EINVAL);
}

#define T(name) \
	cmocka_unit_test_setup_teardown(name, set_up_tree, tear_down_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(slots_of_a_virtual_machine), T(only_the_slot_is_known),
		T(one_of_several_compatibles), T(addresses_are_the_cpu_s),
		T(joins_the_device_at_its_address), T(names_the_file),
		T(without_reg), T(reg_is_cut_off), T(reg_without_size),
		T(reg_past_all_addresses), T(cells_out_of_range),
		T(cells_far_out_of_range), T(below_a_pci_bus),
		T(below_a_bus_without_ranges), T(in_no_range),
		T(ranges_of_a_wrong_length), T(range_past_all_addresses),
		T(too_small_for_the_registers), T(two_at_one_address),
		T(no_tree_at_all), T(every_shorter_one), T(every_byte_flipped),
		T(property_longer_than_all), T(name_outside_of_the_strings),
		T(nested_too_deeply), T(nested_deeply), T(unknown_token),
		T(node_without_begin), T(node_without_end), T(no_device_tree),
		T(no_regular_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
