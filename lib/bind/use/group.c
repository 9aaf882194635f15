// SPDX-License-Identifier: LGPL-2.1-or-later
/* IOMMU groups, and what the machine lacks if there is none. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/use/group.h"
#include "bind/use/proc.h"
#include "core/file.h"

/* Giving a device back does not wait long for other processes' files. */
#define SEARCH_SECONDS	3

#define BRIDGE	0x0604	/* a PCI-to-PCI bridge, by its class */

static bool exists(struct vi_ctx *ctx, const char *path)
{
	int fd = vi_open(ctx, path, O_PATH);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* "12", or empty. */
static void read_group(struct vi_ctx *ctx, const char *address,
		       char group[16])
{
	char path[VI_BIND_PATH_SIZE], target[512];
	const char *slash;
	uint64_t n;

	group[0] = '\0';
	vi_bind_path(path, address, "iommu_group");
	if (vi_readlink(ctx, path, target, sizeof(target)) < 0)
		return;
	slash = strrchr(target, '/');
	slash = slash ? slash + 1 : target;
	if (!vi_parse_u64(slash, &n) && n <= UINT32_MAX)
		snprintf(group, 16, "%u", (unsigned int)n);
}

/* --- What the machine lacks --- */

static int count_one(void *data, const char *name)
{
	(void)name;
	++*(unsigned int *)data;
	return 1;
}

static int fail_no_group(struct vi_ctx *ctx, const char *address)
{
	const char *instead = "or drive it with --attach=physical";
	unsigned int iommus = 0;

	vi_readdir(ctx, "/sys/class/iommu", count_one, &iommus);
	if (iommus)
		return vi_fail(ctx, -ENOTSUP,
			       "%s: not behind the machine's IOMMU; %s",
			       address, instead);
	if (exists(ctx, "/sys/firmware/acpi/tables/DMAR"))
		return vi_fail(ctx, -ENOTSUP,
			       "%s: the machine's IOMMU is off; boot with intel_iommu=on, %s",
			       address, instead);
	if (exists(ctx, "/sys/firmware/acpi/tables/IVRS"))
		return vi_fail(ctx, -ENOTSUP,
			       "%s: the machine's IOMMU is off; boot with amd_iommu=on, %s",
			       address, instead);
	return vi_fail(ctx, -ENOTSUP,
		       "%s: the machine has no IOMMU; give it one (QEMU: -device intel-iommu, and intel_iommu=on in the guest), %s",
		       address, instead);
}

/* --- The other members --- */

struct members {
	struct vi_ctx *ctx;
	const char *address;
	char list[256];			/* members in the way */
};

static bool is_bridge(struct vi_ctx *ctx, const char *address)
{
	char path[VI_BIND_PATH_SIZE];
	uint64_t class;

	vi_bind_path(path, address, "class");
	return !vi_read_u64(ctx, path, &class) && class >> 8 == BRIDGE;
}

static bool may_stay(const char *driver)
{
	return !*driver || !strcmp(driver, "vfio-pci") ||
	       !strcmp(driver, "pci-stub");
}

static int look_at_member(void *data, const char *name)
{
	struct members *m = data;
	struct vi_bind_facts f;
	uint32_t part[4];
	size_t n = strlen(m->list);

	/* A group may include devices of other buses. */
	if (vi_pci_address_parse(name, part) ||
	    strlen(name) >= VI_PCI_ADDRESS_SIZE) {
		snprintf(m->list + n, sizeof(m->list) - n, "%s%.64s",
			 n ? ", " : "", name);
		return 0;
	}
	if (!strcmp(name, m->address) || is_bridge(m->ctx, name))
		return 0;
	if (vi_bind_facts(m->ctx, name, &f))
		snprintf(f.driver, sizeof(f.driver), "unreadable driver name");
	if (may_stay(f.driver))
		return 0;
	snprintf(m->list + n, sizeof(m->list) - n, "%s%s (%s)", n ? ", " : "",
		 name, f.driver);
	return 0;
}

int vi_check_group(struct vi_ctx *ctx, const char *address)
{
	struct members m = { .ctx = ctx, .address = address };
	char group[16], path[96];
	int err;

	read_group(ctx, address, group);
	if (!group[0])
		return fail_no_group(ctx, address);
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%s/devices",
		 group);
	err = vi_readdir(ctx, path, look_at_member, &m);
	if (err)
		return vi_fail(ctx, err, "%s: %s", path, strerror(-err));
	if (m.list[0])
		return vi_fail(ctx, -ENOTSUP,
			       "%s: its IOMMU group %s contains other devices with drivers: %s; unbind those first",
			       address, group, m.list);
	if (!exists(ctx, "/sys/bus/pci/drivers/vfio-pci"))
		return vi_fail(ctx, -ENOTSUP,
			       "%s: driver vfio-pci is not loaded; load it (modprobe vfio-pci)",
			       address);
	return 0;
}

int vi_check_platform(struct vi_device *dev)
{
	int err = vi_load(dev, VI_FACT_DRIVER);

	if (err == -ENODATA)
		return 0;
	if (!err)
		err = vi_load(dev, VI_FACT_FEATURES);
	if (err)
		return vi_fail(dev->ctx, -ENOTSUP,
			       "%s: cannot determine whether it goes through the IOMMU: %s",
			       vi_device_label(dev), strerror(-err));
	if (dev->features_width <= VIRTIO_F_ACCESS_PLATFORM ||
	    vi_device_negotiated(dev, VIRTIO_F_ACCESS_PLATFORM))
		return 0;
	return vi_fail(dev->ctx, -ENOTSUP,
		       "%s: bypasses the IOMMU (VIRTIO_F_ACCESS_PLATFORM not negotiated); enable it in the VMM (QEMU: iommu_platform=on), or drive it with --attach=physical",
		       vi_device_label(dev));
}

/* --- Openers --- */

int vi_group_nodes(struct vi_ctx *ctx, const char *address,
		   struct vi_nodes *nodes)
{
	static const char *const forms[] = { "", "noiommu-" };
	char group[16], path[64];
	size_t i;
	int err = 0;

	read_group(ctx, address, group);
	for (i = 0; !err && group[0] && i < ARRAY_SIZE(forms); i++) {
		snprintf(path, sizeof(path), "/sys/class/vfio/%s%s", forms[i],
			 group);
		err = vi_nodes_add(ctx, nodes, path);
	}
	return err;
}

int vi_check_openers(struct vi_ctx *ctx, const char *address)
{
	struct vi_nodes nodes = { NULL, 0 };
	char path[VI_BIND_PATH_SIZE];
	const struct vi_node *n;
	struct vi_unseen unseen;
	struct vi_opener who;
	int err = 0;

	vi_bind_path(path, address, "");
	if (!vi_group_nodes(ctx, address, &nodes) &&
	    !vi_nodes_add_below(ctx, &nodes, path)) {
		vi_nodes_sort(&nodes);
		if (vi_find_opener(ctx, &nodes, NULL, SEARCH_SECONDS, &who,
				   &unseen) > 0) {
			n = vi_nodes_find(&nodes, &who.id);
			err = vi_fail(ctx, -EBUSY,
				      "%s: process %u (%s) has /dev/%s open; end it first",
				      address, who.pid, who.comm,
				      n ? n->name : "?");
		}
	}
	vi_nodes_free(&nodes);
	return err;
}
