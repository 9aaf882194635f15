// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration spaces as text: one for each rule, with exactly that finding,
 * and healthy ones.
 */
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
#include "transport/pci/caps.h"

/*
 * Lines of a configuration space: "POSITION: BYTE ...", all hexadecimal,
 * changing only these bytes, which start as 0; and "bar N mem|io SIZE".
 */

/* QEMU 7.2: -device virtio-net-pci,disable-legacy=on */
static const char qemu_modern[] =
	"00: f4 1a 41 10 00 00 10 00 01 00 00 02 00 00 00 00\n"
	"20: 0c 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11\n"
	"30: 00 00 00 00 98 00 00 00 00 00 00 00 00 01 00 00\n"
	"40: 09 00 10 01 04 00 00 00 00 00 00 00 00 10 00 00\n"
	"50: 09 40 10 03 04 00 00 00 00 10 00 00 00 10 00 00\n"
	"60: 09 50 10 04 04 00 00 00 00 20 00 00 00 10 00 00\n"
	"70: 09 60 14 02 04 00 00 00 00 30 00 00 00 10 00 00\n"
	"80: 04 00 00 00 09 70 14 05 00 00 00 00 00 00 00 00\n"
	"90: 00 00 00 00 00 00 00 00 11 84 03 00 01 00 00 00\n"
	"a0: 01 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"bar 1 mem 1000\n"
	"bar 4 mem 4000\n";

/* How the next two differ. disable-legacy=off: */
static const char qemu_transitional[] =
	"00: f4 1a 00 10 00 00 10 00 00 00 00 02 00 00 00 00\n"
	"10: 01 c0 00 00\n"
	"2c: f4 1a 01 00\n"
	"bar 0 io 20\n";

/* modern-pio-notify=on: a notification structure in I/O space comes first. */
static const char qemu_pio_notify[] =
	"30: 00 00 00 00 ac 00 00 00\n"
	"80: 04 00 00 00 09 70 14 02 02 00 00 00 00 00 00 00\n"
	"90: 04 00 00 00 00 00 00 00 09 84 14 05 00 00 00 00\n"
	"a0: 00 00 00 00 00 00 00 00 00 00 00 00 11 98 01 00\n"
	"b0: 01 00 00 00 01 08 00 00\n"
	"bar 2 io 4\n";

/* A block device of Firecracker, with a driver bound. */
static const char firecracker[] =
	"00: f4 1a 42 10 06 04 10 00 01 00 80 01 00 00 00 00\n"
	"10: 04 00 08 00 40 00 00 00 00 00 00 00 00 00 00 00\n"
	"20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 42 10\n"
	"30: 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00\n"
	"40: 09 50 10 01 00 00 00 00 00 00 00 00 38 00 00 00\n"
	"50: 09 60 10 03 00 00 00 00 00 20 00 00 01 00 00 00\n"
	"60: 09 70 10 04 00 00 00 00 00 40 00 00 00 10 00 00\n"
	"70: 09 84 14 02 00 00 00 00 00 60 00 00 00 10 00 00\n"
	"80: 04 00 00 00 09 98 14 05 00 00 00 00 00 00 00 00\n"
	"90: 00 00 00 00 00 00 00 00 11 00 01 80 00 80 00 00\n"
	"a0: 00 80 04 00\n"
	"bar 0 mem 80000\n";

/* After crosvm: its PCI_CFG capability has no data field. */
static const char crosvm[] =
	"00: f4 1a 44 10 06 04 10 00 01 00 ff 00 00 00 00 00\n"
	"10: 00 00 00 c0 00 00 00 00 00 00 00 00 00 00 00 00\n"
	"2c: f4 1a 44 10\n"
	"34: 40\n"
	"40: 09 50 10 01 00 00 00 00 00 00 00 00 38 00 00 00\n"
	"50: 09 60 10 03 00 00 00 00 00 10 00 00 01 00 00 00\n"
	"60: 09 70 10 04 00 00 00 00 00 20 00 00 00 10 00 00\n"
	"70: 09 84 14 02 00 00 00 00 00 30 00 00 00 10 00 00\n"
	"80: 04 00 00 00 09 94 10 05 00 00 00 00 00 00 00 00\n"
	"90: 00 00 00 00 11 00 02 00 00 60 00 00 00 70 00 00\n"
	"bar 0 mem 8000\n";

/* Two shared memory regions after QEMU's list, the second past 4 GiB. */
static const char two_regions[] =
	"40: 09 b0\n"
	"b0: 09 c8 18 08 02 00 00 00 00 00 00 00 00 00 00 10\n"
	"c0: 00 00 00 00 00 00 00 00 09 00 18 08 02 01 00 00\n"
	"d0: 00 00 00 10 00 00 00 00 01 00 00 00 02 00 00 00\n"
	"bar 2 mem 400000000\n";

