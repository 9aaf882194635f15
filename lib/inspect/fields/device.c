// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The fields of devices, one row each: columns, JSON keys, captures, their help
 * and their table in virtio-capture(5) come from here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "inspect/device.h"
#include "inspect/fields/device.h"
#include "inspect/fields/registers.h"
#include "inspect/fields/snapshot.h"
#include "inspect/findings.h"
#include "inspect/held.h"
#include "record/schema.h"
#include "spec/features.h"
#include "spec/ids.h"
#include "spec/names.h"

/* Facts are read on demand, so the device cannot be const. */
static struct vi_device *device(const void *object)
{
	return (struct vi_device *)object;
}

static int set_string(const char *s, struct vi_value *v)
{
	v->string = s;
	return s ? 0 : -ENODATA;
}

/* --- Whether a fact is known --- */

static int test_fact(const void *object, const struct vi_field *f)
{
	return vi_load(device(object), f->key);
}

static void set_fact(void *object, const struct vi_field *f, bool there)
{
	vi_set_fact(object, f->key, there ? 0 : -ENODATA);
}

static const struct vi_known by_fact = { test_fact, set_fact };
static const struct vi_known with_fact = { test_fact, NULL };

static int test_parent(const void *object, const struct vi_field *f)
{
	int err = vi_load(device(object), VI_FACT_SLOT);

	return err ? err : vi_by_flag.test(object, f);
}

static void set_parent(void *object, const struct vi_field *f, bool there)
{
	vi_by_flag.set(object, f, there);
}

static const struct vi_known by_parent = { test_parent, set_parent };

/*
 * Keep the batch, which may be replaced, while the program may use the list.
 * An empty list needs no memory.
 */
static int give_some(const void *object, const struct vi_field *f,
		     struct vi_batch *batch)
{
	int err = vi_by_count.test(object, f);

	if (!err)
		vi_give(object, batch);
	return err;
}

static int test_notes(const void *object, const struct vi_field *f)
{
	return give_some(object, f, device(object)->notes_in);
}

static int test_some_of_report(const void *object, const struct vi_field *f)
{
	return give_some(object, f, device(object)->report_in);
}

/* A report without findings is known to have none. */
static int test_report(const void *object, const struct vi_field *f)
{
	test_some_of_report(object, f);
	return 0;
}

static const struct vi_known by_notes = { test_notes, NULL };
static const struct vi_known by_report = { test_report, NULL };
static const struct vi_known by_some_of_report = { test_some_of_report, NULL };

/* --- Identity --- */

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

static int get_kname(const void *object, struct vi_value *v)
{
	int err = vi_load(device(object), VI_FACT_KNAMES);

	return err ? err : set_string(device(object)->knames.v[0], v);
}

static int get_knames(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;
	int err = vi_load(device(object), VI_FACT_KNAMES);

	v->list = dev->knames.v;
	v->count = dev->knames.count;
	return err ? err : v->count < 2 ? -ENODATA : 0;
}

/* --- Status and features --- */

/* A status in words. Those of all values that occurred are kept: they are few. */
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

#define BIT_NAME_SIZE	sizeof("BIT_127")

/* Allocate all names at once, so that a failure leaves none. */
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
	vi_features_for_each(bit, dev->vdev.features) {
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
	uint64_t *numbers, number;
	size_t i, n = 0;

	numbers = vi_pool_alloc(vi_device_pool(dev),
				dev->num_interrupts * sizeof(*numbers));
	if (!numbers)
		return -ENOMEM;
	for (i = 0; i < dev->num_interrupts; i++)
		if (!vi_get_uint(&vi_interrupt_schema, &dev->interrupts[i],
				 "irq", &number))
			numbers[n++] = number;
	dev->texts.irqs = numbers;
	dev->texts.num_irqs = n;
	return 0;
}

static int get_irqs(const void *object, struct vi_value *v)
{
	struct vi_device *dev = device(object);
	int err = vi_load(dev, VI_FACT_INTERRUPTS);

	if (!err && !dev->texts.irqs)
		err = list_irqs(dev);
	v->numbers = dev->texts.irqs;
	v->count = dev->texts.num_irqs;
	return err ? err : v->count ? 0 : -ENODATA;
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

/* 0, or why this user cannot see the capabilities. */
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
		if (pci->caps[i].state == VI_PCI_CAP_USED &&
		    vi_knows_cfg_type(&pci->caps[i]))
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

	/* The part that was readable may have hazards nevertheless. */
	if (!err && !dev->pci->num_hazards)
		err = know_caps(device(object));
	if (err)
		return err;
	v->records = dev->pci->hazards;
	v->count = dev->pci->num_hazards;
	v->stride = sizeof(dev->pci->hazards[0]);
	return 0;
}

/* Known only if all of configuration space was readable. */
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

#define MSIX(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_pci_msix, member, __VA_ARGS__)

