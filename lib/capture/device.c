// SPDX-License-Identifier: LGPL-2.1-or-later
/* Devices of a capture: each fact that fields give, set again. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json.h"
#include "core/file.h"

/* A fact that is known by one key: what it is in, and how it is written. */
struct fact_row {
	struct vi_cap_member member;
	enum vi_fact fact;
};

#define FACT(name, kind, member, max, fact)				\
	{ VI_CAP_MEMBER(vi_device, name, kind, member, max, 0), fact }

static const struct fact_row facts[] = {
	FACT("device_id", VI_UINT, vdev.id.device, 0, VI_FACT_ID),
	FACT("vendor", VI_HEX, vdev.id.vendor, 0, VI_FACT_VENDOR),
	FACT("transport", VI_STRING, transport, 0, VI_FACT_TRANSPORT),
	FACT("address", VI_STRING, address, 0, VI_FACT_ADDRESS),
	FACT("driver", VI_STRING, driver, 0, VI_FACT_DRIVER),
	FACT("modalias", VI_STRING, modalias, 0, VI_FACT_MODALIAS),
	FACT("status", VI_HEX, status, 0, VI_FACT_STATUS),
	FACT("num_queues", VI_UINT, num_queues, UINT16_MAX + 1,
	     VI_FACT_NUM_QUEUES),
	FACT("max_queues", VI_UINT, max_queues, UINT16_MAX + 1,
	     VI_FACT_MAX_QUEUES),
	FACT("numa_node", VI_UINT, numa_node, 0, VI_FACT_NUMA_NODE),
	FACT("iommu_group", VI_UINT, iommu_group, 0, VI_FACT_IOMMU_GROUP),
	FACT("revision", VI_HEX, pci_revision, 0, VI_FACT_PCI_REVISION),
	FACT("link", VI_STRING, link, 0, VI_FACT_LINK),
};

static void read_facts(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_device *dev)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(facts); i++) {
		const struct vi_cap_member one[] = {
			facts[i].member, { NULL, 0, 0, 0, 0, 0 },
		};
		struct vi_cap_member with_bit[2];

		memcpy(with_bit, one, sizeof(one));
		with_bit[0].have = 1;
		vi_set_fact(dev, facts[i].fact,
			    vi_cap_members(c, at, with_bit, dev) ? 0 :
			    -ENODATA);
	}
}

static void read_names(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_device *dev)
{
	const char *kname;
	uint64_t index;

	if (!vi_cap_string(c, at, "name", &dev->name))
		vi_cap_bad(c, at, "name", "it is missing");
	if (vi_cap_number(c, at, "index", INT32_MAX, &index))
		dev->index = index;
	if (!vi_cap_strings(c, at, "knames", &dev->knames) &&
	    vi_cap_string(c, at, "kname", &kname) &&
	    vi_strings_add(c->pool, &dev->knames, kname))
		vi_cap_no_memory(c);
	vi_set_fact(dev, VI_FACT_KNAMES, dev->knames.count ? 0 : -ENODATA);
	vi_set_fact(dev, VI_FACT_MODULES,
		    vi_cap_strings(c, at, "modules", &dev->modules) ? 0 :
		    -ENODATA);
	if (dev->state[VI_FACT_ADDRESS] == 1 &&
	    !strncmp(dev->address, "mmio:", 5))
		dev->has_mmio_base = !vi_parse_u64(dev->address + 5,
						   &dev->mmio_base);
}

static void read_features(struct vi_cap *c, const struct vi_cap_at *at,
			  struct vi_device *dev)
{
	bool there = vi_cap_features(c, at, "features", &dev->vdev.features);

	dev->features_width = VIRTIO_FEATURES_BITS;
	vi_set_fact(dev, VI_FACT_FEATURES, there ? 0 : -ENODATA);
}

/* --- Interrupts --- */

#define IRQ(name, kind, member)						\
	VI_CAP_MEMBER(vi_interrupt, name, kind, member, 0, 0)

