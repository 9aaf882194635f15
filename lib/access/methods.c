// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of access methods, and vi_snapshot_take(): choosing a method, and
 * explaining why one is unavailable.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "access/disagree.h"

/* Least intrusive first: "auto" tries those with VI_ACCESS_AUTO in order. */
#define METHODS(X)							\
	X(kernel)							\
	X(devmem)							\
	X(registers)							\
	X(sim)								\
	X(flat)

#define DECLARE(name) extern const struct vi_access vi_##name##_access;
METHODS(DECLARE)

#define ROW(name) &vi_##name##_access,
const struct vi_access *const vi_access_methods[] = { METHODS(ROW) NULL };

/* --- Choosing a method --- */

const struct vi_access *vi_access_next(const char *name,
				       const struct vi_access *prev)
{
	const struct vi_access *const *a = vi_access_methods;

	while (prev && *a && *a++ != prev)
		;
	for (; *a; a++)
		if (vi_access_is_auto(name) ? (*a)->flags & VI_ACCESS_AUTO :
		    !((*a)->flags & VI_ACCESS_PRIVATE) &&
			    !strcmp((*a)->name, name))
			return *a;
	return NULL;
}

const struct vi_access *vi_access_find(const char *name)
{
	size_t i;

	for (i = 0; vi_access_methods[i]; i++)
		if (!strcmp(vi_access_methods[i]->name, name))
			return vi_access_methods[i];
	return NULL;
}

const struct vi_access *vi_access_of_target(const char *target)
{
	size_t i;

	for (i = 0; vi_access_methods[i]; i++) {
		const char *prefix = vi_access_methods[i]->prefix;

		if (prefix && !strncmp(target, prefix, strlen(prefix)))
			return vi_access_methods[i];
	}
	return NULL;
}

/* The next method that users can name. */
static const struct vi_access *next_public(size_t *i)
{
	while (vi_access_methods[*i] &&
	       vi_access_methods[*i]->flags & VI_ACCESS_PRIVATE)
		++*i;
	return vi_access_methods[*i] ? vi_access_methods[(*i)++] : NULL;
}

static int unknown_access(struct vi_ctx *ctx, const char *name)
{
	const struct vi_access *a;
	char names[128] = "auto";
	size_t i = 0, n = strlen(names);

	while (n < sizeof(names) && (a = next_public(&i)))
		n += snprintf(names + n, sizeof(names) - n, ", %s", a->name);
	return vi_fail(ctx, -EINVAL,
		       "%s: unknown method of reading queues; use one of %s",
		       name, names);
}

/* --- Taking snapshots --- */

/* State shared by the devices of one vi_snapshot_take(). */
struct taking {
	struct vi_ctx *ctx;
	const struct vi_access *access;
	void *state;
	const struct vi_access *witness;	/* NULL: not open */
	void *witness_state;
	struct vi_snapshot_irqs *irqs;
	size_t tried, done;
};

static int open_access(struct taking *l, const struct vi_access *access)
{
	int err = vi_access_begin(l->ctx, access, &l->state);

	if (!err)
		l->access = access;
	return err;
}

/* Open the method to compare with; on failure, nothing is compared. */
static void open_witness(struct taking *l)
{
	const char *name = l->access->held_against;
	const struct vi_access *witness = name ? vi_access_find(name) : NULL;

	if (witness && !vi_access_begin(l->ctx, witness, &l->witness_state))
		l->witness = witness;
}

/*
 * Open the first method that is available. If none is, list all reasons and
 * return the first method's error: it would have shown the most.
 */
static int open_auto(struct taking *l, const char *name)
{
	const struct vi_access *a = NULL;
	char why[512] = "";
	size_t n = 0;
	int err = -ENODATA, first = 0;

	while ((a = vi_access_next(name, a))) {
		err = open_access(l, a);
		if (!err)
			return 0;
		first = first ? first : err;
		if (n < sizeof(why))
			n += snprintf(why + n, sizeof(why) - n, "%s%s: %s",
				      n ? "; " : "", a->name, vi_error(l->ctx));
	}
	return vi_fail(l->ctx, first, "cannot read queues: %s", why);
}

/* Does @name select this method? */
static bool is_meant(const struct vi_access *access, const char *name)
{
	const struct vi_access *a = NULL;

	while ((a = vi_access_next(name, a)))
		if (a == access)
			return true;
	return false;
}

/* Add the methods that are available to the error message about @closed. */
static void say_what_is_open(struct vi_ctx *ctx, const char *closed, int err)
{
	const struct vi_access *a;
	char why[512], open[128] = "";
	size_t i = 0, n = 0;
	void *state;

	snprintf(why, sizeof(why), "%s", vi_error(ctx));
	if (err == -EACCES || ctx->root_fd >= 0)
		return;
	while (n < sizeof(open) && (a = next_public(&i))) {
		if (is_meant(a, closed) || vi_access_begin(ctx, a, &state))
			continue;
		vi_access_end(a, state);
		n += snprintf(open + n, sizeof(open) - n, "%s%s",
			      n ? ", " : "", a->name);
	}
	if (n)
		vi_fail(ctx, err, "%s; alternatives: --attach %s, or --read FILE",
			why, open);
	else
		vi_fail(ctx, err, "%s; no other method is available in this environment: inspect from the host, or read a capture (--read FILE)",
			why);
}