struct space {
	uint8_t bytes[VI_PCI_CONFIG_MAX];
	struct vi_pci_input in;
	struct vi_pci_config out;
};

static void add_bar(struct space *s, const char *line)
{
	unsigned long long size;
	char kind[4];
	int i;

	assert_int_equal(sscanf(line, "bar %d %3s %llx", &i, kind, &size), 3);
	assert_in_range(i, 0, VI_PCI_BARS - 1);
	s->in.bar[i].base = 0xc0000000;
	s->in.bar[i].size = size;
	s->in.bar[i].io = !strcmp(kind, "io");
}

static void add_bytes(struct space *s, const char *line)
{
	char *p;
	unsigned long pos = strtoul(line, &p, 16), byte;

	assert_int_equal(*p++, ':');
	while (*p && *p != '\n') {
		byte = strtoul(p, &p, 16);
		assert_in_range(pos, 0, VI_PCI_CONFIG_MAX - 1);
		s->bytes[pos++] = (uint8_t)byte;
	}
}

static void add_text(struct space *s, const char *text)
{
	while (text && *text) {
		const char *end = strchr(text, '\n');

		if (!strncmp(text, "bar ", 4))
			add_bar(s, text);
		else
			add_bytes(s, text);
		text = end ? end + 1 : NULL;
	}
}

/* Parse @s, from memory of exact size. */
static int parse(struct space *s, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, s->bytes, len);
	s->in.config = copy;
	s->in.len = len;
	memset(&s->out, 0xa5, sizeof(s->out));
	rc = vi_pci_parse(&s->in, &s->out);
	free(copy);
	s->in.config = NULL;
	return rc;
}

static struct space *space_of(const char *text, const char *change)
{
	struct space *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	add_text(s, text);
	add_text(s, change);
	return s;
}

/* --- As shown to users --- */

static void append(char *buf, size_t size, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + used, size - used, fmt, args);
	va_end(args);
}

/* "P7E P8E": rules and severities, in order. */
static const char *findings(const struct space *s)
{
	static char buf[VI_PCI_MAX_HAZARDS * 5 + 1];
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < s->out.num_hazards; i++)
		append(buf, sizeof(buf), "%s%s%c", i ? " " : "",
		       s->out.hazards[i].code, s->out.hazards[i].severity);
	return buf;
}

static const char *listing(const struct space *s)
{
	static const char *const states[] = { "used", "ignored", "rejected" };
	static char buf[VI_PCI_MAX_CAPS * 80];
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < s->out.num_caps; i++) {
		const struct vi_pci_cap *cap = &s->out.caps[i];

		append(buf, sizeof(buf), "%02x type %u", cap->pos,
		       cap->cfg_type);
		if (cap->has_range)
			append(buf, sizeof(buf), " bar %u id %u %llx+%llx",
			       cap->bar, cap->id,
			       (unsigned long long)cap->offset,
			       (unsigned long long)cap->length);
		if (cap->has_multiplier)
			append(buf, sizeof(buf), " x%u",
			       cap->notify_off_multiplier);
		if (cap->has_vendor)
			append(buf, sizeof(buf), " vendor %04x",
			       cap->vendor_id);
		append(buf, sizeof(buf), " %s\n", states[cap->state]);
	}
	return buf;
}

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
	  .base = qemu_modern, .change = qemu_pio_notify, .findings = "P6I",
	  .pos = 0x84, .says = "BAR 2 is I/O space",
	  .shows = "70 type 2 bar 4 id 0 3000+1000 x4 used" },
	{ .name = "P6 what is in an I/O BAR is judged no further",
	  .base = qemu_modern,
	  .change = "74: 02\n78: 01\n7c: 00 00\nbar 2 io 4",
	  .findings = "P6I", .pos = 0x70,
	  .shows = "70 type 2 bar 2 id 0 3001+0 x4 ignored" },
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

/* --- Privileges --- */

static void unprivileged_reader(void **state)
{
	struct space *s = space_of(qemu_modern, NULL);

	(void)state;
	assert_int_equal(parse(s, 64), 0);
	assert_true(s->out.access_denied);
	assert_false(s->out.truncated);
	assert_string_equal(findings(s), "");
	assert_int_equal(s->out.num_caps, 0);
	assert_int_equal(s->out.kind, VI_PCI_MODERN);
	add_text(s, qemu_transitional);
	assert_int_equal(parse(s, 64), 0);
	assert_true(s->out.access_denied);
	assert_int_equal(s->out.kind, VI_PCI_MAYBE_LEGACY);
	free(s);
}

