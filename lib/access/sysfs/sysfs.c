// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Devices in sysfs. A scan reads only names; each fact is read on first use, by
 * the function in its row.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/clock.h"
#include "core/file.h"
#include "spec/features.h"

#define DEVICES	"/sys/bus/virtio/devices"

/* --- Facts from single files --- */

static int read_status(struct vi_device *dev)
{
	uint64_t status;
	int err = vi_device_read_u64(dev, "status", UINT32_MAX, &status);

	if (err)
		return vi_device_warn(dev, "status", err);
	if (!dev->status_ns || dev->status != status)
		dev->status_ns = vi_mono_ns();
	dev->status = status;
	return 0;
}

/* The file has one character per bit; kernels differ in their number. */
static int read_features(struct vi_device *dev)
{
	char bits[8192];
	ssize_t n = vi_device_read_line(dev, "features", bits, sizeof(bits));
	int err = n < 0 ? n : vi_features_parse_bits(bits, n,
						     &dev->vdev.features,
						     &dev->features_width);

	return err ? vi_device_warn(dev, "features", err) : 0;
}

/* An interface that is down leaves buffers in its queues. */
static int read_link(struct vi_device *dev)
{
	char path[VI_PATH_SIZE], state[32];
	int n;

	if (vi_load(dev, VI_FACT_ID) ||
	    dev->vdev.id.device != VIRTIO_ID_NET ||
	    vi_load(dev, VI_FACT_KNAMES))
		return -ENODATA;
	n = snprintf(path, sizeof(path), "/sys/class/net/%s/operstate",
		     dev->knames.v[0]);
	if (n < 0 || (size_t)n >= sizeof(path) ||
	    vi_read_line(dev->ctx, path, state, sizeof(state)) <= 0)
		return -ENODATA;
	/* Read again for each snapshot, with few different values. */
	dev->link = vi_strings_intern(vi_device_pool(dev), &dev->links, state);
	return dev->link ? 0 : -ENOMEM;
}

static int read_fact(struct vi_device *dev, enum vi_fact fact)
{
	static int (*const readers[VI_FACTS])(struct vi_device *dev) = {
		[VI_FACT_PARENT] = vi_read_parent,
		[VI_FACT_ADDRESS] = vi_read_address,
		[VI_FACT_TRANSPORT] = vi_read_transport,
		[VI_FACT_MODULES] = vi_read_modules,
		[VI_FACT_STATUS] = read_status,
		[VI_FACT_FEATURES] = read_features,
		[VI_FACT_NUM_QUEUES] = vi_read_num_queues,
		[VI_FACT_KNAMES] = vi_read_knames,
		[VI_FACT_INTERRUPTS] = vi_read_interrupts,
		[VI_FACT_NUMA_NODE] = vi_read_numa_node,
		[VI_FACT_IOMMU_GROUP] = vi_read_iommu_group,
		[VI_FACT_PCI_ID] = vi_read_pci_id,
		[VI_FACT_PCI_SUBSYSTEM] = vi_read_pci_subsystem,
		[VI_FACT_PCI_REVISION] = vi_read_pci_revision,
		[VI_FACT_PCI_CONFIG] = vi_read_pci_config,
		[VI_FACT_LINK] = read_link,
		[VI_FACT_OFFERED] = vi_read_offered,
		[VI_FACT_FILTERED] = vi_read_filtered,
	};

	switch (fact) {
	case VI_FACT_ID:
	case VI_FACT_VENDOR:
	case VI_FACT_DRIVER:
	case VI_FACT_MODALIAS:
		return vi_read_identity(dev, fact);
	default:
		return readers[fact] ? readers[fact](dev) : -ENODATA;
	}
}

/* --- Scanning --- */

/* "virtio12": 12. Other names have no index: -1. */
static int parse_index(const char *name)
{
	uint64_t index;

	if (strncmp(name, "virtio", 6) || (name[6] == '0' && name[7]) ||
	    vi_parse_u64(name + 6, &index) || index > INT32_MAX)
		return -1;
	return index;
}

struct vi_device *vi_sysfs_add(struct vi_ctx *ctx, const char *folder,
			       const char *name, const char **copy)
{
	struct vi_device *dev = vi_inventory_add(ctx);
	size_t dir = strlen(folder), len = strlen(name);
	char *path = dev ? vi_pool_alloc(vi_device_pool(dev), dir + len + 2) :
			   NULL;

	if (!path)
		return NULL;
	memcpy(path, folder, dir);
	path[dir] = '/';
	memcpy(path + dir + 1, name, len + 1);
	dev->path = path;
	*copy = path + dir + 1;
	return dev;
}

static int add_device(void *data, const char *name)
{
	struct vi_ctx *ctx = data;
	const char *copy;
	struct vi_device *dev = vi_sysfs_add(ctx, DEVICES, name, &copy);

	if (!dev)
		return -ENOMEM;
	dev->name = copy;
	dev->index = parse_index(copy);
	dev->read = read_fact;
	return 0;
}

static int fail_to_scan(struct vi_ctx *ctx, const char *what, int err)
{
	vi_inventory_drop(ctx);
	return vi_fail(ctx, err, "%s: %s", what, strerror(-err));
}

VI_EXPORT int vi_scan(struct vi_ctx *ctx)
{
	int err;

	vi_inventory_drop(ctx);
	err = vi_readdir(ctx, DEVICES, add_device, ctx);
	if (err && err != -ENOENT)
		return fail_to_scan(ctx, DEVICES, err);
	err = vi_scan_functions(ctx);
	if (err)
		return fail_to_scan(ctx, "PCI devices", err);
	err = vi_scan_slots(ctx);
	if (err)
		return fail_to_scan(ctx, "platform devices", err);
	vi_inventory_sort(ctx);
	return 0;
}
