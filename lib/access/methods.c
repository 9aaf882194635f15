// SPDX-License-Identifier: LGPL-2.1-or-later
/* vi_snapshot_take(): which way to take, and what to say when it is closed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access/disagree.h"

/* The least intrusive first: "auto" tries them in this order. */
const struct vi_access *const vi_access_methods[] = {
	&vi_kernel_access,
	&vi_devmem_access,
	&vi_registers_access,
	NULL,
};

/* What the devices of one vi_snapshot_take() share. */
struct taking {
	struct vi_ctx *ctx;
	const struct vi_access *access;
	void *state;
	const struct vi_access *witness;	/* NULL: none is open */
	void *witness_state;
	struct vi_snapshot_irqs *irqs;
	size_t tried, done;
};

static const struct vi_access *find_access(const char *name)
{
	size_t i;

	for (i = 0; vi_access_methods[i]; i++)
		if (!strcmp(vi_access_methods[i]->name, name))
			return vi_access_methods[i];
	return NULL;
}

static int unknown_access(struct vi_ctx *ctx, const char *name)
{
	char names[128] = "auto";
	size_t i, n = strlen(names);

	for (i = 0; vi_access_methods[i] && n < sizeof(names); i++)
		n += snprintf(names + n, sizeof(names) - n, ", %s",
			      vi_access_methods[i]->name);
	return vi_fail(ctx, -EINVAL,
		       "%s: there is no such way to look at queues; use one of %s",
		       name, names);
}

static int open_access(struct taking *l, const struct vi_access *access)
{
	int err = access->open ? access->open(l->ctx, &l->state) : 0;

	if (!err)
		l->access = access;
	return err;
}

/* What the way is held against. Without it there is nothing to compare. */
static void open_witness(struct taking *l)
{
	const char *name = l->access->held_against;
	const struct vi_access *witness = name ? find_access(name) : NULL;

	if (witness && (!witness->open ||
			!witness->open(l->ctx, &l->witness_state)))
		l->witness = witness;
}

/*
 * The first way that is open. The reason of the first that is closed comes
 * first: it would have shown the most.
 */
static int open_auto(struct taking *l)
{
	char why[512] = "";
	size_t i, n = 0;
	int err = -ENODATA, first = 0;

	for (i = 0; vi_access_methods[i]; i++) {
		if (!(vi_access_methods[i]->flags & VI_ACCESS_AUTO))
			continue;
		err = open_access(l, vi_access_methods[i]);
		if (!err)
			return 0;
		first = first ? first : err;
		if (n < sizeof(why))
			n += snprintf(why + n, sizeof(why) - n, "%s%s: %s",
				      n ? "; " : "", vi_access_methods[i]->name,
				      vi_error(l->ctx));
	}
	return vi_fail(l->ctx, first, "queues cannot be looked at: %s", why);
}

/* Which ways are left when @closed is not one. */
static void say_what_is_open(struct vi_ctx *ctx, const char *closed, int err)
{
	char why[512], open[128] = "";
	size_t i, n = 0;

	snprintf(why, sizeof(why), "%s", vi_error(ctx));
	if (err == -EACCES || ctx->root_fd >= 0)
		return;
	for (i = 0; vi_access_methods[i] && n < sizeof(open); i++) {
		void *state = NULL;

		if (!strcmp(vi_access_methods[i]->name, closed) ||
		    (!strcmp(closed, "auto") &&
		     vi_access_methods[i]->flags & VI_ACCESS_AUTO))
			continue;
		if (vi_access_methods[i]->open &&
		    vi_access_methods[i]->open(ctx, &state))
			continue;
		if (vi_access_methods[i]->close)
			vi_access_methods[i]->close(state);
		n += snprintf(open + n, sizeof(open) - n, "%s%s",
			      n ? ", " : "", vi_access_methods[i]->name);
	}
	if (n)
		vi_fail(ctx, err, "%s; open instead: %s (--attach), or a capture (--read)",
			why, open);
	else
		vi_fail(ctx, err, "%s; no other way is open here: look from the host, or read a capture (--read)",
			why);
}

static int begin(struct taking *l, const char *name)
{
	const struct vi_access *access;
	int err;

	if (!strcmp(name, "auto")) {
		err = open_auto(l);
	} else {
		access = find_access(name);
		if (!access)
			return unknown_access(l->ctx, name);
		err = open_access(l, access);
	}
	if (err)
		say_what_is_open(l->ctx, name, err);
	else
		open_witness(l);
	return err;
}

