// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of lib/spec. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "feature_bit.h"
#include "spec/features.h"
#include "spec/ids.h"
#include "spec/names.h"

#define NET	1
#define BLK	2
#define RNG	4
#define GPU	16
#define CRYPTO	20
#define SOUND	25
#define CAN	36

/* --- Device types --- */

static void every_id_is_sane(void **state)
{
	unsigned int rows = 0;
	const char *name;
	uint32_t id;

	(void)state;
	for (id = 0; id < 70000; id++) {
		name = vi_type_name(id);
		if (!name)
			continue;
		assert_true(*name);
		assert_int_equal(strspn(name,
					"abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(name));
		assert_int_equal(vi_type_id(name), id);
		rows++;
	}
	assert_int_equal(rows, 47);
	assert_null(vi_type_name(0));
	assert_null(vi_type_name(14));
	assert_null(vi_type_name(15));
	assert_string_equal(vi_type_name(49), "usb");
	assert_null(vi_type_name(UINT32_MAX));
}

/* As people and headers write them. */
static void ids_by_other_names(void **state)
{
	(void)state;
	assert_int_equal(vi_type_id("BLK"), 2);
	assert_int_equal(vi_type_id("Rproc_Serial"), 11);
	assert_int_equal(vi_type_id("VIRTIO_ID_BLOCK"), 2);
	assert_int_equal(vi_type_id("virtio-id-block"), 2);
	assert_int_equal(vi_type_id("VIRTIO_ID_NET"), 1);
	assert_int_equal(vi_type_id("VIRTIO_ID_CLOCK"), 17);
	assert_int_equal(vi_type_id("VIRTIO_ID_I2C_ADAPTER"), 34);
	assert_int_equal(vi_type_id("VIRTIO_ID_SIGNAL_DIST"), 21);
}

static void ids_of_strangers(void **state)
{
	static const char *const strangers[] = {
		"", " ", "-", "_", "bl", "blkx", "blk ", " blk", "zzz",
		"virtio-blk", "2", "%s%s%n", "\xff\xff", "rng\n", "block",
		"VIRTIO_ID_", "VIRTIO_ID_BLK", "VIRTIO_ID_NOSUCH",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(strangers); i++)
		assert_int_equal(vi_type_id(strangers[i]), 0);
}

/* --- Features --- */

/* Those of the transport are seen on a type that has none of its own. */
static bool is_transport(unsigned int bit, const char *name)
{
	const char *all = vi_feature_name(RNG, bit);

	return all && !strcmp(all, name);
}

static void every_feature_is_sane(void **state)
{
	unsigned int own = 0, transport = 0, bit;
	const char *name;
	uint32_t device;

	(void)state;
	for (device = 0; device < 300; device++) {
		for (bit = 0; bit < 300; bit++) {
			name = vi_feature_name(device, bit);
			if (!name)
				continue;
			assert_true(bit < VIRTIO_FEATURES_BITS);
			assert_true(!strncmp(name, "VIRTIO_", 7) ||
				    !strcmp(name, "UNUSED"));
			if (is_transport(bit, name)) {
				transport += device == RNG;
				continue;
			}
			assert_non_null(vi_type_name(device));
			assert_int_equal(feature_bit(device, name), bit);
			own++;
		}
	}
	assert_int_equal(transport, 16);
	/* One of a network device's is hidden; see below. */
	assert_int_equal(own, 127 - 16 - 1);
}

static void features_by_number(void **state)
{
	(void)state;
	assert_string_equal(vi_feature_name(BLK, 12), "VIRTIO_BLK_F_MQ");
	assert_string_equal(vi_feature_name(NET, 22), "VIRTIO_NET_F_MQ");
	assert_string_equal(vi_feature_name(SOUND, 0), "VIRTIO_SND_F_CTLS");
	assert_string_equal(vi_feature_name(UINT32_MAX, 32),
			    "VIRTIO_F_VERSION_1");
	assert_null(vi_feature_name(UINT32_MAX, 0));
	assert_null(vi_feature_name(INT16_MAX, 0));
	assert_null(vi_feature_name(BLK, UINT32_MAX));
	assert_null(vi_feature_name(BLK, 3));
	/* A legacy driver cannot negotiate bit 41. */
	assert_string_equal(vi_feature_name(NET, 41), "VIRTIO_F_ADMIN_VQ");
}

/* --- The system's headers as a witness --- */

/*
 * "#define NAME NUMBER" from <linux/NAME.h>, for the names in the tables.
 * Returns the number of names compared; 0: no such header.
 */
static unsigned int
compare_header(const char *header,
	       bool (*compare)(const char *name, unsigned int value))
{
	char path[64], line[256], name[128];
	unsigned int value, n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/usr/include/linux/%s.h", header);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "#define %127s %u", name, &value) == 2)
			n += compare(name, value);
	}
	fclose(f);
	return n;
}

static bool compare_id(const char *macro, unsigned int value)
{
	/* Newer headers may have names that the table lacks. */
	if (strncmp(macro, "VIRTIO_ID_", 10) || !vi_type_id(macro))
		return false;
	assert_int_equal(vi_type_id(macro), value);
	return true;
}

static bool compare_feature(const char *name, unsigned int value)
{
	uint32_t device;
	int bit;

	for (device = 1; device < 50; device++) {
		bit = strstr(name, "_F_") ? feature_bit(device, name) : -1;
		if (bit < 0)
			continue;
		assert_int_equal(bit, value);
		return true;
	}
	return false;
}

static void ids_as_the_system_has_them(void **state)
{
	(void)state;
	if (!compare_header("virtio_ids", compare_id))
		skip();
}

static void features_as_the_system_has_them(void **state)
{
	static const char *const headers[] = {
		"virtio_config", "virtio_net", "virtio_blk", "virtio_console",
		"virtio_balloon", "virtio_scsi", "virtio_gpu", "virtio_vsock",
		"virtio_crypto", "virtio_iommu", "virtio_mem", "virtio_snd",
		"virtio_fs", "virtio_pmem", "virtio_scmi", "virtio_i2c",
		"virtio_can", "virtio_gpio", "virtio_rtc",
	};
	unsigned int i, n = 0;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(headers); i++)
		n += compare_header(headers[i], compare_feature);
	if (!n)
		skip();
}

