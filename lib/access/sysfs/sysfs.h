/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internal to the files that read facts from sysfs and procfs. */
#ifndef VI_ACCESS_SYSFS_SYSFS_H
#define VI_ACCESS_SYSFS_SYSFS_H

#include <sys/types.h>

#include "inspect/device.h"

/* Long enough for all paths built here. */
#define VI_PATH_SIZE	4096

/*
 * Build the path of @file in the device's directory. "../" is its parent, or the
 * device itself if it is bare. 0 or -ENAMETOOLONG.
 */
int vi_device_path(const struct vi_device *dev, const char *file,
		   char path[VI_PATH_SIZE]);

/* The functions of core/file.h, for files in the device's directory. */
ssize_t vi_device_read_line(struct vi_device *dev, const char *file, char *buf,
			    size_t size);
int vi_device_read_u64(struct vi_device *dev, const char *file, uint64_t max,
		       uint64_t *value);
/* Last component of a link's target, owned by the pool; or NULL and *@err. */
const char *vi_device_link_name(struct vi_device *dev, const char *file,
				int *err);

/* Describe @err as a property of a file. */
const char *vi_why(int err);

/* Warn that @file of the device is invalid. Returns @err. */
int vi_device_warn(struct vi_device *dev, const char *file, int err);

/*
 * Expand @pattern below @start: matches parts with '*' (any text) or '#'
 * (digits) against directories; takes other parts literally. Paths are in
 * natural order, and in @pool. 0 or a negative errno.
 */
int vi_glob(struct vi_device *dev, struct vi_pool *pool, const char *start,
	    const char *pattern, struct vi_strings *paths);

/* Add a device to the inventory: @folder/@name is its path, and @copy the name
 * in it. NULL: out of memory. */
struct vi_device *vi_sysfs_add(struct vi_ctx *ctx, const char *folder,
			       const char *name, const char **copy);

/* Add the bare devices: function.c, slot.c. 0 or a negative errno. */
int vi_scan_functions(struct vi_ctx *ctx);
int vi_scan_slots(struct vi_ctx *ctx);

/* Readers of facts, by source file. */

/* identity.c */
int vi_read_identity(struct vi_device *dev, enum vi_fact fact);
/* parent.c */
int vi_read_parent(struct vi_device *dev);
int vi_read_address(struct vi_device *dev);
int vi_read_bare_driver(struct vi_device *dev);
int vi_set_mmio_address(struct vi_device *dev);
int vi_read_transport(struct vi_device *dev);
int vi_read_numa_node(struct vi_device *dev);
int vi_read_iommu_group(struct vi_device *dev);
/* kname.c */
int vi_read_knames(struct vi_device *dev);
/* queues.c */
int vi_read_num_queues(struct vi_device *dev);
/* irq.c */
int vi_read_interrupts(struct vi_device *dev);
/* module.c */
int vi_read_modules(struct vi_device *dev);
/* debugfs.c */
int vi_read_offered(struct vi_device *dev);
int vi_read_filtered(struct vi_device *dev);
/* pci.c */
int vi_read_pci_id(struct vi_device *dev);
int vi_read_pci_subsystem(struct vi_device *dev);
int vi_read_pci_revision(struct vi_device *dev);
int vi_read_pci_config(struct vi_device *dev);

#endif
