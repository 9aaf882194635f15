// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PCI configuration space and its capabilities. The input: a byte per BAR (kind
 * and size), one for other facts, then the space.
 */
#include "fuzz.h"
#include "transport/pci/cap_walk.h"
#include "transport/pci/caps.h"

const char *const fuzz_words[] = {
	"\x09", "\x09\x50\x10\x01", "\x09\x60\x14\x02", "\x11\x84", "\x05",
	"\x10\x08", NULL
};

struct space {
	const uint8_t *bytes;
	size_t len;
};

static bool read_space(void *data, unsigned int pos, uint8_t *buf,
		       unsigned int len)
{
	const struct space *s = data;

	if (pos > s->len || len > s->len - pos)
		return false;
	memcpy(buf, s->bytes + pos, len);
	return true;
}

static void judge(const struct vi_pci_config *c)
{
	struct vi_pci_hazard hazard;
	unsigned int i, limit;

	for (i = 0; i < c->num_caps; i++) {
		vi_pci_notify_ok(&c->caps[i], c->revision << 8, i & 1,
				 &hazard);
		vi_pci_find_cap(c, c->caps[i].cfg_type);
	}
	vi_pci_num_queues_ok(c->subsystem_vendor, &limit, &hazard);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vi_pci_config out;
	struct vi_pci_input in = { 0 };
	uint8_t config[256], what;
	struct space space;
	unsigned int i;

	for (i = 0; i < VI_PCI_BARS; i++) {
		what = fuzz_take(&data, &size, 1);
		in.bar[i].io = what & 1;
		in.bar[i].size = what >> 1 ? UINT64_C(1) << (what >> 2) : 0;
		in.bar[i].base = UINT64_MAX << (what >> 2);
	}
	what = fuzz_take(&data, &size, 1);
	in.notification_data = what & 1;
	in.vendor = what & 2 ? 0x1af4 : 0;
	in.device = what & 2 ? 0x1040 + (what >> 2) : 0;
	in.config = data;
	in.len = size;
	if (!vi_pci_parse(&in, &out))
		judge(&out);
	space = (struct space) { data, size };
	i = vi_pci_walk(config, read_space, &space);
	in.config = config;
	in.len = i;
	if ((i == 64 || i == 256) && !vi_pci_parse(&in, &out))
		judge(&out);
	return 0;
}

/* QEMU devices, modern and transitional, as lines of bytes. */
static const char *const seeds[] = {
	"00 00 00 00 38 00 00"
	" f4 1a 41 10 00 00 10 00 01 00 00 02 00 00 00 00"
	" 00 00 00 00 00 10 00 fe 00 00 00 00 00 00 00 00"
	" 0c 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11"
	" 00 00 00 00 98 00 00 00 00 00 00 00 00 01 00 00"
	" 09 00 10 01 04 00 00 00 00 00 00 00 00 10 00 00"
	" 09 40 10 03 04 00 00 00 00 10 00 00 00 10 00 00"
	" 09 50 10 04 04 00 00 00 00 20 00 00 00 10 00 00"
	" 09 60 14 02 04 00 00 00 00 30 00 00 00 10 00 00"
	" 04 00 00 00 09 70 14 05 00 00 00 00 00 00 00 00"
	" 00 00 00 00 00 00 00 00 11 84 03 00 01 00 00 00"
	" 01 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
	"15 00 00 00 38 00 01"
	" f4 1a 00 10 00 00 10 00 00 00 00 02 00 00 00 00"
	" 01 c0 00 00 00 10 00 fe 00 00 00 00 00 00 00 00"
	" 0c 00 00 00 00 00 00 00 00 00 00 00 f4 1a 01 00"
	" 00 00 00 00 40 00 00 00 00 00 00 00 00 01 00 00"
	" 09 50 10 01 04 00 00 00 00 00 00 00 00 10 00 00"
	" 09 60 10 03 04 00 00 00 00 10 00 00 00 10 00 00"
	" 09 00 18 08 04 07 00 00 00 20 00 00 00 10 00 00"
	" 01 00 00 00 01 00 00 00",
};

size_t fuzz_seed(unsigned int i, uint8_t *buf)
{
	const char *s;
	size_t n = 0;
	char *end;

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return 0;
	for (s = seeds[i]; *s; s = end)
		buf[n++] = strtoul(s, &end, 16);
	/* Full length, so that pointers lead somewhere. */
	memset(buf + n, 0, 263 > n ? 263 - n : 0);
	return n < 263 ? 263 : n;
}
