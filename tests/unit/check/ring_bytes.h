/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests that build rings: little-endian fields. */
#ifndef RING_BYTES_H
#define RING_BYTES_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "spec/features.h"

static void put(uint8_t *at, uint64_t v, unsigned int bytes)
{
	while (bytes--) {
		*at++ = v;
		v >>= 8;
	}
}

static void put_desc(uint8_t *at, uint64_t addr, uint32_t len, uint16_t a,
		     uint16_t b)
{
	put(at, addr, 8);
	put(at + 8, len, 4);
	put(at + 12, a, 2);
	put(at + 14, b, 2);
}

#endif
