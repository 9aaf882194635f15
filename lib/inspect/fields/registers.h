/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Register contents of a device, and their fields. */
#ifndef VI_INSPECT_FIELDS_REGISTERS_H
#define VI_INSPECT_FIELDS_REGISTERS_H

#include "inspect/held.h"
#include "inspect/registers.h"
#include "record/schema.h"

/* One side of a disagreement: a value, and its text. */
struct vi_said {
	struct vi_value value;
	const char *text;		/* NULL: unknown, in captures */
};

/* A difference between registers and the kernel's structures. */
struct vi_disagreement {
	bool has_queue;			/* else it is about the device */
	uint16_t queue;
	const char *what;
	struct vi_said registers, kernel;
};

/*
 * The registers when they were read last; vi_device.registers points to this.
 * @compared: whether the kernel's structures were compared; see disagree.h.
 */
struct vi_device_registers {
	struct vi_registers regs;	/* first; the batch holds its queues */
	bool compared;
	struct vi_disagreement *disagreements;
	size_t num_disagreements;
	struct vi_strings offered_names;
	struct vi_config_row rows[VI_CONFIG_ROWS];
	size_t num_rows;
};

extern const struct vi_schema vi_config_schema;		/* vi_config_row */
extern const struct vi_schema vi_registers_schema;	/* vi_device_registers */

/* Store a copy of @regs in the device. 0 or -ENOMEM. */
int vi_keep_registers(struct vi_device *dev, const struct vi_registers *regs);

/*
 * What the device offers, from its registers if these were read, else from
 * debugfs. *@bits: how many are known. 0, or why it is unknown.
 */
int vi_offered(struct vi_device *dev, struct vi_features *offered,
	       unsigned int *bits);

/* Getters for a struct vi_device. */
int vi_get_offered(const void *object, struct vi_value *v);
int vi_get_offered_from(const void *object, struct vi_value *v);
int vi_get_offered_names(const void *object, struct vi_value *v);
int vi_get_config(const void *object, struct vi_value *v);
int vi_get_registers(const void *object, struct vi_value *v);

#endif
