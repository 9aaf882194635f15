/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading facts from sysfs and procfs: between the files that do. */
#ifndef VI_ACCESS_SYSFS_SYSFS_H
#define VI_ACCESS_SYSFS_SYSFS_H

#include <sys/types.h>

#include "inspect/device.h"

/* Long enough for every path that is made here. */
#define VI_PATH_SIZE	4096

/* @file below the device's folder. 0 or -ENAMETOOLONG. */
int vi_device_path(const struct vi_device *dev, const char *file,
		   char path[VI_PATH_SIZE]);

/* As the functions of core/file.h, for a file below the device's folder. */
ssize_t vi_device_read_line(struct vi_device *dev, const char *file, char *buf,
			    size_t size);
int vi_device_read_u64(struct vi_device *dev, const char *file, uint64_t max,
		       uint64_t *value);
/* The last part of where the link leads; the pool's, or NULL with *@err. */
const char *vi_device_link_name(struct vi_device *dev, const char *file,
				int *err);

/* What @err means of a file, in words. */
const char *vi_why(int err);

/* Warn that @file of the device cannot be made sense of. Returns @err. */
int vi_device_warn(struct vi_device *dev, const char *file, int err);

/*
 * The paths below @start that @pattern stands for: parts with a '*' (any
 * text) or '#' (digits) are looked up, others are taken as they are. In
 * natural order, and in @pool. 0 or a negative errno.
 */
int vi_glob(struct vi_device *dev, struct vi_pool *pool, const char *start,
	    const char *pattern, struct vi_strings *paths);

/* Readers of facts, by the file that has them. */

/* sysfs.c */
int vi_sysfs_read(struct vi_device *dev, enum vi_fact fact);
/* identity.c */
int vi_read_identity(struct vi_device *dev, enum vi_fact fact);
/* parent.c */
int vi_read_parent(struct vi_device *dev);
int vi_read_address(struct vi_device *dev);
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
/* pci.c */
int vi_read_pci_id(struct vi_device *dev);
int vi_read_pci_subsystem(struct vi_device *dev);
int vi_read_pci_revision(struct vi_device *dev);
int vi_read_pci_config(struct vi_device *dev);

#endif
