// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Kernel modules: the one that contains a device's driver, or else candidates
 * for the device.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/sysfs/sysfs.h"
#include "core/file.h"
#include "core/glob.h"

/* Distributions have about 2 MiB. */
#define MAX_ALIASES	(64 << 20)

/* A line "alias PATTERN MODULE". */
struct alias {
	const char *pattern;
	const char *module;
};

struct aliases {
	struct alias *rows;
	size_t count;
};

static int aliases_path(struct vi_ctx *ctx, char *path, size_t size)
{
	char release[256];
	ssize_t n = vi_read_line(ctx, "/proc/sys/kernel/osrelease", release,
				 sizeof(release));

	if (n < 0) {
		vi_warn(ctx, "/proc/sys/kernel/osrelease: %s", vi_why(n));
		return n;
	}
	if (!n || strchr(release, '/') || release[0] == '.') {
		vi_warn(ctx, "/proc/sys/kernel/osrelease: %s",
			vi_why(-EINVAL));
		return -EINVAL;
	}
	snprintf(path, size, "/lib/modules/%s/modules.alias", release);
	return 0;
}

static int add_alias(struct vi_pool *pool, struct aliases *aliases,
		     const char *pattern, const char *module)
{
	struct alias *grown = vi_pool_more(pool, aliases->rows, aliases->count,
					   sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	aliases->rows = grown;
	aliases->rows[aliases->count].pattern = pattern;
	aliases->rows[aliases->count++].module = module;
	return pattern && module ? 0 : -ENOMEM;
}

/* Copy the lines about virtio. */
static int parse_aliases(struct vi_pool *pool, const char *text,
			 struct aliases *aliases)
{
	static const char key[] = "alias virtio:";
	const char *p = text, *pattern, *module;
	size_t len, module_len;
	int err = 0;

	for (; !err && (p = strstr(p, key)); p++) {
		if (p != text && p[-1] != '\n')
			continue;
		pattern = p + strlen("alias ");
		len = strcspn(pattern, " \n");
		if (pattern[len] != ' ')
			continue;
		module = pattern + len + 1;
		module_len = strcspn(module, " \n");
		if (module_len)
			err = add_alias(pool, aliases,
					vi_pool_strndup(pool, pattern, len),
					vi_pool_strndup(pool, module,
							module_len));
	}
	return err;
}

static int load_aliases(struct vi_ctx *ctx, void **data)
{
	struct vi_pool *pool = &vi_inventory(ctx)->pool;
	struct aliases *aliases;
	char path[512], *text;
	size_t len;
	int err = aliases_path(ctx, path, sizeof(path));

	if (err)
		return err;
	text = vi_read_all(ctx, path, MAX_ALIASES, &len);
	if (!text) {
		err = -errno;
		/* Kernels without modules lack the file. */
		if (err != -ENOENT)
			vi_warn(ctx, "%s: %s", path, vi_why(err));
		return err;
	}
	aliases = vi_pool_alloc(pool, sizeof(*aliases));
	err = aliases ? parse_aliases(pool, text, aliases) : -ENOMEM;
	free(text);
	*data = aliases;
	return err;
}

static bool listed(const struct vi_strings *list, const char *s)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->v[i], s))
			return true;
	return false;
}

/* Find modules for a device without a driver. */
static int find_by_alias(struct vi_device *dev)
{
	const struct aliases *aliases;
	void *data;
	size_t i;
	int err = vi_load(dev, VI_FACT_MODALIAS);

	if (!err)
		err = vi_cached(dev->ctx, VI_CACHE_ALIASES, load_aliases,
				&data);
	if (err)
		return err;
	aliases = data;
	for (i = 0; !err && i < aliases->count; i++) {
		const struct alias *a = &aliases->rows[i];

		if (vi_glob_match(a->pattern, dev->modalias) &&
		    !listed(&dev->modules, a->module))
			err = vi_strings_add(vi_device_pool(dev),
					     &dev->modules, a->module);
	}
	return err || dev->modules.count ? err : -ENODATA;
}

int vi_read_modules(struct vi_device *dev)
{
	const char *module;
	int err;

	if (vi_load(dev, VI_FACT_DRIVER))
		return find_by_alias(dev);
	module = vi_device_link_name(dev, "driver/module", &err);
	if (!module)
		return err;
	return vi_strings_add(vi_device_pool(dev), &dev->modules, module);
}
