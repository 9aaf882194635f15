// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entropy devices: the kernel mixes what it has of them into its own pool, and
 * does well without. A read from /dev/hwrng ends with an error.
 */
#include "bind/use.h"

static int rng_used(struct vi_use *u)
{
	(void)u;
	return 0;
}

VI_USE_CHECK(rng, 4, .used = rng_used);
