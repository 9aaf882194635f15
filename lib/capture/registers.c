// SPDX-License-Identifier: LGPL-2.1-or-later
/* What registers had told of a device when the capture was made. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture/json.h"
#include "inspect/fields/registers.h"

#define REG(name, kind, member, have)					\
	VI_CAP_MEMBER(vi_registers, name, kind, member, 0, have)

#define HAS_GENERATION	1

static const struct vi_cap_member register_members[] = {
	REG("version", VI_UINT, version, 0),
	REG("device_id", VI_UINT, device_id, 0),
	REG("vendor_id", VI_HEX, vendor_id, 0),
	REG("status", VI_HEX, status, 0),
	REG("num_queues", VI_UINT, num_queues, 0),
	REG("config_vector", VI_UINT, config_msix_vector, 0),
	REG("config_generation", VI_UINT, config.generation, HAS_GENERATION),
	REG("config_torn", VI_BOOL, config.torn, 0),
	{ NULL, 0, 0, 0, 0, 0 },
};

#define QUEUE(name, kind, member, have)					\
	VI_CAP_MEMBER(vi_queue_registers, name, kind, member, 0, have)
#define QUEUE_HAVE	(VI_QREG_SIZE | VI_QREG_ENABLED | VI_QREG_NOTIFY_OFF)

static const struct vi_cap_member queue_members[] = {
	QUEUE("index", VI_UINT, index, 0),
	QUEUE("size", VI_UINT, size, VI_QREG_SIZE),
	QUEUE("max_size", VI_UINT, max_size, 0),
	QUEUE("enabled", VI_BOOL, enabled, VI_QREG_ENABLED),
	QUEUE("vector", VI_UINT, msix_vector, 0),
	QUEUE("notify_off", VI_UINT, notify_off, VI_QREG_NOTIFY_OFF),
	QUEUE("desc", VI_HEX, desc, 0),
	QUEUE("driver", VI_HEX, driver, 0),
	QUEUE("device", VI_HEX, device, 0),
	{ NULL, 0, 0, 0, 0, 0 },
};

static void read_config(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_device_registers *r)
{
	struct vi_cap_at array, entry;
	const char *value;
	size_t i, count;

	if (!vi_cap_array(c, at, "config", &array, &count))
		return;
	if (count > VI_CONFIG_ROWS) {
		vi_cap_bad(c, at, "config", "there are more than %d fields",
			   VI_CONFIG_ROWS);
		return;
	}
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_config_row *row = &r->rows[r->num_rows++];

		if (!vi_cap_string(c, &entry, "name", &row->name) ||
		    !vi_cap_string(c, &entry, "value", &value))
			vi_cap_bad(c, &entry, "name",
				   "a field has a name and a value");
		else if (strlen(value) >= sizeof(row->value))
			vi_cap_bad(c, &entry, "value", "it is too long");
		else
			strcpy(row->value, value);
	}
}

static void read_queues(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_registers *regs)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	regs->queues = vi_cap_records(c, at, "queues", sizeof(*regs->queues),
				      &array, &count);
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_queue_registers *q = &regs->queues[regs->count++];

		q->msix_vector = VI_NO_VECTOR;
		q->unknown = QUEUE_HAVE &
			     ~vi_cap_members(c, &entry, queue_members, q);
		q->has_addresses = q->desc && q->driver && q->device;
	}
}

static void read_said(struct vi_cap *c, const struct vi_cap_at *at,
		      const char *name, struct vi_said *said)
{
	if (vi_cap_string(c, at, name, &said->text))
		vi_cap_value_of(said->text, &said->value);
}

static void read_disagreements(struct vi_cap *c, const struct vi_cap_at *at,
			       struct vi_device_registers *r)
{
	struct vi_cap_at array, entry;
	size_t i, count;
	uint64_t queue;

	r->disagreements = vi_cap_records(c, at, "disagreements",
					  sizeof(*r->disagreements), &array,
					  &count);
	r->compared = r->disagreements;
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++) {
		struct vi_disagreement *d =
			&r->disagreements[r->num_disagreements++];

		d->has_queue = vi_cap_number(c, &entry, "queue", UINT16_MAX,
					     &queue);
		d->queue = d->has_queue ? queue : 0;
		if (!vi_cap_string(c, &entry, "what", &d->what))
			vi_cap_bad(c, &entry, "what", "it is missing");
		read_said(c, &entry, "registers", &d->registers);
		read_said(c, &entry, "kernel", &d->kernel);
	}
}

bool vi_cap_registers(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev)
{
	struct vi_device_registers *r;
	struct vi_cap_at regs;

	if (!vi_cap_object(c, at, "registers", &regs))
		return !c->err;
	r = vi_cap_alloc(c, 1, sizeof(*r));
	if (!r)
		return false;
	r->regs.config_msix_vector = VI_NO_VECTOR;
	/* Its bytes are not kept: the rows are what they say. */
	if (vi_cap_members(c, &regs, register_members, &r->regs) &
	    HAS_GENERATION)
		r->regs.config.len = 1;
	if (vi_cap_features(c, &regs, "accepted", &r->regs.accepted))
		r->regs.accepted_bits = VIRTIO_FEATURES_BITS;
	if (vi_cap_features(c, at, "offered", &r->regs.offered))
		r->regs.offered_bits = VIRTIO_FEATURES_BITS;
	vi_cap_strings(c, at, "offered_names", &r->offered_names);
	read_config(c, at, r);
	read_queues(c, &regs, &r->regs);
	read_disagreements(c, &regs, r);
	dev->registers = r;
	return !c->err;
}
