// SPDX-License-Identifier: LGPL-2.1-or-later
/* Fields of the records that devices have: one row each. */
#include <errno.h>

#include "inspect/device.h"
#include "inspect/fields/device.h"
#include "spec/names.h"

static int set_string(const char *s, struct vi_value *v)
{
	v->string = s;
	return s ? 0 : -ENODATA;
}

/* Getters of a member, given where it is known. */
#define STRING(type, member)						\
static int get_##member(const void *object, struct vi_value *v)		\
{									\
	return set_string(((const struct type *)object)->member, v);	\
}

#define NUMBER(type, member, known)					\
static int get_##member(const void *object, struct vi_value *v)		\
{									\
	const struct type *r = object;					\
									\
	v->number = r->member;						\
	return known ? 0 : -ENODATA;					\
}

/* --- Interrupts --- */

NUMBER(vi_interrupt, irq, r)
STRING(vi_interrupt, name)
STRING(vi_interrupt, queue)
NUMBER(vi_interrupt, count, r)
STRING(vi_interrupt, cpus)
STRING(vi_interrupt, affinity)
STRING(vi_interrupt, chip)

static const struct vi_field interrupt_fields[] = {
	{ "irq", VI_UINT, "number", get_irq, NULL },
	{ "name", VI_STRING, "kernel's name of it", get_name, NULL },
	{ "queue", VI_STRING, "queue that it is of, or config", get_queue, NULL },
	{ "count", VI_UINT, "how often it came, on all CPUs", get_count, NULL },
	{ "cpus", VI_STRING, "CPUs that it came on", get_cpus, NULL },
	{ "cpu", VI_STRING, "CPUs that it is sent to", get_affinity, NULL },
	{ "chip", VI_STRING, "what raises it, and how", get_chip, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_interrupt_schema = { interrupt_fields };

/* --- PCI capabilities --- */

NUMBER(vi_pci_cap, pos, r)
NUMBER(vi_pci_cap, cap_len, r)
NUMBER(vi_pci_cap, cfg_type, r)
NUMBER(vi_pci_cap, bar, r->has_range)
NUMBER(vi_pci_cap, id, r->has_range)
NUMBER(vi_pci_cap, offset, r->has_range)
NUMBER(vi_pci_cap, length, r->has_range)
NUMBER(vi_pci_cap, notify_off_multiplier, r->has_multiplier)
NUMBER(vi_pci_cap, vendor_id, r->has_vendor)

static int get_cap_name(const void *object, struct vi_value *v)
{
	return set_string(vi_pci_cap_name(((const struct vi_pci_cap *)
					   object)->cfg_type), v);
}

static int get_state(const void *object, struct vi_value *v)
{
	static const char *const states[] = {
		[VI_PCI_CAP_USED] = "used",
		[VI_PCI_CAP_IGNORED] = "ignored",
		[VI_PCI_CAP_REJECTED] = "rejected",
	};

	return set_string(states[((const struct vi_pci_cap *)object)->state],
			  v);
}

static const struct vi_field capability_fields[] = {
	{ "name", VI_STRING, "name of its type", get_cap_name, NULL },
	{ "cfg_type", VI_UINT, "its type", get_cfg_type, NULL },
	{ "state", VI_STRING, "whether drivers use it: used, ignored, rejected", get_state, NULL },
	{ "position", VI_HEX, "where it is in configuration space", get_pos, NULL },
	{ "cap_len", VI_UINT, "its own length", get_cap_len, NULL },
	{ "bar", VI_UINT, "BAR that the structure is in", get_bar, NULL },
	{ "offset", VI_HEX, "where in the BAR", get_offset, NULL },
	{ "length", VI_HEX, "length of the structure", get_length, NULL },
	{ "id", VI_UINT, "which one of its type", get_id, NULL },
	{ "notify_off_multiplier", VI_UINT, "how far apart the queues' notification addresses are", get_notify_off_multiplier, NULL },
	{ "vendor_id", VI_HEX, "vendor whose data it is", get_vendor_id, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_capability_schema = { capability_fields };

const char *vi_cap_short_name(uint8_t cfg_type)
{
	switch (cfg_type) {
	case VI_PCI_COMMON_CFG:
		return "common";
	case VI_PCI_NOTIFY_CFG:
		return "notify";
	case VI_PCI_ISR_CFG:
		return "isr";
	case VI_PCI_DEVICE_CFG:
		return "device";
	case VI_PCI_PCI_CFG:
		return "pci";
	case VI_PCI_SHARED_MEMORY_CFG:
		return "shm";
	case VI_PCI_VENDOR_CFG:
		return "vendor";
	default:
		return "other";
	}
}

/* --- Hazards --- */

STRING(vi_pci_hazard, code)
STRING(vi_pci_hazard, message)

static int get_position(const void *object, struct vi_value *v)
{
	v->number = ((const struct vi_pci_hazard *)object)->pos;
	return 0;
}

static int get_severity(const void *object, struct vi_value *v)
{
	char severity = ((const struct vi_pci_hazard *)object)->severity;

	return set_string(severity == 'E' ? "error" :
			  severity == 'W' ? "warning" : "info", v);
}

static const struct vi_field hazard_fields[] = {
	{ "code", VI_STRING, "rule that is broken", get_code, NULL },
	{ "severity", VI_STRING, "error, warning or info", get_severity, NULL },
	{ "message", VI_STRING, "what is wrong", get_message, NULL },
	{ "position", VI_HEX, "where in configuration space", get_position, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

const struct vi_schema vi_hazard_schema = { hazard_fields };
