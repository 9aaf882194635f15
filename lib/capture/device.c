// SPDX-License-Identifier: LGPL-2.1-or-later
/* Read the devices of a capture. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/json.h"
#include "core/file.h"
#include "inspect/fields/device.h"
#include "inspect/findings.h"

/* --- Facts --- */

static void read_names(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_device *dev)
{
	const char *kname;

	if (!dev->knames.v && vi_cap_string(c, at, "kname", &kname) &&
	    vi_strings_add(c->pool, &dev->knames, kname))
		vi_cap_no_memory(c);
	vi_set_fact(dev, VI_FACT_KNAMES, dev->knames.count ? 0 : -ENODATA);
	if (dev->state[VI_FACT_ADDRESS] == 1 &&
	    !strncmp(dev->address, "mmio:", 5))
		dev->has_mmio_base = !vi_parse_u64(dev->address + 5,
						   &dev->mmio_base);
	dev->slot.base = dev->mmio_base;
}

static void read_facts(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_device *dev)
{
	if (!vi_cap_fields(c, at, vi_device_schema(), dev))
		return;
	read_names(c, at, dev);
	dev->features_width = VIRTIO_FEATURES_BITS;
	if (!dev->num_interrupts)
		vi_set_fact(dev, VI_FACT_INTERRUPTS, -ENODATA);
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
				  "expected two numbers, such as 1af4:1042");
	*vendor = v;
	*id = d;
	return true;
}

static void read_hazard(struct vi_cap *c, const struct vi_cap_at *at,
			struct vi_pci_hazard *h)
{
	const char *severity = "info", *message = "";

	vi_cap_fields(c, at, &vi_hazard_schema, h);
	vi_cap_string(c, at, "severity", &severity);
	h->severity = !strcmp(severity, "error") ? 'E' :
		      !strcmp(severity, "warning") ? 'W' : 'I';
	vi_cap_string(c, at, "message", &message);
	snprintf(h->message, sizeof(h->message), "%s", message);
}

static void read_pci_config(struct vi_cap *c, const struct vi_cap_at *at,
			    struct vi_device *dev)
{
	struct vi_cap_at caps, hazards, msix, entry;
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
	/* Absent: not all of configuration space was readable. */
	pci->truncated = !vi_cap_object(c, at, "msix", &msix);
	if (!pci->truncated)
		vi_cap_fields(c, &msix, &vi_msix_schema, &pci->msix);
	if (num_caps > VI_PCI_MAX_CAPS || num_hazards > VI_PCI_MAX_HAZARDS) {
		vi_cap_bad(c, at, num_caps > VI_PCI_MAX_CAPS ?
			   "capabilities" : "hazards",
			   "too many entries");
		return;
	}
	for (i = 0; i < num_caps && vi_cap_entry(c, &caps, i, &entry); i++)
		vi_cap_fields(c, &entry, &vi_capability_schema,
			      &pci->caps[pci->num_caps++]);
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
		/* The code that follows relies on ascending indices. */
		k = snap->count - 1;
		if (k && snap->queues[k].index <= snap->queues[k - 1].index) {
			vi_cap_bad(c, &entry, "index",
				   "not above that of the previous queue");
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

static void read_core(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_core_state *core)
{
	if (vi_cap_bool(c, at, "config_off", &core->config_off))
		core->have |= VI_CORE_CONFIG_OFF;
	if (vi_cap_bool(c, at, "config_pending", &core->config_pending))
		core->have |= VI_CORE_CONFIG_PENDING;
	if (vi_cap_bool(c, at, "failed_before", &core->failed))
		core->have |= VI_CORE_FAILED;
}

static void read_snapshot(struct vi_cap *c, const struct vi_cap_at *at,
		      struct vi_device *dev)
{
	const char *attach = "capture", *addresses = "";
	struct vi_cap_at array;
	struct vi_snapshot *snap;
	bool has_attach;
	size_t count;

	if (!vi_cap_array(c, at, "queues", &array, &count))
		return;
	has_attach = vi_cap_string(c, at, "attach", &attach);
	vi_cap_string(c, at, "addresses", &addresses);
	snap = vi_snapshot_new(dev, attach);
	if (!snap) {
		vi_cap_no_memory(c);
		return;
	}
	snap->unknown_attach = !has_attach;
	snap->physical = !strcmp(addresses, "physical");
	snap->translated = !strcmp(addresses, "translated");
	snap->mapped = !strcmp(addresses, "mapped");
	read_core(c, at, &snap->core);
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
		vi_cap_bad(c, at, "device_id", "no device type has the id %" PRIu32,
			   dev->vdev.id.device);
}

/* Nothing more can be learned about a captured device. */
const struct vi_access vi_capture_access = {
	.name = "capture",
	.flags = VI_ACCESS_REPLAY | VI_ACCESS_PRIVATE,
};

/* The findings are fields of the device, which are read into its report. */
static bool add_report(struct vi_cap *c, const struct vi_cap_at *at,
		       struct vi_device *dev)
{
	struct vi_cap_at findings;
	struct vi_report *r;
	size_t count;

	if (!vi_cap_array(c, at, "findings", &findings, &count))
		return !c->err;
	r = vi_cap_alloc(c, 1, sizeof(*r));
	if (!r)
		return false;
	r->dev = dev;
	dev->report = dev->recorded = r;
	return true;
}

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
	if (!add_report(c, at, dev))
		return false;
	read_facts(c, at, dev);
	read_pci(c, at, dev);
	put_on_bus(c, at, dev);
	read_snapshot(c, at, dev);
	return vi_cap_registers(c, at, dev);
}