static const struct vi_field msix_fields[] = {
	MSIX("enabled", VI_BOOL, enabled, "MSI-X is enabled", VI_UNLESS_ABSENT(vi_pci_msix, 0)),
	MSIX("masked", VI_BOOL, masked, "the whole function is masked", VI_IF_OTHER_FLAG(vi_pci_msix, present), VI_UNLESS_ABSENT(vi_pci_msix, 1)),
	MSIX("vectors", VI_UINT, table_size, "number of vectors; absent: the device has no MSI-X", VI_IF_FLAG(vi_pci_msix, present)),
	VI_FIELDS_END,
};

const struct vi_schema vi_msix_schema = { msix_fields };

/* --- The device tree's slot --- */

static int get_empty(const void *object, struct vi_value *v)
{
	const struct vi_device *dev = object;

	/* A slot whose registers nobody has read. */
	if (dev->bare && dev->state[VI_FACT_PCI_ID] <= 0)
		return -ENODATA;
	v->boolean = !dev->name && !dev->bare;
	return 0;
}

/* --- The schema --- */

/* Queues have numbers of 16 bits. */
#define MAX_QUEUES	(UINT16_MAX + 1)

#define MEMBER(name, type, member, help, ...)				\
	VI_MEMBER(name, type, help, vi_device, member, __VA_ARGS__)
#define FACT(name, type, member, fact, help, ...)			\
	MEMBER(name, type, member, help, .known = &by_fact, .key = (fact), \
	       __VA_ARGS__)
#define OF_REPORT	VI_THROUGH(vi_device, report)

