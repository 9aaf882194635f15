// SPDX-License-Identifier: LGPL-2.1-or-later
/* vi_look(): which way to take, and what to say when it is closed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access/disagree.h"

/* The least intrusive first: "auto" tries them in this order. */
const struct vi_look_way *const vi_look_ways[] = {
	&vi_kernel_way,
	&vi_devmem_way,
	&vi_registers_way,
	NULL,
};

/* What the devices of one vi_look() share. */
struct looking {
	struct vi_ctx *ctx;
	const struct vi_look_way *way;
	void *state;
	const struct vi_look_way *witness;	/* NULL: none is open */
	void *witness_state;
	struct vi_look_irqs *irqs;
	size_t tried, done;
};

static const struct vi_look_way *find_way(const char *name)
{
	size_t i;

	for (i = 0; vi_look_ways[i]; i++)
		if (!strcmp(vi_look_ways[i]->name, name))
			return vi_look_ways[i];
	return NULL;
}

static int unknown_way(struct vi_ctx *ctx, const char *name)
{
	char names[128] = "auto";
	size_t i, n = strlen(names);

	for (i = 0; vi_look_ways[i] && n < sizeof(names); i++)
		n += snprintf(names + n, sizeof(names) - n, ", %s",
			      vi_look_ways[i]->name);
	return vi_fail(ctx, -EINVAL,
		       "%s: there is no such way to look at queues; use one of %s",
		       name, names);
}

static int open_way(struct looking *l, const struct vi_look_way *way)
{
	int err = way->open ? way->open(l->ctx, &l->state) : 0;

	if (!err)
		l->way = way;
	return err;
}

/* What the way is held against. Without it there is nothing to compare. */
static void open_witness(struct looking *l)
{
	const char *name = l->way->held_against;
	const struct vi_look_way *witness = name ? find_way(name) : NULL;

	if (witness && (!witness->open ||
			!witness->open(l->ctx, &l->witness_state)))
		l->witness = witness;
}

/*
 * The first way that is open. The reason of the first that is closed comes
 * first: it would have shown the most.
 */
