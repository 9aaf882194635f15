// SPDX-License-Identifier: GPL-2.0-or-later
/* Which devices to show. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lsvirtio/lsvirtio.h"

static bool add(struct ls_devices *d, struct vi_device *dev)
{
	struct vi_device **list;
	size_t size;

	if (d->count == d->size) {
		size = d->size ? 2 * d->size : 64;
		list = realloc(d->list, size * sizeof(*list));
		if (!list) {
			tool_error("out of memory");
			return false;
		}
		d->list = list;
		d->size = size;
	}
	d->list[d->count++] = dev;
	return true;
}

static bool has(const struct ls_devices *d, const struct vi_device *dev)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->list[i] == dev)
			return true;
	return false;
}

static struct vi_device *find(struct vi_ctx *ctx, const char *target)
{
	struct vi_device *dev;

	dev = vi_device_find(ctx, target);
	if (!dev)
		tool_error("%s", vi_error(ctx));
	return dev;
}

/* In the order in which they were named, each once. */
static int select_named(struct vi_ctx *ctx, const struct ls_options *o,
			struct ls_devices *d)
{
	const struct vi_schema *schema = vi_device_schema();
	const char *const *target;
	size_t found = 0, missing = 0;

	for (target = o->targets; *target; target++) {
		struct vi_device *dev = find(ctx, *target);

		if (!dev) {
			missing++;
			continue;
		}
		found++;
		if (ls_filter_match(o, schema, dev) && !has(d, dev) &&
		    !add(d, dev))
			return EXIT_ERROR;
	}
	if (!missing)
		return EXIT_DONE;
	return found ? EXIT_SOME_FOUND : EXIT_NONE_FOUND;
}

static int select_all(struct vi_ctx *ctx, const struct ls_options *o,
		      struct ls_devices *d)
{
	const struct vi_schema *schema = vi_device_schema();
	struct vi_device *dev = NULL;
	bool any = false;

	while ((dev = vi_device_next(ctx, dev))) {
		any = true;
		if (ls_filter_match(o, schema, dev) && !add(d, dev))
			return EXIT_ERROR;
	}
	if (!any)
		tool_hint("no virtio devices here; simulated ones can be looked at by name: %s sim:blk",
			  tool_name);
	return EXIT_DONE;
}

int ls_select(struct vi_ctx *ctx, const struct ls_options *o,
	      struct ls_devices *d)
{
	int err = vi_scan(ctx);

	if (!err && (o->fdt || o->all)) {
		err = vi_scan_fdt(ctx, o->fdt);
		/* Most machines have no device tree. */
		if (err == -ENOENT && !o->fdt)
			err = 0;
	}
	if (err) {
		tool_error("%s", vi_error(ctx));
		return EXIT_ERROR;
	}
	return *o->targets ? select_named(ctx, o, d) : select_all(ctx, o, d);
}
