// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns of lsvirtio. A new one is a row here. */
#include <errno.h>
#include <string.h>

#include "common/device.h"
#include "lsvirtio/lsvirtio.h"

static int get(const char *name, const void *object, struct vi_value *v)
{
	return vi_get(vi_schema_find(vi_device_schema(), name), object, v);
}

/* Of a device that is not on PCI: its vendor and type. */
static int add_virtio_id(struct text *t, const void *object)
{
	struct vi_value transport, vendor, id;
	int err;

	err = get("transport", object, &transport);
	if (!err && !strncmp(transport.string, "pci", 3))
		err = -ENODATA;
	if (!err)
		err = get("vendor", object, &vendor);
	if (!err)
		err = get("device_id", object, &id);
	if (!err)
		text_addf(t, "%04x:%04x", (unsigned int)vendor.number,
			  (unsigned int)id.number);
	return err;
}

const char ls_usual_columns[] = "NAME,TYPE,ADDRESS,DRIVER,STATUS,QUEUES,KNAME";

const struct tool_column ls_columns[] = {
	/* name, field, json, width, right, add, instead */
	{ "NAME", "name", NULL, 0, false, NULL, NULL },
	{ "TYPE", "type", NULL, 0, false, NULL, NULL },
	{ "ADDRESS", "address", NULL, 0, false, NULL, NULL },
	{ "DRIVER", "driver", NULL, 0, false, NULL, NULL },
	{ "STATUS", "status", NULL, 0, false, tool_add_status, NULL },
	{ "QUEUES", "num_queues", NULL, 0, true, NULL, NULL },
	{ "KNAME", "kname", NULL, 0, false, NULL, NULL },
	{ "ID", "pci_id", NULL, 0, false, NULL, add_virtio_id },
	{ "VENDOR", "vendor", NULL, 0, false, NULL, NULL },
	{ "TRANSPORT", "transport", NULL, 0, false, NULL, NULL },
	{ "FEATURES", "features", NULL, 0, true, NULL, NULL },
	{ "MODALIAS", "modalias", NULL, 0, false, NULL, NULL },
	{ "MODULES", "modules", NULL, 0, false, NULL, NULL },
	{ "IRQS", "irqs", "interrupts", 0, false, NULL, NULL },
	{ "NUMA", "numa_node", NULL, 0, true, NULL, NULL },
	{ "IOMMU_GROUP", "iommu_group", NULL, 0, true, NULL, NULL },
	{ "REVISION", "revision", NULL, 0, true, NULL, NULL },
	{ "CAPS", "caps", "capabilities", 0, false, NULL, NULL },
	{ NULL, NULL, NULL, 0, false, NULL, NULL },
};