static int begin(struct taking *l, const char *name)
{
	const struct vi_access *access = vi_access_next(name, NULL);
	int err;

	if (!access)
		return unknown_access(l->ctx, name);
	err = vi_access_is_auto(name) ? open_auto(l, name) :
					open_access(l, access);
	if (err)
		say_what_is_open(l->ctx, name, err);
	else
		open_witness(l);
	return err;
}

static void end(struct taking *l)
{
	if (l->access)
		vi_access_end(l->access, l->state);
	if (l->witness)
		vi_access_end(l->witness, l->witness_state);
	vi_snapshot_irqs_free(l->irqs);
}

/* Read, decode and keep a snapshot. On failure, keep only a note. */
static int take(struct taking *l, struct vi_device *dev,
		   const struct vi_access *access, void *state)
{
	struct vi_snapshot *snap = vi_snapshot_new(dev, access->name);
	int err;

	if (!snap)
		return vi_fail(l->ctx, -ENOMEM, "out of memory");
	/* A live device's status must be from the same time as its queues. */
	if (vi_is_live(dev))
		dev->state[VI_FACT_STATUS] = dev->state[VI_FACT_LINK] = 0;
	vi_snapshot_iommu(snap);
	err = access->snapshot(state, dev, snap);
	if (!err && access == l->access && l->witness)
		err = vi_disagree_find(l->witness, l->witness_state, dev);
	if (!err)
		err = vi_snapshot_finish(snap, access, state);
	if (!err && access->interrupts) {
		access->interrupts(snap);
	} else if (!err && dev->index >= 0 && vi_is_local(dev)) {
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

/* For devices with their own method: simulated, captured, by address. */
static int take_own(struct taking *l, struct vi_device *dev,
		       const char *name)
{
	const struct vi_access *access = dev->own_access;

	if (!vi_access_is_auto(name) && strcmp(name, access->name))
		return vi_fail(l->ctx, -EINVAL,
			       "%s: --attach=%s is for devices of this machine; omit it",
			       vi_device_title(dev), name);
	return access->snapshot ? take(l, dev, access, dev->own_state) : 0;
}

/*
 * A device that virtio's drivers do not hold: only who holds it knows its queues.
 * Defects in its capabilities may be why it was refused.
 */
static int take_bare(struct vi_device *dev)
{
	unsigned int i;
	int err;

	vi_access_drop_notes(dev);
	if (!vi_load(dev, VI_FACT_DRIVER))
		return vi_access_note(dev, "held by %s, which has its queues",
				      dev->driver);
	if (dev->state[VI_FACT_DRIVER] != -ENODATA)
		return vi_access_note(dev, "its driver cannot be read");
	if (vi_load(dev, VI_FACT_PCI_ID))
		return vi_access_note(dev, "the driver virtio-mmio is not loaded, so what is in this slot is unknown");
	err = vi_access_note(dev, "no driver is bound to its PCI function");
	if (vi_load(dev, VI_FACT_PCI_CONFIG))
		return err;
	for (i = 0; !err && i < dev->pci->num_hazards; i++)
		if (dev->pci->hazards[i].severity == 'E')
			err = vi_access_note(dev, "a driver may refuse it: %s: %s",
					     dev->pci->hazards[i].code,
					     dev->pci->hazards[i].message);
	return err;
}

static int take_all_bare(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;
	int err = 0;

	while (!err && (dev = vi_device_next(ctx, dev)))
		if (dev->bare)
			err = take_bare(dev);
	return err ? vi_fail(ctx, err, "out of memory") : 0;
}

static int take_once(struct taking *l, struct vi_device *dev,
		     const char *name)
{
	int err = 0;

	if (dev->bare)
		return take_bare(dev);
	/* Its registers may hang the machine when they are read. */
	if (!dev->name && dev->slot.status)
		return vi_fail(l->ctx, -ENODEV,
			       "%s: not read, as its status in the device tree is \"%s\"",
			       vi_device_title(dev), dev->slot.status);
	l->tried++;
	/* The notes of a captured snapshot stay. */
	if (vi_is_local(dev) || dev->own_access->snapshot)
		vi_access_drop_notes(dev);
	if (!vi_is_local(dev)) {
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

/* An unavailable method is unavailable for all local devices. */
static void note_closed(struct vi_ctx *ctx)
{
	struct vi_device *dev = NULL;

	while ((dev = vi_device_next(ctx, dev))) {
		if (!vi_is_local(dev) || !dev->name)
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
	err = take_all_bare(ctx);
	if (err)
		return err;
	while ((each = vi_device_next(ctx, each))) {
		/* A device tree slot without a device, or a bare device. */
		if (!each->name)
			continue;
		err = take_once(&l, each, access);
		first = first ? first : err;
		if (err && vi_is_local(each) && !l.access) {
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
	if (!vi_is_local(dev))
		return 0;
	*access = vi_access_find(snap->attach);
	return *access ? vi_access_begin(dev->ctx, *access, state) : -ENODATA;
}

void vi_access_release(struct vi_device *dev, const struct vi_access *access,
		       void *state)
{
	if (vi_is_local(dev))
		vi_access_end(access, state);
}
