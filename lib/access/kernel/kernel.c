// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From virtio_bus to all virtio devices and their queues:
 *
 *	bus_type → subsys_private.klist_devices → device_private.knode_bus →
 *	device → virtio_device → vqs → virtqueue
 *
 * The running kernel may change the lists during a walk: each walk is bounded,
 * and ends at an invalid address.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/kernel/file.h"
#include "access/kernel/kallsyms.h"
#include "access/kernel/kernel.h"
#include "core/pool.h"

#define MAX_BUSES	4096
#define MAX_DEVICES	65536
#define MAX_QUEUES	65536

/* Without symbols, find the bus through its directory. */
static bool find_by_directory(struct vi_kernel *k)
{
	uint64_t kobj, bus;

	if (vi_kernel_kobject(k, "/sys/bus/virtio", &kobj))
		return false;
	kobj -= k->layout.member[VI_K_SUBSYS_KOBJ].offset;
	if (vi_k_read(k, kobj, VI_K_SUBSYS_BUS, &bus) || !bus)
		return false;
	k->subsys = kobj;
	k->virtio_bus = bus;
	return true;
}

static int find_symbols(struct vi_kernel *k)
{
	struct vi_symbol symbols[] = { { "virtio_bus", 0 }, { "bus_kset", 0 } };
	int err;

	err = vi_kallsyms(k->ctx, symbols, 2);
	if (err)
		return err;
	k->virtio_bus = symbols[0].address;
	k->bus_kset = symbols[1].address;
	if (k->virtio_bus && (vi_k_has(&k->layout, VI_K_BUS_P) || k->bus_kset))
		return 0;
	if (find_by_directory(k))
		return 0;
	return vi_fail(k->ctx, -ENOENT,
		       "/proc/kallsyms has no %s: either no virtio driver is loaded, or the kernel lacks CONFIG_KALLSYMS_ALL",
		       k->virtio_bus ? "bus_kset" : "virtio_bus");
}

int vi_kernel_open(struct vi_ctx *ctx, struct vi_kernel **out)
{
	struct vi_kernel *k = calloc(1, sizeof(*k));
	struct vi_btf *btf;
	int err;

	if (!k)
		return vi_fail(ctx, -ENOMEM, "out of memory");
	k->ctx = ctx;
	/* Begin with the cheap step that most often lacks permission. */
	err = vi_kcore_open(ctx, &k->kcore);
	if (err) {
		free(k);
		return err;
	}
	err = vi_btf_open(ctx, &btf);
	if (!err) {
		err = vi_klayout_read(ctx, btf, &k->layout);
		vi_btf_close(btf);
	}
	if (!err)
		err = find_symbols(k);
	if (err) {
		vi_kernel_close(k);
		return err;
	}
	*out = k;
	return 0;
}

void vi_kernel_close(struct vi_kernel *k)
{
	if (!k)
		return;
	vi_kcore_close(&k->kcore);
	free(k);
}

/*
 * Walk the list_head at @head; @fn gets the address of each entry's list_head,
 * until it returns nonzero. Marks an entry at exponentially growing distances:
 * meeting it again reveals a list that no longer leads back to its head, long
 * before @most steps.
 */
static int walk_list(struct vi_kernel *k, uint64_t head, size_t most,
		     int (*fn)(struct vi_kernel *k, uint64_t node, void *data),
		     void *data)
{
	uint64_t node = head, mark = head;
	size_t i;
	int err;

	for (i = 0; i <= most; i++) {
		err = vi_k_read(k, node, VI_K_LIST_NEXT, &node);
		if (err || node == head)
			return err;
		if (node == mark)
			return -ELOOP;
		if (!(i & (i - 1)))
			mark = node;
		err = fn(k, node, data);
		if (err)
			return err < 0 ? err : 0;
	}
	return -ELOOP;
}

static uint64_t offset(const struct vi_kernel *k, enum vi_kmember m)
{
	return k->layout.member[m].offset;
}

/* Does this entry of the kset belong to the virtio bus? */
static int is_virtio(struct vi_kernel *k, uint64_t node, void *data)
{
	uint64_t subsys = node - offset(k, VI_K_KOBJ_ENTRY) -
			  offset(k, VI_K_SUBSYS_KOBJ);
	uint64_t bus;
	int err;

	err = vi_k_read(k, subsys, VI_K_SUBSYS_BUS, &bus);
	if (err || bus != k->virtio_bus)
		return err;
	*(uint64_t *)data = subsys;
	return 1;
}

