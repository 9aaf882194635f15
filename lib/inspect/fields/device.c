// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is known of a device, as fields: one row each. Columns of tables, keys
 * of JSON and their help all come from here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "inspect/device.h"
#include "inspect/fields/device.h"
#include "inspect/fields/registers.h"
#include "inspect/fields/snapshot.h"
#include "inspect/findings.h"
#include "record/schema.h"
#include "spec/features.h"
#include "spec/ids.h"
#include "spec/names.h"

/* Facts are read when they are asked for, so what they are of is not const. */
static struct vi_device *device(const void *object)
{
	return (struct vi_device *)object;
}

static int set_string(const char *s, struct vi_value *v)
{
	v->string = s;
	return s ? 0 : -ENODATA;
}

static int set_list(const struct vi_strings *list, struct vi_value *v)
{
	v->list = list->v;
	v->count = list->count;
	return 0;
}

/* Getters of what is in a member once the fact is known. */
#define STRING(member, fact)						\
static int get_##member(const void *object, struct vi_value *v)		\
{									\
	int err = vi_load(device(object), fact);			\
									\
	return err ? err : set_string(device(object)->member, v);	\
}

#define NUMBER(member, fact)						\
static int get_##member(const void *object, struct vi_value *v)		\
{									\
	int err = vi_load(device(object), fact);			\
									\
	if (!err)							\
		v->number = device(object)->member;			\
	return err;							\
}

#define LIST(member, fact)						\
static int get_##member(const void *object, struct vi_value *v)		\
{									\
	int err = vi_load(device(object), fact);			\
									\
	return err ? err : set_list(&device(object)->member, v);	\
}

STRING(link, VI_FACT_LINK)
STRING(address, VI_FACT_ADDRESS)
STRING(transport, VI_FACT_TRANSPORT)
STRING(driver, VI_FACT_DRIVER)
STRING(modalias, VI_FACT_MODALIAS)
NUMBER(status, VI_FACT_STATUS)
NUMBER(num_queues, VI_FACT_NUM_QUEUES)
NUMBER(max_queues, VI_FACT_MAX_QUEUES)
NUMBER(numa_node, VI_FACT_NUMA_NODE)
NUMBER(iommu_group, VI_FACT_IOMMU_GROUP)
NUMBER(pci_revision, VI_FACT_PCI_REVISION)
LIST(modules, VI_FACT_MODULES)

/* --- What it is --- */

static int get_name(const void *object, struct vi_value *v)
{
	return set_string(device(object)->name, v);
}

static int get_index(const void *object, struct vi_value *v)
{
	v->number = device(object)->index;
	return device(object)->index < 0 ? -ENODATA : 0;
}

static int get_type(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	char *text = dev->texts.type;
	const char *name;
	int err = vi_load(dev, VI_FACT_ID);

	if (err)
		return err;
	name = vi_type_name(dev->vdev.id.device);
	if (name)
		return set_string(name, v);
	snprintf(text, sizeof(dev->texts.type), "0x%x", dev->vdev.id.device);
	return set_string(text, v);
}

static int get_device_id(const void *object, struct vi_value *v)
{
	int err = vi_load(device(object), VI_FACT_ID);

	v->number = device(object)->vdev.id.device;
	return err;
}

static int get_vendor(const void *object, struct vi_value *v)
{
	int err = vi_load(device(object), VI_FACT_VENDOR);

	v->number = device(object)->vdev.id.vendor;
	return err;
}

static int get_kname(const void *object, struct vi_value *v)
{
	int err = vi_load(device(object), VI_FACT_KNAMES);

	return err ? err : set_string(device(object)->knames.v[0], v);
}

static int get_knames(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = vi_load(device(object), VI_FACT_KNAMES);

	if (!err && dev->knames.count < 2)
		err = -ENODATA;
	return err ? err : set_list(&dev->knames, v);
}

/* --- Status and features --- */

/* A status in words. It changes, but has few values. */
struct vi_status_names {
	struct vi_status_names *next;
	uint32_t status;
	char text[VI_STATUS_TEXT_SIZE];
	const char *words[sizeof(uint32_t) * 8];
	size_t count;
};

