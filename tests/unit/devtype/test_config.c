// SPDX-License-Identifier: GPL-2.0-or-later
/* Device configuration space, field by field. */
#include "by_name.h"

#include "devtype/config.h"
#include "spec/features.h"

#define V1	32	/* VIRTIO_F_VERSION_1 */

/* All fields as "name=value" lines. */
static void decode(const char *type, struct vi_features f, const char *hex,
		   char *text, size_t size)
{
	struct vi_config_row rows[VI_CONFIG_ROWS];
	size_t i, n, len, at = 0;
	uint8_t *bytes = from_hex(hex, &len);

	n = vi_config_decode(type_by_name(type), f, bytes, len, rows);
	assert_true(n <= VI_CONFIG_ROWS);
	*text = '\0';
	for (i = 0; i < n; i++)
		at += snprintf(text + at, size - at, "%s=%s\n", rows[i].name,
			       rows[i].value);
	assert_true(at < size);
	free(bytes);
}

/* With VIRTIO_F_VERSION_1 and these features, ended by -1. */
#define check(type, hex, expected, ...)					\
	do {								\
		const int bits_[] = { __VA_ARGS__, -1 };		\
		check_bits(type, bits_, hex, expected);			\
	} while (0)

static void check_bits(const char *type, const int *bits, const char *hex,
		       const char *expected)
{
	struct vi_features f = { { 0, 0 } };
	char text[4096];

	for (; *bits >= 0; bits++)
		vi_features_set(&f, *bits);
	decode(type, f, hex, text, sizeof(text));
	assert_string_equal(text, expected);
}

/* --- Types --- */

static const char blk_bytes[] =
	"0000200000000000"		/* capacity */
	"00001000 fe000000"		/* size_max, seg_max */
	"0010 10 3f"			/* geometry */
	"00020000"			/* blk_size */
	"03 01 0800 00080000"		/* topology */
	"01 00 0400"			/* writeback, num_queues */
	"ffff3f00 01000000 08000000"	/* discard */
	"00004000 02000000 01 000000"	/* write zeroes */
	"00100000 03000000 10000000"	/* secure erase */
	"00000800 0e000000 0f000000 00040000 00100000 01 000000";

static void blk(void **state)
{
	(void)state;
	check("blk", blk_bytes, "capacity=2097152\n", V1);
	check("blk", blk_bytes,
	      "capacity=2097152\nseg_max=254\nblk_size=512\n"
	      "writeback=1 (write-back)\nnum_queues=4\n", V1, 2, 6, 11, 12);
	check("blk", blk_bytes,
	      "capacity=2097152\nsize_max=1048576\n"
	      "geometry.cylinders=4096\ngeometry.heads=16\n"
	      "geometry.sectors=63\ntopology.physical_block_exp=3\n"
	      "topology.alignment_offset=1\ntopology.min_io_size=8\n"
	      "topology.opt_io_size=2048\n", V1, 1, 4, 10);
	check("blk", blk_bytes,
	      "capacity=2097152\nmax_discard_sectors=4194303\n"
	      "max_discard_seg=1\ndiscard_sector_alignment=8\n"
	      "max_write_zeroes_sectors=4194304\nmax_write_zeroes_seg=2\n"
	      "write_zeroes_may_unmap=1\nmax_secure_erase_sectors=4096\n"
	      "max_secure_erase_seg=3\nsecure_erase_sector_alignment=16\n",
	      V1, 13, 14, 16);
	check("blk", blk_bytes,
	      "capacity=2097152\nzoned.zone_sectors=524288\n"
	      "zoned.max_open_zones=14\nzoned.max_active_zones=15\n"
	      "zoned.max_append_sectors=1024\nzoned.write_granularity=4096\n"
	      "zoned.model=1 (host-managed)\n", V1, 17);
}

static void net(void **state)
{
	static const char bytes[] = "525400123456 0100 0400 dc05 e8030000 01"
		"28 8000 ff010000 11000000";

	(void)state;
	check("net", bytes, "mac=52:54:00:12:34:56\nstatus=0x1 (link up)\n",
	      V1, 5, 16);
	check("net", bytes,
	      "max_virtqueue_pairs=4\nmtu=1500\nspeed=1000\nduplex=1 (full)\n",
	      V1, 22, 3, 63);
	/* One of several features suffices. */
	check("net", bytes, "max_virtqueue_pairs=4\nrss_max_key_size=40\n"
	      "rss_max_indirection_table_length=128\n"
	      "supported_hash_types=0x1ff (IPv4, TCPv4, UDPv4, IPv6, TCPv6, UDPv6, IP_EX, TCP_EX, UDP_EX)\n",
	      V1, 60);
	check("net", bytes, "rss_max_key_size=40\n"
	      "supported_hash_types=0x1ff (IPv4, TCPv4, UDPv4, IPv6, TCPv6, UDPv6, IP_EX, TCP_EX, UDP_EX)\n"
	      "supported_tunnel_types=0x11 (GRE_2784, VXLAN)\n", V1, 57, 51);
	check("net", "000000000000 0000", "status=0x0\n", V1, 16);
	check("net", "000000000000 0000 0000 0000 ffffffff ff",
	      "speed=4294967295 (unknown)\nduplex=255 (unknown)\n", V1, 63);
}

