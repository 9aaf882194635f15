// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns of lsvirtio: one row each. */
#include <errno.h>
#include <string.h>

#include "common/device.h"
#include "lsvirtio/lsvirtio.h"

/* For a device that is not on PCI: its virtio vendor and type. */
static int add_virtio_id(struct text *t, const void *object)
{
	const struct vi_schema *schema = vi_device_schema();
	const char *transport;
	uint64_t vendor, id;
	int err;

	err = vi_get_string(schema, object, "transport", &transport);
	if (!err && !strncmp(transport, "pci", 3))
		err = -ENODATA;
	if (!err)
		err = vi_get_uint(schema, object, "vendor", &vendor);
	if (!err)
		err = vi_get_uint(schema, object, "device_id", &id);
	if (!err)
		text_addf(t, "%04x:%04x", (unsigned int)vendor,
			  (unsigned int)id);
	return err;
}

static const struct tool_column columns[] = {
	{ .name = "NAME", .field = "name" },
	{ .name = "TYPE", .field = "type" },
	{ .name = "ADDRESS", .field = "address" },
	{ .name = "DRIVER", .field = "driver" },
	{ .name = "STATUS", .field = "status", .add = tool_add_status },
	{ .name = "QUEUES", .field = "num_queues", .right = true },
	{ .name = "KNAME", .field = "kname" },
	{ .name = "ID", .field = "pci_id", .instead = add_virtio_id },
	{ .name = "VENDOR", .field = "vendor" },
	{ .name = "TRANSPORT", .field = "transport" },
	{ .name = "FEATURES", .field = "features", .right = true },
	{ .name = "OFFERED", .field = "offered", .right = true },
	{ .name = "MODALIAS", .field = "modalias" },
	{ .name = "MODULES", .field = "modules" },
	{ .name = "IRQS", .field = "irqs", .json = "interrupts" },
	{ .name = "NUMA", .field = "numa_node", .right = true },
	{ .name = "IOMMU_GROUP", .field = "iommu_group", .right = true },
	{ .name = "REVISION", .field = "revision", .right = true },
	{ .name = "CAPS", .field = "caps", .json = "capabilities" },
	{ .name = NULL },
};

const struct tool_column_table ls_columns = {
	columns, "NAME,TYPE,ADDRESS,DRIVER,STATUS,QUEUES,KNAME", vi_device_schema,
};
