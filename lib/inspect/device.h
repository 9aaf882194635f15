/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The devices of an inspection context and their facts.
 *
 * vi_load() reads a fact on first use and stores it in members of struct
 * vi_device. A fact that could not be read stays unknown until the next scan.
 */
#ifndef VI_INSPECT_DEVICE_H
#define VI_INSPECT_DEVICE_H

#include <virtio-inspect/snapshot.h>

#include "core/ctx.h"
#include "core/pool.h"
#include "devtype/device_type.h"
#include "transport/pci/caps.h"

enum vi_fact {
	VI_FACT_PARENT,		/* parent */
	VI_FACT_ADDRESS,	/* address; mmio_base if any */
	VI_FACT_TRANSPORT,	/* transport */
	VI_FACT_ID,		/* vdev.id.device; puts it on the bus */
	VI_FACT_VENDOR,		/* vdev.id.vendor */
	VI_FACT_DRIVER,		/* driver */
	VI_FACT_MODALIAS,	/* modalias */
	VI_FACT_MODULES,	/* modules */
	VI_FACT_STATUS,		/* status */
	VI_FACT_FEATURES,	/* vdev.features, features_width */
	VI_FACT_NUM_QUEUES,	/* num_queues */
	VI_FACT_MAX_QUEUES,	/* max_queues */
	VI_FACT_KNAMES,		/* knames, at least one */
	VI_FACT_INTERRUPTS,	/* interrupts, num_interrupts, at least one */
	VI_FACT_NUMA_NODE,	/* numa_node */
	VI_FACT_IOMMU_GROUP,	/* iommu_group */
	VI_FACT_PCI_ID,		/* pci_vendor, pci_device */
	VI_FACT_PCI_SUBSYSTEM,	/* pci_subsystem_vendor, ..._device */
	VI_FACT_PCI_REVISION,	/* pci_revision */
	VI_FACT_PCI_CONFIG,	/* pci */
	VI_FACT_SLOT,		/* slot */
	VI_FACT_LINK,		/* link: of a network interface */
	VI_FACT_QUEUE_ALIGN,	/* queue_align */
	VI_FACT_OFFERED,	/* offered, features_width: not of registers */
	VI_FACT_FILTERED,	/* filtered */
	VI_FACTS,
};

/* One line of /proc/interrupts. NULL: unknown or absent. */
struct vi_interrupt {
	uint32_t irq;
	const char *name;	/* "virtio3-req.0" */
	const char *queue;	/* "req.0", "config" */
	const char *chip;	/* interrupt controller and trigger */
	uint64_t count;		/* on all CPUs */
	const char *cpus;	/* CPUs that received it, "0-3,7" */
	const char *affinity;	/* CPUs that may receive it */
	uint32_t absent;	/* from a capture; see record/schema.h */
};

/* A virtio-mmio slot, from the device tree. */
struct vi_slot {
	uint64_t base;
	uint64_t size;
	const char *node;	/* "/virtio_mmio@a003e00" */
	const char *interrupts;	/* the property's cells; NULL: none */
	const char *interrupts_extended;
	bool has_interrupt_parent;
	uint32_t interrupt_parent;
	const char *status;		/* of it or a bus above; NULL: enabled */
};

/*
 * Texts and lists that fields derive from facts, each once. NULL: not requested
 * yet.
 */
struct vi_device_texts {
	char type[16];
	char pci_id[16], subsystem[16];
	const char *const *feature_names, *const *caps;
	size_t num_feature_names, num_caps;
	bool has_offered_names;
	struct vi_strings offered_names;	/* of vi_device.offered */
	const uint64_t *irqs;
	size_t num_irqs;
	struct vi_status_names *status;	/* one per status value seen */
};

struct vi_batch;
struct vi_snapshot;
struct vi_access;
struct vi_report;
struct vi_device_registers;
struct vi_host;

struct vi_device {
	struct virtio_device vdev;	/* first; on the context's bus */
	struct vi_ctx *ctx;
	struct vi_inventory *inv;	/* the one it belongs to */
	size_t pos;			/* in the sorted list */

	/* Reads facts; NULL: only facts already set are known. */
	int (*read)(struct vi_device *dev, enum vi_fact fact);
	/* 0: not read yet; 1: known; else a negative errno. */
	int state[VI_FACTS];
	bool warned_of_loop;

	const char *name;		/* the kernel's, or NULL */
	int index;			/* the kernel's; -1: unknown */
	const char *path;		/* its folder in sysfs, or NULL */
	bool bare;			/* a PCI function or slot without a
					   virtio device: @path is its own */

