// SPDX-License-Identifier: LGPL-2.1-or-later
/* Device addresses and aliases in the notation of Linux. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/hex.h"

/* One part of an address: maximum digits, maximum value, character after it. */
struct part {
	size_t digits;
	uint32_t max;
	char end;
};

static int parse_parts(const char *s, const struct part *parts, size_t count,
		       uint32_t *value)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t v;
		size_t n = vi_hex_digits(s, parts[i].digits, &v);

		if (!n || v > parts[i].max || s[n] != parts[i].end)
			return -EINVAL;
		value[i] = v;
		s += n + 1;
	}
	return 0;
}

int vi_pci_address_parse(const char *s, uint32_t part[4])
{
	static const struct part parts[] = {
		{ 8, 0xffffffff, ':' }, { 2, 0xff, ':' }, { 2, 0x1f, '.' },
		{ 1, 7, '\0' },
	};

	if (!parse_parts(s, parts, 4, part))
		return 0;
	part[0] = 0;
	return parse_parts(s, parts + 1, 3, part + 1);
}

int vi_pci_address(const char *s, char address[VI_PCI_ADDRESS_SIZE])
{
	uint32_t part[4];
	int err = vi_pci_address_parse(s, part);

	if (!err)
		snprintf(address, VI_PCI_ADDRESS_SIZE, "%04x:%02x:%02x.%x",
			 part[0], part[1], part[2], part[3]);
	return err;
}

bool vi_is_ccw_address(const char *s)
{
	static const struct part parts[] = {
		{ 2, 0xff, '.' }, { 1, 3, '.' }, { 4, 0xffff, '\0' },
	};
	uint32_t part[3];

	return !parse_parts(s, parts, 3, part);
}

int vi_mmio_name(const char *s, uint64_t *base)
{
	size_t n = vi_hex_digits(s, 16, base);

	return n && s[n] == '.' && s[n + 1] ? 0 : -EINVAL;
}

bool vi_modalias_parse(const char *s, uint32_t *device, uint32_t *vendor)
{
	uint64_t d, v;

	if (strncmp(s, "virtio:d", 8) || vi_hex_digits(s + 8, 8, &d) != 8 ||
	    s[16] != 'v' || vi_hex_digits(s + 17, 8, &v) != 8 || s[25])
		return false;
	*device = d;
	*vendor = v;
	return true;
}
