// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding devices and reading their queues. */

#include "vqdump/vqdump.h"

static int find_ring(struct vi_ctx *ctx, const struct vq_options *o,
		     struct tool_devices *d)
{
	struct vi_device *dev;

	if (vi_ring_by_address(ctx, o->ring, o->memory, &dev))
		return tool_failed(ctx);
	return tool_devices_add(d, dev) ? EXIT_DONE : EXIT_ERROR;
}

int vq_find(struct vi_ctx *ctx, const struct vq_options *o,
	    struct tool_devices *d)
{
	int err = 0;

	if (o->ring)
		return find_ring(ctx, o, d);
	if (o->read)
		err = vi_capture_read(ctx, o->read);
	else if (!tool_only_simulated(o->targets))
		err = vi_scan(ctx);
	if (err)
		return tool_failed(ctx);
	return tool_select(ctx, o->targets, &o->filters, d);
}

/* Are all devices wanted? Then one snapshot covers them. */
static bool are_all(const struct vq_options *o)
{
	return !*o->targets && !o->filters.count;
}

size_t vq_look(struct vi_ctx *ctx, const struct vq_options *o,
	       const struct tool_devices *d)
{
	const char *access = o->attach ? o->attach : "auto";
	size_t i, failed = 0;

	if (are_all(o) && !o->ring && d->count) {
		if (!vi_snapshot_take(ctx, NULL, access))
			return 0;
		tool_failed(ctx);
		return d->count;
	}
	for (i = 0; i < d->count; i++) {
		if (!vi_snapshot_take(ctx, d->list[i], access))
			continue;
		tool_failed(ctx);
		failed++;
	}
	return failed;
}

/* Check with options about time; *@failed counts devices that were not read. */
static int check_all(struct vi_ctx *ctx, const struct vq_options *o,
		     const struct tool_devices *d,
		     const struct vi_check_options *how, size_t *failed)
{
	int n, errors = 0;
	size_t i;

	if (are_all(o) && !o->ring && d->count) {
		n = vi_check(ctx, NULL, how);
		*failed = n < 0 ? d->count : 0;
		return n < 0 ? 0 : n;
	}
	for (i = 0; i < d->count; i++) {
		n = vi_check(ctx, d->list[i], how);
		if (n >= 0) {
			errors += n;
			continue;
		}
		++*failed;
		if (!how->now)
			tool_failed(ctx);
	}
	return errors;
}

int vq_check(struct vi_ctx *ctx, const struct vq_options *o,
	     const struct tool_devices *d, size_t *failed)
{
	const struct vi_check_options how = {
		.size = sizeof(how), .access = o->attach,
		.sample = o->sampling ? o->sample : 0,
	};
	int errors;

	*failed = 0;
	errors = check_all(ctx, o, d, &how, failed);
	if (are_all(o) && !o->ring && *failed)
		tool_failed(ctx);
	return errors;
}

void vq_judge(struct vi_ctx *ctx, const struct vq_options *o,
	      const struct tool_devices *d)
{
	const struct vi_check_options how = {
		.size = sizeof(how), .now = true,
	};
	size_t failed = 0;

	/* Ignore failures: the user did not ask for a check. */
	check_all(ctx, o, d, &how, &failed);
}