static const struct vi_status_names *name_status(struct vi_device *dev)
{
	struct vi_status_names *names = dev->texts.status;
	char *rest, *word;

	while (names && names->status != dev->status)
		names = names->next;
	if (names)
		return names;
	names = vi_pool_alloc(vi_device_pool(dev), sizeof(*names));
	if (!names)
		return NULL;
	names->status = dev->status;
	rest = vi_status_text(dev->status, names->text, sizeof(names->text));
	while (dev->status && (word = strsep(&rest, "|")))
		names->words[names->count++] = word;
	names->next = dev->texts.status;
	dev->texts.status = names;
	return names;
}

static int get_status_names(const void *object, struct vi_value *v)
{
	const struct vi_status_names *names;
	int err = vi_load(device(object), VI_FACT_STATUS);

	if (err)
		return err;
	names = name_status(device(object));
	if (!names)
		return -ENOMEM;
	v->list = names->words;
	v->count = names->count;
	return 0;
}

static int get_features(const void *object, struct vi_value *v)
{
	int err = vi_load(device(object), VI_FACT_FEATURES);

	v->features = device(object)->vdev.features;
	return err;
}

#define BIT_NAME_SIZE	sizeof("BIT_127")

/* All names in one piece of memory: all of them are there, or none. */
static int name_features(struct vi_device *dev)
{
	const uint64_t *w = dev->vdev.features.w;
	size_t count = __builtin_popcountll(w[0]) + __builtin_popcountll(w[1]);
	int err = vi_load(dev, VI_FACT_ID);
	uint32_t id = err ? 0 : dev->vdev.id.device;
	const char **names;
	unsigned int bit;
	size_t n = 0;
	char *room;

	if (err == -ENOMEM)
		return err;
	names = vi_pool_alloc(vi_device_pool(dev), count * (sizeof(*names) +
							    BIT_NAME_SIZE));
	if (!names)
		return -ENOMEM;
	room = (char *)(names + count);
	for (bit = 0; bit < VIRTIO_FEATURES_BITS; bit++) {
		if (!vi_features_test(dev->vdev.features, bit))
			continue;
		names[n] = vi_feature_name(id, bit);
		if (!names[n]) {
			snprintf(room, BIT_NAME_SIZE, "BIT_%u", bit);
			names[n] = room;
			room += BIT_NAME_SIZE;
		}
		n++;
	}
	dev->texts.feature_names = names;
	dev->texts.num_feature_names = n;
	return 0;
}

static int get_feature_names(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	int err = vi_load(dev, VI_FACT_FEATURES);

	if (!err && !dev->texts.feature_names)
		err = name_features(dev);
	v->list = dev->texts.feature_names;
	v->count = dev->texts.num_feature_names;
	return err;
}

/* --- Interrupts --- */

static int list_irqs(struct vi_device *dev)
{
	uint64_t *numbers;
	size_t i;

	numbers = vi_pool_alloc(vi_device_pool(dev),
				dev->num_interrupts * sizeof(*numbers));
	if (!numbers)
		return -ENOMEM;
	for (i = 0; i < dev->num_interrupts; i++)
		numbers[i] = dev->interrupts[i].irq;
	dev->texts.irqs = numbers;
	return 0;
}

static int get_irqs(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	int err = vi_load(dev, VI_FACT_INTERRUPTS);

	if (!err && !dev->texts.irqs)
		err = list_irqs(dev);
	v->numbers = dev->texts.irqs;
	v->count = dev->num_interrupts;
	return err;
}

static int get_interrupts(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = vi_load(device(object), VI_FACT_INTERRUPTS);

	v->records = dev->interrupts;
	v->count = dev->num_interrupts;
	v->stride = sizeof(*dev->interrupts);
	return err;
}

/* --- PCI --- */

static int pci_pair(char text[16], uint16_t vendor, uint16_t id,
		    struct vi_value *v)
{
	snprintf(text, 16, "%04x:%04x", vendor, id);
	return set_string(text, v);
}

static int get_pci_id(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	int err = vi_load(dev, VI_FACT_PCI_ID);

	return err ? err : pci_pair(dev->texts.pci_id, dev->pci_vendor,
				    dev->pci_device, v);
}

static int get_subsystem(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	int err = vi_load(dev, VI_FACT_PCI_SUBSYSTEM);

	return err ? err : pci_pair(dev->texts.subsystem,
				    dev->pci_subsystem_vendor,
				    dev->pci_subsystem_device, v);
}

