/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What registers have told of a device, and the fields that say so. */
#ifndef VI_INSPECT_FIELDS_REGISTERS_H
#define VI_INSPECT_FIELDS_REGISTERS_H

#include "inspect/held.h"
#include "inspect/registers.h"
#include "record/schema.h"

/* What one of two says: a value, and the text that fields give of it. */
struct vi_said {
	struct vi_value value;
	const char *text;		/* NULL: a capture does not say */
};

/* Something that registers and the kernel's structures do not agree on. */
struct vi_disagreement {
	bool has_queue;			/* else it is of the whole device */
	uint16_t queue;
	const char *what;
	struct vi_said registers, kernel;
};

/*
 * Of the last look by registers; vi_device.registers points to it.
 * @compared: with the kernel's structures; see disagree.h.
 */
struct vi_device_registers {
	struct vi_registers regs;	/* first; its queues are in the batch */
	bool compared;
	struct vi_disagreement *disagreements;
	size_t num_disagreements;
	struct vi_strings offered_names;
	struct vi_config_row rows[VI_CONFIG_ROWS];
	size_t num_rows;
};

extern const struct vi_schema vi_config_schema;		/* vi_config_row */
extern const struct vi_schema vi_registers_schema;	/* vi_device_registers */

/* Have a copy of @regs be the device's. 0 or -ENOMEM. */
int vi_keep_registers(struct vi_device *dev, const struct vi_registers *regs);

/* Of a struct vi_device. */
int vi_get_offered(const void *object, struct vi_value *v);
int vi_get_offered_names(const void *object, struct vi_value *v);
int vi_get_config(const void *object, struct vi_value *v);
int vi_get_registers(const void *object, struct vi_value *v);

#endif
