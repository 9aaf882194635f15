// SPDX-License-Identifier: LGPL-2.1-or-later
/* The devices of a context: how long they live, and in what order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus.h"
#include "core/file.h"
#include "inspect/device.h"
#include "inspect/held.h"
#include "spec/features.h"

/* --- The list --- */

static void free_bus(struct vi_ctx *ctx)
{
	virtio_bus_free(ctx->bus);
	ctx->bus = NULL;
}

static void free_inventory(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->caches;
	size_t i;

	if (!inv)
		return;
	for (i = 0; i < inv->count; i++)
		vi_device_end(inv->devices[i]);
	vi_batch_free(inv->machine);
	vi_batch_free(inv->taken);
	ctx->caches = NULL;
	vi_pool_free(&inv->pool);
	free(inv->devices);
	free(inv);
}

struct vi_inventory *vi_inventory(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->caches;

	if (inv)
		return inv;
	inv = calloc(1, sizeof(*inv));
	if (!inv) {
		vi_fault(ctx, NULL, -ENOMEM);
		return NULL;
	}
	inv->pool.ctx = ctx;
	ctx->caches = inv;
	ctx->free_caches = free_inventory;
	return inv;
}

void vi_inventory_drop(struct vi_ctx *ctx)
{
	/* The bus first: it has the devices. */
	free_bus(ctx);
	free_inventory(ctx);
}

struct vi_device *vi_inventory_add(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = vi_inventory(ctx);
	struct vi_device *dev, **grown;
	size_t room;

	if (!inv)
		return NULL;
	dev = vi_pool_alloc(&inv->pool, sizeof(*dev));
	if (!dev)
		return NULL;
	if (inv->count == inv->room) {
		room = inv->room ? inv->room * 2 : 16;
		grown = reallocarray(inv->devices, room, sizeof(*grown));
		if (!grown) {
			vi_fault(ctx, NULL, -ENOMEM);
			return NULL;
		}
		inv->devices = grown;
		inv->room = room;
	}
	dev->ctx = ctx;
	dev->index = -1;
	dev->pos = inv->count;
	inv->devices[inv->count++] = dev;
	return dev;
}

/* What only the pool knows of stays until it is freed. */
void vi_inventory_undo(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->caches;

	vi_device_end(inv->devices[--inv->count]);
}

/* Slots without a name come after all that has one. */
static int cmp_devices(const void *p, const void *q)
{
	const struct vi_device *a = *(struct vi_device *const *)p;
	const struct vi_device *b = *(struct vi_device *const *)q;

	if (a->name && b->name)
		return vi_natural_cmp(a->name, b->name);
	if (a->name || b->name)
		return a->name ? -1 : 1;
	return a->mmio_base < b->mmio_base ? -1 : a->mmio_base > b->mmio_base;
}

void vi_inventory_sort(struct vi_ctx *ctx)
{
	struct vi_inventory *inv = ctx->caches;
	size_t i;

	if (!inv || !inv->count)
		return;
	qsort(inv->devices, inv->count, sizeof(*inv->devices), cmp_devices);
	for (i = 0; i < inv->count; i++)
		inv->devices[i]->pos = i;
}

const struct vi_host *vi_recorded_host(const struct vi_ctx *ctx)
{
	const struct vi_inventory *inv = ctx->caches;

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
		/* Unless it was said what it is. */
		if (ctx->failures == failures)
			vi_fault(ctx, NULL, inv->cache[cache].err);
	}
	*data = inv->cache[cache].data;
	return inv->cache[cache].err;
}

VI_EXPORT struct vi_device *vi_device_next(struct vi_ctx *ctx,
					   const struct vi_device *prev)
{
	const struct vi_inventory *inv = ctx->caches;
	size_t pos = prev ? prev->pos + 1 : 0;

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

	/* Whoever knew more of it has said so. */
	if (dev->ctx->failures == failures)
		vi_fault(dev->ctx, err == -ENOMEM ? NULL :
			 vi_device_label(dev), err);
	vi_set_fact(dev, fact, err);
}

int vi_load(struct vi_device *dev, enum vi_fact fact)
{
	if (!dev->state[fact]) {
		/* The answer, should reading it lead back to here. */
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

/*
 * The driver of a device's type goes on the bus when the first device of that
 * type does: a machine has devices of few types, and the bus asks each driver.
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
	struct vi_ctx *ctx = dev->ctx;
	int err;

	if (!ctx->bus) {
		ctx->bus = virtio_bus_new();
		ctx->free_bus = free_bus;
	}
	if (!ctx->bus)
		return -ENOMEM;
	err = add_driver_for(ctx->bus, &dev->vdev.id);
	return err ? err : virtio_bus_add_device(ctx->bus, &dev->vdev);
}

const struct vi_device_type *vi_device_type(struct vi_device *dev)
{
	if (vi_load(dev, VI_FACT_ID))
		return NULL;
	return vi_device_type_of(virtio_bus_driver(&dev->vdev));
}

bool vi_device_alone(struct vi_device *dev)
{
	const struct vi_inventory *inv = dev->ctx->caches;
	size_t i;

	if (vi_load(dev, VI_FACT_ID))
		return false;
	for (i = 0; i < inv->count; i++) {
		struct vi_device *other = inv->devices[i];

		if (other == dev || !other->name)
			continue;
		/* One whose type cannot be read may be of any. */
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
