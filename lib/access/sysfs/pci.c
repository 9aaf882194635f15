// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Facts of PCI devices. Prefer sysfs files: each read of configuration space
 * costs an exit to the host.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/pci/libpci.h"
#include "access/sysfs/sysfs.h"
#include "core/address.h"
#include "core/file.h"

/* Assume that BARs of unknown size are large enough. */
#define SIZE_NOT_KNOWN	UINT64_MAX

static int know_is_pci(struct vi_device *dev)
{
	uint32_t part[4];
	int err = vi_load(dev, VI_FACT_PARENT);

	return err ? err : vi_pci_address_parse(dev->parent, part);
}

static int read_u16(struct vi_device *dev, const char *file, uint16_t *value)
{
	uint64_t v;
	int err = vi_device_read_u64(dev, file, UINT16_MAX, &v);

	if (err)
		return vi_device_warn(dev, file, err);
	*value = v;
	return 0;
}

int vi_read_pci_id(struct vi_device *dev)
{
	int err = know_is_pci(dev);

	if (!err)
		err = read_u16(dev, "../vendor", &dev->pci_vendor);
	if (!err)
		err = read_u16(dev, "../device", &dev->pci_device);
	return err;
}

int vi_read_pci_subsystem(struct vi_device *dev)
{
	int err = know_is_pci(dev);

	if (!err)
		err = read_u16(dev, "../subsystem_vendor",
			       &dev->pci_subsystem_vendor);
	if (!err)
		err = read_u16(dev, "../subsystem_device",
			       &dev->pci_subsystem_device);
	return err;
}

int vi_read_pci_revision(struct vi_device *dev)
{
	uint64_t revision;
	int err = know_is_pci(dev);

	if (err)
		return err;
	err = vi_device_read_u64(dev, "../revision", UINT8_MAX, &revision);
	/* Kernels before 4.10 lack the file. */
	if (err == -ENOENT)
		return err;
	if (err)
		return vi_device_warn(dev, "../revision", err);
	dev->pci_revision = revision;
	return 0;
}

/* The kernel's IORESOURCE_IO. */
#define RESOURCE_IO	0x100

/* Start, end, flags per line. libpci would give up on a failed read. */
static int parse_bars(const char *text, struct vi_pci_bar *bars)
{
	uint64_t v[3];
	unsigned int i, k;
	char *end;

	for (i = 0; i < VI_PCI_BARS; i++) {
		for (k = 0; k < 3; k++, text = end) {
			v[k] = strtoull(text, &end, 16);
			if (end == text)
				return -EINVAL;
		}
		bars[i] = (struct vi_pci_bar) {
			.base = v[0], .io = v[2] & RESOURCE_IO,
			.size = v[1] > v[0] ? v[1] - v[0] + 1 : 0,
		};
	}
	return 0;
}

static void read_bars(struct vi_device *dev, struct vi_pci_bar *bars)
{
	char text[4096], path[VI_PATH_SIZE];
	unsigned int i;
	ssize_t n = vi_device_path(dev, "../resource", path);
	int err;

	if (!n)
		n = vi_read(dev->ctx, path, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	err = n < 0 ? n : parse_bars(text, bars);
	if (err)
		vi_device_warn(dev, "../resource", err);
	for (i = 0; err && i < VI_PCI_BARS; i++)
		bars[i] = (struct vi_pci_bar) { .size = SIZE_NOT_KNOWN };
}

static int parse(struct vi_device *dev, const struct vi_pci_input *in)
{
	struct vi_pci_config *pci = vi_pool_alloc(vi_device_pool(dev),
						  sizeof(*pci));
	int err = pci ? vi_pci_parse(in, pci) : -ENOMEM;

	if (err)
		return err;
	if (pci->lost_hazards)
		vi_warn(dev->ctx, "%s: %u further hazards in its PCI capabilities are not listed",
			vi_device_label(dev), pci->lost_hazards);
	dev->pci = pci;
	return 0;
}

int vi_read_pci_config(struct vi_device *dev)
{
	uint8_t config[VI_LIBPCI_CONFIG_SIZE];
	struct vi_pci_input in = { .config = config };
	ssize_t len;
	int err = know_is_pci(dev);

	if (err)
		return err;
	len = vi_libpci_config(dev->ctx, dev->parent, config);
	if (len < 0)
		return vi_device_warn(dev, "PCI configuration space", len);
	in.len = len;
	/* Virtual functions have no ids in their configuration space. */
	if (!vi_load(dev, VI_FACT_PCI_ID)) {
		in.vendor = dev->pci_vendor;
		in.device = dev->pci_device;
	}
	read_bars(dev, in.bar);
	err = parse(dev, &in);
	return err ? vi_device_warn(dev, "PCI configuration space", err) : 0;
}
