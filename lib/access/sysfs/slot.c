// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Slots of virtio-mmio that its driver never saw: it is not loaded, or another
 * driver has the slot, such as vfio-platform. What is in a slot only its
 * registers tell, which nothing reads here. A slot that the driver refused is
 * empty as a rule; machines have dozens, and so those are not listed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"

#define DEVICES	"/sys/bus/platform/devices"
#define DRIVER	"/sys/bus/platform/drivers/virtio-mmio"

struct scan {
	struct vi_ctx *ctx;
	bool asked, has_driver;		/* was looked for; is there */
};

static int read_fact(struct vi_device *dev, enum vi_fact fact)
{
	switch (fact) {
	case VI_FACT_DRIVER:
		return vi_read_bare_driver(dev);
	case VI_FACT_NUMA_NODE:
		return vi_read_numa_node(dev);
	case VI_FACT_IOMMU_GROUP:
		return vi_read_iommu_group(dev);
	default:
		return -ENODATA;
	}
}

/* By device tree, ACPI table, or command line. */
static bool is_slot(const char *modalias)
{
	return strstr(modalias, "Cvirtio,mmio") ||
	       !strncmp(modalias, "acpi:LNRO0005:", 14) ||
	       !strcmp(modalias, "platform:virtio-mmio");
}

static int add_slot(struct scan *s, const char *name)
{
	const char *copy;
	struct vi_device *dev = vi_sysfs_add(s->ctx, DEVICES, name, &copy);
	int err;

	if (!dev)
		return -ENOMEM;
	dev->bare = true;
	dev->parent = dev->address = copy;
	dev->transport = "mmio";
	dev->read = read_fact;
	vi_set_fact(dev, VI_FACT_PARENT, 0);
	vi_set_fact(dev, VI_FACT_TRANSPORT, 0);
	/* Without an address, its name stands for it. */
	err = vi_set_mmio_address(dev);
	vi_set_fact(dev, VI_FACT_ADDRESS, 0);
	return err == -ENOMEM ? err : 0;
}

/* Its driver's name; "" without a driver. */
static int driver_of(struct scan *s, const char *name, char *driver, size_t size)
{
	char path[VI_PATH_SIZE], target[VI_PATH_SIZE];
	const char *slash;
	ssize_t n;

	*driver = '\0';
	snprintf(path, sizeof(path), DEVICES "/%.255s/driver", name);
	n = vi_readlink(s->ctx, path, target, sizeof(target));
	if (n < 0)
		return n == -ENOENT ? 0 : n;
	slash = strrchr(target, '/');
	snprintf(driver, size, "%.63s", slash ? slash + 1 : target);
	return 0;
}

static bool has_driver(struct scan *s)
{
	int fd;

	if (!s->asked) {
		fd = vi_open(s->ctx, DRIVER, O_PATH);
		s->has_driver = fd != -ENOENT;
		if (fd >= 0)
			close(fd);
	}
	s->asked = true;
	return s->has_driver;
}

/* All names of slots have one of these words; most other devices' have not. */
static int see_device(void *data, const char *name)
{
	char path[VI_PATH_SIZE], modalias[4096], driver[64];
	struct scan *s = data;

	if (!strstr(name, "virtio") && !strstr(name, "LNRO0005"))
		return 0;
	snprintf(path, sizeof(path), DEVICES "/%.255s/modalias", name);
	if (vi_read_line(s->ctx, path, modalias, sizeof(modalias)) <= 0 ||
	    !is_slot(modalias) || driver_of(s, name, driver, sizeof(driver)))
		return 0;
	if (*driver ? !strcmp(driver, "virtio-mmio") : has_driver(s))
		return 0;
	return add_slot(s, name);
}

int vi_scan_slots(struct vi_ctx *ctx)
{
	struct scan s = { .ctx = ctx };
	int err = vi_readdir(ctx, DEVICES, see_device, &s);

	return err == -ENOENT ? 0 : err;
}