	/* The facts. */
	const char *parent;
	const char *address;
	bool has_mmio_base;
	uint64_t mmio_base;
	const char *transport;
	const char *driver;
	const char *modalias;
	struct vi_strings modules;
	uint32_t status;
	uint64_t status_ns;		/* when this status was first seen; or 0 */
	unsigned int features_width;	/* bits past it are unknown */
	struct vi_features offered, filtered;
	const char *offered_from;	/* as a capture says, or NULL */
	uint32_t num_queues;
	uint32_t max_queues;
	uint32_t queue_align;		/* of a legacy device, in bytes */
	struct vi_strings knames;
	char *title;			/* see vi_device_title() */
	struct vi_strings kname_paths;	/* their folders in sysfs, if any */
	struct vi_interrupt *interrupts;
	size_t num_interrupts;
	uint32_t numa_node;
	uint32_t iommu_group;
	uint16_t pci_vendor, pci_device;
	uint16_t pci_subsystem_vendor, pci_subsystem_device;
	uint8_t pci_revision;
	const struct vi_pci_config *pci;
	struct vi_slot slot;
	const char *link;		/* "up", "down", ...; in links */
	struct vi_strings links;	/* every state read so far */

	/* Snapshots of its queues; see snapshot.h. */
	const struct vi_access *own_access;	/* NULL: machine or tree */
	void *own_state;			/* the state of own_access */
	struct vi_snapshot *snaps[VI_MAX_SNAPSHOTS];	/* the oldest first */
	size_t num_snaps;
	struct vi_strings access_notes;		/* from the last method tried */
	const struct vi_report *report;		/* see findings.h, or NULL */
	const struct vi_report *recorded;	/* the one in a capture */
	/* See fields/registers.h; NULL: registers were not read. */
	const struct vi_device_registers *registers;

	uint32_t absent;		/* from a capture; see record/schema.h */

	/* The batches that own these (held.h); NULL: the pool does. */
	struct vi_batch *notes_in, *report_in, *registers_in;
	struct vi_batch *retired;		/* replaced, but handed out */

	struct vi_device_texts texts;
};

/* What one scan reads once, for all devices. */
enum vi_cache {
	VI_CACHE_INTERRUPTS,
	VI_CACHE_IOMEM,
	VI_CACHE_ALIASES,
	VI_CACHE_LIBPCI,
	VI_CACHES,
};

/*
 * Everything that one scan found; ctx->inventory belongs to the last scan. A
 * reference to one device keeps the whole inventory: its devices share memory,
 * and few programs keep a device beyond the next scan.
 */
struct vi_inventory {
	struct vi_ctx *ctx;
	size_t refs;			/* the context holds one */
	struct virtio_bus *bus;		/* NULL: no device on it yet */
	struct vi_pool pool;
	struct vi_device **devices;
	size_t count;
	struct {
		bool tried;
		int err;
		void *data;
	} cache[VI_CACHES];
	const struct vi_host *host;	/* from a capture; NULL: this machine */
	struct vi_batch *machine, *taken;	/* of the last vi_machine(),
						   vi_taken(); or NULL */
};

/* The context's inventory, created on first use. NULL: out of memory. */
struct vi_inventory *vi_inventory(struct vi_ctx *ctx);

/* The machine that a capture was made on; NULL: no capture. */
const struct vi_host *vi_recorded_host(const struct vi_ctx *ctx);

/* Forget all devices. Those that the program still references stay intact. */
void vi_inventory_drop(struct vi_ctx *ctx);

/* Append a device without facts. NULL: out of memory. */
struct vi_device *vi_inventory_add(struct vi_ctx *ctx);
/* Remove the device added last, which could not be completed. */
void vi_inventory_undo(struct vi_ctx *ctx);

/* Sort the list, which vi_inventory_add() does not do. */
void vi_inventory_sort(struct vi_ctx *ctx);

/*
 * The result of @load, called once per scan. @load reports its own errors, and
 * they are not reported again. 0 or a negative errno.
 */
int vi_cached(struct vi_ctx *ctx, enum vi_cache cache,
	      int (*load)(struct vi_ctx *ctx, void **data), void **data);

static inline struct vi_pool *vi_device_pool(const struct vi_device *dev)
{
	return &dev->inv->pool;
}

/*
 * 0: the fact's members are valid; -ENODATA, -EACCES, -EPERM; or the error that
 * kept the library from reading it, which vi_fault() left on the context.
 */
int vi_load(struct vi_device *dev, enum vi_fact fact);

/*
 * 0 if the device is from @ctx's last scan; else -ESTALE with a message, as
 * nothing more can be read from it.
 */
int vi_device_current(struct vi_ctx *ctx, const struct vi_device *dev);

/* Record how reading a fact ended: 0 or a negative errno. */
void vi_set_fact(struct vi_device *dev, enum vi_fact fact, int err);

/* The device's name in messages. */
const char *vi_device_label(const struct vi_device *dev);
/* With what the user calls it, if that can be read: "virtio3 (vda)". */
const char *vi_device_title(struct vi_device *dev);

/* The description of its type, or NULL for an unknown type. */
const struct vi_device_type *vi_device_type(struct vi_device *dev);

/* Put the device on the inventory's bus, once its id is known. */
int vi_device_on_bus(struct vi_device *dev);

/* Is this certainly the only device of its type? */
bool vi_device_alone(struct vi_device *dev);

/* Was feature @bit negotiated? False also if unknown. */
bool vi_device_negotiated(struct vi_device *dev, unsigned int bit);

#endif
