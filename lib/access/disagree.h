/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Differences between a device's registers and the kernel's structures: the
 * driver does not work with what the device was told.
 */
#ifndef VI_ACCESS_DISAGREE_H
#define VI_ACCESS_DISAGREE_H

#include "inspect/snapshot.h"

/*
 * Compare @dev->registers, just read, with a snapshot by @witness, opened with
 * @state, and record differences. If @witness fails, records nothing. 0 or
 * -ENOMEM.
 */
int vi_disagree_find(const struct vi_access *witness, void *state,
		     struct vi_device *dev);

#endif
