// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration spaces as text: one for each rule, with exactly that finding,
 * and healthy ones.
 */
#include "pci_space.h"

/* --- One device per row --- */

struct row {
	const char *name;
	const char *base;
	const char *change;
	const char *findings;
	/* The finding's position, and a part of its message. */
	unsigned int pos;
	const char *says;
	/* A line of the listing. */
	const char *shows;
	bool notification_data;
};

static const struct row rows[] = {
	{ .name = "P1 the last capability leads to the first",
	  .base = qemu_modern, .change = "40: 09 98", .findings = "P1E",
	  .pos = 0x41, .says = "at 0x41 leads back to 0x98",
	  .shows = "40 type 1 bar 4 id 0 0+1000 used" },
	{ .name = "P1 a capability leads to itself",
	  .base = qemu_modern, .change = "98: 11 98", .findings = "P1E",
	  .pos = 0x99, .says = "at 0x99 leads back to 0x98" },
	{ .name = "P1 the low two bits do not hide a loop",
	  .base = qemu_modern, .change = "40: 09 63", .findings = "P1E",
	  .pos = 0x41, .says = "leads back to 0x60" },
	{ .name = "P2 the list begins in the header",
	  .base = qemu_modern, .change = "34: 20", .findings = "P2E",
	  .pos = 0x34, .says = "pointer 0x20 at 0x34" },
	{ .name = "P2 the list begins at 0xff",
	  .base = qemu_modern, .change = "34: ff", .findings = "P2E",
	  .pos = 0x34, .says = "pointer 0xff at 0x34" },
	{ .name = "P2 the list leads back to the header",
	  .base = qemu_modern, .change = "50: 09 3f", .findings = "P2E",
	  .pos = 0x51, .says = "pointer 0x3f at 0x51",
	  .shows = "50 type 3 bar 4 id 0 1000+1000 used" },
	{ .name = "P2 all-ones in the middle of the list",
	  .base = qemu_modern, .change = "60: ff ff ff ff ff ff ff ff",
	  .findings = "P2E", .pos = 0x61, .says = "pointer 0xff at 0x61",
	  .shows = "70 type 2 bar 4 id 0 3000+1000 x4 used" },
	{ .name = "healthy: the low two bits of pointers are masked",
	  .base = qemu_modern, .change = "34: 9b\n40: 09 03\n50: 09 42",
	  .findings = "" },
	{ .name = "P3 COMMON_CFG of 15 bytes",
	  .base = qemu_modern, .change = "42: 0f", .findings = "P3E",
	  .pos = 0x40, .says = "cap_len 15 is below the 16 bytes",
	  .shows = "40 type 1 rejected" },
	{ .name = "P3 NOTIFY_CFG without its multiplier",
	  .base = qemu_modern, .change = "72: 10", .findings = "P3E",
	  .pos = 0x70, .says = "cap_len 16 is below the 20 bytes",
	  .shows = "70 type 2 rejected" },
	{ .name = "P3 PCI_CFG without its data, as crosvm has it",
	  .base = crosvm, .findings = "P3W", .pos = 0x84,
	  .says = "PCI_CFG capability at 0x84: cap_len 16 is below the 20",
	  .shows = "84 type 5 bar 0 id 0 0+0 rejected" },
	{ .name = "P3 shared memory without the upper halves",
	  .base = qemu_modern,
	  .change = "40: 09 b0\nb0: 09 00 14 08 04 00 00 00 00 00 00 00 00 10",
	  .findings = "P3E", .pos = 0xb0, .says = "below the 24 bytes",
	  .shows = "b0 type 8 rejected" },
	{ .name = "P3 vendor data without its vendor",
	  .base = qemu_modern, .change = "40: 09 b0\nb0: 09 00 04 09",
	  .findings = "P3E", .pos = 0xb0, .says = "below the 8 bytes",
	  .shows = "b0 type 9 rejected" },
	{ .name = "P3 length 0",
	  .base = qemu_modern, .change = "40: 09 b0\nb0: 09 00 00 00",
	  .findings = "P3E", .pos = 0xb0, .says = "cap_len 0 is below",
	  .shows = "b0 type 0 rejected" },
	{ .name = "healthy: a capability longer than it need be",
	  .base = qemu_modern, .change = "42: 40\n72: 20\n86: 40",
	  .findings = "", .shows = "40 type 1 bar 4 id 0 0+1000 used" },
	{ .name = "P4 a capability past the end",
	  .base = qemu_modern, .change = "62: ff", .findings = "P4E",
	  .pos = 0x60, .says = "leads to 0x15f, past the end (0x100)",
	  .shows = "60 type 4 bar 4 id 0 2000+1000 rejected" },
	{ .name = "P4 a capability in the last four bytes",
	  .base = qemu_modern, .change = "40: 09 fc\nfc: 09 00 10 01",
	  .findings = "P4E", .pos = 0xfc, .shows = "fc type 1 rejected" },
	{ .name = "healthy: a capability up to the last byte",
	  .base = qemu_modern,
	  .change = "60: 09 f0\nf0: 09 50 10 04 04 00 00 00 00 20 00 00 00 10 00 00\n"
		    "70: 09 f0",
	  .findings = "", .shows = "f0 type 4 bar 4 id 0 2000+1000 used" },
	{ .name = "P5 a reserved BAR number",
	  .base = qemu_modern, .change = "64: 06", .findings = "P5W",
	  .pos = 0x60, .says = "bar 6 is reserved",
	  .shows = "60 type 4 bar 6 id 0 2000+1000 ignored" },
	{ .name = "P5 of shared memory",
	  .base = qemu_modern,
	  .change = "40: 09 b0\nb0: 09 00 18 08 ff", .findings = "P5W",
	  .pos = 0xb0, .says = "bar 255 is reserved" },
	{ .name = "healthy: the window was left aimed anywhere",
	  .base = qemu_modern,
	  .change = "88: ff 00 00 00 ff ff ff ff ff ff ff ff", .findings = "",
	  .shows = "84 type 5 bar 255 id 0 ffffffff+ffffffff used" },
	{ .name = "P6 a BAR that is not there",
	  .base = qemu_modern, .change = "44: 03", .findings = "P6E",
	  .pos = 0x40, .says = "BAR 3 is absent or has size 0",
	  .shows = "40 type 1 bar 3 id 0 0+1000 rejected" },
	{ .name = "P6 the upper half of a 64-bit BAR",
	  .base = qemu_modern, .change = "74: 05", .findings = "P6E",
	  .pos = 0x70, .says = "BAR 5 is absent or has size 0" },
	{ .name = "P6 an I/O BAR for notifications, as QEMU can have it",
	  .base = qemu_modern, .change = qemu_pio_notify,
	  .findings = "P6I P11I", .pos = 0x84,
	  .says = "BAR 2 is I/O space; drivers access it by port",
	  .shows = "84 type 2 bar 2 id 0 0+4 x0 used" },
	{ .name = "P6 what is in an I/O BAR has to be valid, too",
	  .base = qemu_modern,
	  .change = "74: 02\n78: 01\n7c: 00 00\nbar 2 io 4",
	  .findings = "P6I P8E P9E P10E", .pos = 0x70,
	  .shows = "70 type 2 bar 2 id 0 3001+0 x4 rejected" },
	{ .name = "P7 offset and length overflow 32 bits",
	  .base = qemu_modern, .change = "48: 00 ff ff ff 00 02 00 00",
	  .findings = "P7E", .pos = 0x40,
	  .says = "offset 0xffffff00 + length 0x200 overflows 32 bits",
	  .shows = "40 type 1 bar 4 id 0 ffffff00+200 rejected" },
	{ .name = "P7 the least overflow",
	  .base = qemu_modern, .change = "48: fc ff ff ff 04 00 00 00",
	  .findings = "P7E", .pos = 0x40 },
	{ .name = "P7 of shared memory, in 64 bits",
	  .base = qemu_modern,
	  .change = "40: 09 b0\n"
		    "b0: 09 00 18 08 04 00 00 00 00 f0 ff ff 00 20 00 00\n"
		    "c0: ff ff ff ff 00 00 00 00",
	  .findings = "P7E", .pos = 0xb0,
	  .says = "offset 0xfffffffffffff000 + length 0x2000 overflows 64 bits" },
	{ .name = "healthy: shared memory past 4 GiB",
	  .base = qemu_modern, .change = two_regions, .findings = "",
	  .shows = "c8 type 8 bar 2 id 1 110000000+200000000 used" },
	{ .name = "P8 one byte past the BAR",
	  .base = qemu_modern, .change = "7c: 01 10", .findings = "P8E",
	  .pos = 0x70, .says = "0x1001 bytes at 0x3000 do not fit BAR 4 of 0x4000",
	  .shows = "70 type 2 bar 4 id 0 3000+1001 x4 rejected" },
	{ .name = "P8 behind the BAR",
	  .base = qemu_modern, .change = "58: 00 00 01 00", .findings = "P8E",
	  .pos = 0x50, .says = "0x1000 bytes at 0x10000" },
	{ .name = "P8 of shared memory, by its upper half",
	  .base = qemu_modern,
	  .change = "40: 09 b0\n"
		    "b0: 09 00 18 08 04 00 00 00 00 00 00 00 00 10 00 00\n"
		    "c0: 00 00 00 00 01 00 00 00",
	  .findings = "P8E", .pos = 0xb0, .says = "0x100001000 bytes at 0x0" },
	{ .name = "P9 COMMON_CFG without queue_device",
	  .base = qemu_modern, .change = "4c: 37 00", .findings = "P9E",
	  .pos = 0x40, .says = "length 55 is below the 56 bytes",
	  .shows = "40 type 1 bar 4 id 0 0+37 rejected" },
	{ .name = "P9 no room for one notification",
	  .base = qemu_modern, .change = "7c: 01 00", .findings = "P9E",
	  .pos = 0x70, .says = "length 1 is below the 2 bytes" },
	{ .name = "P9 no room for one notification with data",
	  .base = qemu_modern, .change = "7c: 02 00", .findings = "P9E",
	  .pos = 0x70, .says = "length 2 is below the 4 bytes",
	  .notification_data = true },
	{ .name = "P9 an empty ISR_CFG",
	  .base = qemu_modern, .change = "5c: 00 00", .findings = "P9E",
	  .pos = 0x50, .says = "length 0 is below the 1 bytes" },
	{ .name = "P9 an empty DEVICE_CFG",
	  .base = qemu_modern, .change = "6c: 00 00", .findings = "P9E",
	  .pos = 0x60 },
	{ .name = "healthy: the fields of version 1.0 and no more",
	  .base = qemu_modern, .change = "4c: 38 00\n5c: 01 00\n7c: 02 00",
	  .findings = "" },
	{ .name = "healthy: an empty shared memory region",
	  .base = qemu_modern, .change = "40: 09 b0\nb0: 09 00 18 08 04",
	  .findings = "", .shows = "b0 type 8 bar 4 id 0 0+0 used" },
	{ .name = "P10 COMMON_CFG at 2",
	  .base = qemu_modern, .change = "48: 02", .findings = "P10E",
	  .pos = 0x40, .says = "offset 0x2 is not a multiple of 4",
	  .shows = "40 type 1 bar 4 id 0 2+1000 rejected" },
	{ .name = "P10 notifications at an odd place",
	  .base = qemu_modern, .change = "78: 01 20", .findings = "P10E",
	  .pos = 0x70, .says = "offset 0x2001 is not a multiple of 2" },
	{ .name = "P10 notifications with data at an even place",
	  .base = qemu_modern, .change = "78: 02 20", .findings = "P10E",
	  .pos = 0x70, .says = "offset 0x2002 is not a multiple of 4",
	  .notification_data = true },
	{ .name = "healthy: notifications without data at an even place",
	  .base = qemu_modern, .change = "78: 02 20", .findings = "" },
	{ .name = "healthy: ISR_CFG anywhere",
	  .base = qemu_modern, .change = "58: 03 10", .findings = "" },
	{ .name = "P11 a second COMMON_CFG",
	  .base = qemu_modern,
	  .change = "40: 09 b0\n"
		    "b0: 09 00 10 01 04 00 00 00 00 10 00 00 00 10 00 00",
	  .findings = "P11I", .pos = 0xb0, .says = "the one at 0x40 comes first",
	  .shows = "b0 type 1 bar 4 id 0 1000+1000 ignored" },
	{ .name = "the first usable one counts",
	  .base = qemu_modern,
	  .change = "44: 06\n40: 09 b0\n"
		    "b0: 09 00 10 01 04 00 00 00 00 10 00 00 00 10 00 00",
	  .findings = "P5W", .pos = 0x40,
	  .shows = "b0 type 1 bar 4 id 0 1000+1000 used" },
	{ .name = "healthy: two windows, and vendor data twice",
	  .base = qemu_modern,
	  .change = "40: 09 b0\nb0: 09 c4 14 05\n"
		    "c4: 09 cc 08 09 86 80\ncc: 09 00 0c 09 86 80",
	  .findings = "", .shows = "cc type 9 vendor 8086 used" },
	{ .name = "P12 a reserved type",
	  .base = qemu_modern, .change = "40: 09 b0\nb0: 09 00 10 07 ff",
	  .findings = "P12I", .pos = 0xb0, .says = "cfg_type 7 is reserved",
	  .shows = "b0 type 7 ignored" },
	{ .name = "P12 the last reserved type, short",
	  .base = qemu_modern, .change = "40: 09 b0\nb0: 09 00 04 ff",
	  .findings = "P12I", .pos = 0xb0, .says = "cfg_type 255" },
	{ .name = "healthy: one address for all notifications",
	  .base = qemu_modern, .change = "80: 00", .findings = "",
	  .shows = "70 type 2 bar 4 id 0 3000+1000 x0 used" },
	{ .name = "P14 an odd multiplier",
	  .base = qemu_modern, .change = "80: 01", .findings = "P14W",
	  .pos = 0x70, .says = "notify_off_multiplier 1 is not a multiple of 2",
	  .shows = "70 type 2 bar 4 id 0 3000+1000 x1 used" },
	{ .name = "P14 too small a multiplier for notifications with data",
	  .base = qemu_modern, .change = "80: 02", .findings = "P14W",
	  .pos = 0x70, .says = "notify_off_multiplier 2 is not a multiple of 4",
	  .notification_data = true },
	{ .name = "healthy: the same without data",
	  .base = qemu_modern, .change = "80: 02", .findings = "" },
	{ .name = "P16 two regions with one id",
	  .base = qemu_modern,
	  .change = "40: 09 b0\n"
		    "b0: 09 c8 18 08 04 05 00 00 00 00 00 00 00 10 00 00\n"
		    "c8: 09 00 18 08 04 05 00 00 00 10 00 00 00 10 00 00",
	  .findings = "P16E", .pos = 0xc8,
	  .says = "region id 5 is already used at 0xb0",
	  .shows = "c8 type 8 bar 4 id 5 1000+1000 ignored" },
	{ .name = "P19 the device is gone",
	  .base =
	  "00: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
	  "10: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
	  "20: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
	  "30: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n",
	  .findings = "P19E", .says = "reads all ones" },
	{ .name = "two broken things are two findings",
	  .base = qemu_modern, .change = "42: 0f\n6c: 00 00",
	  .findings = "P9E P3E", .pos = 0x60 },
	{ .name = "all that is wrong with one capability",
	  .base = qemu_modern, .change = "48: fe 3f 00 00 08 00",
	  .findings = "P8E P9E P10E", .pos = 0x40 },
};