static const struct vi_cap_member irq_members[] = {
	IRQ("irq", VI_UINT, irq),
	IRQ("name", VI_STRING, name),
	IRQ("queue", VI_STRING, queue),
	IRQ("count", VI_UINT, count),
	IRQ("cpus", VI_STRING, cpus),
	IRQ("cpu", VI_STRING, affinity),
	IRQ("chip", VI_STRING, chip),
	{ NULL, 0, 0, 0, 0, 0 },
};

static void read_interrupts(struct vi_cap *c, const struct vi_cap_at *at,
			    struct vi_device *dev)
{
	struct vi_cap_at array, entry;
	size_t i, count;

	vi_set_fact(dev, VI_FACT_INTERRUPTS, -ENODATA);
	dev->interrupts = vi_cap_records(c, at, "interrupts",
					 sizeof(*dev->interrupts), &array,
					 &count);
	if (!count)
		return;
	for (i = 0; i < count && vi_cap_entry(c, &array, i, &entry); i++)
		vi_cap_members(c, &entry, irq_members,
			       &dev->interrupts[dev->num_interrupts++]);
	vi_set_fact(dev, VI_FACT_INTERRUPTS, 0);
}

/* --- PCI --- */

/* "1af4:1042" */
static bool read_pair(struct vi_cap *c, const struct vi_cap_at *at,
		      const char *name, uint16_t *vendor, uint16_t *id)
{
	unsigned int v, d;
	const char *text;
	int n = 0;

	if (!vi_cap_string(c, at, name, &text))
		return false;
	if (sscanf(text, "%4x:%4x%n", &v, &d, &n) != 2 || n != 9 || text[n])
		return vi_cap_bad(c, at, name,
				  "two numbers like 1af4:1042 were expected");
	*vendor = v;
	*id = d;
	return true;
}

#define CAP(name, kind, member, have)					\
	VI_CAP_MEMBER(vi_pci_cap, name, kind, member, 0, have)

enum { HAS_RANGE = 1, HAS_MULTIPLIER = 2, HAS_VENDOR = 4 };

static const struct vi_cap_member cap_members[] = {
	CAP("position", VI_HEX, pos, 0),
	CAP("cap_len", VI_UINT, cap_len, 0),
	CAP("cfg_type", VI_UINT, cfg_type, 0),
	CAP("bar", VI_UINT, bar, HAS_RANGE),
	CAP("id", VI_UINT, id, 0),
	CAP("offset", VI_HEX, offset, 0),
	CAP("length", VI_HEX, length, 0),
	CAP("notify_off_multiplier", VI_UINT, notify_off_multiplier,
	    HAS_MULTIPLIER),
	CAP("vendor_id", VI_HEX, vendor_id, HAS_VENDOR),
	{ NULL, 0, 0, 0, 0, 0 },
};

static void read_cap(struct vi_cap *c, const struct vi_cap_at *at,
		     struct vi_pci_cap *cap)
{
	uint32_t have = vi_cap_members(c, at, cap_members, cap);
	const char *state = NULL;

	cap->has_range = have & HAS_RANGE;
	cap->has_multiplier = have & HAS_MULTIPLIER;
	cap->has_vendor = have & HAS_VENDOR;
	vi_cap_string(c, at, "state", &state);
	if (state && !strcmp(state, "used"))
		cap->state = VI_PCI_CAP_USED;
	else if (state && !strcmp(state, "ignored"))
		cap->state = VI_PCI_CAP_IGNORED;
	else if (state && !strcmp(state, "rejected"))
		cap->state = VI_PCI_CAP_REJECTED;
	else
		vi_cap_bad(c, at, "state",
			   "used, ignored or rejected was expected");
}