/* The capabilities: those that this user may see, or why not. */
static int know_caps(struct vi_device *dev)
{
	int err = vi_load(dev, VI_FACT_PCI_CONFIG);

	if (err)
		return err;
	if (dev->pci->kind == VI_PCI_GONE || dev->pci->kind == VI_PCI_NOT_VIRTIO)
		return -ENODATA;
	return dev->pci->access_denied ? -EACCES : 0;
}

static int list_caps(struct vi_device *dev)
{
	const struct vi_pci_config *pci = dev->pci;
	const char **names;
	size_t n = 0;
	unsigned int i;

	names = vi_pool_alloc(vi_device_pool(dev),
			      pci->num_caps * sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (i = 0; i < pci->num_caps; i++)
		if (pci->caps[i].state == VI_PCI_CAP_USED)
			names[n++] = vi_cap_short_name(pci->caps[i].cfg_type);
	dev->texts.caps = names;
	dev->texts.num_caps = n;
	return 0;
}

static int get_caps(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	int err = know_caps(dev);

	if (!err && !dev->texts.caps)
		err = list_caps(dev);
	v->list = dev->texts.caps;
	v->count = dev->texts.num_caps;
	return err;
}

static int get_capabilities(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = know_caps(device(object));

	if (err)
		return err;
	v->records = dev->pci->caps;
	v->count = dev->pci->num_caps;
	v->stride = sizeof(dev->pci->caps[0]);
	return 0;
}

static int get_hazards(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = vi_load(device(object), VI_FACT_PCI_CONFIG);

	/* What could be seen may be wrong even so. */
	if (!err && !dev->pci->num_hazards)
		err = know_caps(device(object));
	if (err)
		return err;
	v->records = dev->pci->hazards;
	v->count = dev->pci->num_hazards;
	v->stride = sizeof(dev->pci->hazards[0]);
	return 0;
}

/* Known where all of configuration space was seen. */
static int get_msix(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = know_caps(device(object));

	if (!err && dev->pci->truncated)
		err = -ENODATA;
	if (err)
		return err;
	v->records = &dev->pci->msix;
	v->count = 1;
	v->stride = sizeof(dev->pci->msix);
	return 0;
}

#define MSIX(name, member, known, expr)				\
static int get_msix_##name(const void *object, struct vi_value *v)	\
{									\
	const struct vi_pci_msix *m = object;				\
									\
	v->member = (expr);						\
	return (known) ? 0 : -ENODATA;					\
}

MSIX(enabled, boolean, true, m->present && m->enabled)
MSIX(masked, boolean, m->present, m->masked)
MSIX(vectors, number, m->present, m->table_size)

static const struct vi_field msix_fields[] = {
	{ "enabled", VI_BOOL, "it is on", get_msix_enabled, NULL },
	{ "masked", VI_BOOL, "all of it is masked", get_msix_masked, NULL },
	{ "vectors", VI_UINT, "how many there are; absent: the device has no MSI-X", get_msix_vectors, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema msix_schema = { msix_fields };

/* --- The device tree's slot --- */

static int get_empty(const void *object, struct vi_value *v)
{
	v->boolean = !device(object)->name;
	return 0;
}

static int get_mmio_size(const void *object, struct vi_value *v)
{
	int err = vi_load(device(object), VI_FACT_SLOT);

	if (!err)
		v->number = device(object)->slot->size;
	return err;
}

#define SLOT_STRING(member)						\
static int get_slot_##member(const void *object, struct vi_value *v)	\
{									\
	int err = vi_load(device(object), VI_FACT_SLOT);		\
									\
	return err ? err : set_string(device(object)->slot->member, v);	\
}

SLOT_STRING(node)
SLOT_STRING(interrupts)
SLOT_STRING(interrupts_extended)

static int get_interrupt_parent(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = vi_load(device(object), VI_FACT_SLOT);

	if (!err && !dev->slot->has_interrupt_parent)
		err = -ENODATA;
	if (!err)
		v->number = dev->slot->interrupt_parent;
	return err;
}

static const struct vi_field fields[] = {
	{ "name", VI_STRING, "kernel's name of the device", get_name, NULL },
	{ "index", VI_UINT, "kernel's number of the device", get_index, NULL },
	{ "type", VI_STRING, "device type", get_type, NULL },
	{ "device_id", VI_UINT, "device type as a number", get_device_id, NULL },
	{ "vendor", VI_HEX, "vendor id", get_vendor, NULL },
	{ "transport", VI_STRING, "how it is reached: pci-modern, pci-transitional, pci-legacy, mmio, ccw, vdpa", get_transport, NULL },
	{ "address", VI_STRING, "address on its bus", get_address, NULL },
	{ "driver", VI_STRING, "driver that has it", get_driver, NULL },
	{ "status", VI_HEX, "device status", get_status, NULL },
	{ "status_names", VI_LIST, "device status in words", get_status_names, NULL },
	{ "features", VI_FEATURES, "negotiated features", get_features, NULL },
	{ "feature_names", VI_LIST, "negotiated features by name", get_feature_names, NULL },
	{ "num_queues", VI_UINT, "queues that its driver uses", get_num_queues, NULL },
	{ "max_queues", VI_UINT, "queues that it offers", get_max_queues, NULL },
	{ "kname", VI_STRING, "what the user knows it as, such as vda or eth0", get_kname, NULL },
	{ "knames", VI_LIST, "all such names, where there are several", get_knames, NULL },
	{ "modalias", VI_STRING, "what the kernel finds its module by", get_modalias, NULL },
	{ "modules", VI_LIST, "module of its driver, or those that would have one", get_modules, NULL },
	{ "irqs", VI_NUMBERS, "numbers of its interrupts", get_irqs, NULL },
	{ "interrupts", VI_RECORDS, "its interrupts", get_interrupts, &vi_interrupt_schema },
	{ "numa_node", VI_UINT, "NUMA node", get_numa_node, NULL },
	{ "iommu_group", VI_UINT, "IOMMU group", get_iommu_group, NULL },
	{ "pci_id", VI_STRING, "PCI vendor and device id", get_pci_id, NULL },
	{ "subsystem", VI_STRING, "PCI subsystem vendor and device id", get_subsystem, NULL },
	{ "revision", VI_HEX, "PCI revision", get_pci_revision, NULL },
	{ "caps", VI_LIST, "its virtio structures in PCI configuration space", get_caps, NULL },
	{ "capabilities", VI_RECORDS, "its virtio capabilities in PCI configuration space", get_capabilities, &vi_capability_schema },
	{ "hazards", VI_RECORDS, "what is wrong with them", get_hazards, &vi_hazard_schema },
	{ "msix", VI_RECORD, "its MSI-X", get_msix, &msix_schema },
	{ "link", VI_STRING, "state of its network interface: up, down and so on", get_link, NULL },
	{ "empty", VI_BOOL, "only a slot in the device tree: no device is known there", get_empty, NULL },
	{ "mmio_size", VI_HEX, "size of its registers, by the device tree", get_mmio_size, NULL },
	{ "dt_node", VI_STRING, "its node in the device tree", get_slot_node, NULL },
	{ "dt_interrupts", VI_STRING, "interrupts of that node, as they stand there", get_slot_interrupts, NULL },
	{ "dt_interrupts_extended", VI_STRING, "interrupts-extended of that node, as it stands there", get_slot_interrupts_extended, NULL },
	{ "dt_interrupt_parent", VI_HEX, "interrupt-parent of that node", get_interrupt_parent, NULL },
	{ "offered", VI_FEATURES, "features that the device offers, by its registers", vi_get_offered, NULL },
	{ "offered_names", VI_LIST, "the same by name", vi_get_offered_names, NULL },
	{ "config", VI_RECORDS, "its configuration space, by its registers", vi_get_config, &vi_config_schema },
	{ "registers", VI_RECORD, "what its registers say", vi_get_registers, &vi_registers_schema },
	{ "attach", VI_STRING, "way that its queues were looked at", vi_get_attach, NULL },
	{ "attach_notes", VI_LIST, "what could not be told that way, or why it is closed", vi_get_attach_notes, NULL },
	{ "addresses", VI_STRING, "what addresses in its queues are: physical, or translated by an IOMMU", vi_get_addresses, NULL },
	{ "queues", VI_RECORDS, "its queues, once they were looked at", vi_get_queues, &vi_queue_view_schema },
	{ "findings", VI_RECORDS, "what is wrong, once it was checked", vi_get_findings, &vi_finding_schema },
	{ "answers", VI_RECORDS, "who is at fault, for each suspicious queue", vi_get_answers, &vi_answers_schema },
	{ "looks", VI_UINT, "how many looks what was found is of", vi_get_report_snaps, NULL },
	{ "unjudged", VI_LIST, "what could not be judged, and why", vi_get_unjudged, NULL },
	{ NULL, 0, NULL, NULL, NULL },
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_device_schema(void)
{
	return &schema;
}