static int find_subsys(struct vi_kernel *k, uint64_t *subsys)
{
	uint64_t kset;
	int err;

	*subsys = k->subsys;
	if (k->subsys)
		return 0;
	if (vi_k_has(&k->layout, VI_K_BUS_P))
		return vi_k_read(k, k->virtio_bus, VI_K_BUS_P, subsys);
	err = vi_kernel_read(k, k->bus_kset, &kset, sizeof(kset));
	if (!err)
		err = walk_list(k, kset + offset(k, VI_K_KSET_LIST), MAX_BUSES,
				is_virtio, subsys);
	if (!err && !*subsys)
		err = -ENOENT;
	return err;
}

/* Results of a walk. */
struct found {
	struct vi_kdevice *devices;
	size_t count;
};

static int add_queue(struct vi_kernel *k, uint64_t node, void *data)
{
	struct vi_kdevice *dev = data;

	if (!vi_grow(&dev->queues, dev->num_queues, sizeof(*dev->queues)))
		return -ENOMEM;
	dev->queues[dev->num_queues++] = node - offset(k, VI_K_VQ_LIST);
	return 0;
}

static int read_features(struct vi_kernel *k, struct vi_kdevice *dev)
{
	const struct vi_member *m = &k->layout.member[VI_K_VDEV_FEATURES];
	size_t size = m->size < sizeof(dev->features) ? m->size :
						       sizeof(dev->features);

	return vi_kernel_read(k, dev->addr + m->offset, &dev->features, size);
}

/* The admin queue's virtio_pci_vq_info, or a pointer to it, in @pci. */
static uint64_t find_admin(struct vi_kernel *k, uint64_t pci)
{
	const struct vi_member *m = &k->layout.member[VI_K_PCI_AVQ];
	uint64_t info;

	if (m->size != sizeof(info))
		return m->size ? pci + m->offset : 0;
	return vi_k_read(k, pci, VI_K_PCI_AVQ, &info) ? 0 : info;
}

/* Find the queues of a virtio_pci_device, if @dev is part of one. */
static void find_pci_vqs(struct vi_kernel *k, struct vi_kdevice *dev,
			 uint64_t parent)
{
	uint64_t pci = dev->addr - offset(k, VI_K_PCI_VDEV), pci_dev;

	if (!vi_k_has(&k->layout, VI_K_PCI_VDEV) ||
	    !vi_k_has(&k->layout, VI_K_PCIDEV_DEV) ||
	    vi_k_read(k, pci, VI_K_PCI_DEV, &pci_dev) ||
	    pci_dev + offset(k, VI_K_PCIDEV_DEV) != parent)
		return;
	if (vi_k_read(k, pci, VI_K_PCI_VQS, &dev->pci_vqs))
		dev->pci_vqs = 0;
	dev->pci_avq = find_admin(k, pci);
}

static void read_parent(struct vi_kernel *k, struct vi_kdevice *dev)
{
	uint64_t parent, name;

	if (vi_k_read(k, dev->addr + offset(k, VI_K_VDEV_DEV),
		      VI_K_DEV_PARENT, &parent))
		return;
	dev->parent_dev = parent;
	if (!vi_k_read(k, parent, VI_K_DEV_NAME, &name))
		vi_k_string(k, name, dev->parent, sizeof(dev->parent));
	find_pci_vqs(k, dev, parent);
}

static void read_core(struct vi_kernel *k, struct vi_kdevice *dev)
{
	struct vi_core_state *core = &dev->core;
	const struct {
		enum vi_kmember member;
		unsigned int bit;
		bool *value;
	} rows[] = {
		{ VI_K_VDEV_FAILED, VI_CORE_FAILED, &core->failed },
		{ VI_K_VDEV_CONFIG_OFF, VI_CORE_CONFIG_OFF, &core->config_off },
		{ VI_K_VDEV_CONFIG_PENDING, VI_CORE_CONFIG_PENDING,
		  &core->config_pending },
	};
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (vi_k_read(k, dev->addr, rows[i].member, &value))
			continue;
		*rows[i].value = value;
		core->have |= rows[i].bit;
	}
	dev->map_unknown = vi_k_has(&k->layout, VI_K_VDEV_MAP) &&
			   vi_k_read(k, dev->addr, VI_K_VDEV_MAP, &dev->map_ops);
}

/* Kernels may keep the admin queue apart from the list. */
static int add_admin_queue(struct vi_kernel *k, struct vi_kdevice *dev)
{
	uint64_t vq;
	size_t i;
	int err;

	if (!dev->pci_avq)
		return 0;
	err = vi_k_read(k, dev->pci_avq, VI_K_INFO_VQ, &vq);
	if (err || !vq)
		return err == -EIO ? err : 0;
	for (i = 0; i < dev->num_queues; i++)
		if (dev->queues[i] == vq)
			return 0;
	return add_queue(k, vq + offset(k, VI_K_VQ_LIST), dev);
}

static int read_device(struct vi_kernel *k, uint64_t addr,
		       struct vi_kdevice *dev)
{
	uint64_t index = 0, device = 0, vendor = 0;
	int err;