/* --- Sets of bits --- */

static struct vi_features bits_of(const char *hex)
{
	struct vi_features f;

	assert_int_equal(vi_features_parse_hex(hex, &f), 0);
	return f;
}

static void set_operations(void **state)
{
	struct vi_features a = { { 0, 0 } }, b;

	(void)state;
	assert_true(vi_features_is_zero(a));
	vi_features_set(&a, 0);
	vi_features_set(&a, 63);
	vi_features_set(&a, 64);
	vi_features_set(&a, 127);
	assert_true(vi_features_equal(a, bits_of("0x80000000000000018000000000000001")));
	vi_features_set(&a, 128);
	vi_features_set(&a, UINT32_MAX);
	assert_true(vi_features_test(a, 127));
	assert_false(vi_features_test(a, 126));
	assert_false(vi_features_test(a, 128));
	assert_false(vi_features_test(a, UINT32_MAX));
	assert_int_equal(vi_features_next(a, 0), 0);
	assert_int_equal(vi_features_next(a, 1), 63);
	assert_int_equal(vi_features_next(a, 64), 64);
	assert_int_equal(vi_features_next(a, 65), 127);
	assert_int_equal(vi_features_next(a, 128), VIRTIO_FEATURES_BITS);
	b = vi_features_and(a, bits_of("0x18000000000000000"));
	assert_true(vi_features_equal(b, bits_of("0x18000000000000000")));
	vi_features_clear(&b, 64);
	vi_features_clear(&b, 63);
	vi_features_clear(&b, 1000);
	assert_true(vi_features_is_zero(b));
	assert_false(vi_features_equal(a, b));
}

