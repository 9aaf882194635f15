// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * PCI functions with the ids of virtio devices below which there is no virtio
 * device: without a driver, held by another one such as vfio-pci, or refused by
 * virtio-pci. What is known of them is what PCI shows.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/address.h"
#include "core/file.h"
#include "core/sorted.h"
#include "spec/ids.h"

#define DEVICES	"/sys/bus/pci/devices"

/* --- Facts --- */

/*
 * Transitional devices have their type in the subsystem id (spec 4.1.2.3). As
 * the vendor, virtio-pci uses the subsystem's.
 */
static int read_ids(struct vi_device *dev)
{
	struct virtio_device_id *id = &dev->vdev.id;
	int err = vi_load(dev, VI_FACT_PCI_SUBSYSTEM), vendor_err = err;

	id->vendor = dev->pci_subsystem_vendor;
	if (dev->pci_device >= VI_PCI_MODERN_BASE) {
		id->device = dev->pci_device - VI_PCI_MODERN_BASE;
		err = 0;
	} else if (!err) {
		id->device = dev->pci_subsystem_device;
	}
	if (!err)
		err = id->device ? vi_device_on_bus(dev) : -ENODATA;
	vi_set_fact(dev, VI_FACT_ID, err);
	vi_set_fact(dev, VI_FACT_VENDOR, vendor_err);
	return err ? err : vendor_err;
}

static int read_identity(struct vi_device *dev, enum vi_fact fact)
{
	read_ids(dev);
	return dev->state[fact] < 0 ? dev->state[fact] : 0;
}

static int read_fact(struct vi_device *dev, enum vi_fact fact)
{
	static int (*const readers[VI_FACTS])(struct vi_device *dev) = {
		[VI_FACT_TRANSPORT] = vi_read_transport,
		[VI_FACT_DRIVER] = vi_read_bare_driver,
		[VI_FACT_MODULES] = vi_read_modules,
		[VI_FACT_NUMA_NODE] = vi_read_numa_node,
		[VI_FACT_IOMMU_GROUP] = vi_read_iommu_group,
		[VI_FACT_PCI_SUBSYSTEM] = vi_read_pci_subsystem,
		[VI_FACT_PCI_REVISION] = vi_read_pci_revision,
		[VI_FACT_PCI_CONFIG] = vi_read_pci_config,
	};

	if (fact == VI_FACT_ID || fact == VI_FACT_VENDOR)
		return read_identity(dev, fact);
	return readers[fact] ? readers[fact](dev) : -ENODATA;
}

/* --- Scanning --- */

struct scan {
	struct vi_ctx *ctx;
	struct vi_pool pool;
	bool sorted;
	struct vi_strings above;	/* PCI functions above virtio devices */
};

static int by_text(const void *p, const void *q)
{
	return strcmp(*(const char *const *)p, *(const char *const *)q);
}

/* Those in the path of a virtio device; vDPA has a device in between. */
static int add_above(struct scan *s, char *target)
{
	uint32_t part[4];
	char *name;
	int err = 0;

	while (!err && (name = strsep(&target, "/")))
		if (!vi_pci_address_parse(name, part))
			err = vi_strings_add(&s->pool, &s->above,
					     vi_pool_strdup(&s->pool, name));
	return err;
}

/* Most machines have no such function, so look for this only once one came. */
static int find_above(struct scan *s)
{
	struct vi_device *dev = NULL;
	char target[VI_PATH_SIZE];
	int err = 0;

	while (!s->sorted && !err && (dev = vi_device_next(s->ctx, dev)))
		if (dev->name && vi_readlink(s->ctx, dev->path, target,
					     sizeof(target)) > 0)
			err = add_above(s, target);
	if (!s->sorted)
		vi_sort(s->above.v, s->above.count, by_text);
	s->sorted = true;
	return err;
}

static bool is_above(const struct scan *s, const char *address)
{
	return s->above.count &&
	       bsearch(&address, s->above.v, s->above.count,
		       sizeof(*s->above.v), by_text);
}

static int add_function(struct scan *s, const char *address, uint16_t id)
{
	const char *copy;
	struct vi_device *dev = vi_sysfs_add(s->ctx, DEVICES, address, &copy);

	if (!dev)
		return -ENOMEM;
	dev->bare = true;
	dev->parent = dev->address = copy;
	dev->pci_vendor = VI_PCI_VENDOR_ID;
	dev->pci_device = id;
	vi_set_fact(dev, VI_FACT_PARENT, 0);
	vi_set_fact(dev, VI_FACT_ADDRESS, 0);
	vi_set_fact(dev, VI_FACT_PCI_ID, 0);
	dev->read = read_fact;
	return 0;
}

static int read_id(struct scan *s, const char *address, const char *file,
		   uint64_t *id)
{
	char path[sizeof(DEVICES) + VI_PCI_ADDRESS_SIZE + 16];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", address, file);
	return vi_read_u64(s->ctx, path, id);
}

/* A function that cannot be read was removed; or it left a fault. */
static int see_function(void *data, const char *name)
{
	char address[VI_PCI_ADDRESS_SIZE];
	struct scan *s = data;
	uint64_t vendor, id;
	int err;

	if (vi_pci_address(name, address) || strcmp(name, address) ||
	    read_id(s, name, "vendor", &vendor) ||
	    vendor != VI_PCI_VENDOR_ID || read_id(s, name, "device", &id) ||
	    !vi_pci_is_virtio(vendor, id))
		return 0;
	err = find_above(s);
	if (err || is_above(s, name))
		return err;
	return add_function(s, name, id);
}

int vi_scan_functions(struct vi_ctx *ctx)
{
	struct scan s = { .ctx = ctx, .pool.ctx = ctx };
	int err = vi_readdir(ctx, DEVICES, see_function, &s);

	vi_pool_free(&s.pool);
	return err == -ENOENT ? 0 : err;
}
