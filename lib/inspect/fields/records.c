// SPDX-License-Identifier: LGPL-2.1-or-later
/* Interrupts, PCI capabilities and hazards of devices. */
#include <errno.h>

#include "inspect/device.h"
#include "inspect/fields/device.h"
#include "spec/names.h"

/* --- Interrupts --- */

#define IRQ(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_interrupt, member, __VA_ARGS__)

static const struct vi_field interrupt_fields[] = {
	IRQ("irq", VI_UINT, irq, "interrupt number", VI_UNLESS_ABSENT(vi_interrupt, 0)),
	IRQ("name", VI_STRING, name, "kernel name of the interrupt"),
	IRQ("queue", VI_STRING, queue, "queue that it serves, or config"),
	IRQ("count", VI_UINT, count, "interrupt count, over all CPUs", VI_UNLESS_ABSENT(vi_interrupt, 1)),
	IRQ("cpus", VI_STRING, cpus, "CPUs that handled it"),
	IRQ("cpu", VI_STRING, affinity, "CPU affinity"),
	IRQ("chip", VI_STRING, chip, "interrupt controller and trigger type"),
	VI_FIELDS_END,
};

const struct vi_schema vi_interrupt_schema = { interrupt_fields };

/* --- PCI capabilities --- */

#define CFG_TYPE	0	/* its bit of absent */

bool vi_knows_cfg_type(const struct vi_pci_cap *cap)
{
	return !(cap->absent & 1u << CFG_TYPE);
}

static int get_cap_name(const void *object, struct vi_value *v)
{
	const struct vi_pci_cap *cap = object;

	v->string = vi_knows_cfg_type(cap) ? vi_pci_cap_name(cap->cfg_type) :
					      NULL;
	return v->string ? 0 : -ENODATA;
}

static const char *const cap_states[] = {
	[VI_PCI_CAP_USED] = "used",
	[VI_PCI_CAP_IGNORED] = "ignored",
	[VI_PCI_CAP_REJECTED] = "rejected",
};

static const struct vi_names cap_state_names = {
	"used, ignored or rejected", cap_states, ARRAY_SIZE(cap_states),
};

#define CAP(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_pci_cap, member, __VA_ARGS__)
#define RANGE	VI_IF_OTHER_FLAG(vi_pci_cap, has_range)
#define ALWAYS(n)	VI_UNLESS_ABSENT(vi_pci_cap, n)

static const struct vi_field capability_fields[] = {
	VI_COMPUTED("name", VI_STRING, "name of the structure type", get_cap_name),
	CAP("cfg_type", VI_UINT, cfg_type, "structure type", ALWAYS(CFG_TYPE)),
	CAP("state", VI_STRING | VI_REQUIRED, state, "what drivers do with it: used, ignored or rejected", .names = &cap_state_names),
	CAP("position", VI_HEX, pos, "offset in configuration space", ALWAYS(1)),
	CAP("cap_len", VI_UINT, cap_len, "length of the capability", ALWAYS(2)),
	CAP("bar", VI_UINT, bar, "BAR that contains the structure", VI_IF_FLAG(vi_pci_cap, has_range)),
	CAP("offset", VI_HEX, offset, "offset in the BAR", RANGE, ALWAYS(3)),
	CAP("length", VI_HEX, length, "length of the structure", RANGE, ALWAYS(4)),
	CAP("id", VI_UINT, id, "id, to tell structures of one type apart", RANGE, ALWAYS(5)),
	CAP("notify_off_multiplier", VI_UINT, notify_off_multiplier, "distance between the queues' notification addresses", VI_IF_FLAG(vi_pci_cap, has_multiplier)),
	CAP("vendor_id", VI_HEX, vendor_id, "vendor that defines the data", VI_IF_FLAG(vi_pci_cap, has_vendor)),
	VI_FIELDS_END,
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

static int get_severity(const void *object, struct vi_value *v)
{
	const struct vi_pci_hazard *h = object;

	v->string = h->severity == 'E' ? "error" :
		    h->severity == 'W' ? "warning" : "info";
	return 0;
}

static int get_message(const void *object, struct vi_value *v)
{
	v->string = ((const struct vi_pci_hazard *)object)->message;
	return 0;
}

static const struct vi_field hazard_fields[] = {
	VI_MEMBER("code", VI_STRING | VI_REQUIRED, "violated rule", vi_pci_hazard, code),
	VI_COMPUTED("severity", VI_STRING, "error, warning or info", get_severity, VI_UNLESS_ABSENT(vi_pci_hazard, 0)),
	VI_COMPUTED("message", VI_STRING, "description of the fault", get_message, VI_UNLESS_ABSENT(vi_pci_hazard, 1)),
	VI_MEMBER("position", VI_HEX, "offset in configuration space", vi_pci_hazard, pos, VI_UNLESS_ABSENT(vi_pci_hazard, 2)),
	VI_FIELDS_END,
};

const struct vi_schema vi_hazard_schema = { hazard_fields };