static void read_hazard(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_pci_hazard *h)
{
	const char *severity = NULL, *message = NULL;
	uint64_t pos = 0;

	if (!vi_cap_string(c, at, "code", &h->code))
		vi_cap_bad(c, at, "code", "it is missing");
	vi_cap_string(c, at, "severity", &severity);
	h->severity = !severity ? 'I' : !strcmp(severity, "error") ? 'E' :
		      !strcmp(severity, "warning") ? 'W' : 'I';
	if (vi_cap_string(c, at, "message", &message))
		snprintf(h->message, sizeof(h->message), "%s", message);
	vi_cap_hex(c, at, "position", UINT16_MAX, &pos);
	h->pos = pos;
}

static void read_msix(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_pci_config *pci)
{
	struct vi_cap_at msix;
	uint64_t vectors;

	/* As of a capture that was not told of it. */
	pci->truncated = !vi_cap_object(c, at, "msix", &msix);
	if (pci->truncated)
		return;
	vi_cap_bool(c, &msix, "enabled", &pci->msix.enabled);
	vi_cap_bool(c, &msix, "masked", &pci->msix.masked);
	pci->msix.present = vi_cap_number(c, &msix, "vectors", UINT16_MAX,
					  &vectors);
	pci->msix.table_size = pci->msix.present ? vectors : 0;
}

static void read_pci_config(struct vi_cap *c, const struct vi_cap_at *at,
			    struct vi_device *dev)
{
	struct vi_cap_at caps, hazards, entry;
	size_t i, num_caps, num_hazards;
	bool has_caps = vi_cap_array(c, at, "capabilities", &caps, &num_caps);
	bool any = vi_cap_array(c, at, "hazards", &hazards, &num_hazards);
	struct vi_pci_config *pci;

	vi_set_fact(dev, VI_FACT_PCI_CONFIG, -ENODATA);
	if ((!has_caps && !any) || c->err)
		return;
	pci = vi_cap_alloc(c, 1, sizeof(*pci));
	if (!pci)
		return;
	pci->kind = VI_PCI_MODERN;
	pci->access_denied = !has_caps;
	read_msix(c, at, pci);
	if (num_caps > VI_PCI_MAX_CAPS || num_hazards > VI_PCI_MAX_HAZARDS) {
		vi_cap_bad(c, at, num_caps > VI_PCI_MAX_CAPS ?
			   "capabilities" : "hazards",
			   "there are more than there can be");
		return;
	}
	for (i = 0; i < num_caps && vi_cap_entry(c, &caps, i, &entry); i++)
		read_cap(c, &entry, &pci->caps[pci->num_caps++]);
	for (i = 0; i < num_hazards && vi_cap_entry(c, &hazards, i, &entry);
	     i++)
		read_hazard(c, &entry, &pci->hazards[pci->num_hazards++]);
	dev->pci = pci;
	vi_set_fact(dev, VI_FACT_PCI_CONFIG, 0);
}

static void read_pci(struct vi_cap *c, const struct vi_cap_at *at,
		     struct vi_device *dev)
{
	vi_set_fact(dev, VI_FACT_PCI_ID,
		    read_pair(c, at, "pci_id", &dev->pci_vendor,
			      &dev->pci_device) ? 0 : -ENODATA);
	vi_set_fact(dev, VI_FACT_PCI_SUBSYSTEM,
		    read_pair(c, at, "subsystem", &dev->pci_subsystem_vendor,
			      &dev->pci_subsystem_device) ? 0 : -ENODATA);
	read_pci_config(c, at, dev);
}

/* --- The device tree's slot --- */

#define SLOT(name, kind, member, have)					\
	VI_CAP_MEMBER(vi_slot, name, kind, member, 0, have)

enum { HAS_SIZE = 1, HAS_PARENT = 2 };

static const struct vi_cap_member slot_members[] = {
	SLOT("mmio_size", VI_HEX, size, HAS_SIZE),
	SLOT("dt_node", VI_STRING, node, 0),
	SLOT("dt_interrupts", VI_STRING, interrupts, 0),
	SLOT("dt_interrupts_extended", VI_STRING, interrupts_extended, 0),
	SLOT("dt_interrupt_parent", VI_HEX, interrupt_parent, HAS_PARENT),
	{ NULL, 0, 0, 0, 0, 0 },
};

