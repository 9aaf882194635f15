/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a device's registers and the kernel's structures say different things:
 * what the device was told is not what its driver goes by.
 */
#ifndef VI_ACCESS_DISAGREE_H
#define VI_ACCESS_DISAGREE_H

#include "inspect/snapshot.h"

/*
 * Compare @dev->registers, which were just read, with what @witness, which is
 * open with @state, has now, and note what differs. Nothing is noted where it
 * cannot be read. 0 or -ENOMEM.
 */
int vi_disagree_find(const struct vi_access *witness, void *state,
		     struct vi_device *dev);

#endif