static void expect_sysfs(const char *s, size_t len, const char *hex,
			 unsigned int width)
{
	char buf[VI_FEATURES_HEX_SIZE];
	struct vi_features f;
	unsigned int w = 0;

	assert_int_equal(vi_features_parse_bits(s, len, &f, &w), 0);
	assert_string_equal(vi_features_format_hex(f, buf), hex);
	assert_int_equal(w, width);
	assert_int_equal(vi_features_parse_bits(s, len, &f, NULL), 0);
}

static void sysfs_form(void **state)
{
	/* A network device's bits in Linux 6.1. */
	static const char net[] =
		"1111010111111111111101110000110010000000000000000000000001000000\n";
	char longest[1001];

	(void)state;
	expect_sysfs("0", 1, "0x0", 1);
	expect_sysfs("1\n", 2, "0x1", 1);
	expect_sysfs("01", 2, "0x2", 2);
	expect_sysfs(net, sizeof(net) - 1, "0x200000130efffaf", 64);
	memset(longest, '0', sizeof(longest));
	longest[127] = '1';
	longest[1000] = '\n';
	expect_sysfs(longest, 128, "0x80000000000000000000000000000000", 128);
	expect_sysfs(longest, 1001, "0x80000000000000000000000000000000", 1000);
}

static void sysfs_form_refused(void **state)
{
	static const struct {
		const char *s;
		size_t len;
	} bad[] = {
		{ "", 0 }, { "\n", 1 }, { "0\n\n", 3 }, { "\n0", 2 },
		{ "012", 3 }, { "0 1", 3 }, { "0x1", 3 }, { "01\r\n", 4 },
		{ "0\0" "1", 3 }, { "1\0", 2 }, { "-1", 2 }, { "\xb1", 1 },
	};
	struct vi_features f = { { 5, 6 } };
	unsigned int width = 7, i;
	char wide[130];

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(vi_features_parse_bits(bad[i].s, bad[i].len,
							&f, &width), -EINVAL);
	assert_int_equal(vi_features_parse_bits(NULL, 3, &f, &width), -EINVAL);
	memset(wide, '0', sizeof(wide));
	wide[128] = '1';
	assert_int_equal(vi_features_parse_bits(wide, 129, &f, &width),
			 -ERANGE);
	assert_true(f.w[0] == 5 && f.w[1] == 6 && width == 7);
}

static void hex_form(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "0x0", "0x0" }, { "0x00000", "0x0" }, { "0x1", "0x1" },
		{ "0X1F", "0x1f" }, { "0x00130000003", "0x130000003" },
		{ "0x10000000000000000", "0x10000000000000000" },
		{ "0xffffffffffffffffffffffffffffffff",
		  "0xffffffffffffffffffffffffffffffff" },
		{ "0x0000000000ffffffffffffffffffffffffffffffff",
		  "0xffffffffffffffffffffffffffffffff" },
	};
	char buf[VI_FEATURES_HEX_SIZE];
	unsigned int i, bit;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(vi_features_format_hex(bits_of(rows[i].in),
							   buf), rows[i].out);
	for (bit = 0; bit < VIRTIO_FEATURES_BITS; bit++) {
		struct vi_features f = { { 0, 0 } };

		vi_features_set(&f, bit);
		vi_features_format_hex(f, buf);
		assert_int_equal(strlen(buf), 3 + bit / 4);
		assert_true(vi_features_equal(bits_of(buf), f));
	}
}

static void hex_form_refused(void **state)
{
	static const char *const bad[] = {
		"", "0", "0x", "x1", "1", "0x ", " 0x1", "0x1 ", "0x1g",
		"0x-1", "0x1\n", "00x1", "0x0x1", "-0x1", "\xff",
		/* Too big, and not a number. */
		"0x100000000000000000000000000000000z",
	};
	struct vi_features f = { { 5, 6 } };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(vi_features_parse_hex(bad[i], &f), -EINVAL);
	assert_int_equal(vi_features_parse_hex(NULL, &f), -EINVAL);
	assert_int_equal(vi_features_parse_hex("0x100000000000000000000000000000000",
					       &f), -ERANGE);
	assert_true(f.w[0] == 5 && f.w[1] == 6);
}

/* --- Dependencies --- */

