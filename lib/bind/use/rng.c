// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Entropy devices: the kernel mixes their output into its own pool, and does
 * well without. A reader of /dev/hwrng uses the current device, and gets errors
 * without one.
 */
#include <errno.h>
#include <string.h>

#include "bind/use/use.h"
#include "core/file.h"

#define HWRNG	"/sys/class/misc/hw_random"

/*
 * The kernel names it virtio_rng.0 and so on, by a number that no file relates
 * to a device: with several devices, any may be this one.
 */
static int rng_nodes(struct vi_use *u)
{
	char current[128];
	ssize_t n = vi_read_line(u->ctx, HWRNG "/rng_current", current,
				 sizeof(current));

	if (n == -ENOENT || (n >= 0 && strncmp(current, "virtio_rng", 10)))
		return 0;
	if (n < 0)
		return vi_used(u, "cannot determine whether it is the current generator: " HWRNG "/rng_current: %s",
			       strerror(-n));
	if (!vi_nodes_add(u->ctx, &u->nodes, HWRNG))
		return 0;
	return vi_used(u, "cannot find the node of the generator: %s",
		       vi_error(u->ctx));
}

VI_USE_CHECK(rng, 4, .nodes = rng_nodes);
