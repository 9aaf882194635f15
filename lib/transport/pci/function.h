/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PCI function that this process owns: its configuration space, its BARs,
 * memory that it may reach, its interrupts. What it is used for is not known
 * here; how it is reached is a back end's affair (vfio.c, physical.c).
 *
 * Opening one does not let it reach memory: that takes a pool, and the bus
 * master bit of the command register. Whoever sets that clears it before
 * closing.
 */
#ifndef VI_TRANSPORT_PCI_FUNCTION_H
#define VI_TRANSPORT_PCI_FUNCTION_H

#include "bus/drive.h"
#include "transport/pci/caps.h"
#include "transport/pci/dma_pool.h"

struct vi_pci_function;

/*
 * All may be called from the thread that uses the device only, but @read and
 * @write, which hold no state, and @ack_intx.
 *
 * @config_read, @config_write: @len bytes of configuration space at @pos. 0
 *         or a negative errno.
 * @open_bar: have BAR @bar ready for @read and @write. 0, or a negative errno
 *         with a message.
 * @read, @write: @width (1, 2 or 4) bytes at @at of a BAR that is open, in the
 *         machine's byte order, in one access. The range was checked. What
 *         cannot be read is all-ones.
 * @make_pool: fill in fn->pool with @size bytes or more; 0: as many as is
 *         usual. 0, or a negative errno with a message.
 * @command: set and clear bits of the command register. 0, or a negative errno
 *         with a message.
 * @set_vectors: signal eventfd[i] for MSI-X vector i; 0 of them: none any
 *         more. 0 or a negative errno. NULL: there are no interrupts.
 * @set_intx: signal @eventfd for the pin, -1: no more; it is masked then until
 *         @ack_intx.
 * @watch: a descriptor that becomes readable when the kernel wants the device
 *         back (@which 0) or it failed (1); -1: there is none.
 * @reset: reset it, should it not answer otherwise. May be NULL.
 * @close: end all. @quiet: the device does not reach memory any more; else it
 *         must not find other pages behind the addresses that it knows.
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
 * @name:    as the user called it, for messages.
 * @bar:     sizes and kinds; base is not used.
 * @max_vectors: MSI-X vectors that can be had; 0: none.
 * @has_intx: the pin can be had.
 * @translated: an IOMMU stands between the device and memory, and the addresses
 *           in @pool are its.
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
 * Open one; @address as "0000:00:04.0". vfio.c: a device that is on vfio-pci.
 * physical.c: one without a driver, which is given physical addresses. 0, or
 * a negative errno with a message.
 */
int vi_vfio_open(const char *address, struct vi_pci_function **fn);
int vi_physical_open(const char *address, struct vi_pci_function **fn);

/* All-ones where the range is not the BAR's. */
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