static int open_auto(struct looking *l)
{
	char why[512] = "";
	size_t i, n = 0;
	int err = -ENODATA, first = 0;

	for (i = 0; vi_look_ways[i]; i++) {
		if (!(vi_look_ways[i]->flags & VI_ACCESS_AUTO))
			continue;
		err = open_way(l, vi_look_ways[i]);
		if (!err)
			return 0;
		first = first ? first : err;
		if (n < sizeof(why))
			n += snprintf(why + n, sizeof(why) - n, "%s%s: %s",
				      n ? "; " : "", vi_look_ways[i]->name,
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
	for (i = 0; vi_look_ways[i] && n < sizeof(open); i++) {
		void *state = NULL;

		if (!strcmp(vi_look_ways[i]->name, closed) ||
		    (!strcmp(closed, "auto") &&
		     vi_look_ways[i]->flags & VI_ACCESS_AUTO))
			continue;
		if (vi_look_ways[i]->open &&
		    vi_look_ways[i]->open(ctx, &state))
			continue;
		if (vi_look_ways[i]->close)
			vi_look_ways[i]->close(state);
		n += snprintf(open + n, sizeof(open) - n, "%s%s",
			      n ? ", " : "", vi_look_ways[i]->name);
	}
	if (n)
		vi_fail(ctx, err, "%s; open instead: %s (--attach), or a capture (--read)",
			why, open);
	else
		vi_fail(ctx, err, "%s; no other way is open here: look from the host, or read a capture (--read)",
			why);
}

static int begin(struct looking *l, const char *name)
{
	const struct vi_look_way *way;
	int err;

	if (!strcmp(name, "auto")) {
		err = open_auto(l);
	} else {
		way = find_way(name);
		if (!way)
			return unknown_way(l->ctx, name);
		err = open_way(l, way);
	}
	if (err)
		say_what_is_open(l->ctx, name, err);
	else
		open_witness(l);
	return err;
}

static void end(struct looking *l)
{
	if (l->way && l->way->close)
		l->way->close(l->state);
	if (l->witness && l->witness->close)
		l->witness->close(l->witness_state);
	vi_look_irqs_free(l->irqs);
}

/* Read, decode, and remember. Nothing is kept of what fails. */
static int look_at(struct looking *l, struct vi_device *dev,
		   const struct vi_look_way *way, void *state)
{
	struct vi_look *look = vi_look_new(dev, way->name);
	int err;

	if (!look)
		return vi_fail(l->ctx, -ENOMEM, "out of memory");
	/* Of a live one, status is of the same time as its queues. */
	if (vi_is_live(dev))
		dev->state[VI_FACT_STATUS] = dev->state[VI_FACT_LINK] = 0;
	vi_look_iommu(look);
	err = way->read(state, dev, look);
	if (!err && way == l->way && l->witness)
		err = vi_disagree_find(l->witness, l->witness_state, dev);
	if (!err)
		err = vi_look_finish(look, way, state);
	if (!err && way->interrupts) {
		way->interrupts(look);
	} else if (!err && dev->index >= 0 && !dev->own_way) {
		if (!l->irqs)
			l->irqs = vi_look_irqs_read(l->ctx);
		err = vi_look_irqs_set(l->irqs, look);
	}
	if (!err) {
		vi_set_ages(look, vi_last_look(dev));
		vi_look_keep(look);
	} else {
		if (err == -ENOMEM)
			vi_fail(l->ctx, err, "out of memory");
		vi_look_free(look);
		vi_look_drop_notes(dev);
		vi_look_note(dev, "%s", vi_error(l->ctx));
	}
	return err;
}

/* One whose way is its own: simulated, of a capture, a ring by address. */
static int look_at_own(struct looking *l, struct vi_device *dev,
		       const char *name)
{
	const struct vi_look_way *way = dev->own_way;

	if (strcmp(name, "auto") && strcmp(name, way->name))
		return vi_fail(l->ctx, -EINVAL,
			       "%s: --attach=%s is for devices of this machine; leave it out",
			       vi_device_label(dev), name);
	return way->read ? look_at(l, dev, way, dev->own_state) : 0;
}

static int look_once(struct looking *l, struct vi_device *dev,
		     const char *name)
{
	int err = 0;

	l->tried++;
	/* What a capture says of its look stays. */
	if (!dev->own_way || dev->own_way->read)
		vi_look_drop_notes(dev);
	if (dev->own_way) {
		err = look_at_own(l, dev, name);
	} else {
		if (!l->way)
			err = begin(l, name);
		if (!err)
			err = look_at(l, dev, l->way, l->state);
		else
			vi_look_note(dev, "%s", vi_error(l->ctx));
	}
	l->done += !err;
	return err;
}

/* A way that is closed is so for all that are live. */
static void note_closed(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		if (dev->own_way || !dev->name)
			continue;
		vi_look_drop_notes(dev);
		vi_look_note(dev, "%s", vi_error(ctx));
	}
}

VI_EXPORT int vi_look(struct vi_ctx *ctx, struct vi_device *dev,
		      const char *way)
{
	struct looking l = { .ctx = ctx };
	struct vi_device *each = NULL;
	int err = 0, first = 0;

	if (dev) {
		err = look_once(&l, dev, way);
		end(&l);
		return err;
	}
	while ((each = vi_device_next(ctx, each))) {
		/* Only a slot of the device tree: there is no device. */
		if (!each->name)
			continue;
		err = look_once(&l, each, way);
		first = first ? first : err;
		if (err && !each->own_way && !l.way) {
			note_closed(ctx);
			break;
		}
	}
	end(&l);
	return l.done || !l.tried ? 0 : first;
}

int vi_look_reopen(struct vi_device *dev, const struct vi_look_way **way,
		   void **state)
{
	const struct vi_look *look = vi_last_look(dev);

	*state = dev->own_state;
	*way = dev->own_way;
	if (!look)
		return -ENODATA;
	if (*way)
		return 0;
	*way = find_way(look->way);
	*state = NULL;
	if (!*way)
		return -ENODATA;
	return (*way)->open ? (*way)->open(dev->ctx, state) : 0;
}
