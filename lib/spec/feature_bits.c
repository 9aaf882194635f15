// SPDX-License-Identifier: LGPL-2.1-or-later
/* Sets of feature bits as text, both ways. */
#include <errno.h>

#include "core/hex.h"
#include "spec/features.h"

int vi_features_parse_bits(const char *s, size_t len, struct vi_features *f,
			   unsigned int *width)
{
	struct vi_features bits = { { 0, 0 } };
	size_t i;

	if (s && len && s[len - 1] == '\n')
		len--;
	if (!s || !len || len > INT32_MAX)
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (s[i] == '0')
			continue;
		if (s[i] != '1')
			return -EINVAL;
		if (i >= VIRTIO_FEATURES_BITS)
			return -ERANGE;
		vi_features_set(&bits, (unsigned int)i);
	}
	*f = bits;
	if (width)
		*width = (unsigned int)len;
	return 0;
}

char *vi_features_format_hex(struct vi_features f,
			     char buf[VI_FEATURES_HEX_SIZE])
{
	int shift = VIRTIO_FEATURES_BITS - 4;
	char *p = buf;

	while (shift > 0 && !(f.w[shift / 64] >> (shift % 64) & 0xf))
		shift -= 4;
	*p++ = '0';
	*p++ = 'x';
	for (; shift >= 0; shift -= 4)
		*p++ = vi_hex_char(f.w[shift / 64] >> (shift % 64));
	*p = '\0';
	return buf;
}

int vi_features_parse_hex(const char *s, struct vi_features *f)
{
	struct vi_features bits = { { 0, 0 } };
	bool too_big = false;

	if (!s || s[0] != '0' || (s[1] != 'x' && s[1] != 'X') || !s[2])
		return -EINVAL;
	for (s += 2; *s; s++) {
		int digit = vi_hex_digit(*s);

		if (digit < 0)
			return -EINVAL;
		too_big |= bits.w[1] >> 60 != 0;
		bits.w[1] = bits.w[1] << 4 | bits.w[0] >> 60;
		bits.w[0] = bits.w[0] << 4 | (uint64_t)digit;
	}
	if (too_big)
		return -ERANGE;
	*f = bits;
	return 0;
}
