/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running kernel's view of virtio, through /proc/kcore, BTF and kallsyms:
 * devices, queues, and the drivers' bookkeeping. Read-only.
 */
#ifndef VI_ACCESS_KERNEL_KERNEL_H
#define VI_ACCESS_KERNEL_KERNEL_H

#include "access/kernel/layout.h"
#include "inspect/snapshot.h"
#include "mem/kcore.h"
#include "view/raw.h"

struct vi_kernel {
	struct vi_ctx *ctx;
	struct vi_kcore kcore;
	struct vi_klayout layout;
	uint64_t virtio_bus;		/* address of the struct bus_type */
	uint64_t bus_kset;		/* address of the variable; 0: unused */
	uint64_t subsys;		/* address of the subsys_private if
					 * found without symbols, else 0 */
};

/* A struct virtio_device of the kernel. */
struct vi_kdevice {
	uint64_t addr;
	int index;			/* N of virtioN */
	uint32_t device, vendor;
	struct vi_features features;
	char parent[64];		/* "0000:00:04.0"; "": unknown */
	uint64_t pci_vqs;		/* array of virtio_pci_vq_info *, or 0 */
	uint64_t pci_avq;		/* that of the admin queue, or 0 */
	uint64_t parent_dev;		/* struct device, or 0 */
	bool map_unknown;		/* or: */
	uint64_t map_ops;		/* of a transport that maps itself, or 0 */
	struct vi_core_state core;
	uint64_t *queues;		/* addresses of struct virtqueue */
	size_t num_queues;
};

/* 0, or a negative errno with a message that says what is missing. */
int vi_kernel_open(struct vi_ctx *ctx, struct vi_kernel **kernel);
void vi_kernel_close(struct vi_kernel *kernel);

/* List devices on the virtio bus; free with vi_kdevices_free(). */
int vi_kernel_devices(struct vi_kernel *k, struct vi_kdevice **devices,
		      size_t *count);
void vi_kdevices_free(struct vi_kdevice *devices, size_t count);

/*
 * Read @dev again into @now; free with vi_kdevice_free(). -ENODEV, without a
 * message: the device left the bus, and what was read may come from freed
 * memory.
 */
int vi_kernel_device_again(struct vi_kernel *k, const struct vi_kdevice *dev,
			   struct vi_kdevice *now);
void vi_kdevice_free(struct vi_kdevice *dev);

/*
 * Read a queue into *@q; free with vi_raw_queue_free(). Retries a limited
 * number of times until the indices do not move meanwhile. 0, also if the
 * result is torn or gone (see struct vi_raw_queue); -ENOENT if the queue has no
 * ring.
 */
int vi_kernel_queue(struct vi_kernel *k, const struct vi_kdevice *dev,
		    uint64_t addr, struct vi_raw_queue *q);
/* The same with at most @passes attempts. */
int vi_kernel_queue_in(struct vi_kernel *k, const struct vi_kdevice *dev,
		       uint64_t addr, unsigned int passes,
		       struct vi_raw_queue *q);

/*
 * Read the kernel's structure without the ring. vi_kernel_shape() reads all of
 * it, and *@tokens, the address of the driver's state per buffer;
 * vi_kernel_state() reads only numbers, into a @q with nothing but features.
 */
int vi_kernel_shape(struct vi_kernel *k, const struct vi_kdevice *dev,
		    uint64_t addr, struct vi_raw_queue *q, uint64_t *tokens);
int vi_kernel_state(struct vi_kernel *k, uint64_t addr, struct vi_raw_queue *q);

/* started.c: of the tokens of a queue of a disk, when the kernel gave the
 * request to the driver, where it keeps that. */
void vi_kernel_started(struct vi_kernel *k, const struct vi_kdevice *dev,
		       struct vi_raw_queue *q);

/* map.c: how the driver of a queue maps its buffers: VI_Q_MAP. @vring is a copy
 * of its struct vring_virtqueue. */
void vi_kernel_map(struct vi_kernel *k, const struct vi_kdevice *dev,
		   const void *vring, size_t len, struct vi_raw_queue *q);

/* The kernel's devices, read once for several of ours. */
struct vi_kernel_pass {
	struct vi_kernel *k;
	struct vi_kdevice *devices;
	size_t count;
};

/* The kernel's device for @dev, or NULL. */
struct vi_device;
const struct vi_kdevice *vi_kdevice_find(const struct vi_kernel_pass *pass,
					 struct vi_device *dev);

extern const struct vi_access vi_kernel_access;

/*
 * access.c: get the context's kernel, opening it if needed. 0 or a negative
 * errno with a message.
 */
int vi_kernel_get(struct vi_ctx *ctx, struct vi_kernel **k);

/* Functions of vi_kernel_access. */
struct vi_snapshot;
struct vi_watches;
struct vi_watch;
struct vi_counters;
struct vi_heads;
int vi_kernel_snapshot(void *state, struct vi_device *dev,
		       struct vi_snapshot *snap);
int vi_kernel_watch(void *state, struct vi_device *dev,
		    struct vi_watches *watches);
int vi_kernel_poll(struct vi_ctx *ctx, const struct vi_watch *watch, bool all,
		   struct vi_counters *r);
int vi_kernel_heads(struct vi_ctx *ctx, const struct vi_watch *watch,
		    struct vi_heads *h);
int vi_kernel_ring(struct vi_ctx *ctx, const struct vi_watch *watch,
		   struct vi_raw_queue *q);

/* Internal to the files that read the kernel. */

/* Read kernel memory; -EFAULT without a message if there is none. */
static inline int vi_kernel_read(struct vi_kernel *k, uint64_t addr,
				 void *buf, size_t len)
{
	return vi_mem_read(&k->kcore.virt, addr, buf, len, NULL);
}

/* Get a member from a copy of its structure; 0 if outside of the copy. */
uint64_t vi_k_get(const struct vi_klayout *k, const void *bytes, size_t len,
		  enum vi_kmember m);

/* Read a string of at most @size - 1 bytes; "" if unreadable. */
void vi_k_string(struct vi_kernel *k, uint64_t addr, char *buf, size_t size);

/* Read a member of the structure at @addr. */
int vi_k_read(struct vi_kernel *k, uint64_t addr, enum vi_kmember m,
	      uint64_t *value);

#endif