/* "MQ needs CTRL_VQ; ..." */
static void expect_gaps(uint32_t device, const char *features,
			const char *expected)
{
	struct vi_features f = { { 0, 0 } };
	struct vi_feature_gap gap;
	char copy[512], text[1024] = "", *name, *rest = copy;
	unsigned int iter = 0;

	snprintf(copy, sizeof(copy), "%s", features);
	while ((name = strsep(&rest, " "))) {
		int bit = *name ? feature_bit(device, name) : 127;

		assert_true(bit >= 0);
		vi_features_set(&f, (unsigned int)bit);
	}
	while (vi_feature_missing_dep(device, f, &iter, &gap)) {
		size_t used = strlen(text);

		assert_string_equal(gap.name, vi_feature_name(device, gap.bit));
		snprintf(text + used, sizeof(text) - used, "%s%s needs %s",
			 used ? "; " : "", after_f(gap.name), gap.needs);
	}
	assert_string_equal(text, expected);
}

static void gaps(void **state)
{
	(void)state;
	expect_gaps(NET, "", "");
	expect_gaps(NET, "MQ CTRL_VQ", "");
	expect_gaps(NET, "MQ", "MQ needs VIRTIO_NET_F_CTRL_VQ");
	expect_gaps(NET, "GUEST_ECN",
		    "GUEST_ECN needs VIRTIO_NET_F_GUEST_TSO4 or VIRTIO_NET_F_GUEST_TSO6");
	expect_gaps(NET, "GUEST_ECN GUEST_TSO6 GUEST_CSUM", "");
	/* One missing dependency does not hide another. */
	expect_gaps(NET, "HOST_ECN HOST_TSO4 RSS",
		    "HOST_TSO4 needs VIRTIO_NET_F_CSUM; RSS needs VIRTIO_NET_F_CTRL_VQ");
	expect_gaps(NET, "HASH_TUNNEL RSS",
		    "HASH_TUNNEL needs VIRTIO_NET_F_CTRL_VQ and VIRTIO_NET_F_RSS, or VIRTIO_NET_F_CTRL_VQ and VIRTIO_NET_F_HASH_REPORT; "
		    "RSS needs VIRTIO_NET_F_CTRL_VQ");
	expect_gaps(NET, "HASH_TUNNEL HASH_REPORT CTRL_VQ", "");
	expect_gaps(NET, "GUEST_UDP_TUNNEL_GSO_CSUM",
		    "GUEST_UDP_TUNNEL_GSO_CSUM needs VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO");
	expect_gaps(NET, "GUEST_UDP_TUNNEL_GSO GUEST_TSO4 GUEST_TSO6 GUEST_USO4 GUEST_CSUM",
		    "GUEST_UDP_TUNNEL_GSO needs VIRTIO_NET_F_GUEST_TSO4 and VIRTIO_NET_F_GUEST_TSO6 and VIRTIO_NET_F_GUEST_USO4 and VIRTIO_NET_F_GUEST_USO6");
	expect_gaps(GPU, "CONTEXT_INIT",
		    "CONTEXT_INIT needs VIRTIO_GPU_F_VIRGL");
	expect_gaps(CRYPTO, "AKCIPHER_STATELESS_MODE",
		    "AKCIPHER_STATELESS_MODE needs VIRTIO_CRYPTO_F_REVISION_1");
	expect_gaps(CAN, "RTR_FRAMES",
		    "RTR_FRAMES needs VIRTIO_CAN_F_CAN_CLASSIC");
	expect_gaps(BLK, "MQ RO", "");
}

