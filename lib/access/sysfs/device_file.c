// SPDX-License-Identifier: LGPL-2.1-or-later
/* Files in a device's directory. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "access/sysfs/sysfs.h"
#include "core/compiler.h"
#include "core/file.h"

int vi_device_path(const struct vi_device *dev, const char *file,
		   char path[VI_PATH_SIZE])
{
	size_t dir = strlen(dev->path), len;

	if (dev->bare && !strncmp(file, "../", 3))
		file += 3;
	len = strlen(file);
	if (dir + 1 + len >= VI_PATH_SIZE)
		return -ENAMETOOLONG;
	memcpy(path, dev->path, dir);
	path[dir] = '/';
	memcpy(path + dir + 1, file, len + 1);
	return 0;
}

ssize_t vi_device_read_line(struct vi_device *dev, const char *file, char *buf,
			    size_t size)
{
	char path[VI_PATH_SIZE];
	int err = vi_device_path(dev, file, path);

	return err ? err : vi_read_line(dev->ctx, path, buf, size);
}

int vi_device_read_u64(struct vi_device *dev, const char *file, uint64_t max,
		       uint64_t *value)
{
	char path[VI_PATH_SIZE];
	int err = vi_device_path(dev, file, path);

	if (!err)
		err = vi_read_u64(dev->ctx, path, value);
	return !err && *value > max ? -ERANGE : err;
}

const char *vi_device_link_name(struct vi_device *dev, const char *file,
				int *err)
{
	char path[VI_PATH_SIZE], target[VI_PATH_SIZE];
	const char *slash;
	ssize_t n;

	*err = vi_device_path(dev, file, path);
	if (*err)
		return NULL;
	n = vi_readlink(dev->ctx, path, target, sizeof(target));
	if (n < 0) {
		*err = n;
		return NULL;
	}
	slash = strrchr(target, '/');
	slash = vi_pool_strdup(vi_device_pool(dev), slash ? slash + 1 : target);
	*err = slash ? 0 : -ENOMEM;
	return slash;
}

/*
 * The kernel removes this link before the device's folder. Attributes of a bus
 * may go even earlier, but after "uevent", which recorded trees need not have.
 */
VI_EXPORT bool vi_device_gone(const struct vi_device *dev)
{
	char path[VI_PATH_SIZE], target[VI_PATH_SIZE];
	int fd;

	if (!dev->path)
		return false;
	if (vi_readlink(dev->ctx, dev->path, target, sizeof(target)) == -ENOENT)
		return true;
	if (dev->ctx->root_fd >= 0 || vi_device_path(dev, "uevent", path))
		return false;
	fd = vi_open(dev->ctx, path, O_PATH);
	if (fd >= 0)
		close(fd);
	return fd == -ENOENT;
}

const char *vi_why(int err)
{
	switch (err) {
	case -EINVAL:
		return "cannot be parsed";
	case -ERANGE:
		return "holds an impossible value";
	case -EOVERFLOW:
	case -EFBIG:
		return "is too long";
	case -E2BIG:
		return "has too many entries";
	case -EILSEQ:
		return "is not valid text";
	default:
		return strerror(-err);
	}
}

int vi_device_warn(struct vi_device *dev, const char *file, int err)
{
	/* vi_fault() has warned already. */
	if (vi_is_fault(err))
		return err;
	/* That a device is unplugged is no fault. */
	if ((err == -ENOENT || err == -ENODEV) && vi_device_gone(dev))
		return err;
	/* Warn once about a device with a broken directory link. */
	if (err == -ELOOP && dev->warned_of_loop)
		return err;
	dev->warned_of_loop |= err == -ELOOP;
	if (dev->bare && !strncmp(file, "../", 3))
		file += 3;
	if (!strncmp(file, "../", 3) && dev->parent)
		vi_warn(dev->ctx, "%s: %s/%s: %s", vi_device_label(dev),
			dev->parent, file + 3, vi_why(err));
	else
		vi_warn(dev->ctx, "%s: %s: %s", vi_device_label(dev), file,
			vi_why(err));
	return err;
}
