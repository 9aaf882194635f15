// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Entropy devices: the kernel mixes what it has of them into its own pool, and
 * does well without. Who has /dev/hwrng open reads from the one that is
 * current, and gets errors without it.
 */
#include <errno.h>
#include <string.h>

#include "bind/use/use.h"
#include "core/file.h"

#define HWRNG	"/sys/class/misc/hw_random"

/*
 * The kernel calls it virtio_rng.0 and so on, by a number of its own that no
 * file connects with a device: where there are several it may be this one.
 */
static int rng_nodes(struct vi_use *u)
{
	char current[128];
	ssize_t n = vi_read_line(u->ctx, HWRNG "/rng_current", current,
				 sizeof(current));

	if (n == -ENOENT || (n >= 0 && strncmp(current, "virtio_rng", 10)))
		return 0;
	if (n < 0)
		return vi_used(u, "whether it is the current generator cannot be read: " HWRNG "/rng_current: %s",
			       strerror(-n));
	if (!vi_nodes_add(u->ctx, &u->nodes, HWRNG))
		return 0;
	return vi_used(u, "the node of the generator cannot be found: %s",
		       vi_error(u->ctx));
}

VI_USE_CHECK(rng, 4, .nodes = rng_nodes);
