// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read the register contents of a captured device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture/json.h"
#include "inspect/fields/registers.h"

static void read_config(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_device_registers *r)
{
	struct vi_cap_at array, entry;
	const char *value;
	size_t i, count;

	if (!vi_cap_array(c, at, "config", &array, &count))
		return;
	if (count > VI_CONFIG_ROWS) {
		vi_cap_bad(c, at, "config", "more than %d fields",
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
			vi_cap_bad(c, &entry, "value", "too long");
		else
			strcpy(row->value, value);
	}
}

static void read_said(struct vi_said *said)
{
	if (said->text)
		vi_cap_value_of(said->text, &said->value);
}

/* Set what follows from the members that the schema describes. */
static void derive(struct vi_device_registers *r)
{
	size_t i;

	for (i = 0; i < r->regs.count; i++) {
		struct vi_queue_registers *q = &r->regs.queues[i];

		q->has_addresses = q->desc && q->driver && q->device;
	}
	for (i = 0; i < r->num_disagreements; i++) {
		read_said(&r->disagreements[i].registers);
		read_said(&r->disagreements[i].kernel);
	}
}

/* Without registers, they came from elsewhere. */
static void read_offered(struct vi_cap *c, const struct vi_cap_at *at,
			 struct vi_device *dev)
{
	bool there = vi_cap_features(c, at, "offered", &dev->offered);

	vi_set_fact(dev, VI_FACT_OFFERED, there ? 0 : -ENODATA);
	vi_cap_strings(c, at, "offered_names", &dev->texts.offered_names);
	dev->texts.has_offered_names = true;
}

bool vi_cap_registers(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev)
{
	struct vi_device_registers *r;
	struct vi_cap_at regs;

	vi_cap_string(c, at, "offered_from", &dev->offered_from);
	if (!vi_cap_object(c, at, "registers", &regs)) {
		read_offered(c, at, dev);
		return !c->err;
	}
	r = vi_cap_alloc(c, 1, sizeof(*r));
	if (!r)
		return false;
	vi_cap_fields(c, &regs, &vi_registers_schema, r);
	if (vi_cap_features(c, &regs, "accepted", &r->regs.accepted))
		r->regs.accepted_bits = VIRTIO_FEATURES_BITS;
	if (vi_cap_features(c, at, "offered", &r->regs.offered))
		r->regs.offered_bits = VIRTIO_FEATURES_BITS;
	vi_cap_strings(c, at, "offered_names", &r->offered_names);
	read_config(c, at, r);
	derive(r);
	dev->registers = r;
	return !c->err;
}
