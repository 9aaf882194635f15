/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Find kernel objects by sysfs directory, on kernels that lack symbols. */
#ifndef VI_ACCESS_KERNEL_FILE_H
#define VI_ACCESS_KERNEL_FILE_H

#include "access/kernel/kernel.h"

/*
 * Get the address of the struct kobject behind the sysfs directory @path. 0 or
 * a negative errno, without a message; -ENOENT if this kernel lacks what it
 * takes.
 */
int vi_kernel_kobject(struct vi_kernel *k, const char *path, uint64_t *kobj);

#endif
