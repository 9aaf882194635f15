// SPDX-License-Identifier: LGPL-2.1-or-later
/* Register contents: storing them, and their fields. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "inspect/access.h"
#include "inspect/fields/registers.h"
#include "spec/features.h"

/* --- Storing them --- */

static int name_offered(struct vi_pool *pool, struct vi_device *dev,
			struct vi_features offered, unsigned int bits,
			struct vi_strings *names)
{
	uint32_t id = vi_load(dev, VI_FACT_ID) ? 0 : dev->vdev.id.device;
	unsigned int bit;
	char number[16];
	const char *name;
	int err = 0;

	vi_features_for_each(bit, offered) {
		if (bit >= bits || err)
			break;
		name = vi_feature_name(id, bit);
		if (!name) {
			snprintf(number, sizeof(number), "bit %u", bit);
			name = vi_pool_strdup(pool, number);
		}
		err = vi_strings_add(pool, names, name);
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
	return name_offered(pool, dev, r->regs.offered, r->regs.offered_bits,
			    &r->offered_names);
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

/* --- Fields of the device --- */

static const struct vi_device_registers *registers_of(const void *object)
{
	return ((const struct vi_device *)object)->registers;
}

/* Keep them if they are replaced while the program uses them. */
static void give(const void *object)
{
	const struct vi_device *dev = object;

	vi_give(dev, dev->registers_in);
}

int vi_offered(struct vi_device *dev, struct vi_features *offered,
	       unsigned int *bits)
{
	const struct vi_device_registers *r = dev->registers;
	int err;

	if (r && r->regs.offered_bits) {
		*offered = r->regs.offered;
		*bits = r->regs.offered_bits;
		return 0;
	}
	err = vi_load(dev, VI_FACT_OFFERED);
	*offered = dev->offered;
	*bits = vi_load(dev, VI_FACT_FEATURES) ? 64 : dev->features_width;
	return err;
}

int vi_get_offered(const void *object, struct vi_value *v)
{
	unsigned int bits;

	return vi_offered((struct vi_device *)object, &v->features, &bits);
}

int vi_get_offered_from(const void *object, struct vi_value *v)
{
	struct vi_device *dev = (struct vi_device *)object;
	const struct vi_device_registers *r = dev->registers;
	bool by_registers = r && r->regs.offered_bits;

	/* Captures may not say. */
	if (!dev->offered_from && vi_is_replay(dev))
		return -ENODATA;
	v->string = dev->offered_from ? dev->offered_from :
		    by_registers ? "registers" : "debugfs";
	return by_registers ? 0 : vi_load(dev, VI_FACT_OFFERED);
}

/* Those in debugfs have no batch, as they are read once. */
static int offered_names(struct vi_device *dev, const struct vi_strings **names)
{
	struct vi_features offered;
	unsigned int bits;
	int err = vi_offered(dev, &offered, &bits);

	*names = &dev->texts.offered_names;
	if (!err && !dev->texts.has_offered_names) {
		dev->texts.offered_names = (struct vi_strings) { NULL };
		err = name_offered(vi_device_pool(dev), dev, offered, bits,
				   &dev->texts.offered_names);
		dev->texts.has_offered_names = !err;
	}
	return err;
}

int vi_get_offered_names(const void *object, struct vi_value *v)
{
	const struct vi_device_registers *r = registers_of(object);
	const struct vi_strings *names;
	int err = 0;

	if (r && r->regs.offered_bits) {
		give(object);
		names = &r->offered_names;
	} else {
		err = offered_names((struct vi_device *)object, &names);
	}
	v->list = names->v;
	v->count = names->count;
	return err;
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

/* --- Configuration space --- */

static const struct vi_field config_fields[] = {
	VI_MEMBER("name", VI_STRING, "field name in the specification", vi_config_row, name),
	VI_MEMBER("value", VI_STRING | VI_INLINE, "field value, followed by its meaning in parentheses if it has a name", vi_config_row, value),
	VI_FIELDS_END,
};

const struct vi_schema vi_config_schema = { config_fields };

/* --- Registers --- */

#define ALWAYS(n)	VI_UNLESS_ABSENT(vi_registers, n)
#define REG(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_registers, member, __VA_ARGS__)

/* Only virtio-mmio has a version, and only PCI the number of queues. */
static int test_mmio(const void *object, const struct vi_field *f)
{
	(void)f;
	return ((const struct vi_registers *)object)->version ? 0 : -ENODATA;
}

static int test_pci(const void *object, const struct vi_field *f)
{
	return test_mmio(object, f) ? 0 : -ENODATA;
}

static const struct vi_known on_mmio = { test_mmio, NULL };
static const struct vi_known on_pci = { test_pci, NULL };

/* Captures keep the decoded rows instead of the bytes. */
static int test_generation(const void *object, const struct vi_field *f)
{
	(void)f;
	return ((const struct vi_registers *)object)->config.len ? 0 : -ENODATA;
}

static void set_generation(void *object, const struct vi_field *f, bool there)
{
	(void)f;
	((struct vi_registers *)object)->config.len = there;
}

static const struct vi_known by_generation = {
	test_generation, set_generation,
};

static int get_accepted(const void *object, struct vi_value *v)
{
	const struct vi_registers *r = object;

	v->features = r->accepted;
	return r->accepted_bits ? 0 : -ENODATA;
}

#define QUEUE(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_queue_registers, member, __VA_ARGS__)

static int test_read(const void *object, const struct vi_field *f)
{
	const struct vi_queue_registers *q = object;

	return q->unknown & f->key ? -ENODATA : 0;
}

static void set_read(void *object, const struct vi_field *f, bool there)
{
	if (!there)
		((struct vi_queue_registers *)object)->unknown |= f->key;
}

static int test_pci_queue(const void *object, const struct vi_field *f)
{
	const struct vi_queue_registers *q = object;

	return q->max_size ? -ENODATA : test_read(object, f);
}

static const struct vi_known if_read = { test_read, set_read };
static const struct vi_known if_read_on_pci = { test_pci_queue, set_read };

/* A device that does not return its addresses reads as 0. */
static const struct vi_field queue_fields[] = {
	QUEUE("index", VI_UINT, index, "value of queue_select", .known = &if_read, .key = VI_QREG_INDEX),
	QUEUE("size", VI_UINT, size, "queue_size; absent for mmio, where it cannot be read", .known = &if_read_on_pci, .key = VI_QREG_SIZE),
	QUEUE("max_size", VI_UINT, max_size, "QueueSizeMax; mmio", VI_IF_NOT(0)),
	QUEUE("enabled", VI_BOOL, enabled, "queue_enable; mmio: QueueReady", .known = &if_read, .key = VI_QREG_ENABLED),
	QUEUE("vector", VI_UINT, msix_vector, "queue_msix_vector; absent: none", VI_IF_NOT(VI_NO_VECTOR)),
	QUEUE("notify_off", VI_UINT, notify_off, "queue_notify_off", .known = &if_read_on_pci, .key = VI_QREG_NOTIFY_OFF),
	QUEUE("desc", VI_HEX, desc, "queue_desc; absent if the device does not return it", VI_IF_NOT(0)),
	QUEUE("driver", VI_HEX, driver, "queue_driver, likewise", VI_IF_NOT(0)),
	QUEUE("device", VI_HEX, device, "queue_device, likewise", VI_IF_NOT(0)),
	VI_FIELDS_END,
};

static const struct vi_schema queue_schema = { queue_fields };

/* --- Disagreements --- */

#define DISAGREES(name, type, member, help, ...)			\
	VI_MEMBER(name, type, help, vi_disagreement, member, __VA_ARGS__)

static const struct vi_field disagreement_fields[] = {
	DISAGREES("queue", VI_UINT, queue, "affected queue; absent: the device", VI_IF_FLAG(vi_disagreement, has_queue)),
	DISAGREES("what", VI_STRING | VI_REQUIRED, what, "which value differs: features, enabled, size, max_size, vector, desc, driver, device"),
	DISAGREES("registers", VI_STRING, registers.text, "value in the registers"),
	DISAGREES("kernel", VI_STRING, kernel.text, "value in the kernel's structures"),
	VI_FIELDS_END,
};

static const struct vi_schema disagreement_schema = { disagreement_fields };

/* The registers are the first member of struct vi_device_registers. */
static const struct vi_field registers_fields[] = {
	REG("version", VI_UINT, version, "version; mmio", VI_IF_NOT(0)),
	REG("device_id", VI_UINT, device_id, "DeviceID; mmio", .known = &on_mmio, ALWAYS(0)),
	REG("vendor_id", VI_HEX, vendor_id, "VendorID; mmio", .known = &on_mmio, ALWAYS(1)),
	REG("status", VI_HEX, status, "device_status", ALWAYS(2)),
	VI_COMPUTED("accepted", VI_FEATURES, "driver_feature: features that the driver accepted", get_accepted),
	REG("num_queues", VI_UINT, num_queues, "num_queues", .known = &on_pci, ALWAYS(3)),
	REG("config_vector", VI_UINT, config_msix_vector, "config_msix_vector; absent: none", VI_IF_NOT(VI_NO_VECTOR)),
	REG("config_generation", VI_UINT, config.generation, "config_generation", .known = &by_generation),
	REG("config_torn", VI_BOOL, config.torn, "configuration space changed during every read", ALWAYS(4)),
	VI_ARRAY("queues", VI_RECORDS, "registers of each selected queue", vi_registers, queues, count, .schema = &queue_schema, ALWAYS(5)),
	VI_ARRAY("disagreements", VI_RECORDS, "where the kernel's structures differ; absent: not compared", vi_device_registers, disagreements, num_disagreements, VI_IF_FLAG(vi_device_registers, compared), .schema = &disagreement_schema),
	VI_FIELDS_END,
};

const struct vi_schema vi_registers_schema = { registers_fields };