static void read_slot(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev)
{
	struct vi_slot *slot = &dev->slot;
	uint32_t have = vi_cap_members(c, at, slot_members, slot);

	slot->has_interrupt_parent = have & HAS_PARENT;
	slot->base = dev->mmio_base;
	vi_set_fact(dev, VI_FACT_SLOT, have & HAS_SIZE ? 0 : -ENODATA);
}

/* --- Its queues --- */

static void read_queues(struct vi_cap *c, const struct vi_cap_at *array,
			size_t count, struct vi_snapshot *snap)
{
	struct vi_queue_irq *irqs = vi_cap_alloc(c, count, sizeof(*irqs));
	struct vi_cap_at entry;
	size_t i, k;

	for (i = 0; irqs && i < count; i++) {
		if (!vi_cap_entry(c, array, i, &entry) ||
		    !vi_cap_queue(c, &entry, snap, &irqs[i]))
			return;
		/* They are written in this order, and views are made in it. */
		k = snap->count - 1;
		if (k && snap->queues[k].index <= snap->queues[k - 1].index) {
			vi_cap_bad(c, &entry, "index",
				   "it is not above that of the queue before");
			return;
		}
	}
	if (!irqs || c->err)
		return;
	if (vi_snapshot_finish(snap, NULL, NULL)) {
		vi_cap_no_memory(c);
		return;
	}
	for (i = 0; i < count; i++)
		snap->views[i].irq = irqs[i];
}

static void read_snapshot(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev)
{
	const char *attach = "capture", *addresses = "";
	struct vi_cap_at array;
	struct vi_snapshot *snap;
	size_t count;

	vi_cap_strings(c, at, "attach_notes", &dev->access_notes);
	if (!vi_cap_array(c, at, "queues", &array, &count))
		return;
	vi_cap_string(c, at, "attach", &attach);
	vi_cap_string(c, at, "addresses", &addresses);
	snap = vi_snapshot_new(dev, attach);
	if (!snap) {
		vi_cap_no_memory(c);
		return;
	}
	snap->physical = !strcmp(addresses, "physical");
	snap->translated = !strcmp(addresses, "translated");
	read_queues(c, &array, count, snap);
	if (c->err)
		vi_snapshot_free(snap);
	else
		vi_snapshot_keep(snap);
}

static void put_on_bus(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_device *dev)
{
	int err;

	if (c->err || vi_load(dev, VI_FACT_ID))
		return;
	err = vi_device_on_bus(dev);
	if (err == -ENOMEM)
		vi_cap_no_memory(c);
	else if (err)
		vi_cap_bad(c, at, "device_id", "no device has the id %" PRIu32,
			   dev->vdev.id.device);
}

/* What was seen is all there is to see. */
const struct vi_access vi_capture_access = {
	.name = "capture",
	.flags = VI_ACCESS_REPLAY | VI_ACCESS_PRIVATE,
};

bool vi_cap_device(struct vi_cap *c, const struct vi_cap_at *at)
{
	struct vi_device *dev;

	if (!vi_cap_types(c, vi_device_schema(), at) ||
	    !vi_cap_take(c, at, NULL, 1,
			 sizeof(*dev) + sizeof(struct vi_snapshot)))
		return false;
	dev = vi_inventory_add(c->ctx);
	if (!dev)
		return vi_cap_no_memory(c);
	dev->own_access = &vi_capture_access;
	c->pool = vi_device_pool(dev);
	read_facts(c, at, dev);
	read_names(c, at, dev);
	read_features(c, at, dev);
	read_interrupts(c, at, dev);
	read_pci(c, at, dev);
	read_slot(c, at, dev);
	put_on_bus(c, at, dev);
	read_snapshot(c, at, dev);
	return vi_cap_registers(c, at, dev) && vi_cap_report(c, at, dev);
}
