/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PCI function that this process owns: configuration space, BARs, DMA memory,
 * interrupts; independent of its use. Back ends access it (vfio.c, physical.c).
 *
 * An open function cannot access memory yet: that takes a pool, and the bus
 * master bit of the command register. Whoever sets that bit clears it before
 * closing.
 */
#ifndef VI_TRANSPORT_PCI_FUNCTION_H
#define VI_TRANSPORT_PCI_FUNCTION_H

#include "bus/drive.h"
#include "transport/pci/caps.h"
#include "transport/pci/dma_pool.h"

struct vi_pci_function;

/*
 * Call these only from the thread that uses the device, except @read and
 * @write, which are stateless, and @ack_intx.
 *
 * @config_read, @config_write: @len bytes of configuration space at @pos. 0
 *         or a negative errno.
 * @open_bar: prepare BAR @bar for @read and @write. 0, or a negative errno
 *         with a message.
 * @read, @write: @width (1, 2 or 4) bytes at @at of an open BAR, in the
 *         machine's byte order, in one access. The range was checked.
 *         Failed reads return all-ones.
 * @make_pool: fill in fn->pool with at least @size bytes; 0: default size.
 *         0, or a negative errno with a message.
 * @command: set and clear bits of the command register. 0, or a negative
 *         errno with a message.
 * @set_vectors: signal eventfd[i] for MSI-X vector i; @n 0: disable MSI-X. 0
 *         or a negative errno. NULL: the back end has no interrupts.
 * @set_intx: signal @eventfd for the pin, which stays masked until
 *         @ack_intx; -1: disable it.
 * @watch: descriptor that becomes readable when the kernel wants the device
 *         back (@which 0) or the device failed (1); -1: none.
 * @reset: reset a device that does not respond otherwise. May be NULL.
 * @close: free @fn. @quiet: the device no longer accesses memory; otherwise
 *         its DMA addresses must not reach pages in other use.
 */
struct vi_pci_function_ops {
	int (*config_read)(struct vi_pci_function *fn, unsigned int pos,
			   void *buf, unsigned int len);
	int (*config_write)(struct vi_pci_function *fn, unsigned int pos,
			    const void *buf, unsigned int len);
	int (*open_bar)(struct vi_pci_function *fn, unsigned int bar);
	uint32_t (*read)(struct vi_pci_function *fn, unsigned int bar,
			 uint64_t at, unsigned int width);
	void (*write)(struct vi_pci_function *fn, unsigned int bar,
		      uint64_t at, unsigned int width, uint32_t value);
	int (*make_pool)(struct vi_pci_function *fn, size_t size);
	int (*command)(struct vi_pci_function *fn, uint16_t set,
		       uint16_t clear);
	int (*set_vectors)(struct vi_pci_function *fn, const int *eventfd,
			   unsigned int n);
	int (*set_intx)(struct vi_pci_function *fn, int eventfd);
	void (*ack_intx)(struct vi_pci_function *fn);
	int (*watch)(struct vi_pci_function *fn, unsigned int which);
	int (*reset)(struct vi_pci_function *fn);
	void (*close)(struct vi_pci_function *fn, bool quiet);
};

/*
 * @name:    as the user gave it, for messages.
 * @bar:     sizes and types; base is unused.
 * @max_vectors: available MSI-X vectors; 0: none.
 * @has_intx: the pin is available.
 * @translated: an IOMMU translates the device's accesses; @pool has its
 *           addresses.
 */
struct vi_pci_function {
	const struct vi_pci_function_ops *ops;
	char name[40];
	char address[24];
	struct vi_pci_bar bar[VI_PCI_BARS];
	unsigned int max_vectors;
	bool has_intx;
	bool translated;
	struct vi_dma_pool pool;
};

/* Bits of the command register (PCI specification). */
#define VI_PCI_COMMAND		4
#define VI_PCI_COMMAND_IO	0x0001
#define VI_PCI_COMMAND_MEMORY	0x0002
#define VI_PCI_COMMAND_MASTER	0x0004
#define VI_PCI_COMMAND_NO_INTX	0x0400

/*
 * Open a function; @address as in "0000:00:04.0". vfio.c: bound to vfio-pci.
 * physical.c: without a driver, using physical addresses. 0, or a negative
 * errno with a message.
 */
int vi_vfio_open(const char *address, struct vi_pci_function **fn);
int vi_physical_open(const char *address, struct vi_pci_function **fn);

/* Out of range: all-ones. */
static inline uint32_t vi_bar_read(struct vi_pci_function *fn,
				   unsigned int bar, uint64_t at,
				   unsigned int width)
{
	if (bar >= VI_PCI_BARS || at > fn->bar[bar].size ||
	    width > fn->bar[bar].size - at)
		return UINT32_MAX;
	return fn->ops->read(fn, bar, at, width);
}

static inline void vi_bar_write(struct vi_pci_function *fn, unsigned int bar,
				uint64_t at, unsigned int width,
				uint32_t value)
{
	if (bar >= VI_PCI_BARS || at > fn->bar[bar].size ||
	    width > fn->bar[bar].size - at)
		return;
	fn->ops->write(fn, bar, at, width, value);
}

#endif
