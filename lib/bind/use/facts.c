// SPDX-License-Identifier: LGPL-2.1-or-later
/* The current state of a PCI device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bind/use/facts.h"
#include "core/file.h"
#include "spec/ids.h"

#define DEVICES	"/sys/bus/pci/devices"

bool vi_bind_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n && n < VI_BIND_NAME_SIZE && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_-.+") == n;
}

void vi_bind_path(char path[VI_BIND_PATH_SIZE], const char *address,
		  const char *file)
{
	snprintf(path, VI_BIND_PATH_SIZE, DEVICES "/%s%s%s", address,
		 *file ? "/" : "", file);
}

/* The last part of the link's target; empty if there is no link. */
static int link_name(struct vi_ctx *ctx, const char *path,
		     char name[VI_BIND_NAME_SIZE])
{
	char target[4096];
	const char *slash;
	ssize_t n = vi_readlink(ctx, path, target, sizeof(target));

	name[0] = '\0';
	if (n == -ENOENT)
		return 0;
	if (n < 0)
		return n;
	slash = strrchr(target, '/');
	slash = slash ? slash + 1 : target;
	if (!vi_bind_name_ok(slash))
		return -EINVAL;
	memcpy(name, slash, strlen(slash) + 1);
	return 0;
}

/* The kernel prints "(null)" for none. */
static int read_override(struct vi_ctx *ctx, struct vi_bind_facts *f)
{
	char path[VI_BIND_PATH_SIZE];
	ssize_t n;

	vi_bind_path(path, f->address, "driver_override");
	n = vi_read_line(ctx, path, f->override, sizeof(f->override));
	if (n < 0 || !strcmp(f->override, "(null)"))
		f->override[0] = '\0';
	if (n < 0)
		return n == -ENOENT ? 0 : n;
	return !f->override[0] || vi_bind_name_ok(f->override) ? 0 : -EINVAL;
}

static int find_virtio(void *data, const char *name)
{
	struct vi_bind_facts *f = data;
	uint64_t n;

	if (strncmp(name, "virtio", 6) || vi_parse_u64(name + 6, &n) ||
	    !vi_bind_name_ok(name))
		return 0;
	snprintf(f->virtio, sizeof(f->virtio), "%s", name);
	return 1;
}

static int read_virtio(struct vi_ctx *ctx, struct vi_bind_facts *f)
{
	char path[VI_BIND_PATH_SIZE], file[96];
	uint64_t status;
	int err;

	vi_bind_path(path, f->address, "");
	err = vi_readdir(ctx, path, find_virtio, f);
	if (err < 0 || !f->virtio[0])
		return err < 0 ? err : 0;
	snprintf(file, sizeof(file), "%s/driver", f->virtio);
	vi_bind_path(path, f->address, file);
	err = link_name(ctx, path, f->virtio_driver);
	if (err)
		return err;
	snprintf(file, sizeof(file), "%s/status", f->virtio);
	vi_bind_path(path, f->address, file);
	f->has_status = !vi_read_u64(ctx, path, &status) && status <= 0xff;
	f->status = f->has_status ? status : 0;
	return 0;
}

int vi_bind_facts(struct vi_ctx *ctx, const char *address,
		  struct vi_bind_facts *f)
{
	char path[VI_BIND_PATH_SIZE];
	uint64_t vendor;
	int err;

	memset(f, 0, sizeof(*f));
	snprintf(f->address, sizeof(f->address), "%s", address);
	vi_bind_path(path, address, "vendor");
	err = vi_read_u64(ctx, path, &vendor);
	if (err == -ENOENT)
		return vi_fail(ctx, -ENODEV, "%s: no such PCI device", address);
	vi_bind_path(path, address, "driver");
	if (!err)
		err = link_name(ctx, path, f->driver);
	if (!err)
		err = read_override(ctx, f);
	if (!err)
		err = read_virtio(ctx, f);
	if (err)
		return vi_fail(ctx, err, "%s: cannot read its directory in %s: %s",
			       address, DEVICES, strerror(-err));
	return 0;
}

bool vi_bind_is_virtio(struct vi_ctx *ctx, const char *address)
{
	char path[VI_BIND_PATH_SIZE];
	uint64_t vendor, device;

	vi_bind_path(path, address, "vendor");
	if (vi_read_u64(ctx, path, &vendor))
		return false;
	vi_bind_path(path, address, "device");
	return !vi_read_u64(ctx, path, &device) &&
	       vi_pci_is_virtio(vendor, device);
}
