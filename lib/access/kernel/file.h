/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An object of the kernel's by the directory that sysfs shows it as: for
 * kernels that give no symbol for it.
 */
#ifndef VI_ACCESS_KERNEL_FILE_H
#define VI_ACCESS_KERNEL_FILE_H

#include "access/kernel/kernel.h"

/*
 * The address of the struct kobject that the directory @path of sysfs stands
 * for. A negative errno without a message; -ENOENT when this kernel does not
 * give what is needed.
 */
int vi_kernel_kobject(struct vi_kernel *k, const char *path, uint64_t *kobj);

#endif