/* Each feature with dependencies, in the order of device and bit. */
static const struct {
	uint32_t device;
	const char *feature;
	const char *needs;
} needs[] = {
	{ NET, "GUEST_TSO4", "GUEST_CSUM" },
	{ NET, "GUEST_TSO6", "GUEST_CSUM" },
	{ NET, "GUEST_ECN", "GUEST_TSO4 or GUEST_TSO6" },
	{ NET, "GUEST_UFO", "GUEST_CSUM" },
	{ NET, "HOST_TSO4", "CSUM" },
	{ NET, "HOST_TSO6", "CSUM" },
	{ NET, "HOST_ECN", "HOST_TSO4 or HOST_TSO6" },
	{ NET, "HOST_UFO", "CSUM" },
	{ NET, "CTRL_RX", "CTRL_VQ" },
	{ NET, "CTRL_VLAN", "CTRL_VQ" },
	{ NET, "GUEST_ANNOUNCE", "CTRL_VQ" },
	{ NET, "MQ", "CTRL_VQ" },
	{ NET, "CTRL_MAC_ADDR", "CTRL_VQ" },
	{ NET, "HASH_TUNNEL", "CTRL_VQ and RSS, or CTRL_VQ and HASH_REPORT" },
	{ NET, "VQ_NOTF_COAL", "CTRL_VQ" },
	{ NET, "NOTF_COAL", "CTRL_VQ" },
	{ NET, "GUEST_USO4", "GUEST_CSUM" },
	{ NET, "GUEST_USO6", "GUEST_CSUM" },
	{ NET, "HOST_USO", "CSUM" },
	{ NET, "RSS", "CTRL_VQ" },
	{ NET, "RSC_EXT", "HOST_TSO4 or HOST_TSO6" },
	{ NET, "RSS_CONTEXT", "CTRL_VQ and RSS" },
	{ NET, "GUEST_UDP_TUNNEL_GSO", "GUEST_TSO4 and GUEST_TSO6 and GUEST_USO4 and GUEST_USO6" },
	{ NET, "GUEST_UDP_TUNNEL_GSO_CSUM", "GUEST_UDP_TUNNEL_GSO" },
	{ NET, "HOST_UDP_TUNNEL_GSO", "HOST_TSO4 and HOST_TSO6 and HOST_USO" },
	{ NET, "HOST_UDP_TUNNEL_GSO_CSUM", "HOST_UDP_TUNNEL_GSO" },
	{ GPU, "CONTEXT_INIT", "VIRGL" },
	{ GPU, "BLOB_ALIGNMENT", "RESOURCE_BLOB" },
	{ CRYPTO, "CIPHER_STATELESS_MODE", "REVISION_1" },
	{ CRYPTO, "HASH_STATELESS_MODE", "REVISION_1" },
	{ CRYPTO, "MAC_STATELESS_MODE", "REVISION_1" },
	{ CRYPTO, "AEAD_STATELESS_MODE", "REVISION_1" },
	{ CRYPTO, "AKCIPHER_STATELESS_MODE", "REVISION_1" },
	{ CAN, "RTR_FRAMES", "CAN_CLASSIC" },
};

/* "VIRTIO_NET_F_A and VIRTIO_NET_F_B" -> "A and B" */
static void shorten(char *s)
{
	char *prefix, *end;

	while ((prefix = strstr(s, "VIRTIO_")) && (end = strstr(prefix, "_F_")))
		memmove(prefix, end + 3, strlen(end + 3) + 1);
}

/* One bit alone breaks its own rule, completely, and no other. */
static void every_rule_speaks(void **state)
{
	unsigned int n = 0, bit;
	uint32_t device;

	(void)state;
	for (device = 0; device < 60; device++) {
		for (bit = 0; bit < VIRTIO_FEATURES_BITS; bit++) {
			struct vi_features f = { { 0, 0 } };
			struct vi_feature_gap gap;
			unsigned int iter = 0;

			vi_features_set(&f, bit);
			if (!vi_feature_missing_dep(device, f, &iter, &gap))
				continue;
			assert_in_range(n, 0, ARRAY_SIZE(needs) - 1);
			assert_int_equal(device, needs[n].device);
			assert_int_equal(gap.bit, bit);
			assert_string_equal(after_f(gap.name),
					    needs[n].feature);
			assert_true(strlen(gap.needs) + 1 < sizeof(gap.needs));
			shorten(gap.needs);
			assert_string_equal(gap.needs, needs[n].needs);
			assert_false(vi_feature_missing_dep(device, f, &iter,
							    &gap));
			n++;
		}
	}
	assert_int_equal(n, ARRAY_SIZE(needs));
}

