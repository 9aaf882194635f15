// SPDX-License-Identifier: LGPL-2.1-or-later
/* What registers have told of a device: kept, and given out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "inspect/fields/registers.h"
#include "spec/features.h"

/* --- Keeping it --- */

static int name_offered(struct vi_pool *pool, struct vi_device *dev,
			struct vi_device_registers *r)
{
	uint32_t id = vi_load(dev, VI_FACT_ID) ? 0 : dev->vdev.id.device;
	unsigned int bit;
	char number[16];
	const char *name;
	int err = 0;

	for (bit = 0; bit < r->regs.offered_bits && !err; bit++) {
		if (!vi_features_test(r->regs.offered, bit))
			continue;
		name = vi_feature_name(id, bit);
		if (!name) {
			snprintf(number, sizeof(number), "bit %u", bit);
			name = vi_pool_strdup(pool, number);
		}
		err = vi_strings_add(pool, &r->offered_names, name);
	}
	return err;
}

static int copy_registers(struct vi_pool *pool, struct vi_device *dev,
			  const struct vi_registers *regs,
			  struct vi_device_registers **out)
{
	struct vi_device_registers *r = vi_pool_alloc(pool, sizeof(*r));
	size_t size = regs->count * sizeof(*regs->queues);

	if (!r)
		return -ENOMEM;
	r->regs = *regs;
	r->regs.queues = vi_pool_alloc(pool, size ? size : 1);
	if (!r->regs.queues)
		return -ENOMEM;
	if (size)
		memcpy(r->regs.queues, regs->queues, size);
	r->num_rows = vi_config_decode(vi_device_type(dev),
				       regs->offered_bits ? regs->offered :
				       dev->vdev.features,
				       regs->config.bytes, regs->config.len,
				       r->rows);
	*out = r;
	return name_offered(pool, dev, r);
}

int vi_keep_registers(struct vi_device *dev, const struct vi_registers *regs)
{
	struct vi_batch *batch = vi_batch_new(dev->ctx);
	struct vi_device_registers *r;
	int err = batch ? copy_registers(&batch->pool, dev, regs, &r) :
			  -ENOMEM;

	if (err) {
		vi_batch_free(batch);
		return err;
	}
	vi_retire(dev, dev->registers_in);
	dev->registers_in = batch;
	dev->registers = r;
	return 0;
}

/* --- Of the device --- */

static const struct vi_device_registers *registers_of(const void *object)
{
	return ((const struct vi_device *)object)->registers;
}

/* They may be replaced while a program has them. */
static void give(const void *object)
{
	const struct vi_device *dev = object;

	vi_give(dev, dev->registers_in);
}

int vi_get_offered(const void *object, struct vi_value *v)
{
	const struct vi_device_registers *r = registers_of(object);

	if (!r || !r->regs.offered_bits)
		return -ENODATA;
	v->features = r->regs.offered;
	return 0;
}

int vi_get_offered_names(const void *object, struct vi_value *v)
{
	const struct vi_device_registers *r = registers_of(object);

	if (!r || !r->regs.offered_bits)
		return -ENODATA;
	give(object);
	v->list = r->offered_names.v;
	v->count = r->offered_names.count;
	return 0;
}

int vi_get_config(const void *object, struct vi_value *v)
{
	const struct vi_device_registers *r = registers_of(object);

	if (!r || !r->num_rows)
		return -ENODATA;
	give(object);
	v->records = r->rows;
	v->count = r->num_rows;
	v->stride = sizeof(r->rows[0]);
	return 0;
}

int vi_get_registers(const void *object, struct vi_value *v)
{
	const struct vi_device_registers *r = registers_of(object);

	if (!r)
		return -ENODATA;
	give(object);
	v->records = &r->regs;
	v->count = 1;
	v->stride = sizeof(r->regs);
	return 0;
}

/* --- Of configuration space --- */

static int get_name(const void *object, struct vi_value *v)
{
	v->string = ((const struct vi_config_row *)object)->name;
	return 0;
}

static int get_value(const void *object, struct vi_value *v)
{
	v->string = ((const struct vi_config_row *)object)->value;
	return 0;
}

