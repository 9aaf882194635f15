// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Devices in a flattened device tree: a slot is added to the device at its
 * address, or becomes a device of which only the slot is known.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/fdt/blob.h"
#include "access/fdt/tree.h"
#include "core/file.h"

#define BOOTED_WITH	"/sys/firmware/fdt"

/* Far beyond real device trees. */
#define MAX_BLOB	(16 << 20)

/* --- Reading the file --- */

/* Read a file that the user named, on this machine even with a sysroot. */
static char *read_named(const char *path, size_t *len)
{
	struct vi_ctx here = { .root_fd = -1 };
	struct stat st;

	/* Do not block on a FIFO or the like. */
	if (stat(path, &st))
		return NULL;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return NULL;
	}
	return vi_read_all(&here, path, MAX_BLOB, len);
}

static int fail_to_read(struct vi_ctx *ctx, const char *path, bool named,
			int err)
{
	if (named)
		return vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	if (err == -ENOENT)
		return vi_fail(ctx, err,
			       "%s: this machine has no device tree", path);
	if (err == -EACCES)
		return vi_fail(ctx, err,
			       "%s: reading the device tree needs root",
			       path);
	return vi_fail(ctx, err, "%s: %s", path, strerror(-err));
}

/* --- Joining slots and devices --- */

/* A device with a memory address. */
struct place {
	uint64_t base;
	struct vi_device *dev;
};

static int cmp_places(const void *p, const void *q)
{
	const struct place *a = p, *b = q;

	return a->base < b->base ? -1 : a->base > b->base;
}

/* Sorted by address; NULL when out of memory. */
static struct place *find_places(struct vi_ctx *ctx, size_t *count)
{
	const struct vi_inventory *inv = ctx->inventory;
	struct place *places = calloc(inv->count + 1, sizeof(*places));
	struct vi_device *dev = NULL;

	*count = 0;
	while (places && (dev = vi_device_next(ctx, dev))) {
		if (vi_load(dev, VI_FACT_ADDRESS) || !dev->has_mmio_base)
			continue;
		places[*count].base = dev->mmio_base;
		places[(*count)++].dev = dev;
	}
	if (places)
		qsort(places, *count, sizeof(*places), cmp_places);
	return places;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_slot(const struct vi_slot *a, const struct vi_slot *b)
{
	return a->base == b->base && a->size == b->size &&
	       a->has_interrupt_parent == b->has_interrupt_parent &&
	       a->interrupt_parent == b->interrupt_parent &&
	       same_text(a->node, b->node) &&
	       same_text(a->status, b->status) &&
	       same_text(a->interrupts, b->interrupts) &&
	       same_text(a->interrupts_extended, b->interrupts_extended);
}

static const char *copy_text(struct vi_pool *pool, const char *s, int *err)
{
	const char *copy = s ? vi_pool_strdup(pool, s) : NULL;

	if (s && !copy)
		*err = -ENOMEM;
	return copy;
}

/* Reading a tree again allocates nothing for unchanged slots. */
static int set_slot(struct vi_device *dev, const struct vi_slot *slot)
{
	struct vi_pool *pool = vi_device_pool(dev);
	struct vi_slot copy = *slot;
	int err = 0;

	if (same_slot(&dev->slot, slot))
		return 0;
	copy.node = copy_text(pool, slot->node, &err);
	copy.status = copy_text(pool, slot->status, &err);
	copy.interrupts = copy_text(pool, slot->interrupts, &err);
	copy.interrupts_extended = copy_text(pool, slot->interrupts_extended,
					     &err);
	if (err)
		return err;
	dev->slot = copy;
	vi_set_fact(dev, VI_FACT_SLOT, 0);
	return 0;
}

static int add_slot_device(struct vi_ctx *ctx, const struct vi_slot *slot)
{
	struct vi_device *dev = vi_inventory_add(ctx);
	char text[32];

	if (!dev)
		return -ENOMEM;
	snprintf(text, sizeof(text), "mmio:0x%" PRIx64, slot->base);
	dev->address = vi_pool_strdup(vi_device_pool(dev), text);
	if (!dev->address)
		return -ENOMEM;
	dev->has_mmio_base = true;
	dev->mmio_base = slot->base;
	dev->transport = "mmio";
	vi_set_fact(dev, VI_FACT_ADDRESS, 0);
	vi_set_fact(dev, VI_FACT_TRANSPORT, 0);
	return set_slot(dev, slot);
}

static int cmp_slots(const void *p, const void *q)
{
	const struct vi_slot *a = p, *b = q;

	return a->base < b->base ? -1 : a->base > b->base;
}

static int join(struct vi_ctx *ctx, const char *path, struct vi_slots *slots)
{
	struct place *places, *place, key = { 0, NULL };
	size_t i, count;
	int err = 0;

	places = find_places(ctx, &count);
	if (!places)
		return -ENOMEM;
	qsort(slots->slots, slots->count, sizeof(*slots->slots), cmp_slots);
	for (i = 0; !err && i < slots->count; i++) {
		struct vi_slot *slot = &slots->slots[i];

		if (i && slot->base == slot[-1].base) {
			vi_warn(ctx, "%s: %s: same address as %s",
				path, slot->node, slot[-1].node);
			continue;
		}
		key.base = slot->base;
		place = bsearch(&key, places, count, sizeof(key), cmp_places);
		err = place ? set_slot(place->dev, slot) :
			      add_slot_device(ctx, slot);
	}
	free(places);
	return err;
}

static int add_blob(struct vi_ctx *ctx, const char *path, const void *blob,
		    size_t len)
{
	struct vi_slots slots = { { NULL, ctx }, NULL, 0 };
	const char *wrong;
	char other[128];
	int err;

	if (vi_fdt_is_other(blob, len, other))
		return vi_fail(ctx, -EINVAL, "%s: %s", path, other);
	wrong = vi_fdt_check(blob, len);
	if (wrong)
		return vi_fail(ctx, -EINVAL, "%s: damaged device tree: %s",
			       path, wrong);
	if (!vi_inventory(ctx))
		return vi_fail(ctx, -ENOMEM, "%s: out of memory", path);
	err = vi_fdt_slots(ctx, path, blob, len, &slots);
	if (!err && slots.count) {
		err = join(ctx, path, &slots);
		if (err)
			vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	}
	vi_pool_free(&slots.pool);
	vi_inventory_sort(ctx);
	return err;
}

VI_EXPORT int vi_scan_fdt(struct vi_ctx *ctx, const char *path)
{
	const char *from = path ? path : BOOTED_WITH;
	char *blob;
	size_t len;
	int err;

	blob = path ? read_named(path, &len) :
		      vi_read_all(ctx, BOOTED_WITH, MAX_BLOB, &len);
	if (!blob)
		return fail_to_read(ctx, from, path != NULL, -errno);
	err = add_blob(ctx, from, blob, len);
	free(blob);
	return err;
}