static const struct vi_field fields[] = {
	MEMBER("name", VI_STRING | VI_REQUIRED, name, "kernel name of the device"),
	MEMBER("index", VI_UINT, index, "kernel number of the device", VI_IF_NOT(UINT32_MAX), .max = INT32_MAX),
	VI_COMPUTED("type", VI_STRING, "device type", get_type),
	FACT("device_id", VI_UINT, vdev.id.device, VI_FACT_ID, "device type as a number"),
	FACT("vendor", VI_HEX, vdev.id.vendor, VI_FACT_VENDOR, "vendor id"),
	FACT("transport", VI_STRING, transport, VI_FACT_TRANSPORT, "transport: pci-modern, pci-transitional, pci-legacy, mmio, ccw, vdpa"),
	FACT("address", VI_STRING, address, VI_FACT_ADDRESS, "address on its bus"),
	FACT("driver", VI_STRING, driver, VI_FACT_DRIVER, "bound driver"),
	FACT("status", VI_HEX, status, VI_FACT_STATUS, "device status"),
	VI_COMPUTED("status_names", VI_LIST, "device status in words", get_status_names),
	FACT("features", VI_FEATURES, vdev.features, VI_FACT_FEATURES, "negotiated features"),
	VI_COMPUTED("feature_names", VI_LIST, "negotiated features by name", get_feature_names),
	FACT("num_queues", VI_UINT, num_queues, VI_FACT_NUM_QUEUES, "number of queues in use", .max = MAX_QUEUES),
	FACT("max_queues", VI_UINT, max_queues, VI_FACT_MAX_QUEUES, "number of queues that the device offers", .max = MAX_QUEUES),
	FACT("queue_align", VI_UINT, queue_align, VI_FACT_QUEUE_ALIGN, "alignment of the used rings of a legacy device, in bytes, if it was given"),
	VI_COMPUTED("kname", VI_STRING, "kernel name of the resulting disk, interface, etc., such as vda or eth0", get_kname),
	MEMBER("knames", VI_LIST, knames, "all such names, if there are several", .get = get_knames),
	FACT("modalias", VI_STRING, modalias, VI_FACT_MODALIAS, "module alias"),
	FACT("modules", VI_LIST, modules, VI_FACT_MODULES, "kernel modules that provide its driver"),
	VI_COMPUTED("irqs", VI_NUMBERS, "interrupt numbers", get_irqs),
	VI_ARRAY("interrupts", VI_RECORDS, "interrupts", vi_device, interrupts, num_interrupts, .known = &by_fact, .key = VI_FACT_INTERRUPTS, .schema = &vi_interrupt_schema),
	FACT("numa_node", VI_UINT, numa_node, VI_FACT_NUMA_NODE, "NUMA node"),
	FACT("iommu_group", VI_UINT, iommu_group, VI_FACT_IOMMU_GROUP, "IOMMU group"),
	VI_COMPUTED("pci_id", VI_STRING, "PCI vendor and device id", get_pci_id),
	VI_COMPUTED("subsystem", VI_STRING, "PCI subsystem vendor and device id", get_subsystem),
	FACT("revision", VI_HEX, pci_revision, VI_FACT_PCI_REVISION, "PCI revision"),
	VI_COMPUTED("caps", VI_LIST, "virtio structures that its PCI capabilities point to", get_caps),
	VI_COMPUTED("capabilities", VI_RECORDS, "virtio capabilities in PCI configuration space", get_capabilities, .schema = &vi_capability_schema),
	VI_COMPUTED("hazards", VI_RECORDS, "defects found in those capabilities", get_hazards, .schema = &vi_hazard_schema, VI_UNLESS_ABSENT(vi_device, 0)),
	VI_COMPUTED("msix", VI_RECORD, "MSI-X state, if all of configuration space was readable", get_msix, .schema = &vi_msix_schema),
	FACT("link", VI_STRING, link, VI_FACT_LINK, "state of its network interface, such as up or down"),
	VI_COMPUTED("empty", VI_BOOL, "empty slot in the device tree, without a known device", get_empty),
	FACT("mmio_size", VI_HEX, slot.size, VI_FACT_SLOT, "size of its registers, from the device tree"),
	MEMBER("dt_node", VI_STRING, slot.node, "device tree node", .known = &with_fact, .key = VI_FACT_SLOT),
	MEMBER("dt_status", VI_STRING, slot.status, "status property of that node or a bus above it, such as disabled; absent: enabled", .known = &with_fact, .key = VI_FACT_SLOT),
	MEMBER("dt_interrupts", VI_STRING, slot.interrupts, "raw interrupts property of that node", .known = &with_fact, .key = VI_FACT_SLOT),
	MEMBER("dt_interrupts_extended", VI_STRING, slot.interrupts_extended, "raw interrupts-extended property of that node", .known = &with_fact, .key = VI_FACT_SLOT),
	MEMBER("dt_interrupt_parent", VI_HEX, slot.interrupt_parent, "interrupt-parent property of that node", .known = &by_parent, .key = offsetof(struct vi_device, slot.has_interrupt_parent)),
	VI_COMPUTED("offered", VI_FEATURES, "features that the device offers", vi_get_offered),
	VI_COMPUTED("offered_names", VI_LIST, "offered features by name", vi_get_offered_names, VI_UNLESS_ABSENT(vi_device, 1)),
	VI_COMPUTED("offered_from", VI_STRING, "where these were read: registers, or debugfs", vi_get_offered_from, VI_UNLESS_ABSENT(vi_device, 2)),
	FACT("filtered", VI_FEATURES, filtered, VI_FACT_FILTERED, "features that an administrator makes the kernel ignore, from debugfs"),
	VI_COMPUTED("config", VI_RECORDS, "device configuration space, from its registers", vi_get_config, .schema = &vi_config_schema),
	VI_COMPUTED("registers", VI_RECORD, "register contents", vi_get_registers, .schema = &vi_registers_schema),
	VI_COMPUTED("attach", VI_STRING, "method by which its queues were read", vi_get_attach),
	MEMBER("attach_notes", VI_LIST, access_notes, "what this method cannot determine, or why it is unavailable", .known = &by_notes),
	VI_COMPUTED("addresses", VI_STRING, "kind of addresses in its queues: physical, translated by an IOMMU, or mapped by the transport", vi_get_addresses),
	VI_COMPUTED("config_off", VI_BOOL, "the driver does not want to hear of configuration changes", vi_get_config_off),
	VI_COMPUTED("config_pending", VI_BOOL, "a configuration change has not been told to the driver", vi_get_config_pending),
	VI_COMPUTED("failed_before", VI_BOOL, "its status was FAILED before it was suspended", vi_get_failed_before),
	VI_COMPUTED("queues", VI_RECORDS, "queues, if they were read", vi_get_queues, .schema = &vi_queue_view_schema),
	VI_ARRAY("findings", VI_RECORDS, "findings, if the device was checked", vi_report, findings, num_findings, OF_REPORT, .known = &by_report, .schema = &vi_finding_schema),
	VI_ARRAY("answers", VI_RECORDS, "which side is at fault, for each suspicious queue", vi_report, answers, num_answers, OF_REPORT, .known = &by_report, .schema = &vi_answers_schema, VI_UNLESS_ABSENT(vi_report, 0)),
	VI_MEMBER("looks", VI_UINT, "number of snapshots that the findings are based on", vi_report, snaps, OF_REPORT, VI_IF_NOT(0), .max = UINT32_MAX),
	VI_MEMBER("unjudged", VI_LIST, "rules that could not be judged, and why", vi_report, unjudged, OF_REPORT, .known = &by_some_of_report),
	VI_MEMBER("undecided", VI_LIST, "queues that may hang although nothing wrong was seen: what could not be told", vi_report, undecided, OF_REPORT, .known = &by_some_of_report),
	VI_FIELDS_END,
};

static const struct vi_schema schema = { fields };

VI_EXPORT const struct vi_schema *vi_device_schema(void)
{
	return &schema;
}