/* Without its bit in the status register, the pointer is invalid. */
static void no_capability_list(void **state)
{
	struct space *s = space_of(qemu_modern, "06: 00");

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_int_equal(s->out.num_caps, 0);
	assert_string_equal(findings(s), "");
	assert_int_equal(parse(s, 64), 0);
	assert_false(s->out.access_denied);
	free(s);
}

static void short_read(void **state)
{
	struct space *s = space_of(firecracker, NULL);
	size_t len;

	(void)state;
	for (len = 65; len < 0xa4; len++) {
		assert_int_equal(parse(s, len), 0);
		assert_string_equal(findings(s), "");
		assert_false(s->out.access_denied);
		/* The window's own bytes, 94 to 97, are not needed. */
		assert_int_equal(s->out.truncated, len < 0x9c);
		assert_int_equal(s->out.num_caps,
				 len < 0x50 ? 0 : len < 0x60 ? 1 :
				 len < 0x70 ? 2 : len < 0x84 ? 3 :
				 len < 0x94 ? 4 : 5);
		assert_int_equal(s->out.msix.has_tables, false);
	}
	free(s);
}

/* Truncated in the last capability: header, type, body. */
static void short_read_at_the_end(void **state)
{
	static const size_t lens[] = { 0x86, 0x87, 0x88, 0x93 };
	struct space *s = space_of(firecracker, "84: 09 00");
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		assert_int_equal(parse(s, lens[i]), 0);
		assert_true(s->out.truncated);
		assert_int_equal(s->out.num_caps, 4);
		assert_string_equal(findings(s), "");
	}
	assert_int_equal(parse(s, 0x94), 0);
	assert_false(s->out.truncated);
	assert_int_equal(s->out.num_caps, 5);
	free(s);
}

static void size_of_the_read(void **state)
{
	struct space *s = space_of(qemu_modern, NULL);

	(void)state;
	assert_int_equal(parse(s, 0), -EINVAL);
	assert_int_equal(parse(s, 63), -EINVAL);
	assert_int_equal(s->out.num_caps, 0);
	assert_int_equal(parse(s, 4096), 0);
	assert_int_equal(s->out.num_caps, 5);
	s->in.len = 4097;
	s->in.config = s->bytes;
	assert_int_equal(vi_pci_parse(&s->in, &s->out), -EINVAL);
	s->in.len = 256;
	s->in.config = NULL;
	assert_int_equal(vi_pci_parse(&s->in, &s->out), -EINVAL);
	free(s);
}

/* A virtual function lacks ids in configuration space. */
static void virtual_function(void **state)
{
	struct space *s = space_of(qemu_modern, "00: ff ff ff ff");

	(void)state;
	assert_int_equal(parse(s, 256), 0);
	assert_int_equal(s->out.kind, VI_PCI_NOT_VIRTIO);
	s->in.vendor = 0x1af4;
	s->in.device = 0x1041;
	assert_int_equal(parse(s, 256), 0);
	assert_int_equal(s->out.kind, VI_PCI_MODERN);
	assert_int_equal(s->out.num_caps, 5);
	assert_string_equal(findings(s), "");
	free(s);
}

