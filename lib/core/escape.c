// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The one escaper: every string from a device, file or capture passes through
 * it before a person sees it.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/ctx.h"
#include "core/escape.h"

struct range {
	uint32_t first, last;
};

/*
 * Characters that are invisible or disguise others: Unicode general categories
 * Cc, Cf, Zl and Zp, and the property Default_Ignorable_Code_Point, which
 * covers some unassigned code points too. Sorted. Private-use characters show
 * as an empty box at worst, and pass.
 */
static const struct range unsafe[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad },
	{ 0x034f, 0x034f }, { 0x0600, 0x0605 }, { 0x061c, 0x061c },
	{ 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

static bool is_unsafe(uint32_t c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unsafe) && c >= unsafe[i].first; i++)
		if (c <= unsafe[i].last)
			return true;
	return false;
}

/* Decode the UTF-8 character at @s into *@c. Its length; 0 if invalid. */
static unsigned int decode(const unsigned char *s, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int i, n;

	if (s[0] < 0x80) {
		*c = s[0];
		return 1;
	}
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	*c = s[0] & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

struct out {
	char *dst;
	size_t size, len;
	bool full;
};

/* Append all of a piece or nothing, so that no character is cut. */
static void put(struct out *o, const char *piece, size_t n)
{
	if (!o->full && o->len + n < o->size)
		memcpy(o->dst + o->len, piece, n);
	else if (!o->full) {
		o->full = true;
		if (o->size)
			o->dst[o->len] = '\0';
	}
	o->len += n;
}

unsigned int vi_escape_one(const char **s, char to[VI_ESCAPED_SIZE],
			   bool *changed)
{
	uint32_t c;
	unsigned int n = decode((const unsigned char *)*s, &c);

	if (n && !is_unsafe(c)) {
		memcpy(to, *s, n);
		*s += n;
		return n;
	}
	*changed = true;
	if (!n) {
		c = (unsigned char)**s;
		n = 1;
	}
	*s += n;
	return snprintf(to, VI_ESCAPED_SIZE, c < 0x100 ? "\\x%02x" :
			"\\u{%x}", c);
}

VI_EXPORT size_t vi_escape(char *dst, size_t size, const char *src,
			   bool *changed)
{
	struct out o = { dst, size, 0, false };
	char piece[VI_ESCAPED_SIZE];
	bool any = false;
	unsigned int n;

	while (*src) {
		n = vi_escape_one(&src, piece, &any);
		put(&o, piece, n);
	}
	if (!o.full && size)
		dst[o.len] = '\0';
	if (changed)
		*changed = any;
	return o.len;
}
