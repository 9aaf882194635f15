/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PCI functions through VFIO. Kernel interfaces for opening devices and
 * translating addresses differ, so a table of operations hides them.
 */
#ifndef VI_TRANSPORT_PCI_VFIO_H
#define VI_TRANSPORT_PCI_VFIO_H

#include <linux/vfio.h>

#include "core/compiler.h"
#include "transport/pci/function.h"

/* A region of the device: a BAR or configuration space. */
struct vi_vfio_region {
	uint64_t size;
	uint64_t offset;		/* in the device file */
	bool mappable;			/* as a whole */
	char *map;			/* NULL: use pread() and pwrite() */
};

struct vi_vfio {
	struct vi_pci_function fn;
	const struct vi_vfio_iommu_ops *iommu;
	int container, group;		/* -1: not open */
	int group_number;
	int device;
	struct vi_vfio_region bar[VI_PCI_BARS];
	struct vi_vfio_region config;
	int watch[2];			/* eventfds: wanted back, failed */
	void *memory;			/* backs the pool */
	size_t memory_size;
	uint64_t iova;
};

/*
 * @open:  open the device from its address. 0, or a negative errno with a
 *         message.
 * @map:   let the device access @size bytes at @base; *@iova: its address.
 * @unmap: end that access.
 * @close: close what @open opened, even if @open failed.
 */
struct vi_vfio_iommu_ops {
	int (*open)(struct vi_vfio *v);
	int (*map)(struct vi_vfio *v, void *base, size_t size, uint64_t *iova);
	void (*unmap)(struct vi_vfio *v, uint64_t iova, size_t size);
	void (*close)(struct vi_vfio *v);
};

/* vfio_type1.c: containers and groups. */
extern const struct vi_vfio_iommu_ops vi_vfio_type1;

/* vfio_why.c: check the prerequisites before opening anything. */
int vi_vfio_check(const char *address, const char *name, int *group);

/* vfio_irq.c; 0, or a negative errno with a message. */
int vi_vfio_watch(struct vi_vfio *v);
int vi_vfio_set_vectors(struct vi_pci_function *fn, const int *eventfd,
			unsigned int n);
int vi_vfio_set_intx(struct vi_pci_function *fn, int eventfd);
void vi_vfio_ack_intx(struct vi_pci_function *fn);
/* Number of interrupts of a type (VFIO_PCI_MSIX_IRQ_INDEX, …). */
unsigned int vi_vfio_irqs(const struct vi_vfio *v, unsigned int index);

static inline struct vi_vfio *to_vfio(struct vi_pci_function *fn)
{
	return container_of(fn, struct vi_vfio, fn);
}

#endif