/* The first and last id. */
static void first_and_last_id(void **state)
{
	static const struct {
		const char *id;
		enum vi_pci_kind kind;
		uint16_t virtio_id;
	} cases[] = {
		{ "02: 00 10", VI_PCI_TRANSITIONAL, 0x1100 },
		{ "02: 3f 10", VI_PCI_TRANSITIONAL, 0x1100 },
		{ "02: 40 10", VI_PCI_MODERN, 0 },
		{ "02: 7f 10", VI_PCI_MODERN, 63 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct space *s = space_of(qemu_modern, cases[i].id);

		assert_int_equal(parse(s, 256), 0);
		assert_int_equal(s->out.kind, cases[i].kind);
		assert_int_equal(s->out.virtio_id, cases[i].virtio_id);
		assert_int_equal(s->out.num_caps, 5);
		free(s);
	}
}

/* Other vendors' capabilities have other meanings. */
static void not_virtio(void **state)
{
	static const char *const ids[] = {
		"00: 86 80 41 10", "00: f4 1a 10 11", "00: f4 1a 80 10",
		"00: f4 1a ff 0f",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct space *s = space_of(qemu_modern, ids[i]);

		assert_int_equal(parse(s, 256), 0);
		assert_int_equal(s->out.kind, VI_PCI_NOT_VIRTIO);
		assert_int_equal(s->out.virtio_id, 0);
		assert_int_equal(s->out.num_caps, 0);
		assert_true(s->out.msix.present);
		assert_string_equal(findings(s), "");
		free(s);
	}
}

/* NOTIFY_CFG capabilities every @step bytes, each overlapping the next. */
static struct space *crowded(unsigned int step)
{
	struct space *s = space_of(qemu_modern, "34: 40");
	unsigned int pos;

	memset(s->bytes + 0x40, 0, 0xc0);
	for (pos = 0x40; pos < 0x100; pos += step) {
		s->bytes[pos] = 0x09;
		s->bytes[pos + 1] = (uint8_t)(pos + step);
		s->bytes[pos + 2] = 0x14;
		s->bytes[pos + 3] = VI_PCI_NOTIFY_CFG;
		if (step > 4)
			s->bytes[pos + 4] = 4;
	}
	assert_int_equal(parse(s, 256), 0);
	return s;
}

static void as_many_as_can_be(void **state)
{
	struct space *s = crowded(4);

	(void)state;
	assert_int_equal(s->out.num_caps, VI_PCI_MAX_CAPS);
	assert_int_equal(s->out.num_hazards, VI_PCI_MAX_CAPS);
	assert_int_equal(s->out.lost_hazards, 0);
	free(s);
}

/* Findings beyond the array are counted. */
static void more_findings_than_room(void **state)
{
	struct space *s = crowded(8);

	(void)state;
	assert_int_equal(s->out.num_caps, 24);
	assert_int_equal(s->out.num_hazards, VI_PCI_MAX_HAZARDS);
	/* The last two pass the end; the others break P8, P10 and P14. */
	assert_int_equal(s->out.num_hazards + s->out.lost_hazards, 22 * 3 + 2);
	free(s);
}

/* --- Values of the common configuration --- */

static void notify_place(void **state)
{
	static const struct {
		uint16_t off;
		uint32_t multiplier;
		uint64_t length;
		bool data, ok;
	} cases[] = {
		{ 0, 4, 2, false, true }, { 0, 4, 2, true, false },
		{ 0, 4, 4, true, true }, { 1023, 4, 0x1000, true, true },
		{ 1024, 4, 0x1000, false, false }, { 65535, 0, 2, false, true },
		{ 1, 0xfffffffe, 0x1000, false, false },
		/* 0 if computed in 32 bits. */
		{ 0x8000, 0x20000, 0x1000, false, false },
		{ 65535, 0xffffffff, 0xffffffff, true, false },
		{ 0, 0, 0, false, false },
	};
	struct vi_pci_hazard h;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct vi_pci_cap cap = {
			.pos = 0x70, .cfg_type = VI_PCI_NOTIFY_CFG,
			.length = cases[i].length,
			.notify_off_multiplier = cases[i].multiplier,
		};

		memset(&h, 0, sizeof(h));
		assert_int_equal(vi_pci_notify_ok(&cap, cases[i].off,
						  cases[i].data, &h),
				 cases[i].ok);
		assert_int_equal(vi_pci_notify_ok(&cap, cases[i].off,
						  cases[i].data, NULL),
				 cases[i].ok);
		if (cases[i].ok) {
			assert_null(h.code);
			continue;
		}
		assert_string_equal(h.code, "P13");
		assert_int_equal(h.severity, 'E');
		assert_int_equal(h.pos, 0x70);
	}
	assert_string_equal(h.message,
			    "queue_notify_off 0 * notify_off_multiplier 0 + 2 is past the notification structure of 0x0 bytes");
}

static void number_of_queues(void **state)
{
	struct vi_pci_hazard h = { .code = NULL };
	unsigned int limit;

	(void)state;
	assert_true(vi_pci_num_queues_ok(0, &limit, &h));
	assert_int_equal(limit, 0);
	assert_true(vi_pci_num_queues_ok(4096, &limit, &h));
	assert_int_equal(limit, 4096);
	assert_null(h.code);
	assert_false(vi_pci_num_queues_ok(65535, &limit, &h));
	assert_int_equal(limit, 4096);
	assert_string_equal(h.code, "P21");
	assert_int_equal(h.severity, 'W');
	assert_string_equal(h.message,
			    "num_queues is 65535: only the first 4096 queues are examined");
	assert_false(vi_pci_num_queues_ok(4097, &limit, NULL));
}

/* --- Random contents --- */