static void all_bits_need_nothing(void **state)
{
	struct vi_features all = { { UINT64_MAX, UINT64_MAX } };
	struct vi_feature_gap gap;
	uint32_t device;

	(void)state;
	for (device = 0; device < 60; device++) {
		unsigned int iter = 0;

		assert_false(vi_feature_missing_dep(device, all, &iter, &gap));
		iter = UINT32_MAX;
		assert_false(vi_feature_missing_dep(device, all, &iter, &gap));
	}
	device = 0;
	assert_false(vi_feature_missing_dep(UINT32_MAX, all, &device, &gap));
}

/* --- Names --- */

static void expect_status(uint32_t status, const char *text)
{
	char buf[VI_STATUS_TEXT_SIZE];

	assert_string_equal(vi_status_text(status, buf, sizeof(buf)), text);
}

static void status_text(void **state)
{
	char small[8] = "#######", none = '#';

	(void)state;
	expect_status(0, "0");
	expect_status(1, "ACKNOWLEDGE");
	expect_status(0xf, "ACKNOWLEDGE|DRIVER|FEATURES_OK|DRIVER_OK");
	expect_status(0x7, "ACKNOWLEDGE|DRIVER|DRIVER_OK");
	expect_status(0x1b, "ACKNOWLEDGE|DRIVER|FEATURES_OK|SUSPEND");
	expect_status(0x4f, "ACKNOWLEDGE|DRIVER|FEATURES_OK|DRIVER_OK|DEVICE_NEEDS_RESET");
	expect_status(0x80, "FAILED");
	expect_status(0x20, "0x20");
	expect_status(0x121, "ACKNOWLEDGE|0x120");
	expect_status(UINT32_MAX, "ACKNOWLEDGE|DRIVER|FEATURES_OK|DRIVER_OK|SUSPEND|DEVICE_NEEDS_RESET|FAILED|0xffffff20");
	assert_string_equal(vi_status_text(0xf, small, sizeof(small)),
			    "ACKNOWL");
	vi_status_text(0xf, &none, 0);
	assert_int_equal(none, '#');
	vi_status_text(0xf, &none, 1);
	assert_int_equal(none, '\0');
}

static void pci_cap_names(void **state)
{
	unsigned int n = 0;
	uint32_t i;

	(void)state;
	assert_string_equal(vi_pci_cap_name(1), "COMMON_CFG");
	assert_string_equal(vi_pci_cap_name(2), "NOTIFY_CFG");
	assert_string_equal(vi_pci_cap_name(3), "ISR_CFG");
	assert_string_equal(vi_pci_cap_name(4), "DEVICE_CFG");
	assert_string_equal(vi_pci_cap_name(5), "PCI_CFG");
	assert_string_equal(vi_pci_cap_name(8), "SHARED_MEMORY_CFG");
	assert_string_equal(vi_pci_cap_name(9), "VENDOR_CFG");
	assert_null(vi_pci_cap_name(0));
	for (i = 0; i < 0x10000; i++)
		n += vi_pci_cap_name(i) != NULL;
	assert_int_equal(n, 7);
	assert_null(vi_pci_cap_name(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_is_sane),
		cmocka_unit_test(ids_by_other_names),
		cmocka_unit_test(ids_of_strangers),
		cmocka_unit_test(every_feature_is_sane),
		cmocka_unit_test(features_by_number),
		cmocka_unit_test(ids_as_the_system_has_them),
		cmocka_unit_test(features_as_the_system_has_them),
		cmocka_unit_test(set_operations),
		cmocka_unit_test(sysfs_form),
		cmocka_unit_test(sysfs_form_refused),
		cmocka_unit_test(hex_form),
		cmocka_unit_test(hex_form_refused),
		cmocka_unit_test(gaps),
		cmocka_unit_test(every_rule_speaks),
		cmocka_unit_test(all_bits_need_nothing),
		cmocka_unit_test(status_text),
		cmocka_unit_test(pci_cap_names),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
