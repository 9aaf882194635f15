/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The devices of an inspection context, and what is known of them.
 *
 * A fact is something that is read at once: it is asked for with vi_load(),
 * which reads it the first time, and then its members of struct vi_device
 * hold it. What could not be read stays unknown, for one scan.
 */
#ifndef VI_INSPECT_DEVICE_H
#define VI_INSPECT_DEVICE_H

#include <virtio-inspect/queues.h>

#include "core/ctx.h"
#include "core/pool.h"
#include "devtype/device_type.h"
#include "transport/pci/caps.h"

enum vi_fact {
	VI_FACT_PARENT,		/* parent */
	VI_FACT_ADDRESS,	/* address; mmio_base where it has one */
	VI_FACT_TRANSPORT,	/* transport */
	VI_FACT_ID,		/* vdev.id.device; on the bus from here on */
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
	VI_FACTS,
};

/* One line of /proc/interrupts. NULL: not known, or there is none. */
struct vi_interrupt {
	uint32_t irq;
	const char *name;	/* "virtio3-req.0" */
	const char *queue;	/* "req.0", "config" */
	const char *chip;	/* what raises it, and how */
	uint64_t count;		/* on all CPUs */
	const char *cpus;	/* those that it came on, "0-3,7" */
	const char *affinity;	/* those that it is to come on */
};

/* A virtio-mmio slot, as the device tree has it. */
struct vi_slot {
	uint64_t base;
	uint64_t size;
	const char *node;	/* "/virtio_mmio@a003e00" */
	const char *interrupts;	/* the property's cells; NULL: none */
	const char *interrupts_extended;
	bool has_interrupt_parent;
	uint32_t interrupt_parent;
};

/*
 * What fields make of facts, once each. A list that is NULL was not asked for
 * yet.
 */
struct vi_device_texts {
	char type[16];
	char pci_id[16], subsystem[16];
	const char *const *feature_names, *const *caps;
	size_t num_feature_names, num_caps;
	const uint64_t *irqs;
	struct vi_status_names *status;	/* of each status that was seen */
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
	struct vi_inventory *inv;	/* that it is in */
	size_t pos;			/* in the order of names */

	/* Reads facts; NULL: nothing can be learned but what is set. */
	int (*read)(struct vi_device *dev, enum vi_fact fact);
	/* 0: not asked for yet; 1: known; else a negative errno. */
	int state[VI_FACTS];
	bool warned_of_loop;

	const char *name;		/* the kernel's; NULL: it has none */
	int index;			/* the kernel's; -1: not known */
	const char *path;		/* its folder in sysfs, or NULL */

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
	unsigned int features_width;	/* bits past it are not known */
	uint32_t num_queues;
	uint32_t max_queues;
	struct vi_strings knames;
	struct vi_strings kname_paths;	/* the folders of those that have one */
	struct vi_interrupt *interrupts;
	size_t num_interrupts;
	uint32_t numa_node;
	uint32_t iommu_group;
	uint16_t pci_vendor, pci_device;
	uint16_t pci_subsystem_vendor, pci_subsystem_device;
	uint8_t pci_revision;
	const struct vi_pci_config *pci;
	const struct vi_slot *slot;
	const char *link;		/* "up", "down" and so on; of links */
	struct vi_strings links;	/* all that were read so far */

	/* Looks at its queues: see snapshot.h. */
	const struct vi_access *own_access;	/* NULL: it is a live one */
	void *own_state;			/* of its own way's */
	struct vi_snapshot *snaps[VI_MAX_SNAPSHOTS];	/* the oldest first */
	size_t num_snaps;
	struct vi_strings access_notes;		/* of the last one tried */
	const struct vi_report *report;		/* see findings.h; NULL: not yet */
	const struct vi_report *recorded;	/* what a capture brought */
	/* See fields/registers.h; NULL: not looked at by registers. */
	const struct vi_device_registers *registers;

	/* The batches that these are in, see held.h; NULL: the device's pool. */
	struct vi_batch *notes_in, *report_in, *registers_in;
	struct vi_batch *retired;		/* replaced, but given out */

	struct vi_device_texts texts;		/* what fields made of facts */
};

/* What is read once a scan, for all devices. */
enum vi_cache {
	VI_CACHE_INTERRUPTS,
	VI_CACHE_IOMEM,
	VI_CACHE_ALIASES,
	VI_CACHE_LIBPCI,
	VI_CACHES,
};

/*
 * All that one scan found; ctx->inventory is that of the last. Whoever has a
 * reference to a device has one to all of it: devices of a scan share memory,
 * and few programs keep any beyond the next scan.
 */
struct vi_inventory {
	struct vi_ctx *ctx;
	size_t refs;			/* one is the context's */
	struct virtio_bus *bus;		/* NULL: no device is on it yet */
	struct vi_pool pool;
	struct vi_device **devices;
	size_t count;
	size_t room;
	struct {
		bool tried;
		int err;
		void *data;
	} cache[VI_CACHES];
	const struct vi_host *host;	/* of a capture; NULL: this machine */
	struct vi_batch *machine, *taken;	/* the last vi_machine(),
						   vi_taken(); may be NULL */
};

/* Of a context, made when there is none; NULL when out of memory. */
struct vi_inventory *vi_inventory(struct vi_ctx *ctx);

/* The machine that a capture was made on; NULL: the devices are not of one. */
const struct vi_host *vi_recorded_host(const struct vi_ctx *ctx);

/* Forget all devices. What the program holds of them stays as it is. */
void vi_inventory_drop(struct vi_ctx *ctx);

/* A new device without any facts, at the end of the list. */
struct vi_device *vi_inventory_add(struct vi_ctx *ctx);
/* The one that was added last is none: not all of it could be made. */
void vi_inventory_undo(struct vi_ctx *ctx);

/* Put the list in order, which vi_inventory_add() does not do. */
void vi_inventory_sort(struct vi_ctx *ctx);

/*
 * What @load makes of something that is read once a scan. It says itself what
 * is wrong, once. 0 or a negative errno.
 */
int vi_cached(struct vi_ctx *ctx, enum vi_cache cache,
	      int (*load)(struct vi_ctx *ctx, void **data), void **data);

static inline struct vi_pool *vi_device_pool(const struct vi_device *dev)
{
	return &dev->inv->pool;
}

/*
 * 0: the fact's members hold it; -ENODATA, -EACCES, -EPERM; or the fault that
 * kept it from being read, which is on the context: see vi_fault().
 */
int vi_load(struct vi_device *dev, enum vi_fact fact);

/*
 * Is the device one of @ctx's last scan? 0; else -ESTALE with a message: there
 * is nothing new to be learned of it.
 */
int vi_device_current(struct vi_ctx *ctx, const struct vi_device *dev);

/* Note how reading a fact ended: 0 or a negative errno. */
void vi_set_fact(struct vi_device *dev, enum vi_fact fact, int err);

/* How messages call it. */
const char *vi_device_label(const struct vi_device *dev);

/* What is known of its type, or NULL: none that is known. */
const struct vi_device_type *vi_device_type(struct vi_device *dev);

/* Put it on the context's bus, once its id is known. */
int vi_device_on_bus(struct vi_device *dev);

/* Is it known to be the only device of its type? */
bool vi_device_alone(struct vi_device *dev);

/* Was feature @bit negotiated? False also when that is not known. */
bool vi_device_negotiated(struct vi_device *dev, unsigned int bit);

#endif