static void check_row(void **state)
{
	const struct row *row = *state;
	struct space *s = space_of(row->base, row->change);

	s->in.notification_data = row->notification_data;
	assert_int_equal(parse(s, 256), 0);
	assert_string_equal(findings(s), row->findings);
	if (s->out.num_hazards)
		assert_int_equal(s->out.hazards[0].pos, row->pos);
	if (row->says)
		assert_non_null(strstr(s->out.hazards[0].message, row->says));
	if (row->shows)
		assert_non_null(strstr(listing(s), row->shows));
	assert_false(s->out.access_denied || s->out.truncated);
	assert_int_equal(s->out.lost_hazards, 0);
	free(s);
}

/* --- Complete healthy devices --- */

static void qemu_modern_device(void **state)
{
	struct space *s = space_of(qemu_modern, NULL);

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_string_equal(findings(s), "");
	assert_string_equal(listing(s),
			    "84 type 5 bar 0 id 0 0+0 used\n"
			    "70 type 2 bar 4 id 0 3000+1000 x4 used\n"
			    "60 type 4 bar 4 id 0 2000+1000 used\n"
			    "50 type 3 bar 4 id 0 1000+1000 used\n"
			    "40 type 1 bar 4 id 0 0+1000 used\n");
	assert_int_equal(s->out.vendor, 0x1af4);
	assert_int_equal(s->out.device, 0x1041);
	assert_int_equal(s->out.subsystem_vendor, 0x1af4);
	assert_int_equal(s->out.subsystem_device, 0x1100);
	assert_int_equal(s->out.revision, 1);
	assert_int_equal(s->out.kind, VI_PCI_MODERN);
	assert_int_equal(s->out.virtio_id, 1);
	assert_true(s->out.msix.present && !s->out.msix.enabled);
	assert_int_equal(s->out.msix.pos, 0x98);
	assert_int_equal(s->out.msix.table_size, 4);
	assert_true(s->out.msix.has_tables);
	assert_int_equal(s->out.msix.table_bar, 1);
	assert_int_equal(s->out.msix.table_offset, 0);
	assert_int_equal(s->out.msix.pba_bar, 1);
	assert_int_equal(s->out.msix.pba_offset, 0x800);
	free(s);
}

