// SPDX-License-Identifier: LGPL-2.1-or-later
/* The devices of a context: their lifetime and their order. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus.h"
#include "core/file.h"
#include "inspect/device.h"
#include "inspect/held.h"
#include "spec/features.h"

/* --- The list --- */

static void free_inventory(struct vi_inventory *inv)
{
	struct vi_ctx *ctx = inv->ctx;
	size_t i;

	/* The bus first: it refers to the devices. */
	virtio_bus_free(inv->bus);
	for (i = 0; i < inv->count; i++)
		vi_device_end(inv->devices[i]);
	vi_batch_free(inv->machine);
	vi_batch_free(inv->taken);
	vi_pool_free(&inv->pool);
	free(inv->devices);
	free(inv);
	vi_ctx_put(ctx);
}

static void put_inventory(struct vi_inventory *inv)
{
	if (!--inv->refs)
		free_inventory(inv);
}

/*
 * Facts that nobody has read yet stay unknown from now on, because another
 * device may have taken this one's place in sysfs.
 */
void vi_inventory_drop(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->inventory;
	size_t i;

	if (!inv)
		return;
	ctx->inventory = NULL;
	for (i = 0; i < inv->count; i++)
		inv->devices[i]->read = NULL;
	put_inventory(inv);
}

struct vi_inventory *vi_inventory(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->inventory;

	if (inv)
		return inv;
	inv = calloc(1, sizeof(*inv));
	if (!inv) {
		vi_fault(ctx, NULL, -ENOMEM);
		return NULL;
	}
	inv->refs = 1;
	inv->ctx = ctx;
	vi_ctx_get(ctx);
	inv->pool.ctx = ctx;
	ctx->inventory = inv;
	ctx->drop_inventory = vi_inventory_drop;
	return inv;
}

VI_EXPORT struct vi_device *vi_device_ref(struct vi_device *dev)
{
	dev->inv->refs++;
	return dev;
}

VI_EXPORT void vi_device_unref(struct vi_device *dev)
{
	if (dev)
		put_inventory(dev->inv);
}

int vi_device_current(struct vi_ctx *ctx, const struct vi_device *dev)
{
	if (dev->inv == ctx->inventory)
		return 0;
	return vi_fail(ctx, -ESTALE,
		       "%s: found by an earlier scan; find the device again",
		       vi_device_label(dev));
}

struct vi_device *vi_inventory_add(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = vi_inventory(ctx);
	struct vi_device *dev;

	if (!inv)
		return NULL;
	dev = vi_pool_alloc(&inv->pool, sizeof(*dev));
	if (!dev)
		return NULL;
	if (!vi_grow(&inv->devices, inv->count, sizeof(*inv->devices))) {
		vi_fault(ctx, NULL, -ENOMEM);
		return NULL;
	}
	dev->ctx = ctx;
	dev->inv = inv;
	dev->index = -1;
	dev->pos = inv->count;
	inv->devices[inv->count++] = dev;
	return dev;
}

/* The pool keeps the memory until it is freed. */
void vi_inventory_undo(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->inventory;

	vi_device_end(inv->devices[--inv->count]);
}

/* Their digits are hexadecimal, and a domain may have more than four. */
static int cmp_addresses(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	return n != m ? (n < m ? -1 : 1) : strcmp(a, b);
}

/* Devices without a name sort last: PCI functions, then slots. */
static int cmp_devices(const void *p, const void *q)
{
	const struct vi_device *a = *(struct vi_device *const *)p;
	const struct vi_device *b = *(struct vi_device *const *)q;

	if (a->name && b->name)
		return vi_natural_cmp(a->name, b->name);
	if (a->name || b->name)
		return a->name ? -1 : 1;
	if (a->bare && b->bare)
		return cmp_addresses(a->address, b->address);
	if (a->bare || b->bare)
		return a->bare ? -1 : 1;
	return a->mmio_base < b->mmio_base ? -1 : a->mmio_base > b->mmio_base;
}

void vi_inventory_sort(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->inventory;
	size_t i;

	if (!inv || !inv->count)
		return;
	qsort(inv->devices, inv->count, sizeof(*inv->devices), cmp_devices);
	for (i = 0; i < inv->count; i++)
		inv->devices[i]->pos = i;
}

const struct vi_host *vi_recorded_host(const struct vi_ctx *ctx)
{
	const struct vi_inventory *inv = ctx->inventory;

	return inv ? inv->host : NULL;
}

