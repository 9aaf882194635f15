// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Features in debugfs, of kernels with CONFIG_VIRTIO_DEBUG (Linux 6.10): what the
 * device offers, and what an administrator makes the kernel ignore of that.
 * Nothing is mounted here, and only root can look there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"
#include "spec/features.h"

#define FOLDER	"/sys/kernel/debug/virtio"

/* Every feature on a line of its own takes 402 bytes. */
#define MAX_TEXT	4096

/* The number of a bit on each line. */
static int parse(char *text, struct vi_features *features)
{
	uint64_t bit;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!*line && !text)
			break;
		if (vi_parse_u64(line, &bit))
			return -EINVAL;
		if (bit >= VIRTIO_FEATURES_BITS)
			return -ERANGE;
		features->w[bit / 64] |= (uint64_t)1 << (bit % 64);
	}
	return 0;
}

static int read_list(struct vi_device *dev, const char *file,
		     struct vi_features *features)
{
	char path[VI_PATH_SIZE], *text;
	size_t len;
	int n, err;

	if (!dev->name)
		return -ENODATA;
	n = snprintf(path, sizeof(path), FOLDER "/%s/%s", dev->name, file);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENODATA;
	text = vi_read_all(dev->ctx, path, MAX_TEXT, &len);
	err = text ? 0 : -errno;
	/* Whether it is there, others than root cannot know. */
	if (err == -ENOENT || err == -EACCES || err == -EPERM)
		return -ENODATA;
	memset(features, 0, sizeof(*features));
	if (!err)
		err = strlen(text) == len ? parse(text, features) : -EILSEQ;
	free(text);
	return err ? vi_device_warn(dev, path, err) : 0;
}

/*
 * Has negotiation ended? For whoever reads the file, the kernel asks the device,
 * on PCI and mmio through a select register that a driver would use, too, which
 * may begin at any moment where none is bound.
 */
static bool is_settled(struct vi_device *dev)
{
	return !vi_load(dev, VI_FACT_STATUS) &&
	       dev->status & (VIRTIO_CONFIG_S_DRIVER_OK |
			      VIRTIO_CONFIG_S_FAILED);
}

int vi_read_offered(struct vi_device *dev)
{
	int err = is_settled(dev) ?
		  read_list(dev, "device_features", &dev->offered) : -ENODATA;

	/* Reads of a device that is gone return ones; none has all features. */
	return !err && !~dev->offered.w[0] ? -ENODATA : err;
}

int vi_read_filtered(struct vi_device *dev)
{
	return read_list(dev, "filter_features", &dev->filtered);
}
