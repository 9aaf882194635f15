// SPDX-License-Identifier: LGPL-2.1-or-later
/* Find the device that a target names. */
#include <errno.h>
#include <string.h>

#include "core/address.h"
#include "core/file.h"
#include "inspect/access.h"

typedef bool (*match_fn)(struct vi_device *dev, const void *what);

static bool has_name(struct vi_device *dev, const void *what)
{
	return dev->name && !strcmp(dev->name, what);
}

static bool has_address(struct vi_device *dev, const void *what)
{
	return !vi_load(dev, VI_FACT_ADDRESS) && !strcmp(dev->address, what);
}

static bool has_mmio_base(struct vi_device *dev, const void *what)
{
	return !vi_load(dev, VI_FACT_ADDRESS) && dev->has_mmio_base &&
	       dev->mmio_base == *(const uint64_t *)what;
}

static bool has_kname(struct vi_device *dev, const void *what)
{
	size_t i;

	if (vi_load(dev, VI_FACT_KNAMES))
		return false;
	for (i = 0; i < dev->knames.count; i++)
		if (!strcmp(dev->knames.v[i], what))
			return true;
	return false;
}

/* Find the only matching device; several are an error, too. */
static struct vi_device *find_one(struct vi_ctx *ctx, const char *target,
				  match_fn match, const void *what)
{
	struct vi_device *dev = NULL, *found = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		if (!match(dev, what))
			continue;
		if (found) {
			vi_fail(ctx, -ENOTUNIQ,
				"%s: ambiguous: %s and %s; use a name or an address",
				target, vi_device_label(found),
				vi_device_label(dev));
			return NULL;
		}
		found = dev;
	}
	if (!found)
		vi_fail(ctx, -ENODEV, "%s: no such virtio device", target);
	return found;
}

VI_EXPORT struct vi_device *vi_device_find(struct vi_ctx *ctx,
					   const char *target)
{
	const struct vi_access *access = vi_access_of_target(target);
	char address[VI_PCI_ADDRESS_SIZE];
	struct vi_device *dev;
	uint64_t base;

	if (access && access->find)
		return access->find(ctx, target);
	if (!strncmp(target, "mmio:", 5)) {
		if (!vi_parse_u64(target + 5, &base))
			return find_one(ctx, target, has_mmio_base, &base);
		vi_fail(ctx, -EINVAL, "%s: not an address; use mmio:0xADDRESS",
			target);
		return NULL;
	}
	if (!vi_pci_address(target, address))
		return find_one(ctx, target, has_address, address);
	dev = find_one(ctx, target, has_name, target);
	if (!dev && vi_is_ccw_address(target))
		return find_one(ctx, target, has_address, target);
	return dev ? dev : find_one(ctx, target, has_kname, target);
}
