// SPDX-License-Identifier: LGPL-2.1-or-later
/* A device's parent: address, transport, location. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/address.h"
#include "core/file.h"
#include "core/hex.h"
#include "spec/ids.h"

/* The parent is the directory that contains the device's. */
int vi_read_parent(struct vi_device *dev)
{
	char target[VI_PATH_SIZE];
	ssize_t n = vi_readlink(dev->ctx, dev->path, target, sizeof(target));
	char *end, *start;

	/* The kernel always creates a link. */
	if (n < 0)
		return vi_device_warn(dev, "its place in sysfs", n);
	end = strrchr(target, '/');
	if (!end)
		return vi_device_warn(dev, "its place in sysfs", -EINVAL);
	*end = '\0';
	start = strrchr(target, '/');
	start = start ? start + 1 : target;
	if (!*start || !strcmp(start, ".."))
		return vi_device_warn(dev, "its place in sysfs", -EINVAL);
	dev->parent = vi_pool_strdup(vi_device_pool(dev), start);
	return dev->parent ? 0 : -ENOMEM;
}

/* --- virtio-mmio --- */

static void free_text(void *text)
{
	free(text);
}

static int load_iomem(struct vi_ctx *ctx, void **data)
{
	size_t len;
	char *text = vi_read_all(ctx, "/proc/iomem", 4 << 20, &len);
	int err = errno;

	if (!text) {
		vi_warn(ctx, "/proc/iomem: %s", vi_why(-err));
		return -err;
	}
	*data = text;
	return vi_pool_defer(&vi_inventory(ctx)->pool, free_text, text);
}

/* Find the line of @text that ends in " : NAME". Its start or NULL. */
static const char *find_line(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *p = text;

	for (; (p = strstr(p, name)); p += len) {
		/* The driver's own line has the name twice. */
		if (p - text < 3 || memcmp(p - 3, " : ", 3) ||
		    !strchr(" \n", p[len]))
			continue;
		while (p > text && p[-1] != '\n')
			p--;
		return p + strspn(p, " ");
	}
	return NULL;
}

/* ACPI and command line give no address; root finds it in the memory map. */
static int find_in_iomem(struct vi_device *dev, uint64_t *base)
{
	const char *line;
	uint64_t end;
	void *text;
	size_t n;
	int err;

	err = vi_cached(dev->ctx, VI_CACHE_IOMEM, load_iomem, &text);
	if (err)
		return err;
	line = *dev->parent ? find_line(text, dev->parent) : NULL;
	n = line ? vi_hex_digits(line, 16, base) : 0;
	if (!n || line[n] != '-' || !vi_hex_digits(line + n + 1, 16, &end))
		return -ENODATA;
	/* Unprivileged users see zeros in place of addresses. */
	return *base || end ? 0 : -EACCES;
}

/*
 * The parent's bus or its driver, by the kernel's own link: "" if there is none.
 * Names prove nothing: a remote processor's 11800000.dsp#vdev0buffer looks like
 * a virtio-mmio device, at the processor's memory.
 */
static int parent_link(struct vi_device *dev, const char *file,
		       const char **name)
{
	int err;

	*name = vi_device_link_name(dev, file, &err);
	if (*name)
		return 0;
	*name = "";
	return vi_is_fault(err) ? err : 0;
}

static int is_mmio(struct vi_device *dev, bool *mmio)
{
	const char *driver;
	int err = parent_link(dev, "../driver", &driver);

	*mmio = !err && !strcmp(driver, "virtio-mmio");
	return err;
}

static int mmio_base(struct vi_device *dev, uint64_t *base)
{
	return vi_mmio_name(dev->parent, base) ? find_in_iomem(dev, base) : 0;
}

int vi_set_mmio_address(struct vi_device *dev)
{
	char text[32];
	uint64_t base;
	int err = mmio_base(dev, &base);

	if (err)
		return err;
	snprintf(text, sizeof(text), "mmio:0x%" PRIx64, base);
	dev->has_mmio_base = true;
	dev->mmio_base = base;
	dev->address = vi_pool_strdup(vi_device_pool(dev), text);
	return dev->address ? 0 : -ENOMEM;
}

int vi_read_address(struct vi_device *dev)
{
	bool mmio;
	int err = vi_load(dev, VI_FACT_PARENT);

	if (!err)
		err = is_mmio(dev, &mmio);
	if (err)
		return err;
	dev->address = dev->parent;
	return mmio ? vi_set_mmio_address(dev) : 0;
}

int vi_read_bare_driver(struct vi_device *dev)
{
	int err;

	dev->driver = vi_device_link_name(dev, "driver", &err);
	return err;
}

/* --- Transport --- */

/*
 * Modern devices have their own PCI ids (spec 4.1.2). Negotiated features or
 * capabilities show whether another device is transitional.
 */
static int pci_transport(struct vi_device *dev)
{
	int err = vi_load(dev, VI_FACT_PCI_ID);

	if (err)
		return err;
	dev->transport = "pci-modern";
	if (dev->pci_device >= VI_PCI_MODERN_BASE)
		return 0;
	dev->transport = "pci-transitional";
	if (vi_device_negotiated(dev, VIRTIO_F_VERSION_1))
		return 0;
	err = vi_load(dev, VI_FACT_PCI_CONFIG);
	if (err)
		return err;
	switch (dev->pci->kind) {
	case VI_PCI_TRANSITIONAL:
		return 0;
	case VI_PCI_LEGACY:
		dev->transport = "pci-legacy";
		return 0;
	default:
		return dev->pci->access_denied ? -EACCES : -ENODATA;
	}
}

/* Other buses with virtio devices have no name here, such as remoteproc's. */
int vi_read_transport(struct vi_device *dev)
{
	int err = vi_load(dev, VI_FACT_PARENT);
	const char *bus;
	bool mmio;

	if (!err)
		err = parent_link(dev, "../subsystem", &bus);
	if (!err)
		err = is_mmio(dev, &mmio);
	if (err)
		return err;
	if (!strcmp(bus, "pci"))
		return pci_transport(dev);
	dev->transport = mmio ? "mmio" : !strcmp(bus, "ccw") ? "ccw" :
			 !strcmp(bus, "vdpa") ? "vdpa" : NULL;
	return dev->transport ? 0 : -ENODATA;
}

/* --- Location --- */

int vi_read_numa_node(struct vi_device *dev)
{
	char text[32];
	uint64_t node;
	ssize_t n = vi_device_read_line(dev, "../numa_node", text,
					sizeof(text));
	int err;

	/* -1: no NUMA nodes, or unknown. */
	if (n == -ENOENT || (n > 0 && text[0] == '-'))
		return -ENODATA;
	err = n < 0 ? n : vi_parse_u64(text, &node);
	if (!err && node > UINT32_MAX)
		err = -ERANGE;
	if (err)
		return vi_device_warn(dev, "../numa_node", err);
	dev->numa_node = node;
	return 0;
}

int vi_read_iommu_group(struct vi_device *dev)
{
	int err;
	const char *name = vi_device_link_name(dev, "../iommu_group", &err);
	uint64_t group;

	if (!name)
		return err;
	if (vi_parse_u64(name, &group) || group > UINT32_MAX)
		return vi_device_warn(dev, "../iommu_group", -EINVAL);
	dev->iommu_group = group;
	return 0;
}
