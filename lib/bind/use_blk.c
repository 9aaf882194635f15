// SPDX-License-Identifier: GPL-2.0-or-later
/* Block devices: the disk that the driver has made of it. */
#include <errno.h>
#include <string.h>

#include "bind/use.h"

static int blk_used(struct vi_use *u)
{
	struct vi_strings disks;
	size_t i;
	int err = vi_glob(u->dev, u->dev->path, "block/*", &disks);

	if (err)
		return vi_used(u, "its disk cannot be found: %s",
			       strerror(-err));
	for (i = 0; !err && i < disks.count; i++)
		err = vi_disk_used(u, disks.v[i]);
	return err;
}

VI_USE_CHECK(blk, 2, .used = blk_used);
