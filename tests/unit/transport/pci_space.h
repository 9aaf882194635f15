/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: PCI configuration spaces as text, and what is found in them. */
#ifndef VI_TESTS_PCI_SPACE_H
#define VI_TESTS_PCI_SPACE_H

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

static inline void add_bar(struct space *s, const char *line)
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

static inline void add_bytes(struct space *s, const char *line)
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

static inline void add_text(struct space *s, const char *text)
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
static inline int parse(struct space *s, size_t len)
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

static inline struct space *space_of(const char *text, const char *change)
{
	struct space *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	add_text(s, text);
	add_text(s, change);
	return s;
}

/* --- As shown to users --- */

static inline void append(char *buf, size_t size, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + used, size - used, fmt, args);
	va_end(args);
}

/* "P7E P8E": rules and severities, in order. */
static inline const char *findings(const struct space *s)
{
	static char buf[VI_PCI_MAX_HAZARDS * 5 + 1];
	unsigned int i;

	buf[0] = '\0';
	for (i = 0; i < s->out.num_hazards; i++)
		append(buf, sizeof(buf), "%s%s%c", i ? " " : "",
		       s->out.hazards[i].code, s->out.hazards[i].severity);
	return buf;
}

static inline const char *listing(const struct space *s)
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

#endif