static void qemu_transitional_device(void **state)
{
	struct space *s = space_of(qemu_modern, qemu_transitional);

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_string_equal(findings(s), "");
	assert_int_equal(s->out.num_caps, 5);
	assert_int_equal(s->out.kind, VI_PCI_TRANSITIONAL);
	assert_int_equal(s->out.device, 0x1000);
	assert_int_equal(s->out.virtio_id, 1);
	assert_int_equal(s->out.revision, 0);
	free(s);
}

static void firecracker_device(void **state)
{
	struct space *s = space_of(firecracker, NULL);

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_string_equal(findings(s), "");
	assert_string_equal(listing(s),
			    "40 type 1 bar 0 id 0 0+38 used\n"
			    "50 type 3 bar 0 id 0 2000+1 used\n"
			    "60 type 4 bar 0 id 0 4000+1000 used\n"
			    "70 type 2 bar 0 id 0 6000+1000 x4 used\n"
			    "84 type 5 bar 0 id 0 0+0 used\n");
	assert_int_equal(s->out.virtio_id, 2);
	assert_true(s->out.msix.enabled && !s->out.msix.masked);
	assert_int_equal(s->out.msix.table_size, 2);
	assert_int_equal(s->out.msix.table_offset, 0x8000);
	assert_int_equal(s->out.msix.pba_offset, 0x48000);
	free(s);
}