static const struct vi_field config_fields[] = {
	{ "name", VI_STRING, "of the field, as the specification has it", get_name, NULL },
	{ "value", VI_STRING, "of the field", get_value, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_config_schema = { config_fields };

/* --- Of registers --- */

#define NUMBER(type, name, known, value_)				\
static int get_##name(const void *object, struct vi_value *v)		\
{									\
	const struct type *r = object;					\
									\
	if (!(known))							\
		return -ENODATA;					\
	v->number = (value_);						\
	return 0;							\
}

#define BOOL(type, name, value_)					\
static int get_##name(const void *object, struct vi_value *v)		\
{									\
	const struct type *r = object;					\
									\
	v->boolean = (value_);						\
	return 0;							\
}

NUMBER(vi_registers, status, true, r->status)
NUMBER(vi_registers, version, r->version, r->version)
NUMBER(vi_registers, device_id, r->version, r->device_id)
NUMBER(vi_registers, vendor_id, r->version, r->vendor_id)
NUMBER(vi_registers, num_queues, !r->version, r->num_queues)
NUMBER(vi_registers, config_vector, r->config_msix_vector != VI_NO_VECTOR,
       r->config_msix_vector)
NUMBER(vi_registers, generation, r->config.len, r->config.generation)
BOOL(vi_registers, config_torn, r->config.torn)

static int get_accepted(const void *object, struct vi_value *v)
{
	const struct vi_registers *r = object;

	v->features = r->accepted;
	return r->accepted_bits ? 0 : -ENODATA;
}

static int get_queues(const void *object, struct vi_value *v)
{
	const struct vi_registers *r = object;

	v->records = r->queues;
	v->count = r->count;
	v->stride = sizeof(*r->queues);
	return 0;
}

NUMBER(vi_queue_registers, index, true, r->index)
NUMBER(vi_queue_registers, size, !r->max_size && !(r->unknown & VI_QREG_SIZE),
       r->size)
NUMBER(vi_queue_registers, max_size, r->max_size, r->max_size)

static int get_enabled(const void *object, struct vi_value *v)
{
	const struct vi_queue_registers *r = object;

	v->boolean = r->enabled;
	return r->unknown & VI_QREG_ENABLED ? -ENODATA : 0;
}

NUMBER(vi_queue_registers, vector, r->msix_vector != VI_NO_VECTOR,
       r->msix_vector)
NUMBER(vi_queue_registers, notify_off,
       !r->max_size && !(r->unknown & VI_QREG_NOTIFY_OFF), r->notify_off)
/* 0 is what a device gives that does not let them be read. */
NUMBER(vi_queue_registers, desc, r->desc, r->desc)
NUMBER(vi_queue_registers, driver, r->driver, r->driver)
NUMBER(vi_queue_registers, device, r->device, r->device)

static const struct vi_field queue_fields[] = {
	{ "index", VI_UINT, "what was written to queue_select", get_index, NULL },
	{ "size", VI_UINT, "queue_size", get_size, NULL },
	{ "max_size", VI_UINT, "mmio: QueueSizeMax", get_max_size, NULL },
	{ "enabled", VI_BOOL, "queue_enable; mmio: QueueReady", get_enabled, NULL },
	{ "vector", VI_UINT, "queue_msix_vector; absent: none", get_vector, NULL },
	{ "notify_off", VI_UINT, "queue_notify_off", get_notify_off, NULL },
	{ "desc", VI_HEX, "queue_desc; absent where the device does not let it be read", get_desc, NULL },
	{ "driver", VI_HEX, "queue_driver, likewise", get_driver, NULL },
	{ "device", VI_HEX, "queue_device, likewise", get_device, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema queue_schema = { queue_fields };

/* --- Of what the kernel says otherwise --- */

static int get_about_queue(const void *object, struct vi_value *v)
{
	const struct vi_disagreement *d = object;

	v->number = d->queue;
	return d->has_queue ? 0 : -ENODATA;
}

#define TEXT(name, member)						\
static int get_said_##name(const void *object, struct vi_value *v)	\
{									\
	v->string = ((const struct vi_disagreement *)object)->member;	\
	return v->string ? 0 : -ENODATA;				\
}

TEXT(what, what)
TEXT(registers, registers.text)
TEXT(kernel, kernel.text)

static const struct vi_field disagreement_fields[] = {
	{ "queue", VI_UINT, "queue that it is about", get_about_queue, NULL },
	{ "what", VI_STRING, "what differs", get_said_what, NULL },
	{ "registers", VI_STRING, "what the registers say", get_said_registers, NULL },
	{ "kernel", VI_STRING, "what the kernel's structures say", get_said_kernel, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema disagreement_schema = { disagreement_fields };

/* The registers are the first member of what is kept of them. */
static int get_disagreements(const void *object, struct vi_value *v)
{
	const struct vi_device_registers *r = object;

	v->records = r->disagreements;
	v->count = r->num_disagreements;
	v->stride = sizeof(*r->disagreements);
	return r->compared ? 0 : -ENODATA;
}

static const struct vi_field registers_fields[] = {
	{ "version", VI_UINT, "mmio: Version", get_version, NULL },
	{ "device_id", VI_UINT, "mmio: DeviceID", get_device_id, NULL },
	{ "vendor_id", VI_HEX, "mmio: VendorID", get_vendor_id, NULL },
	{ "status", VI_HEX, "device_status", get_status, NULL },
	{ "accepted", VI_FEATURES, "driver_feature", get_accepted, NULL },
	{ "num_queues", VI_UINT, "num_queues", get_num_queues, NULL },
	{ "config_vector", VI_UINT, "config_msix_vector; absent: none", get_config_vector, NULL },
	{ "config_generation", VI_UINT, "config_generation", get_generation, NULL },
	{ "config_torn", VI_BOOL, "configuration space changed each time it was read", get_config_torn, NULL },
	{ "queues", VI_RECORDS, "of each queue that was selected", get_queues, &queue_schema },
	{ "disagreements", VI_RECORDS, "what the kernel's structures say otherwise; absent: they were not compared", get_disagreements, &disagreement_schema },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_registers_schema = { registers_fields };