static void storage(void **state)
{
	(void)state;
	check("scsi", "03000000 fe000000 ffff0000 80000000 10000000 60000000"
	      "20000000 0000 ff00 ff3f0000",
	      "num_queues=3\nseg_max=254\nmax_sectors=65535\n"
	      "cmd_per_lun=128\nevent_info_size=16\nsense_size=96\n"
	      "cdb_size=32\nmax_channel=0\nmax_target=255\nmax_lun=16383\n",
	      V1);
	check("9p", "0600 686f6d652f78 ffff", "tag=home/x\n", V1, 0);
	check("9p", "0600 686f6d652f78", "", V1);
	check("fs", "6d79667300" "00000000000000000000000000000000000000000000"
	      "000000000000000000 02000000 00100000",
	      "tag=myfs\nnum_request_queues=2\n", V1);
	check("pmem", "0000000001000000 0000002000000000",
	      "start=0x100000000\nsize=536870912\n", V1);
	check("pmem", "0000000001000000 0000002000000000", "", V1, 0);
	check("rpmb", "01 02 03", "capacity=1\nmax_wr_cnt=2\nmax_rd_cnt=3\n",
	      V1);
	check("mem", "0000200000000000 0100 000000000000 0000004001000000"
	      "0000004000000000 0000002000000000 0000001000000000"
	      "0000002000000000",
	      "block_size=2097152\nnode_id=1\naddr=0x140000000\n"
	      "region_size=1073741824\nusable_region_size=536870912\n"
	      "plugged_size=268435456\nrequested_size=536870912\n", V1, 0);
}

static void others(void **state)
{
	(void)state;
	check("console", "5000 1900 1f000000", "cols=80\nrows=25\n", V1, 0);
	check("console", "5000 1900 1f000000", "max_nr_ports=31\n", V1, 1);
	check("balloon", "00010000 80000000 02000000 aaaaaaaa",
	      "num_pages=256\nactual=128\n", V1);
	check("balloon", "00010000 80000000 02000000 aaaaaaaa",
	      "num_pages=256\nactual=128\nfree_page_hint_cmd_id=2\n"
	      "poison_val=2863311530\n", V1, 3, 4);
	check("vsock", "0300000000000000", "guest_cid=3\n", V1);
	check("gpu", "01000000 00000000 01000000 02000000",
	      "events_read=0x1\nnum_scanouts=1\nnum_capsets=2\n", V1);
	check("input", "01 00 10 0000000000 51454d55",
	      "select=0x1 (ID_NAME)\nsubsel=0x0\nsize=16\n", V1);
	check("iommu", "00f0ffffffffffff 0000000000000000 ffffffffffff0000"
	      "00000000 ffff0000 00020000 01",
	      "page_size_mask=0xfffffffffffff000\ninput_range.start=0x0\n"
	      "input_range.end=0xffffffffffff\nprobe_size=512\nbypass=1\n",
	      V1, 0, 4, 6);
	check("sound", "01000000 02000000 03000000 04000000",
	      "jacks=1\nstreams=2\nchmaps=3\n", V1);
	check("crypto", "01000000 02000000 03000000",
	      "status=0x1 (HW_READY)\nmax_dataqueues=2\n"
	      "crypto_services=0x3 (CIPHER, HASH)\n", V1);
	check("gpio", "2000 0000 40000000", "ngpio=32\ngpio_names_size=64\n",
	      V1);
	check("can", "0100", "status=0x1 (bus off)\n", V1);
	check("media", "01002004 00000000 63616d65726100",
	      "device_caps=0x4200001\ndevice_type=0\n", V1);
	check("bt", "00 0100 2000", "type=0\nvendor=1\nmsft_opcode=0x20\n",
	      V1);
	check("bt", "00 00 0100 2000", "type=0\nvendor=1\nmsft_opcode=0x20\n",
	      V1, 3);
	check("rng", "ffffffff", "", V1);
}

/* --- All types --- */

static void only_whole_fields(void **state)
{
	struct vi_config_row rows[VI_CONFIG_ROWS];
	struct vi_features all = { { UINT64_MAX, UINT64_MAX } };
	const struct vi_device_type *type;
	size_t i, len, n, before;

	(void)state;
	for (i = 0; (type = vi_device_type_at(i)); i++) {
		before = 0;
		for (len = 0; len <= VI_CONFIG_MAX; len++) {
			uint8_t *bytes = calloc(len ? len : 1, 1);

			n = vi_config_decode(type, all, bytes, len, rows);
			assert_true(n >= before);
			before = n;
			free(bytes);
		}
		if (!type->config)
			assert_int_equal(before, 0);
	}
	assert_int_equal(vi_config_decode(NULL, all, NULL, 0, rows), 0);
}

static void strings_end(void **state)
{
	struct vi_config_row rows[VI_CONFIG_ROWS];
	struct vi_features f = { { 1, 0 } };
	uint8_t bytes[2 + 400];

	(void)state;
	/* A tag longer than the bytes read is not shown. */
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(vi_config_decode(type_by_name("9p"), f, bytes,
					  sizeof(bytes), rows), 0);
	/* A tag longer than a row is cut. */
	bytes[0] = 400 & 0xff;
	bytes[1] = 400 >> 8;
	assert_int_equal(vi_config_decode(type_by_name("9p"), f, bytes,
					  sizeof(bytes), rows), 1);
	assert_int_equal(strlen(rows[0].value), VI_CONFIG_MAX);
	/* A tag without a NUL ends with its field. */
	assert_int_equal(vi_config_decode(type_by_name("fs"), f, bytes, 40,
					  rows), 2);
	assert_int_equal(strlen(rows[0].value), 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blk),
		cmocka_unit_test(net),
		cmocka_unit_test(storage),
		cmocka_unit_test(others),
		cmocka_unit_test(only_whole_fields),
		cmocka_unit_test(strings_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