static void crosvm_device(void **state)
{
	struct space *s = space_of(crosvm, NULL);

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	/* All structures but the window are usable. */
	assert_non_null(vi_pci_find_cap(&s->out, VI_PCI_COMMON_CFG));
	assert_non_null(vi_pci_find_cap(&s->out, VI_PCI_NOTIFY_CFG));
	assert_non_null(vi_pci_find_cap(&s->out, VI_PCI_ISR_CFG));
	assert_non_null(vi_pci_find_cap(&s->out, VI_PCI_DEVICE_CFG));
	assert_null(vi_pci_find_cap(&s->out, VI_PCI_PCI_CFG));
	free(s);
}

static void legacy_device(void **state)
{
	struct space *s = space_of(qemu_modern, qemu_transitional);

	(void)state;
	add_text(s, "34: 98\n98: 11 00 02 c0\n");
	assert_int_equal(parse(s, 256), 0);
	assert_string_equal(findings(s), "");
	assert_string_equal(listing(s), "");
	assert_int_equal(s->out.kind, VI_PCI_LEGACY);
	assert_int_equal(s->out.virtio_id, 1);
	assert_true(s->out.msix.enabled && s->out.msix.masked);
	assert_int_equal(s->out.msix.table_size, 3);
	free(s);
}

static const struct CMUnitTest others[] = {
	cmocka_unit_test(qemu_modern_device),
	cmocka_unit_test(qemu_transitional_device),
	cmocka_unit_test(firecracker_device),
	cmocka_unit_test(crosvm_device),
	cmocka_unit_test(legacy_device),
};

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(others)];
	unsigned int i, n = 0;

	memset(tests, 0, sizeof(tests));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		tests[n].name = rows[i].name;
		tests[n].test_func = check_row;
		tests[n++].initial_state = (void *)(uintptr_t)&rows[i];
	}
	for (i = 0; i < ARRAY_SIZE(others); i++)
		tests[n++] = others[i];
	return _cmocka_run_group_tests("pci_caps", tests, n, NULL, NULL);
}