static void end(struct taking *l)
{
	if (l->access && l->access->close)
		l->access->close(l->state);
	if (l->witness && l->witness->close)
		l->witness->close(l->witness_state);
	vi_snapshot_irqs_free(l->irqs);
}

/* Read, decode, and remember. Nothing is kept of what fails. */
static int take(struct taking *l, struct vi_device *dev,
		   const struct vi_access *access, void *state)
{
	struct vi_snapshot *snap = vi_snapshot_new(dev, access->name);
	int err;

	if (!snap)
		return vi_fail(l->ctx, -ENOMEM, "out of memory");
	/* Of a live one, status is of the same time as its queues. */
	if (vi_is_live(dev))
		dev->state[VI_FACT_STATUS] = dev->state[VI_FACT_LINK] = 0;
	vi_snapshot_iommu(snap);
	err = access->read(state, dev, snap);
	if (!err && access == l->access && l->witness)
		err = vi_disagree_find(l->witness, l->witness_state, dev);
	if (!err)
		err = vi_snapshot_finish(snap, access, state);
	if (!err && access->interrupts) {
		access->interrupts(snap);
	} else if (!err && dev->index >= 0 && !dev->own_access) {
		if (!l->irqs)
			l->irqs = vi_snapshot_irqs_read(l->ctx);
		err = vi_snapshot_irqs_set(l->irqs, snap);
	}
	if (!err) {
		vi_set_ages(snap, vi_last_snapshot(dev));
		vi_snapshot_keep(snap);
	} else {
		if (err == -ENOMEM)
			vi_fail(l->ctx, err, "out of memory");
		vi_snapshot_free(snap);
		vi_access_drop_notes(dev);
		vi_access_note(dev, "%s", vi_error(l->ctx));
	}
	return err;
}

/* One whose way is its own: simulated, of a capture, a ring by address. */
static int take_own(struct taking *l, struct vi_device *dev,
		       const char *name)
{
	const struct vi_access *access = dev->own_access;

	if (strcmp(name, "auto") && strcmp(name, access->name))
		return vi_fail(l->ctx, -EINVAL,
			       "%s: --attach=%s is for devices of this machine; leave it out",
			       vi_device_label(dev), name);
	return access->read ? take(l, dev, access, dev->own_state) : 0;
}

static int take_once(struct taking *l, struct vi_device *dev,
		     const char *name)
{
	int err = 0;

	l->tried++;
	/* What a capture says of its look stays. */
	if (!dev->own_access || dev->own_access->read)
		vi_access_drop_notes(dev);
	if (dev->own_access) {
		err = take_own(l, dev, name);
	} else {
		if (!l->access)
			err = begin(l, name);
		if (!err)
			err = take(l, dev, l->access, l->state);
		else
			vi_access_note(dev, "%s", vi_error(l->ctx));
	}
	l->done += !err;
	return err;
}

/* A way that is closed is so for all that are live. */
static void note_closed(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		if (dev->own_access || !dev->name)
			continue;
		vi_access_drop_notes(dev);
		vi_access_note(dev, "%s", vi_error(ctx));
	}
}

VI_EXPORT int vi_snapshot_take(struct vi_ctx *ctx, struct vi_device *dev,
		      const char *access)
{
	struct taking l = { .ctx = ctx };
	struct vi_device *each = NULL;
	int err = 0, first = 0;

	if (dev) {
		err = vi_device_current(ctx, dev);
		if (err)
			return err;
		err = take_once(&l, dev, access);
		end(&l);
		return err;
	}
	while ((each = vi_device_next(ctx, each))) {
		/* Only a slot of the device tree: there is no device. */
		if (!each->name)
			continue;
		err = take_once(&l, each, access);
		first = first ? first : err;
		if (err && !each->own_access && !l.access) {
			note_closed(ctx);
			break;
		}
	}
	end(&l);
	return l.done || !l.tried ? 0 : first;
}

int vi_access_reopen(struct vi_device *dev, const struct vi_access **access,
		   void **state)
{
	const struct vi_snapshot *snap = vi_last_snapshot(dev);

	*state = dev->own_state;
	*access = dev->own_access;
	if (!snap)
		return -ENODATA;
	if (*access)
		return 0;
	*access = find_access(snap->way);
	*state = NULL;
	if (!*access)
		return -ENODATA;
	return (*access)->open ? (*access)->open(dev->ctx, state) : 0;
}