int vi_cached(struct vi_ctx *ctx, enum vi_cache cache,
	      int (*load)(struct vi_ctx *ctx, void **data), void **data)
{
	struct vi_inventory *inv = vi_inventory(ctx);

	if (!inv)
		return -ENOMEM;
	if (!inv->cache[cache].tried) {
		size_t failures = ctx->failures;

		inv->cache[cache].tried = true;
		inv->cache[cache].err = load(ctx, &inv->cache[cache].data);
		/* load() may have left a more precise message. */
		if (ctx->failures == failures)
			vi_fault(ctx, NULL, inv->cache[cache].err);
	}
	*data = inv->cache[cache].data;
	return inv->cache[cache].err;
}

VI_EXPORT struct vi_device *vi_device_next(struct vi_ctx *ctx,
					   const struct vi_device *prev)
{
	const struct vi_inventory *inv = ctx->inventory;
	size_t pos = prev ? prev->pos + 1 : 0;

	if (prev && prev->inv != inv)
		return NULL;
	return inv && pos < inv->count ? inv->devices[pos] : NULL;
}

/* --- Facts --- */

void vi_set_fact(struct vi_device *dev, enum vi_fact fact, int err)
{
	if (err && err != -EACCES && err != -EPERM && !vi_is_fault(err))
		err = -ENODATA;
	dev->state[fact] = err ? err : 1;
}

static void read_fact(struct vi_device *dev, enum vi_fact fact)
{
	size_t failures = dev->ctx->failures;
	int err = dev->read(dev, fact);

	/* The reader may have left a more precise message. */
	if (dev->ctx->failures == failures)
		vi_fault(dev->ctx, err == -ENOMEM ? NULL :
			 vi_device_label(dev), err);
	vi_set_fact(dev, fact, err);
}

int vi_load(struct vi_device *dev, enum vi_fact fact)
{
	if (!dev->state[fact]) {
		/* In case reading the fact asks for the fact. */
		vi_set_fact(dev, fact, -ENODATA);
		if (dev->read)
			read_fact(dev, fact);
	}
	return dev->state[fact] < 0 ? dev->state[fact] : 0;
}

const char *vi_device_label(const struct vi_device *dev)
{
	return dev->name ? dev->name : dev->address ? dev->address : "?";
}

const char *vi_device_title(struct vi_device *dev)
{
	const char *label = vi_device_label(dev), *kname;
	size_t size;

	if (dev->title || vi_load(dev, VI_FACT_KNAMES) || !dev->knames.count)
		return dev->title ? dev->title : label;
	kname = dev->knames.v[0];
	size = strlen(label) + strlen(kname) + sizeof(" ()");
	dev->title = vi_pool_alloc(vi_device_pool(dev), size);
	if (!dev->title)
		return label;
	snprintf(dev->title, size, "%s (%s)", label, kname);
	return dev->title;
}

/*
 * Add a driver to the bus only when the first device of its type appears: a
 * machine has few types of device, and the bus asks every driver.
 */
static int add_driver_for(struct virtio_bus *bus,
			  const struct virtio_device_id *id)
{
	const struct vi_device_type *type;
	size_t i;
	int err;

	for (i = 0; (type = vi_device_type_at(i)); i++) {
		if (!virtio_id_match(type->driver.id_table, id))
			continue;
		err = virtio_bus_add_driver(bus, &type->driver);
		if (err && err != -EEXIST)
			return err;
	}
	return 0;
}

int vi_device_on_bus(struct vi_device *dev)
{
	struct vi_inventory *inv = dev->inv;
	int err;

	if (!inv->bus)
		inv->bus = virtio_bus_new();
	if (!inv->bus)
		return -ENOMEM;
	err = add_driver_for(inv->bus, &dev->vdev.id);
	return err ? err : virtio_bus_add_device(inv->bus, &dev->vdev);
}

const struct vi_device_type *vi_device_type(struct vi_device *dev)
{
	if (vi_load(dev, VI_FACT_ID))
		return NULL;
	return vi_device_type_of(virtio_bus_driver(&dev->vdev));
}

bool vi_device_alone(struct vi_device *dev)
{
	const struct vi_inventory *inv = dev->inv;
	size_t i;

	if (vi_load(dev, VI_FACT_ID))
		return false;
	for (i = 0; i < inv->count; i++) {
		struct vi_device *other = inv->devices[i];

		if (other == dev || !other->name)
			continue;
		/* A device of unknown type may be of this type. */
		if (vi_load(other, VI_FACT_ID) ||
		    other->vdev.id.device == dev->vdev.id.device)
			return false;
	}
	return true;
}

bool vi_device_negotiated(struct vi_device *dev, unsigned int bit)
{
	return !vi_load(dev, VI_FACT_FEATURES) &&
	       vi_features_test(dev->vdev.features, bit);
}
