// SPDX-License-Identifier: LGPL-2.1-or-later
/* Compare a device's registers with the kernel's structures. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "access/disagree.h"
#include "inspect/fields/registers.h"
#include "spec/features.h"

/* State of a comparison; err: the first failure. */
struct comparing {
	struct vi_device *dev;
	struct vi_device_registers *r;
	int err;
};

static struct vi_disagreement *add(struct comparing *c)
{
	struct vi_device_registers *r = c->r;
	struct vi_disagreement *grown;

	grown = vi_pool_more(&c->dev->registers_in->pool, r->disagreements,
			     r->num_disagreements, sizeof(*grown));
	if (!grown) {
		c->err = -ENOMEM;
		return NULL;
	}
	r->disagreements = grown;
	return &grown[r->num_disagreements++];
}

/* Store a value with its text. */
static void set_said(struct comparing *c, struct vi_value value,
		     struct vi_said *said)
{
	char text[VI_FEATURES_HEX_SIZE];

	if (value.type == VI_BOOL)
		snprintf(text, sizeof(text), "%s", value.boolean ? "yes" :
			 "no");
	else if (value.type == VI_FEATURES)
		vi_features_format_hex(value.features, text);
	else
		snprintf(text, sizeof(text), value.type == VI_HEX ?
			 "0x%" PRIx64 : "%" PRIu64, value.number);
	said->value = value;
	said->text = vi_pool_strdup(&c->dev->registers_in->pool, text);
	if (!said->text)
		c->err = -ENOMEM;
}

/* @queue: -1 for the device itself. */
static void found(struct comparing *c, int32_t queue, const char *what,
		  struct vi_value registers, struct vi_value kernel)
{
	struct vi_disagreement *d = add(c);

	if (!d)
		return;
	d->has_queue = queue >= 0;
	d->queue = queue >= 0 ? queue : 0;
	d->what = what;
	set_said(c, registers, &d->registers);
	set_said(c, kernel, &d->kernel);
}

static void compare(struct comparing *c, int32_t queue, const char *what,
		    enum vi_type type, uint64_t registers, uint64_t kernel)
{
	if (registers != kernel)
		found(c, queue, what,
		      (struct vi_value) { .type = type, .number = registers },
		      (struct vi_value) { .type = type, .number = kernel });
}

static void compare_enabled(struct comparing *c, int32_t queue, bool registers,
			    bool kernel)
{
	if (registers != kernel)
		found(c, queue, "enabled",
		      (struct vi_value) { .type = VI_BOOL,
					  .boolean = registers },
		      (struct vi_value) { .type = VI_BOOL,
					  .boolean = kernel });
}

static void compare_features(struct comparing *c)
{
	const struct vi_registers *regs = &c->r->regs;
	struct vi_features kernel = c->dev->vdev.features;
	unsigned int bit;

	if (!regs->accepted_bits || vi_load(c->dev, VI_FACT_FEATURES))
		return;
	/* Ignore bits that the registers could not show. */
	for (bit = regs->accepted_bits; bit < VIRTIO_FEATURES_BITS; bit++)
		vi_features_clear(&kernel, bit);
	if (!vi_features_equal(kernel, regs->accepted))
		found(c, -1, "features",
		      (struct vi_value) { .type = VI_FEATURES,
					  .features = regs->accepted },
		      (struct vi_value) { .type = VI_FEATURES,
					  .features = kernel });
}

/* A register of 0 holds no address. */
static void compare_address(struct comparing *c, int32_t queue,
			    const char *what, uint64_t registers,
			    uint64_t kernel)
{
	if (registers)
		compare(c, queue, what, VI_HEX, registers, kernel);
}

static void compare_queue(struct comparing *c,
			  const struct vi_queue_registers *r,
			  const struct vi_raw_queue *q)
{
	int32_t i = r->index;

	if (!r->enabled) {
		compare_enabled(c, i, false, true);
		return;
	}
	if (q->have & VI_Q_SIZE && !r->max_size)
		compare(c, i, "size", VI_UINT, r->size, q->size);
	if (q->have & VI_Q_MAX_SIZE && r->max_size)
		compare(c, i, "max_size", VI_UINT, r->max_size, q->max_size);
	if (q->have & VI_Q_VECTOR && !r->max_size)
		compare(c, i, "vector", VI_UINT, r->msix_vector, q->vector);
	if (!(q->have & VI_Q_ADDRESSES))
		return;
	compare_address(c, i, "desc", r->desc, q->desc);
	compare_address(c, i, "driver", r->driver, q->driver);
	compare_address(c, i, "device", r->device, q->device);
}

static const struct vi_raw_queue *find_queue(const struct vi_snapshot *snap,
					 uint16_t index)
{
	size_t i;

	for (i = 0; i < snap->count; i++)
		if (snap->queues[i].index == index)
			return &snap->queues[i];
	return NULL;
}

static void compare_queues(struct comparing *c,
			   const struct vi_snapshot *kernel)
{
	const struct vi_registers *regs = &c->r->regs;
	size_t i;

	for (i = 0; i < regs->count && !c->err; i++) {
		const struct vi_queue_registers *r = &regs->queues[i];
		const struct vi_raw_queue *q = find_queue(kernel, r->index);

		if (q)
			compare_queue(c, r, q);
		/* Without a driver, firmware may have left it enabled. */
		else if (r->enabled && kernel->count)
			compare_enabled(c, r->index, true, false);
	}
}

int vi_disagree_find(const struct vi_access *witness, void *state,
		     struct vi_device *dev)
{
	size_t notes = dev->access_notes.count;
	struct comparing c = { .dev = dev };
	struct vi_snapshot *snap;
	int err;

	if (!dev->registers_in)
		return 0;
	snap = vi_snapshot_new(dev, witness->name);
	if (!snap)
		return -ENOMEM;
	err = witness->snapshot(state, dev, snap);
	/* The witness's notes do not belong to the device's snapshot. */
	dev->access_notes.count = notes;
	c.r = (struct vi_device_registers *)dev->registers;
	if (!err) {
		c.r->compared = true;
		compare_features(&c);
		compare_queues(&c, snap);
	}
	vi_snapshot_free(snap);
	return err == -ENOMEM ? err : c.err;
}