	dev->addr = addr;
	err = vi_k_read(k, addr, VI_K_VDEV_INDEX, &index);
	if (!err)
		err = vi_k_read(k, addr, VI_K_VDEV_DEVICE, &device);
	if (!err)
		err = vi_k_read(k, addr, VI_K_VDEV_VENDOR, &vendor);
	if (!err)
		err = read_features(k, dev);
	dev->index = (int)index;
	dev->device = device;
	dev->vendor = vendor;
	if (!err) {
		read_parent(k, dev);
		read_core(k, dev);
		err = walk_list(k, addr + offset(k, VI_K_VDEV_VQS), MAX_QUEUES,
				add_queue, dev);
	}
	return err ? err : add_admin_queue(k, dev);
}

/* From a node of the bus's klist to its struct virtio_device. */
static int device_of(struct vi_kernel *k, uint64_t node, uint64_t *addr)
{
	uint64_t devp = node - offset(k, VI_K_KNODE_NODE) -
			offset(k, VI_K_DEVP_BUS);
	int err = vi_k_read(k, devp, VI_K_DEVP_DEVICE, addr);

	*addr -= offset(k, VI_K_VDEV_DEV);
	return err;
}

static int add_device(struct vi_kernel *k, uint64_t node, void *data)
{
	struct found *found = data;
	struct vi_kdevice *dev;
	uint64_t addr;
	int err;

	err = device_of(k, node, &addr);
	if (err)
		return err;
	if (!vi_grow(&found->devices, found->count, sizeof(*dev)))
		return -ENOMEM;
	dev = &found->devices[found->count];
	memset(dev, 0, sizeof(*dev));
	err = read_device(k, addr, dev);
	if (!err)
		found->count++;
	else
		vi_kdevice_free(dev);
	/*
	 * A device that just appears or disappears must not hide others; a
	 * failed read must not pass for one.
	 */
	return err == -ENOMEM || err == -EIO ? err : 0;
}

/* Maximum attempts to walk a list that changes meanwhile. */
#define MAX_WALKS	5

static int walk_bus(struct vi_kernel *k,
		    int (*fn)(struct vi_kernel *k, uint64_t node, void *data),
		    void *data)
{
	uint64_t subsys;
	int err = find_subsys(k, &subsys);

	return err ? err : walk_list(k, subsys +
				     offset(k, VI_K_SUBSYS_DEVICES),
				     MAX_DEVICES, fn, data);
}

int vi_kernel_devices(struct vi_kernel *k, struct vi_kdevice **devices,
		      size_t *count)
{
	struct found found = { NULL, 0 };
	int i, err = -EAGAIN;

	for (i = 0; i < MAX_WALKS && err && err != -ENOMEM; i++) {
		vi_kdevices_free(found.devices, found.count);
		found = (struct found) { NULL, 0 };
		err = walk_bus(k, add_device, &found);
	}
	if (err) {
		vi_kdevices_free(found.devices, found.count);
		return vi_fail(k->ctx, err,
			       "cannot follow the kernel's list of virtio devices (%s): it changed meanwhile, or this kernel version is not supported",
			       strerror(-err));
	}
	*devices = found.devices;
	*count = found.count;
	return 0;
}

/* State of vi_kernel_device_again(). */
struct again {
	const struct vi_kdevice *dev;
	struct vi_kdevice *now;
};

static int is_device(struct vi_kernel *k, uint64_t node, void *data)
{
	struct again *again = data;
	uint64_t addr;
	int err = device_of(k, node, &addr);

	if (err || addr != again->dev->addr)
		return err;
	vi_kdevice_free(again->now);
	memset(again->now, 0, sizeof(*again->now));
	err = read_device(k, addr, again->now);
	return err ? err : 1;
}

int vi_kernel_device_again(struct vi_kernel *k, const struct vi_kdevice *dev,
			   struct vi_kdevice *now)
{
	struct again again = { dev, now };
	int i, err = -EAGAIN;

	memset(now, 0, sizeof(*now));
	for (i = 0; i < MAX_WALKS && err && err != -ENOMEM; i++)
		err = walk_bus(k, is_device, &again);
	if (!err && (now->index != dev->index || now->device != dev->device ||
		     strcmp(now->parent, dev->parent)))
		err = -ENODEV;
	if (!err && now->addr)
		return 0;
	vi_kdevice_free(now);
	return err == -ENOMEM ? err : -ENODEV;
}

void vi_kdevice_free(struct vi_kdevice *dev)
{
	free(dev->queues);
	dev->queues = NULL;
	dev->num_queues = 0;
}

void vi_kdevices_free(struct vi_kdevice *devices, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		vi_kdevice_free(&devices[i]);
	free(devices);
}
