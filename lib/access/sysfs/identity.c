// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A device's type and driver. The uevent file has all of it, but the kernel
 * reads it under the device's lock, which a driver holds during probe: forever,
 * if a disk does not respond. In a recorded tree, uevent replaces files that
 * were not recorded.
 */
#include <errno.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/address.h"
#include "core/file.h"

/* The kernel limits it to a page. */
#define UEVENT_SIZE	8192

/* The text after @key at the beginning of a line, or NULL. */
static const char *value_of(const char *text, const char *key)
{
	size_t len = strlen(key);
	const char *line = text;

	while (line && strncmp(line, key, len)) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line ? line + len : NULL;
}

/* Copy @value up to the end of its line. */
static int copy_value(struct vi_device *dev, const char *value,
		      const char **copy)
{
	if (!value || !*value || *value == '\n')
		return -ENODATA;
	*copy = vi_pool_strndup(vi_device_pool(dev), value,
				strcspn(value, "\n"));
	return *copy ? 0 : -ENOMEM;
}

static int read_driver(struct vi_device *dev, const char *uevent)
{
	int err, other;

	/* Without a driver, there is no link. */
	dev->driver = vi_device_link_name(dev, "driver", &err);
	if (!err)
		return 0;
	other = copy_value(dev, value_of(uevent, "DRIVER="), &dev->driver);
	if (other != -ENODATA)
		return other;
	if (err != -ENOENT && err != -ELOOP)
		vi_device_warn(dev, "driver", err);
	return err;
}

static int read_modalias(struct vi_device *dev, const char *uevent)
{
	char line[256];

	if (vi_device_read_line(dev, "modalias", line, sizeof(line)) > 0)
		return copy_value(dev, line, &dev->modalias);
	return copy_value(dev, value_of(uevent, "MODALIAS="), &dev->modalias);
}

/* Read half of the id from its own file. */
static int read_id_file(struct vi_device *dev, const char *file, uint32_t *id)
{
	uint64_t value;
	int err = vi_device_read_u64(dev, file, UINT32_MAX, &value);

	if (err)
		return vi_device_warn(dev, file, err);
	*id = value;
	return 0;
}

static void read_ids(struct vi_device *dev)
{
	struct virtio_device_id *id = &dev->vdev.id;
	int err = -ENODATA, vendor_err;

	if (!vi_load(dev, VI_FACT_MODALIAS))
		err = vi_modalias_parse(dev->modalias, &id->device,
					&id->vendor) ? 0 : -EINVAL;
	vendor_err = err;
	if (err) {
		err = read_id_file(dev, "device", &id->device);
		/* Warn once about a device without ids. */
		vendor_err = err ? err :
			     read_id_file(dev, "vendor", &id->vendor);
	}
	if (!err && (!id->device || id->device == VIRTIO_DEV_ANY_ID))
		err = vi_device_warn(dev, "device", -EINVAL);
	if (!err)
		err = vi_device_on_bus(dev);
	vi_set_fact(dev, VI_FACT_ID, err);
	vi_set_fact(dev, VI_FACT_VENDOR, vendor_err);
}

int vi_read_identity(struct vi_device *dev, enum vi_fact fact)
{
	char uevent[UEVENT_SIZE];

	/* Ignore an unreadable or binary file. */
	if (dev->ctx->root_fd < 0 ||
	    vi_device_read_line(dev, "uevent", uevent, sizeof(uevent)) < 0)
		uevent[0] = '\0';
	vi_set_fact(dev, VI_FACT_DRIVER, read_driver(dev, uevent));
	vi_set_fact(dev, VI_FACT_MODALIAS, read_modalias(dev, uevent));
	read_ids(dev);
	return dev->state[fact] < 0 ? dev->state[fact] : 0;
}
