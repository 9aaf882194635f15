/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Byte order of ring fields. Modern rings are little-endian, legacy rings have
 * the guest's byte order (spec 1.4, 2.7.3). On little-endian machines both
 * agree, and these functions compile to nothing.
 */
#ifndef VI_RING_ENDIAN_H
#define VI_RING_ENDIAN_H

#include <stdbool.h>
#include <stdint.h>

#define VI_BIG_ENDIAN	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

static inline uint16_t vi_swab16_if(bool swap, uint16_t v)
{
	return VI_BIG_ENDIAN && swap ? __builtin_bswap16(v) : v;
}

static inline uint32_t vi_swab32_if(bool swap, uint32_t v)
{
	return VI_BIG_ENDIAN && swap ? __builtin_bswap32(v) : v;
}

static inline uint64_t vi_swab64_if(bool swap, uint64_t v)
{
	return VI_BIG_ENDIAN && swap ? __builtin_bswap64(v) : v;
}

/* Packed rings are always little-endian. */
static inline uint16_t vi_le16(uint16_t v)
{
	return vi_swab16_if(true, v);
}

static inline uint32_t vi_le32(uint32_t v)
{
	return vi_swab32_if(true, v);
}

static inline uint64_t vi_le64(uint64_t v)
{
	return vi_swab64_if(true, v);
}

#endif