#define ROUNDS	100000

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t any(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static void randomize(struct space *s)
{
	static const uint64_t sizes[] = {
		0, 1, 0x20, 0x1000, 0x4000, 0x80000, UINT64_C(1) << 32,
		UINT64_MAX,
	};
	static const char *const bases[] = { qemu_modern, firecracker, crosvm };
	unsigned int i, changes = (unsigned int)any(12);

	if (any(8)) {
		add_text(s, bases[any(ARRAY_SIZE(bases))]);
		if (any(3) == 0)
			add_text(s, two_regions);
	} else {
		for (i = 0; i < 256; i++)
			s->bytes[i] = (uint8_t)any(256);
		add_text(s, "00: f4 1a 41 10\n06: 10");
	}
	for (i = 0; i < changes; i++) {
		unsigned int at = any(4) ? 0x34 + (unsigned int)any(0xcc) :
				  (unsigned int)any(256);

		s->bytes[at] = (uint8_t)(any(2) ? any(256) : any(32));
	}
	if (any(2))
		s->in.bar[any(VI_PCI_BARS)].size = sizes[any(ARRAY_SIZE(sizes))];
	s->in.bar[any(VI_PCI_BARS)].io = !any(4);
	s->in.notification_data = any(2);
}

/* The guarantees that every user of the result relies on. */
static void check_used(const struct space *s, const struct vi_pci_cap *cap)
{
	assert_true(cap->cap_len >= 8 && cap->pos + cap->cap_len <= 256);
	assert_in_range(cap->pos, 0x40, 0xf8);
	if (cap->cfg_type == VI_PCI_VENDOR_CFG) {
		assert_true(cap->has_vendor && !cap->has_range);
		return;
	}
	assert_true(cap->has_range);
	if (cap->cfg_type == VI_PCI_PCI_CFG)
		return;
	assert_true(cap->bar < VI_PCI_BARS);
	assert_false(s->in.bar[cap->bar].io);
	assert_true(cap->offset <= s->in.bar[cap->bar].size);
	assert_true(cap->length <= s->in.bar[cap->bar].size - cap->offset);
	assert_int_equal(cap->has_multiplier,
			 cap->cfg_type == VI_PCI_NOTIFY_CFG);
	/* Of shared memory there may be several. */
	if (cap->cfg_type != VI_PCI_SHARED_MEMORY_CFG)
		assert_ptr_equal(vi_pci_find_cap(&s->out, cap->cfg_type), cap);
}

static void check_result(const struct space *s)
{
	unsigned int i;

	assert_true(s->out.num_caps <= VI_PCI_MAX_CAPS);
	assert_true(s->out.num_hazards <= VI_PCI_MAX_HAZARDS);
	assert_true(!s->out.lost_hazards ||
		    s->out.num_hazards == VI_PCI_MAX_HAZARDS);
	for (i = 0; i < s->out.num_caps; i++) {
		if (s->out.caps[i].state == VI_PCI_CAP_USED)
			check_used(s, &s->out.caps[i]);
	}
	for (i = 0; i < s->out.num_hazards; i++) {
		const struct vi_pci_hazard *h = &s->out.hazards[i];

		assert_int_equal(h->code[0], 'P');
		assert_non_null(strchr("EWI", h->severity));
		/* Complete, not truncated. */
		assert_in_range(strlen(h->message), 1, sizeof(h->message) - 2);
		assert_null(strchr(h->message, '\n'));
	}
}

static void anything(void **state)
{
	struct space *s = malloc(sizeof(*s));
	unsigned int i;

	(void)state;
	assert_non_null(s);
	for (i = 0; i < ROUNDS; i++) {
		size_t len = any(4) ? 256 : any(300);

		memset(s, 0, sizeof(*s));
		randomize(s);
		if (parse(s, len)) {
			assert_true(len < 64);
			continue;
		}
		check_result(s);
	}
	free(s);
}

static const struct CMUnitTest others[] = {
	cmocka_unit_test(qemu_modern_device),
	cmocka_unit_test(qemu_transitional_device),
	cmocka_unit_test(firecracker_device),
	cmocka_unit_test(crosvm_device),
	cmocka_unit_test(legacy_device),
	cmocka_unit_test(unprivileged_reader),
	cmocka_unit_test(no_capability_list),
	cmocka_unit_test(short_read),
	cmocka_unit_test(short_read_at_the_end),
	cmocka_unit_test(size_of_the_read),
	cmocka_unit_test(virtual_function),
	cmocka_unit_test(first_and_last_id),
	cmocka_unit_test(not_virtio),
	cmocka_unit_test(as_many_as_can_be),
	cmocka_unit_test(more_findings_than_room),
	cmocka_unit_test(notify_place),
	cmocka_unit_test(number_of_queues),
	cmocka_unit_test(anything),
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
