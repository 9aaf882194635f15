// SPDX-License-Identifier: GPL-2.0-or-later
/* Selecting devices. */
#include <stdlib.h>
#include <string.h>

#include "common/rec.h"
#include "common/select.h"

bool tool_devices_add(struct tool_devices *d, struct vi_device *dev)
{
	if (!tool_grow(&d->list, d->count, sizeof(*d->list))) {
		tool_no_memory();
		return false;
	}
	d->list[d->count++] = dev;
	return true;
}

static bool has(const struct tool_devices *d, const struct vi_device *dev)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->list[i] == dev)
			return true;
	return false;
}

static int select_named(struct vi_ctx *ctx, const char *const *targets,
			const struct tool_filters *filters,
			struct tool_devices *d)
{
	const struct vi_schema *schema = vi_device_schema();
	size_t found = 0, missing = 0;

	for (; *targets; targets++) {
		struct vi_device *dev = vi_device_find(ctx, *targets);

		if (!dev) {
			tool_failed(ctx);
			missing++;
			continue;
		}
		found++;
		if (tool_filter_match(filters, schema, dev) && !has(d, dev) &&
		    !tool_devices_add(d, dev))
			return EXIT_ERROR;
	}
	if (!missing)
		return EXIT_DONE;
	return found ? EXIT_SOME_FOUND : EXIT_NONE_FOUND;
}

static int select_all(struct vi_ctx *ctx, const struct tool_filters *filters,
		      struct tool_devices *d)
{
	const struct vi_schema *schema = vi_device_schema();
	struct vi_device *dev = NULL;
	bool any = false;

	while ((dev = vi_device_next(ctx, dev))) {
		any = true;
		if (tool_filter_match(filters, schema, dev) &&
		    !tool_devices_add(d, dev))
			return EXIT_ERROR;
	}
	if (!any)
		tool_hint("no virtio devices found; to try a simulated one, run: %s sim:blk",
			  tool_name);
	return EXIT_DONE;
}

int tool_select(struct vi_ctx *ctx, const char *const *targets,
		const struct tool_filters *filters, struct tool_devices *d)
{
	return *targets ? select_named(ctx, targets, filters, d) :
			  select_all(ctx, filters, d);
}

bool tool_is_simulated(const char *target)
{
	return !strncmp(target, "sim:", 4);
}

bool tool_only_simulated(const char *const *targets)
{
	size_t i;

	for (i = 0; targets[i] && tool_is_simulated(targets[i]); i++)
		;
	return i && !targets[i];
}

struct vi_device *tool_device_named(struct vi_ctx *ctx, const char *name)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev)))
		if (rec_says(rec_device(dev), "name", name))
			return dev;
	return NULL;
}
