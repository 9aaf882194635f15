/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running kernel's own view of virtio, through /proc/kcore, BTF and
 * kallsyms: its devices, their queues, and what the drivers know. Only reads.
 */
#ifndef VI_ACCESS_KERNEL_KERNEL_H
#define VI_ACCESS_KERNEL_KERNEL_H

#include "access/kernel/layout.h"
#include "mem/kcore.h"
#include "view/raw.h"

struct vi_kernel {
	struct vi_ctx *ctx;
	struct vi_kcore kcore;
	struct vi_klayout layout;
	uint64_t virtio_bus;		/* address of the struct bus_type */
	uint64_t bus_kset;		/* of the variable; 0: not needed */
	uint64_t subsys;		/* the subsys_private, where there is
					   no symbol; else 0 */
};

/* A struct virtio_device of the kernel's. */
struct vi_kdevice {
	uint64_t addr;
	int index;			/* virtioN */
	uint32_t device, vendor;
	struct vi_features features;
	char parent[64];		/* "0000:00:04.0"; "": not known */
	uint64_t pci_vqs;		/* array of virtio_pci_vq_info *, or 0 */
	uint64_t *queues;		/* addresses of struct virtqueue */
	size_t num_queues;
};

/* 0, or a negative errno with a message that says which way is closed. */
int vi_kernel_open(struct vi_ctx *ctx, struct vi_kernel **kernel);
void vi_kernel_close(struct vi_kernel *kernel);

/* All devices on the virtio bus; free with vi_kdevices_free(). */
int vi_kernel_devices(struct vi_kernel *k, struct vi_kdevice **devices,
		      size_t *count);
void vi_kdevices_free(struct vi_kdevice *devices, size_t count);

/*
 * The device that @dev was read of, read again; its queues are freed with
 * vi_kdevice_free(). -ENODEV, without a message: it is not on the bus any more,
 * and what was read of it may be of memory that was freed meanwhile.
 */
int vi_kernel_device_again(struct vi_kernel *k, const struct vi_kdevice *dev,
			   struct vi_kdevice *now);
void vi_kdevice_free(struct vi_kdevice *dev);

/*
 * Read one queue into *@q, which is freed with vi_raw_queue_free(). Tries until
 * the indices did not move meanwhile, a bounded number of times. 0, also when
 * it is torn or gone (see struct vi_raw_queue); -ENOENT when there is no ring.
 */
int vi_kernel_queue(struct vi_kernel *k, const struct vi_kdevice *dev,
		    uint64_t addr, struct vi_raw_queue *q);
/* The same, with no more than @passes tries. */
int vi_kernel_queue_in(struct vi_kernel *k, const struct vi_kdevice *dev,
		       uint64_t addr, unsigned int passes,
		       struct vi_raw_queue *q);

/*
 * Only what the kernel's structure has, without the ring: all of it and where
 * the driver's state of each buffer is; and numbers alone, into what is zeroed.
 */
int vi_kernel_shape(struct vi_kernel *k, const struct vi_kdevice *dev,
		    uint64_t addr, struct vi_raw_queue *q, uint64_t *tokens);
int vi_kernel_state(struct vi_kernel *k, uint64_t addr, struct vi_raw_queue *q);

/* The kernel's devices at the time when some of ours are read. */
struct vi_kernel_pass {
	struct vi_kernel *k;
	struct vi_kdevice *devices;
	size_t count;
};

/* The one that @dev is, or NULL. */
struct vi_device;
const struct vi_kdevice *vi_kdevice_find(const struct vi_kernel_pass *pass,
					 struct vi_device *dev);

extern const struct vi_access vi_kernel_access;

/* access.c: the context's, opened when it is not. 0 or a negative errno with a
 * message. */
int vi_kernel_get(struct vi_ctx *ctx, struct vi_kernel **k);

/* What struct vi_access has of them. */
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

/* Between the files that read the kernel. */

/* Read kernel memory; -EFAULT without a message where there is none. */
static inline int vi_kernel_read(struct vi_kernel *k, uint64_t addr,
				 void *buf, size_t len)
{
	return vi_mem_read(&k->kcore.virt, addr, buf, len, NULL);
}

/* A member of a structure that was read whole; 0 when it does not fit. */
uint64_t vi_k_get(const struct vi_klayout *k, const void *bytes, size_t len,
		  enum vi_kmember m);

/* A string of at most @size - 1 bytes; "" where there is none. */
void vi_k_string(struct vi_kernel *k, uint64_t addr, char *buf, size_t size);

/* A member of the structure at @addr. */
int vi_k_read(struct vi_kernel *k, uint64_t addr, enum vi_kmember m,
	      uint64_t *value);

#endif
