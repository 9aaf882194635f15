// SPDX-License-Identifier: LGPL-2.1-or-later
/* PCI functions in sysfs, read-only. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "transport/pci/sysfs.h"

#define DEVICES	"/sys/bus/pci/devices"

/* Flags of the kernel's struct resource, as in the file "resource". */
#define RESOURCE_IO	0x100
#define RESOURCE_MEMORY	0x200

/* This machine, without a log. */
static struct vi_ctx here = { .root_fd = -1 };

bool vi_pci_exists(const char *address)
{
	char path[64];

	snprintf(path, sizeof(path), DEVICES "/%s", address);
	return !access(path, F_OK);
}

/* Last component of a link's target. 0 or a negative errno. */
static int link_name(const char *address, const char *link, char *name,
		     size_t size)
{
	char path[96], to[512];
	const char *last;
	ssize_t n;

	name[0] = '\0';
	snprintf(path, sizeof(path), DEVICES "/%s/%s", address, link);
	n = vi_readlink(&here, path, to, sizeof(to));
	if (n < 0)
		return n;
	last = strrchr(to, '/');
	snprintf(name, size, "%s", last ? last + 1 : to);
	return 0;
}

void vi_pci_driver(const char *address, char *name, size_t size)
{
	link_name(address, "driver", name, size);
}

int vi_pci_iommu_group(const char *address)
{
	char name[32];
	uint64_t group;
	int err = link_name(address, "iommu_group", name, sizeof(name));

	if (err)
		return err;
	if (vi_parse_u64(name, &group) || group > INT32_MAX)
		return -ENOENT;
	return (int)group;
}

bool vi_iommu_group_translates(int group)
{
	char path[64], type[32];

	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%d/type", group);
	/* Older kernels lack the file, and translate. */
	return vi_read_line(&here, path, type, sizeof(type)) <= 0 ||
	       strcmp(type, "identity");
}

struct others {
	const char *address;
	char *text;
	size_t size, len;
};

/* Drivers that do not prevent the use of their group. */
static bool is_harmless(const char *driver)
{
	return !*driver || !strcmp(driver, "vfio-pci") ||
	       !strcmp(driver, "pci-stub") || !strcmp(driver, "pcieport");
}

static int add_other(void *data, const char *name)
{
	struct others *o = data;
	char driver[64];

	vi_pci_driver(name, driver, sizeof(driver));
	if (!strcmp(name, o->address) || is_harmless(driver) ||
	    o->len >= o->size)
		return 0;
	o->len += (size_t)snprintf(o->text + o->len, o->size - o->len,
				   "%s%s (%s)", o->len ? ", " : "", name,
				   driver);
	return 0;
}

void vi_iommu_group_others(int group, const char *address, char *text,
			   size_t size)
{
	struct others o = { .address = address, .text = text, .size = size };
	char path[64];

	text[0] = '\0';
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%d/devices",
		 group);
	vi_readdir(&here, path, add_other, &o);
}

int vi_pci_bars(const char *address, struct vi_pci_bar bar[VI_PCI_BARS])
{
	unsigned long long start, end, flags;
	char path[64], text[2048], *line = text;
	unsigned int i;
	ssize_t n;
	int used;

	snprintf(path, sizeof(path), DEVICES "/%s/resource", address);
	n = vi_read(&here, path, text, sizeof(text) - 1);
	if (n < 0)
		return n;
	text[n] = '\0';
	memset(bar, 0, VI_PCI_BARS * sizeof(*bar));
	for (i = 0; i < VI_PCI_BARS; i++, line += used) {
		if (sscanf(line, "%llx %llx %llx %n", &start, &end, &flags,
			   &used) != 3)
			return -EPROTO;
		if (!(flags & (RESOURCE_IO | RESOURCE_MEMORY)) || end < start)
			continue;
		bar[i].base = start;
		bar[i].size = end - start + 1;
		bar[i].io = flags & RESOURCE_IO;
	}
	return 0;
}
